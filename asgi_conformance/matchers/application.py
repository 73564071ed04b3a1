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
from asgi_conformance.timeline import Aftermath, Answer, Called, CallLog, Done, Missing, Raised, Scope, Seen, What
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
        starts = [plain(one) for one in seen.events if type_of(one) == "http.response.start"]
        if len(starts) != 1:
            return Opinion(False, "several starts" if starts else "no response", told(seen))
        start = starts[0]
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
    return isinstance(status, int) and (expected(status) if callable(expected) else status == expected)


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
    """What the body events of an answer hold, joined; what is sent behind the last of them is ignored by servers."""
    parts = []
    for event in (plain(one) for one in answer.events if type_of(one) == "http.response.body"):
        parts.append(plain(event.get("body")))
        if not plain(event.get("more_body")):
            break
    return b"".join(part for part in parts if isinstance(part, bytes))


def status_of(answer: Any) -> int | None:
    """The status of the first response in it; None for none."""
    for one in answer.events if isinstance(answer, Answer) else ():
        if type_of(one) in ("http.response.start", "websocket.http.response.start"):
            status = plain(plain(one).get("status"))
            return status if isinstance(status, int) else None
    return None


def events_of(answer: Answer) -> list[dict[str, Any]]:
    """The events of an answer with built-in values alone, for functions that care for meaning and not for type."""
    events = [plain(event) for event in answer.events]
    return [{plain(key): plain(value) for key, value in one.items()} for one in events if isinstance(one, dict)]


def told(answer: Answer) -> str:
    """An answer in words."""
    kinds = [str(type_of(one)) for one in answer.events]
    status = status_of(answer)
    outcome = answer.outcome
    end = "the call goes on" if outcome is None else "it returned"
    if outcome is not None and outcome.raised:
        end = _raised(outcome.raised)
    parts = [", ".join(kinds[:6]) + (f", … ({len(kinds)})" if len(kinds) > 6 else "") or "nothing sent"]
    return "; ".join([*parts, *([f"status {status}"] if status is not None else []), end])


BUSY = (429, 503)
"""Statuses that say nothing of the request."""
INTERNAL_ERROR = 1011
"""The close code for an exception, as RFC 6455 has it."""


def failure(answer: Answer) -> str:
    """How the application failed to deal with what it was given; empty if it did deal with it.

    To refuse is no failure; but 500 is what frameworks make of an exception.
    """
    if answer.outcome is not None and answer.outcome.raised:
        return _raised(answer.outcome.raised)
    if (status := status_of(answer)) == 500:
        return f"status {status}"
    for one in answer.events:
        if type_of(one) == "websocket.close" and plain(plain(one).get("code")) == INTERNAL_ERROR:
            return f"closed with {INTERNAL_ERROR}"
    started = any(type_of(one) == "http.response.start" for one in answer.events)
    return "an incomplete response" if started and answer.outcome is not None and not is_complete(answer) else ""


def _raised(raised: Raised) -> str:
    return f"it raised {raised.type}: {raised.text}"


@dataclass(frozen=True, slots=True)
class AsWellAs:
    """The application deals with this as it did with another call: it does not fail, and is not silent, where it did
    and was not. What it answers is free."""

    call: str
    """`server:usual`"""
    same_status: bool = False

    def says(self) -> str:
        words = "the status" if self.same_status else "no failure, as with"
        return f"{words}{' of' if self.same_status else ''} the {self.call.partition(':')[2]} call"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Answer):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no answer", shown(seen))
        answers = [one.seen for one in heard.timeline.entries if one.who == self.call and isinstance(one.seen, Answer)]
        if not answers or failure(answers[-1]):
            words = told(answers[-1]) if answers else "nothing came of it"
            return Opinion(False, f"nor does it serve the {self.call.partition(':')[2]} call", words, Verdict.BLOCKED)
        usual = answers[-1]
        if why := failure(seen):
            return Opinion(False, why[:120], told(seen))
        if usual.events and not seen.events:
            return Opinion(False, "nothing was sent", told(seen))
        if self.same_status and status_of(seen) not in (status_of(usual), *BUSY):
            return Opinion(False, "another status", f"{told(seen)}, instead of {status_of(usual)}")
        return Opinion(True, observed=told(seen))


@dataclass(frozen=True, slots=True)
class Rejects:
    """The application raises an exception because of the event that it got last, or answers with an error.

    What becomes of the exception is its own affair: where nothing comes of the event at all, that is noted.
    """

    events: int
    """How many events it gets, the bad one included."""
    usual: str = ""
    """The call in which it got a good one instead."""

    def says(self) -> str:
        return "an exception, or an error as the answer"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Answer):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no answer", shown(seen))
        who = next(one.who for one in heard.timeline.entries if one.line == heard.line)
        logs = [one.seen for one in heard.timeline.entries if one.who == who and isinstance(one.seen, CallLog)]
        got = [step for log in logs for step in log.steps if step.what is What.RECEIVED]
        if logs and len(got) < self.events:
            return Opinion(False, "there was no occasion", "it does not ask for the event", Verdict.BLOCKED)
        if seen.outcome is not None and seen.outcome.raised:
            raised = seen.outcome.raised
            return Opinion(raised.is_a("Exception"), "no Exception", _raised(raised))
        if _refuses(seen):
            usual = [one.seen for one in heard.timeline.entries if one.who == self.usual]
            as_ever = any(_refuses(one) and status_of(one) == status_of(seen) for one in usual)
            words = f"{told(seen)}, as in the usual call" if as_ever else told(seen)
            return Opinion(not as_ever, "there was no occasion", words, Verdict.BLOCKED if as_ever else None)
        if not seen.events:
            how = "it goes on waiting" if seen.outcome is None else "it ends the call without a word"
            return Opinion(False, how, told(seen), Verdict.NOTE)
        return Opinion(False, "it goes on as if nothing was wrong", told(seen))


@dataclass(frozen=True, slots=True)
class ReadsAsFar:
    """The application receives the request to its end, if it did so in another call."""

    call: str

    def says(self) -> str:
        return f"the whole body received, as in the {self.call.partition(':')[2]} call"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        who = next(one.who for one in heard.timeline.entries if one.line == heard.line)
        logs = {one.who: one.seen for one in heard.timeline.entries if isinstance(one.seen, CallLog)}
        if self.call not in logs or not _received_all(logs[self.call]):
            return Opinion(False, "there was no occasion", "it does not ask for the whole body", Verdict.BLOCKED)
        got = [step for step in logs[who].steps if step.what is What.RECEIVED]
        complete = _received_all(logs[who])
        return Opinion(complete, "" if complete else "it stops before the end", f"{len(got)} events received")


def _received_all(log: CallLog) -> bool:
    events = [plain(step.value) for step in log.steps if step.what is What.RECEIVED]
    return any(type_of(event) == "http.request" and not event.get("more_body") for event in events)


REFUSALS = ("websocket.close", "lifespan.startup.failed", "lifespan.shutdown.failed")


def _refuses(answer: Seen) -> bool:
    if not isinstance(answer, Answer):
        return False
    return (status_of(answer) or 0) >= 400 or any(type_of(one) in REFUSALS for one in answer.events)


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
        instead = f" instead of {breach.expected}" if breach.expected else ""
        where = f" at {place}" if place else ""
        verdict = breach.verdict or catalogue.load()[self.requirement].broken
        return Opinion(not verdict.is_bad, breach.got[:80], f"{breach.got}{where}{instead}", verdict)

    def _kept(self, heard: Heard) -> Opinion:
        logs = heard.timeline.logs()
        if logs and not any(_occasion(self.requirement, log) for log in logs):
            words = "; ".join(_ended(log) for log in logs)
            optional = self.requirement.startswith("ext.") and not self.requirement.endswith("app-fallback")
            return Opinion(False, "there was no occasion", words, Verdict.UNSUPPORTED if optional else Verdict.BLOCKED)
        return Opinion(True, observed="as documented")


OCCASIONS = {
    **{kind: kind for kind in ("http.response.start", "http.response.body")},
    **{kind: kind for kind in ("websocket.accept", "websocket.send", "websocket.close")},
    "ext.denial.app-order": "websocket.http.response.start",
    "ext.denial.app-fallback": "websocket.close",
    "ext.debug.app-not-unadvertised": "",
    "ext.early-hint": "http.response.early_hint",
    **{f"ext.{name}": f"http.response.{name}" for name in ("debug", "pathsend", "push", "trailers", "zerocopysend")},
}
"""The event that requirements speak of, by how their ids begin; else: any event."""


def _occasion(requirement: str, log: CallLog) -> bool:
    """Whether the application did something that the requirement speaks of."""
    if requirement == "common.app.returns-none":
        return log.outcome is not None and log.outcome.raised is None
    if requirement in ("http.response.start.app-first", "http.response.body.app-terminates"):
        return bool(log.sent)
    if requirement == "websocket.disconnect.app-stops":
        return any(step.what is What.RECEIVED and type_of(step.value) == "websocket.disconnect" for step in log.steps)
    wanted = next((kind for start, kind in OCCASIONS.items() if f"{requirement}.".startswith(f"{start}.")), "")
    return any(type_of(event) == wanted or not wanted for event in log.sent)


def _ended(log: CallLog) -> str:
    outcome = log.outcome
    if outcome is None:
        return "the call goes on"
    return _raised(outcome.raised) if outcome.raised else "it returned"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The application sends nothing and its call goes on."""

    def says(self) -> str:
        return "nothing"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        return Opinion(True) if isinstance(seen, Done) else Opinion(False, "came", shown(seen))


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Our scope is as it was when we called the application: the same keys with the same values."""

    inside: bool = False
    """Only what is in its containers counts, where they are the same objects still."""

    def says(self) -> str:
        return "the containers in the scope as they were given" if self.inside else "the scope as it was given"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Scope):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no scope", shown(seen))
        entry = next(one for one in heard.timeline.entries if one.line == heard.line)
        given = next(
            (one.seen for one in heard.timeline.entries if one.who == entry.who and isinstance(one.seen, Called)), None
        )
        if given is None:
            return Opinion(False, "no scope", "the application was not called")
        same = {name for name, id in given.ids.items() if seen.ids.get(name) == id}
        found = dict(_changes(plain(given.scope), plain(seen.scope)))
        changed = [words for name, words in found.items() if (name in same) == self.inside]
        return Opinion(not changed, "changed" if changed else "", ", ".join(changed)[:300] or "unchanged")


def _changes(before: Any, after: Any) -> Iterator[tuple[str, str]]:
    """(key, in words) of each difference."""
    for name in dict.fromkeys([*before, *after]):
        if name == "state":
            continue
        if name not in after:
            yield name, f"{name} is gone"
        elif name not in before:
            yield name, f"{name} was added"
        elif before[name] != after[name]:
            yield name, f"{name} was {shown(before[name], 80)} and is {shown(after[name], 80)}"


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
