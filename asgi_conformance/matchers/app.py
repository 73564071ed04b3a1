"""What the application sees: scopes, events, bodies, outcomes of its sends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asgi_conformance.codec import Foreign, LargeBytes
from asgi_conformance.matchers.combine import UNREADABLE, missing, shown
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.spec.messages import default_of
from asgi_conformance.timeline import Body, Call, Event, Events, Missing, Outcome, Scope, Seen


class Absent:
    """Stands for a key that is not there."""

    def __repr__(self) -> str:
        return "(absent)"


ABSENT = Absent()

Test = Callable[[Any], bool]
"""A predicate on one value, given instead of a literal."""


def differs(expected: Any, got: Any) -> bool:
    if callable(expected):
        try:
            return not expected(got)
        except UNREADABLE:
            return True
    if isinstance(got, LargeBytes):
        return not (isinstance(expected, bytes) and got.equals(expected))
    got = plain(got)  # the value counts here; whether its type is exact is a matter of the schema
    return type(expected) is not type(got) or bool(expected != got)


def value_words(expected: Any) -> str:
    if callable(expected):
        words: str = expected.__doc__ or getattr(expected, "__name__", "") or repr(expected)
        return words.strip().splitlines()[0]
    return shown(expected)


def other(kind: str, seen: Seen) -> Opinion:
    """The opinion on what is not of the kind that is expected."""
    return missing(seen) if isinstance(seen, Missing) else Opinion(False, f"no {kind}", shown(seen))


def raised_words(seen: Outcome) -> str:
    return f"raised {seen.raised.type}: {seen.raised.text}" if seen.raised else ""


def values_words(kind: str, keys: Mapping[str, Any]) -> str:
    """`scope type='http', path='/'`"""
    return f"{kind} {', '.join(f'{key}={value_words(value)}' for key, value in keys.items())}".strip()


def with_values(kind: str, found: Any, keys: Mapping[str, Any]) -> Opinion:
    """Whether a scope or an environ has these values; a predicate sees `ABSENT` too."""
    if not isinstance(found, dict):
        return Opinion(False, "wrong type", shown(found))
    for key, expected in keys.items():
        got = found.get(key, ABSENT)
        if differs(expected, got):
            return Opinion(False, "missing" if got is ABSENT else "wrong value", f"{key}={shown(got)}")
    words = ", ".join(f"{key}={shown(found.get(key, ABSENT))}" for key in keys)
    return Opinion(True, observed=f"{kind} {words}")


@dataclass(frozen=True, slots=True)
class ScopeIs:
    """A scope with these values; other keys are free. A value may be a predicate, which sees `ABSENT` too."""

    keys: Mapping[str, Any] = field(default_factory=dict)

    def says(self) -> str:
        return values_words("scope", self.keys)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Call | Scope):
            return other("scope", seen)
        return with_values("scope", plain(seen.scope), self.keys)


@dataclass(frozen=True, slots=True)
class EventIs:
    """An event with these values; an absent optional key equals its default, further keys are free."""

    keys: Mapping[str, Any]

    def says(self) -> str:
        return "{" + ", ".join(f"{key!r}: {value_words(value)}" for key, value in self.keys.items()) + "}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Event | Outcome):
            return other("event", seen)
        if isinstance(seen, Outcome) and seen.raised:
            return Opinion(False, "raised", raised_words(seen))
        event = plain(seen.value)
        if not isinstance(event, dict):
            return Opinion(False, "no event", shown(event))
        for key, expected in self.keys.items():
            got = event[key] if key in event else default_of(event.get("type"), key, ABSENT)
            if differs(expected, got):
                how = "other event" if key == "type" else "missing" if got is ABSENT else "wrong value"
                return Opinion(False, how, shown(event))
        return Opinion(True, observed=shown(event))


@dataclass(frozen=True, slots=True)
class EventsAre:
    """Several events, each as `EventIs` says, in this order."""

    expected: tuple[Mapping[str, Any], ...]

    def says(self) -> str:
        return f"{len(self.expected)} events: {shown(', '.join(EventIs(keys).says() for keys in self.expected), 200)}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Events):
            return other("events", seen)
        for number, (keys, value) in enumerate(zip(self.expected, seen.values, strict=False), 1):
            opinion = EventIs(keys).judge(Event(value), heard)
            if not opinion.matches:
                return Opinion(False, opinion.how, f"event {number} is {shown(value)}")
        fits = len(seen.values) == len(self.expected)
        return Opinion(fits, "" if fits else "missing", f"{len(seen.values)} events")


@dataclass(frozen=True, slots=True)
class BodyIs:
    """A complete request body with this content, in any number of events."""

    content: bytes

    def says(self) -> str:
        return f"the body {shown(self.content, 80)}" if self.content else "an empty body"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Body):
            return other("body", seen)
        for event in seen.events:
            if not isinstance(plain(event), dict) or plain(plain(event).get("type")) != "http.request":
                return Opinion(False, "other event", shown(event))
        if differs(self.content, seen.body):
            return Opinion(False, "wrong body", shown(seen.body, 200))
        return Opinion(True, observed=f"{len(seen.events)} event(s), {shown(seen.body, 60)}")


@dataclass(frozen=True, slots=True)
class Returned:
    """`send` returned, raising nothing."""

    def says(self) -> str:
        return "returns"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Outcome):
            return other("outcome", seen)
        if seen.raised:
            return Opinion(False, "raised", raised_words(seen))
        return Opinion(False, "cancelled", "cancelled") if seen.cancelled else Opinion(True, observed="returned")


@dataclass(frozen=True, slots=True)
class RaisedError:
    """`send` raised an exception of this class, or of one derived from it."""

    kind: str = "Exception"

    def says(self) -> str:
        return f"raises {self.kind}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Outcome):
            return other("outcome", seen)
        if seen.raised is None:
            return Opinion(False, "did not raise", "cancelled" if seen.cancelled else "returned")
        fits = seen.raised.is_a(self.kind)
        return Opinion(fits, "" if fits else "another class", raised_words(seen))


@dataclass(frozen=True, slots=True)
class WasCancelled:
    """A task ended because it was cancelled."""

    def says(self) -> str:
        return "is cancelled"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Outcome):
            return other("outcome", seen)
        return Opinion(
            seen.cancelled, "" if seen.cancelled else "not cancelled", raised_words(seen) or shown(seen.value)
        )


def plain(value: Any) -> Any:
    """The built-in value beneath what was seen, for functions that care for meaning and not for type.

    What has nothing built-in beneath it is itself: an unknown object is not None.
    """
    return value.value if isinstance(value, Foreign) and value.value is not None else value


def header_pairs(scope: Any) -> list[tuple[bytes, bytes]]:
    """The headers of a scope or event as (name, value) pairs; malformed items are left out."""
    pairs = []
    scope = plain(scope)
    headers = plain(scope.get("headers", [])) if isinstance(scope, dict) else []
    for item in headers if isinstance(headers, list | tuple) else []:
        pair = plain(item)
        if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, bytes) for part in pair):
            pairs.append((pair[0], pair[1]))
    return pairs
