"""What a WSGI application in memory does: its answers, and its conduct as the observer between us and it tells it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from asgi_conformance.judge.wsgi import wsgi_breaches
from asgi_conformance.matchers.app import plain
from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.spec import catalogue
from asgi_conformance.timeline import Missing, Outcome, Seen, WsgiAnswer, WsgiLog
from asgi_conformance.verdict import Verdict


def status_of(answer: WsgiAnswer) -> int | None:
    """200 for `200 OK`; None where it is no such text."""
    status = plain(answer.status)
    digits = status[:3] if isinstance(status, str) else ""
    return int(digits) if len(digits) == 3 and digits.isascii() and digits.isdigit() else None


def body_of(answer: Any) -> bytes:
    return b"".join(block for block in map(plain, answer.body) if isinstance(block, bytes))


def fields_of(answer: WsgiAnswer) -> list[tuple[str, str]]:
    """The header fields, names in lower case; what is none is left out."""
    headers = plain(answer.headers)
    pairs = [plain(item) for item in headers] if isinstance(headers, list | tuple) else []
    texts = [tuple(map(plain, pair)) for pair in pairs if isinstance(pair, list | tuple) and len(pair) == 2]
    return [(name.lower(), value) for name, value in texts if isinstance(name, str) and isinstance(value, str)]


def told(answer: WsgiAnswer) -> str:
    """An answer in words."""
    if answer.outcome.raised:
        return f"it raised {answer.outcome.raised.type}: {answer.outcome.raised.text}"
    return f"status {shown(answer.status)}, body {shown(body_of(answer), 80)}"


def failure(answer: WsgiAnswer) -> str:
    """How the application failed to deal with what it was given; empty if it did deal with it."""
    if answer.outcome.raised:
        return told(answer)
    status = status_of(answer)
    return "500" if status == 500 else "" if status else f"no status but {shown(answer.status)}"


@dataclass(frozen=True, slots=True)
class WsgiAnswerIs:
    """A complete response. What is None is free."""

    status: int | Callable[[int], bool] | None = None
    body: bytes | None = None
    fields: tuple[tuple[str, str], ...] = ()
    """Header fields it has, names in lower case."""

    def says(self) -> str:
        words = ["a complete response"]
        if self.status is not None:
            words.append((self.status.__doc__ or "of another class") if callable(self.status) else str(self.status))
        words += [f"with body {shown(self.body, 80)}"] if self.body is not None else []
        return " ".join([*words, *(f"with {name}: {value}" for name, value in self.fields)])

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, WsgiAnswer):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no answer", shown(seen))
        if seen.outcome.raised:
            return Opinion(False, "raised", told(seen))
        status = status_of(seen)
        if status is None:
            return Opinion(False, "no status", told(seen))
        if self.status is not None and not (self.status(status) if callable(self.status) else status == self.status):
            return Opinion(False, "wrong status", told(seen))
        if self.body is not None and body_of(seen) != self.body:
            return Opinion(False, "wrong body", told(seen))
        for field in self.fields:
            if field not in fields_of(seen):
                return Opinion(False, "missing", f"no field {field} among {shown(fields_of(seen))}")
        return Opinion(True, observed=told(seen))


@dataclass(frozen=True, slots=True)
class WsgiAsWellAs:
    """The application does not fail where it did not fail in another call. What it answers is free."""

    call: str
    """`gateway:usual`"""
    same_status: bool = False

    def says(self) -> str:
        words = "the status" if self.same_status else "no failure, as with"
        return f"{words}{' of' if self.same_status else ''} the {self.call.partition(':')[2]} call"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, WsgiAnswer):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no answer", shown(seen))
        entries = heard.timeline.entries
        usual = [one.seen for one in entries if one.who == self.call and isinstance(one.seen, WsgiAnswer)]
        if not usual or failure(usual[-1]):
            words = told(usual[-1]) if usual else "nothing came of it"
            return Opinion(False, f"nor does it serve the {self.call.partition(':')[2]} call", words, Verdict.BLOCKED)
        if why := failure(seen):
            return Opinion(False, why[:120], told(seen))
        if self.same_status and status_of(seen) not in (status_of(usual[-1]), 429, 503):
            return Opinion(False, "another status", f"{told(seen)}, instead of {status_of(usual[-1])}")
        return Opinion(True, observed=told(seen))


@dataclass(frozen=True, slots=True)
class WsgiConducts:
    """In all its calls of the case the application keeps this requirement, as the observer beside it tells."""

    requirement: str
    side: str = "application"

    def says(self) -> str:
        return "conduct as documented"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        found = [one for one in wsgi_breaches(heard.timeline) if one.requirement == self.requirement]
        broken = [one for one in found if one.side == self.side]
        if broken:
            worst = next((one for one in broken if one.verdict is None or one.verdict.is_bad), broken[0])
            verdict = worst.verdict or catalogue.load()[self.requirement].broken
            return Opinion(not verdict.is_bad, worst.got[:80], worst.words, verdict)
        logs = heard.timeline.wsgi_logs()
        if logs and not any(occasion(self.requirement, log) for log in logs):
            words = "; ".join(_ended(log) for log in logs)
            return Opinion(False, "there was no occasion", words, Verdict.BLOCKED)
        return Opinion(True, observed="as documented")


def occasion(requirement: str, log: WsgiLog) -> bool:
    """Whether the application did something that the requirement speaks of."""
    done = {what for what, _ in log.steps}
    starts = [value for what, value in log.steps if what == "start"]
    match requirement.removeprefix("wsgi."):
        case "start-response.exc-info-type" | "start-response.app-no-trap":
            return any(start[2] for start in starts)
        case "start-response.app-second-call":
            return len(starts) > 1
        case "start-response.before-first-body" | "start-response.app-no-transfer-encoding":
            return "returned" in done
        case "content-length.app-underrun" | "content-length.app-overrun" | "content-length.app-invalid":
            return "end" in done and any("content-length" in names(start) for start in starts)
        case "iterable.yields-bytes":
            return "block" in done
        case "iterable.len-accurate":
            return any(what == "returned" and value[1] is not None for what, value in log.steps) and "end" in done
        case "http.status-without-body":
            return any(str(plain(start[0]))[:3] in ("204", "304") for start in starts) and bool(done & {"end", "block"})
        case "head.app-body":
            return plain(log.environ).get("REQUEST_METHOD") == "HEAD" and "end" in done
        case name if name.startswith("write.app"):
            return "write" in done
        case name if name.startswith("input.app"):
            return "read" in done
        case name if name.startswith("errors."):
            return "error" in done
        case name if name.startswith(("start-response.", "call.start", "http.")):
            return bool(starts)
        case name if name.startswith(("iterable.", "write.")):
            return "returned" in done
    return True


def names(start: Any) -> Iterator[str]:
    """Of the header fields of a `start_response`, in lower case."""
    headers = plain(start[1])
    for item in map(plain, headers if isinstance(headers, list | tuple) else ()):
        name = plain(item[0]) if isinstance(item, list | tuple) and item else None
        if isinstance(name, str):
            yield name.lower()


def _ended(log: WsgiLog) -> str:
    raised = [value for what, value in log.steps if what == "raised"]
    return f"it raised {raised[0]}" if raised else ", ".join(dict(log.steps)) or "nothing happened"


@dataclass(frozen=True, slots=True)
class BlockIs:
    """The application gives this block next."""

    data: bytes

    def says(self) -> str:
        return f"the block {shown(self.data, 80)}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Outcome):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no block", shown(seen))
        if seen.raised:
            return Opinion(False, "raised", f"{seen.raised.type}: {seen.raised.text}")
        if not seen.done:
            return Opinion(False, "the end", "the iterable is exhausted")
        fits = plain(seen.value) == self.data
        return Opinion(fits, "" if fits else "wrong block", shown(seen.value))


@dataclass(frozen=True, slots=True)
class Exhausted:
    """The application has no block left."""

    def says(self) -> str:
        return "no more blocks"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Outcome):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no end", shown(seen))
        fits = not seen.done and seen.raised is None
        return Opinion(fits, "" if fits else "goes on", shown(seen.raised or seen.value))
