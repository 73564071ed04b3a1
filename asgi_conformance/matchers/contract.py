"""What a contract application answers: JSON, or that it has no such route (`frameworks/CONTRACT.md`)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asgi_conformance.matchers.app import plain
from asgi_conformance.matchers.application import body_of, is_complete, status_of, told
from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.matchers.connection import nothing_read, with_end
from asgi_conformance.matchers.responses import ResponseIs, final, summary
from asgi_conformance.script import Heard, Matcher, Opinion
from asgi_conformance.spec.order import type_of
from asgi_conformance.timeline import Answer, End, Event, Missing, Seen, Why, Wire
from asgi_conformance.verdict import Verdict

ABSENT_STATUSES = frozenset({404, 405, 501})
"""What a framework answers by itself to a path, or to a method, for which it has no handler."""
STARTS = ("http.response.start", "websocket.http.response.start")
LEFT_OUT = "the contract application has no such route"


@dataclass(frozen=True, slots=True)
class IfOffered:
    """What a route is expected to answer, where the contract application has it. Without it the rest of the case is
    `unsupported`."""

    matcher: Matcher
    websocket: bool = False
    """Whether it is to accept a WebSocket: every refusal then tells that there is no such route."""

    def says(self) -> str:
        return self.matcher.says()

    def takes(self, data: bytes, ended: bool) -> int | None:
        taken = _takes(self.matcher, data, ended)
        return len(data) if taken is None and self._is_refusal(_status(data)) else taken

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        opinion = self.matcher.judge(seen, heard)
        if opinion.matches or not self._is_left_out(seen):
            return opinion
        return Opinion(True, LEFT_OUT, opinion.observed, Verdict.UNSUPPORTED)

    def _is_left_out(self, seen: Seen) -> bool:
        match seen:
            case Wire(data):
                return self._is_refusal(_status(data))
            case Answer():
                return any(map(self._is_refusal, _statuses(seen))) or (self.websocket and _refuses(seen))
            case Event(value) if type_of(value) in STARTS:
                return self._is_refusal(plain(plain(value).get("status")))
            case Event(value):
                return self.websocket and type_of(value) == "websocket.close"
            case Missing(Why.ENDED, _):
                return self.websocket
        return False

    def _is_refusal(self, status: Any) -> bool:
        return status in ABSENT_STATUSES or (self.websocket and isinstance(status, int) and status >= 400)


def _takes(matcher: Matcher, data: bytes, ended: bool) -> int | None:
    listen: Callable[[bytes, bool], int | None] | None = getattr(matcher, "takes", None)
    return listen(data, ended) if listen else None


def _status(data: bytes) -> int | None:
    return final(data, ended=False)[0].status


def _statuses(answer: Answer) -> list[Any]:
    return [plain(plain(event).get("status")) for event in answer.events if type_of(event) in STARTS]


def _refuses(answer: Answer) -> bool:
    """Whether a WebSocket was refused, or the call left, before it was accepted."""
    kinds = [type_of(event) for event in answer.events]
    return "websocket.accept" not in kinds and ("websocket.close" in kinds or answer.outcome is not None)


@dataclass(frozen=True, slots=True)
class JsonIs:
    """A complete response whose body is this value as JSON, on the wire or in memory."""

    value: Any
    """Or a function of what was parsed: True, False, or words for what is wrong."""
    status: int = 200

    def says(self) -> str:
        words = (self.value.__doc__ or "as expected") if callable(self.value) else shown(self.value, 120)
        return f"response {self.status} with the JSON {words}"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return ResponseIs().takes(data, ended)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        match seen:
            case Wire(data, end):
                opinion = ResponseIs(self.status).judge(seen, heard)
                response, _ = final(data, end is not End.OPEN)
                content, observed = response.body, with_end(summary(response), seen)
            case Answer():
                fits = is_complete(seen) and status_of(seen) == self.status
                opinion = Opinion(fits, "" if fits else "no such response", told(seen))
                content, observed = body_of(seen), f"{told(seen)}; body {shown(body_of(seen), 200)}"
            case Missing():
                return missing(seen)
            case _:
                return nothing_read(seen)
        if not opinion.matches:
            return opinion
        try:
            parsed = json.loads(content)
        except ValueError:
            return Opinion(False, "no JSON", observed)
        return self._compared(parsed, observed)

    def _compared(self, parsed: Any, observed: str) -> Opinion:
        try:
            answer = self.value(parsed) if callable(self.value) else parsed == self.value
        except (TypeError, ValueError, AttributeError, LookupError):
            answer = False
        if answer is True:
            return Opinion(True, observed=observed)
        return Opinion(False, "otherwise", answer if isinstance(answer, str) else observed)
