"""The order of events over HTTP."""

from typing import Any

import pytest

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.http import PROTOCOL
from asgi_conformance.spec.order import deviations

MORE = {"type": "http.request", "body": b"x", "more_body": True}
LAST = {"type": "http.request", "body": b"x"}
GONE = {"type": "http.disconnect"}

START = {"type": "http.response.start", "status": 200}
ANNOUNCING = START | {"trailers": True}
BODY = {"type": "http.response.body", "more_body": True}
END = {"type": "http.response.body"}
COPY = {"type": "http.response.zerocopysend", "more_body": True}
LAST_COPY = {"type": "http.response.zerocopysend"}
PATH = {"type": "http.response.pathsend"}
PUSH = {"type": "http.response.push"}
HINT = {"type": "http.response.early_hint"}
DEBUG = {"type": "http.response.debug"}
TRAILERS = {"type": "http.response.trailers", "more_trailers": True}
LAST_TRAILERS = {"type": "http.response.trailers"}


def broken(events: list[Any], direction: str) -> list[tuple[int, str]]:
    found = deviations([(direction, event) for event in events], PROTOCOL, Direction(direction))
    return [(deviation.index, deviation.requirement) for deviation in found]


@pytest.mark.parametrize(
    "events",
    [
        [],
        [LAST],
        [MORE, MORE, LAST],
        [LAST, GONE, GONE],
        [MORE, GONE, GONE],
        [GONE],
        [GONE, GONE],
    ],
)
def test_lawful_requests(events: list[Any]) -> None:
    assert broken(events, "received") == []


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([LAST, LAST], [(1, "http.request.nothing-after-final")]),
        ([LAST, MORE, GONE], [(1, "http.request.nothing-after-final")]),
        ([MORE, LAST, GONE, LAST], [(3, "http.request.nothing-after-final")]),
        ([MORE, GONE, LAST], [(2, "http.disconnect.queued-body-order")]),
        ([{"type": "http.bogus"}, LAST], [(0, "http.request.first-event")]),
    ],
)
def test_unlawful_requests(events: list[Any], expected: list[Any]) -> None:
    assert broken(events, "received") == expected


@pytest.mark.parametrize(
    "events",
    [
        [START, END],
        [START, BODY, BODY, END],
        [START, PUSH, BODY, PUSH, END],
        [HINT, HINT, START, END],
        [START, HINT, END],
        [START, BODY, HINT, END],
        [DEBUG, HINT, START, END],
        [HINT, DEBUG, START, END],
        [START, COPY, BODY, LAST_COPY],
        [START, PATH],
        [ANNOUNCING, BODY, END, TRAILERS, LAST_TRAILERS],
        [ANNOUNCING, PUSH, HINT, PATH, LAST_TRAILERS],
        [ANNOUNCING, COPY, PUSH, HINT, LAST_COPY, LAST_TRAILERS],
        [ANNOUNCING, LAST_COPY, LAST_TRAILERS],
        # ignored after the last one:
        [START, END, END, START, PATH, LAST_TRAILERS],
        [ANNOUNCING, END, LAST_TRAILERS, LAST_TRAILERS, END],
    ],
)
def test_lawful_responses(events: list[Any]) -> None:
    assert broken(events, "sent") == []


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([END], [(0, "http.response.start.app-first")]),
        ([BODY, START, END], [(0, "http.response.start.app-first")]),
        ([START, START, END], [(1, "http.response.start.app-first")]),
        ([START, ANNOUNCING, END], [(1, "http.response.start.app-first")]),
        ([DEBUG, DEBUG, START, END], [(1, "ext.debug.app-once-before-start")]),
        ([START, DEBUG, END], [(1, "ext.debug.app-once-before-start")]),
        ([PUSH, START, END], [(0, "ext.push.app-format")]),
        ([LAST_COPY], [(0, "ext.zerocopysend.app-format")]),
        ([PATH], [(0, "ext.pathsend.app-format")]),
        ([START, BODY, PATH], [(2, "ext.pathsend.app-format")]),
        ([START, LAST_TRAILERS, END], [(1, "ext.trailers.app-order")]),
        ([ANNOUNCING, LAST_TRAILERS, END], [(1, "ext.trailers.app-order")]),
        ([ANNOUNCING, END, HINT], [(2, "ext.early-hint.app-format")]),
        ([ANNOUNCING, END, BODY], [(2, "http.response.body.app-terminates")]),
    ],
)
def test_unlawful_responses(events: list[Any], expected: list[Any]) -> None:
    assert broken(events, "sent") == expected


def test_the_request_does_not_depend_on_the_response() -> None:
    """When a disconnect may come is a matter of time, and a body may be read after the response."""
    events = [("sent", START), ("sent", END), ("received", MORE), ("received", LAST), ("received", GONE)]
    assert deviations(events, PROTOCOL) == []
