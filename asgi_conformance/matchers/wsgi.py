"""What a WSGI application sees: environs, what its server's callables give, how its iterable is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asgi_conformance.codec import LargeBytes
from asgi_conformance.matchers.app import differs, other, plain, raised_words, value_words, values_words, with_values
from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import Environ, Missing, Outcome, Seen, Uses, WsgiCall


@dataclass(frozen=True, slots=True)
class EnvironIs:
    """An environ with these values; other keys are free. A value may be a predicate, which sees `ABSENT` too."""

    keys: Mapping[str, Any] = field(default_factory=dict)

    def says(self) -> str:
        return values_words("environ", self.keys)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, WsgiCall | Environ):
            return other("environ", seen)
        return with_values("environ", plain(seen.environ), self.keys)


@dataclass(frozen=True, slots=True)
class Gives:
    """The call came back with this value, exact type included; it may be a predicate."""

    value: Any

    def says(self) -> str:
        return f"returns {value_words(self.value)}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Outcome):
            return other("outcome", seen)
        if seen.raised:
            return Opinion(False, "raised", raised_words(seen))
        fits = not differs(self.value, seen.value) and (callable(self.value) or _same_types(self.value, seen.value))
        return Opinion(fits, "" if fits else "wrong value", shown(seen.value))


def _same_types(expected: Any, got: Any) -> bool:
    """Also of the items of a list."""
    if isinstance(expected, list) and isinstance(got, list):
        return all(map(_same_types, expected, got))
    return type(got) is type(expected) or (isinstance(expected, bytes) and isinstance(got, LargeBytes))


@dataclass(frozen=True, slots=True)
class WasUsedSo:
    """The server has used the iterable in this way so often: `close` once, `next` not at all."""

    what: str
    times: int | None = None
    """None: at least once."""

    def says(self) -> str:
        times = {None: "", 0: "not ", 1: "once "}.get(self.times, f"{self.times} times ")
        return f"{times}{self.what}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Uses):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no use", shown(seen))
        times = seen.all.count(self.what)
        fits = times > 0 if self.times is None else times == self.times
        return Opinion(fits, "" if fits else f"{times} times", ", ".join(seen.all))
