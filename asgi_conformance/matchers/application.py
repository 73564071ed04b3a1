"""What an application under test did: what it answered, how it conducted itself, what it left behind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from asgi_conformance.judge.conduct import breaches
from asgi_conformance.matchers.app import header_pairs, plain
from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.spec import catalogue
from asgi_conformance.spec.order import type_of
from asgi_conformance.timeline import Aftermath, Answer, Called, CallLog, Done, Missing, Scope, Seen, What
from asgi_conformance.verdict import Verdict


@dataclass(frozen=True, slots=True)
class AnswerIs:
    """A complete response, in any number of events; what is not given is free."""

    status: int | Callable[[int], bool] | None = None
    body: bytes | None = None
    fields: tuple[tuple[bytes, bytes], ...] = ()
    """Header fields that it has, names in lower case."""

    def says(self) -> str:
        words = ["a complete response"]
        if self.status is not None:
            words.append(f"with status {self.status if isinstance(self.status, int) else self.status.__doc__}")
        words += [f"with body {shown(self.body, 60)}"] if self.body is not None else []
        return " ".join([*words, *(f"with {name!r}: {value!r}" for name, value in self.fields)])

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Answer):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no answer", shown(seen))
        start = next((plain(one) for one in seen.events if type_of(one) == "http.response.start"), None)
        if start is None:
            return Opinion(False, "no response", told(seen))
        if not is_complete(seen):
            return Opinion(False, "incomplete", told(seen))
        status = plain(start.get("status"))
        if self.status is not None and not _fits(status, self.status):
            return Opinion(False, "wrong status", shown(status))
        if self.body is not None and (body := body_of(seen)) != self.body:
            return Opinion(False, "wrong body", shown(body, 200))
        have = [(name.lower(), value) for name, value in header_pairs(start)]
        for name, value in self.fields:
            if (name, value) not in have:
                return Opinion(False, "missing", f"no field {name!r}: {value!r} among {shown(have)}")
        return Opinion(True, observed=told(seen))


def _fits(status: Any, expected: int | Callable[[int], bool]) -> bool:
    return expected(status) if callable(expected) else status == expected


def is_complete(answer: Answer) -> bool:
    """Whether the response in it has come to its end."""
    for one in answer.events:
        event = plain(one)
        kind = type_of(event)
        if kind == "http.response.pathsend":
            return True
        if kind in ("http.response.body", "http.response.zerocopysend") and not plain(event.get("more_body")):
            return True
    return False


def body_of(answer: Answer) -> bytes:
    """What the body events of an answer hold, joined."""
    parts = (plain(plain(one).get("body")) for one in answer.events if type_of(one) == "http.response.body")
    return b"".join(part for part in parts if isinstance(part, bytes))


def status_of(answer: Any) -> int | None:
    """The status of the first response in it; None for none."""
    for one in answer.events if isinstance(answer, Answer) else ():
        if type_of(one) == "http.response.start":
            status = plain(plain(one).get("status"))
            return status if isinstance(status, int) else None
    return None


def told(answer: Answer) -> str:
    """An answer in words."""
    kinds = [str(type_of(one)) for one in answer.events]
    status = status_of(answer)
    outcome = answer.outcome
    end = "the call goes on" if outcome is None else "it returned"
    if outcome is not None and outcome.raised:
        end = f"it raised {outcome.raised.type}: {outcome.raised.text}"
    parts = [", ".join(kinds[:6]) + (f", … ({len(kinds)})" if len(kinds) > 6 else "") or "nothing sent"]
    return "; ".join([*parts, *([f"status {status}"] if status is not None else []), end])


@dataclass(frozen=True, slots=True)
class Conducts:
    """In all its calls of the case the application keeps this requirement, as far as the tables can tell."""

    requirement: str

    def says(self) -> str:
        return "conduct as documented"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        found = [one for log in heard.timeline.logs() for one in breaches(log)]
        broken = [(breach, place) for breach, place in found if breach.requirement == self.requirement]
        if not broken:
            return self._kept(heard)
        lawful = [verdict is not None and not verdict.is_bad for verdict in (breach.verdict for breach, _ in broken)]
        breach, place = broken[0 if all(lawful) else lawful.index(False)]
        expected = f"expected {breach.expected}, " if breach.expected else ""
        where = f" at {place}" if place else ""
        verdict = breach.verdict or catalogue.load()[self.requirement].broken
        return Opinion(not verdict.is_bad, breach.got[:80], f"{expected}got {breach.got}{where}", breach.verdict)

    def _kept(self, heard: Heard) -> Opinion:
        logs = heard.timeline.logs()
        if logs and not any(_occasion(self.requirement, log) for log in logs):
            words = "; ".join(_ended(log) for log in logs)
            return Opinion(False, "there was no occasion", words, Verdict.BLOCKED)
        return Opinion(True, observed="as documented")


OCCASIONS = ("http.response.start", "http.response.body", "websocket.accept", "websocket.send", "websocket.close")


def _occasion(requirement: str, log: CallLog) -> bool:
    """Whether the application did something that the requirement speaks of."""
    if requirement == "common.app.returns-none":
        return log.outcome is not None and log.outcome.raised is None
    if requirement in ("http.response.start.app-first", "http.response.body.app-terminates"):
        return bool(log.sent)
    wanted = next((kind for kind in OCCASIONS if requirement.startswith(f"{kind}.")), "")
    return any(type_of(event) == wanted or not wanted for event in log.sent)


def _ended(log: CallLog) -> str:
    outcome = log.outcome
    if outcome is None:
        return "the call goes on"
    return f"it raised {outcome.raised.type}: {outcome.raised.text}" if outcome.raised else "it returned"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The application sends nothing and its call goes on."""

    def says(self) -> str:
        return "nothing"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        return Opinion(True) if isinstance(seen, Done) else Opinion(False, "came", shown(seen))


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Our scope is as it was when we called the application: same keys, same values, same containers."""

    def says(self) -> str:
        return "the scope as it was given"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Scope):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no scope", shown(seen))
        entry = next(one for one in heard.timeline.entries if one.line == heard.line)
        given = next(
            (one.seen for one in heard.timeline.entries if one.who == entry.who and isinstance(one.seen, Called)), None
        )
        if given is None:
            return Opinion(False, "no scope", "the application was not called")
        changed = list(_changes(plain(given.scope), plain(seen.scope)))
        changed += [f"{name} is another object" for name, id in given.ids.items() if seen.ids.get(name, id) != id]
        return Opinion(not changed, "changed" if changed else "", ", ".join(changed)[:300] or "unchanged")


def _changes(before: Any, after: Any) -> Iterator[str]:
    for name in dict.fromkeys([*before, *after]):
        if name == "state":
            continue
        if name not in after:
            yield f"{name} is gone"
        elif name not in before:
            yield f"{name} was added"
        elif before[name] != after[name]:
            yield f"{name} was {shown(before[name], 80)} and is {shown(after[name], 80)}"


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """No task of the case's calls goes on."""

    def says(self) -> str:
        return "no task left behind"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Aftermath):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "unknown", shown(seen))
        return Opinion(not seen.tasks, "a task goes on" if seen.tasks else "", ", ".join(seen.tasks) or "none")


def late_sends(log: CallLog) -> list[str]:
    """Types of the events that went through after the call had ended."""
    return [str(type_of(step.value)) for step in log.steps if step.what is What.SENT and step.late]
