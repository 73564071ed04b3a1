"""The order of events of a WebSocket."""

from typing import Any

import pytest

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import deviations
from asgi_conformance.spec.websocket import PROTOCOL

CONNECT = ("received", {"type": "websocket.connect"})
RECEIVE = ("received", {"type": "websocket.receive", "text": "x"})
GONE = ("received", {"type": "websocket.disconnect", "code": 1000})
ACCEPT = ("sent", {"type": "websocket.accept"})
SEND = ("sent", {"type": "websocket.send", "text": "x"})
CLOSE = ("sent", {"type": "websocket.close"})
DENIAL = ("sent", {"type": "websocket.http.response.start", "status": 401})
DENIAL_BODY = ("sent", {"type": "websocket.http.response.body", "more_body": True})
DENIAL_END = ("sent", {"type": "websocket.http.response.body"})


def broken(events: list[Any], judged: Direction) -> list[tuple[int, str]]:
    return [(deviation.index, deviation.requirement) for deviation in deviations(events, PROTOCOL, judged)]


@pytest.mark.parametrize(
    "events",
    [
        [CONNECT, ACCEPT, RECEIVE, SEND, RECEIVE, GONE, GONE],
        [CONNECT, ACCEPT, SEND, CLOSE, RECEIVE, GONE],
        [CONNECT, CLOSE, GONE],
        [CONNECT, GONE],
        [GONE],
        [CONNECT, DENIAL, DENIAL_BODY, DENIAL_END, GONE],
        [CONNECT, DENIAL, GONE],
        # a reply before the connect event was received (A37):
        [ACCEPT, SEND, CONNECT, RECEIVE, GONE],
        [ACCEPT, CLOSE, CONNECT, GONE],
        [ACCEPT, GONE],
        [CLOSE, CONNECT, GONE],
        [DENIAL, CONNECT, DENIAL_END, CONNECT, GONE],
        # closed twice, by both sides:
        [CONNECT, ACCEPT, GONE, CLOSE],
    ],
)
def test_lawful_connections(events: list[Any]) -> None:
    assert broken(events, Direction.RECEIVED) == []
    assert broken(events, Direction.SENT) == []


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([RECEIVE], [(0, "websocket.connect.first-event")]),
        ([("received", {"type": "websocket.bogus"})], [(0, "websocket.connect.first-event")]),
        ([CONNECT, CONNECT], [(1, "websocket.connect.first-event")]),
        ([CONNECT, RECEIVE, ACCEPT, RECEIVE], [(1, "websocket.connect.no-receive-before-reply")]),
        ([CONNECT, ACCEPT, CONNECT], [(2, "websocket.connect.first-event")]),
        ([ACCEPT, RECEIVE], [(1, "websocket.connect.first-event")]),
        ([CONNECT, ACCEPT, GONE, RECEIVE], [(3, "websocket.disconnect.last-event")]),
        ([GONE, CONNECT], [(1, "websocket.connect.first-event")]),
        ([CONNECT, CLOSE, RECEIVE], [(2, "websocket.disconnect.after-reject")]),
        ([CONNECT, DENIAL, RECEIVE], [(2, "ext.denial.disconnect-event")]),
        ([CONNECT, DENIAL, DENIAL_END, RECEIVE], [(3, "ext.denial.disconnect-event")]),
    ],
)
def test_unlawful_servers(events: list[Any], expected: list[Any]) -> None:
    assert broken(events, Direction.RECEIVED) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([CONNECT, SEND], [(1, "websocket.send.app-after-accept-only")]),
        ([CONNECT, ACCEPT, ACCEPT], [(2, "websocket.send.app-after-accept-only")]),
        ([CONNECT, DENIAL_END], [(1, "ext.denial.app-order")]),
        ([CONNECT, ACCEPT, DENIAL], [(2, "ext.denial.app-order")]),
        ([CONNECT, ACCEPT, CLOSE, SEND, CLOSE], [(3, "websocket.close.app-once"), (4, "websocket.close.app-once")]),
        ([CONNECT, CLOSE, ACCEPT], [(2, "websocket.close.app-once")]),
        ([CONNECT, DENIAL, CLOSE], [(2, "ext.denial.app-order")]),
        ([CONNECT, DENIAL, DENIAL_END, DENIAL_END], [(3, "ext.denial.app-order")]),
        ([CONNECT, ACCEPT, GONE, SEND], [(3, "websocket.disconnect.app-stops")]),
    ],
)
def test_unlawful_applications(events: list[Any], expected: list[Any]) -> None:
    assert broken(events, Direction.SENT) == expected
