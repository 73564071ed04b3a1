"""What a contract application answers: JSON, or that it has left something out."""

from typing import Any

import pytest

from asgi_conformance.matchers.app import EventIs
from asgi_conformance.matchers.application import AnswerIs
from asgi_conformance.matchers.connection import BytesArrive
from asgi_conformance.matchers.contract import LEFT_OUT, IfOffered, JsonIs
from asgi_conformance.matchers.responses import ResponseIs
from asgi_conformance.matchers.websocket import HandshakeIs
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import (
    Answer,
    Done,
    End,
    Event,
    Facts,
    Missing,
    Outcome,
    Raised,
    Seen,
    Timeline,
    Why,
    Wire,
)
from asgi_conformance.verdict import Verdict

HEARD = Heard(Timeline(()), Facts(), 0)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ROUTE, SOCKET = IfOffered(ResponseIs(200)), IfOffered(HandshakeIs(), websocket=True)


def without_content(status: int) -> bytes:
    return b"HTTP/1.1 %d \r\nContent-Length: 0\r\n\r\n" % status


def answer(*events: dict[str, Any], raised: str = "") -> Answer:
    return Answer(events, Outcome(Raised(raised, (raised,))) if raised else Outcome())


def start(status: int, kind: str = "http.response.start") -> dict[str, Any]:
    return {"type": kind, "status": status}


def left_out(opinion: Opinion) -> bool:
    return (opinion.matches, opinion.verdict, opinion.how) == (True, Verdict.UNSUPPORTED, LEFT_OUT)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_route_is_left_out(status: int) -> None:
    data = without_content(status)
    assert left_out(ROUTE.judge(Wire(data), HEARD))
    assert ROUTE.takes(data, False) == len(data)
    assert IfOffered(BytesArrive(b"first")).takes(data, False) == len(data)
    complete = answer(start(status), {"type": "http.response.body"})
    assert left_out(IfOffered(AnswerIs(200)).judge(complete, HEARD))
    assert left_out(IfOffered(EventIs(start(200))).judge(Event(start(status)), HEARD))


def test_a_route_that_is_there_is_judged() -> None:
    assert ROUTE.judge(Wire(OK), HEARD) == ResponseIs(200).judge(Wire(OK), HEARD)
    assert IfOffered(ResponseIs(404)).judge(Wire(without_content(404)), HEARD).verdict is None
    assert ROUTE.says() == ResponseIs(200).says()
    assert ROUTE.takes(OK[:-1], False) is None
    assert ROUTE.takes(OK, False) == len(OK)


@pytest.mark.parametrize("seen", [Wire(without_content(500)), Wire(b"", End.FIN), Missing(Why.ENDED), Done()])
def test_what_else_goes_wrong_is_no_route_left_out(seen: Seen) -> None:
    opinion = ROUTE.judge(seen, HEARD)
    assert (opinion.matches, opinion.verdict) == (False, None)


@pytest.mark.parametrize(
    "seen",
    [
        Wire(without_content(403)),
        Wire(without_content(500)),
        Event({"type": "websocket.close"}),
        Event(start(404, "websocket.http.response.start")),
        Missing(Why.ENDED, "raised ValueError: no route"),
        answer({"type": "websocket.close"}),
        answer(raised="ValueError"),
    ],
)
def test_a_refusal_tells_that_there_is_no_such_websocket(seen: Seen) -> None:
    assert left_out(SOCKET.judge(seen, HEARD))


@pytest.mark.parametrize(
    "seen",
    [
        Wire(b""),
        Missing(Why.SILENCE),
        Event({"type": "websocket.accept"}),
        answer({"type": "websocket.accept"}, {"type": "websocket.close"}),
    ],
)
def test_what_is_no_refusal_is_judged(seen: Seen) -> None:
    assert not left_out(SOCKET.judge(seen, HEARD))


# --------------------------------------------------------------------------- JSON


def json_on_the_wire(text: bytes, status: int = 200) -> Wire:
    return Wire(b"HTTP/1.1 %d \r\nContent-Length: %d\r\n\r\n%s" % (status, len(text), text))


def json_in_memory(text: bytes, status: int = 200) -> Answer:
    return answer(start(status), {"type": "http.response.body", "body": text})


@pytest.mark.parametrize("made", [json_on_the_wire, json_in_memory])
def test_json_is_compared_by_value(made: Any) -> None:
    def how(value: Any, text: bytes, status: int = 200) -> str:
        opinion = JsonIs(value).judge(made(text, status), HEARD)
        return opinion.how or str(opinion.matches)

    assert how({"a": [1, "é"]}, b'{"a":[1, "\\u00e9"]}') == "True"
    assert how({"a": 1}, b'{"a": 2}') == "otherwise"
    assert how([], b"[") == how([], b"\xff") == "no JSON"
    assert how([], b"[]", 500) in ("wrong status", "no such response")


def test_json_may_be_judged_by_a_function() -> None:
    def has_one(found: Any) -> bool | str:
        """a list with 1 in it"""
        return 1 in found or "no 1"

    assert JsonIs(has_one).judge(json_on_the_wire(b"[1]"), HEARD).matches
    assert JsonIs(has_one).judge(json_on_the_wire(b"[2]"), HEARD) == Opinion(False, "otherwise", "no 1")
    assert not JsonIs(has_one).judge(json_on_the_wire(b"7"), HEARD).matches
    assert JsonIs(has_one).says() == "response 200 with the JSON a list with 1 in it"
    assert JsonIs([1], 201).says() == "response 201 with the JSON [1]"


def test_json_has_to_come() -> None:
    assert JsonIs([]).judge(Missing(Why.SILENCE), HEARD).how == "missing"
    assert JsonIs([]).judge(Done(), HEARD).how == "nothing read"
    assert JsonIs([]).takes(OK[:-1], False) is None
    assert JsonIs([]).takes(OK, False) == len(OK)
