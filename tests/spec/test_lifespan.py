"""The order of events of a lifespan."""

from typing import Any

import pytest

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.lifespan import PROTOCOL, classify
from asgi_conformance.spec.order import deviations

STARTUP = ("received", {"type": "lifespan.startup"})
SHUTDOWN = ("received", {"type": "lifespan.shutdown"})
STARTED = ("sent", {"type": "lifespan.startup.complete"})
FAILED = ("sent", {"type": "lifespan.startup.failed"})
STOPPED = ("sent", {"type": "lifespan.shutdown.complete"})
NOT_STOPPED = ("sent", {"type": "lifespan.shutdown.failed"})
RAISED = ("raised", "RuntimeError")


def broken(events: list[Any], judged: Direction) -> list[tuple[int, str]]:
    return [(deviation.index, deviation.requirement) for deviation in deviations(events, PROTOCOL, judged)]


@pytest.mark.parametrize(
    "events",
    [
        [STARTUP, STARTED, SHUTDOWN, STOPPED],
        [STARTUP, STARTED, SHUTDOWN, NOT_STOPPED, RAISED],
        [STARTUP, FAILED, RAISED],
        [RAISED],
        [STARTUP, RAISED],
        [STARTUP, STARTED, RAISED],
        # replies before the event was received:
        [STARTED, STARTUP, SHUTDOWN, STOPPED],
        [FAILED, STARTUP],
        # told to stop while it is still starting:
        [STARTUP, SHUTDOWN, STARTED, STOPPED],
        [STARTUP, SHUTDOWN, FAILED],
        [STARTUP, SHUTDOWN, STOPPED],
    ],
)
def test_lawful_lifespans(events: list[Any]) -> None:
    assert broken(events, Direction.RECEIVED) == []
    assert broken(events, Direction.SENT) == []


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([SHUTDOWN], [(0, "lifespan.startup.event")]),
        ([("received", {"type": "lifespan.bogus"})], [(0, "lifespan.startup.event")]),
        ([STARTUP, STARTUP], [(1, "lifespan.startup.event")]),
        ([STARTUP, STARTED, STARTUP], [(2, "lifespan.startup.event")]),
        ([STARTED, SHUTDOWN], [(1, "lifespan.startup.event")]),
        ([STARTUP, STARTED, SHUTDOWN, SHUTDOWN], [(3, "lifespan.shutdown.event")]),
        ([STARTUP, STARTED, SHUTDOWN, STOPPED, SHUTDOWN], [(4, "lifespan.shutdown.event")]),
        ([STARTUP, FAILED, SHUTDOWN], [(2, "lifespan.startup.failed.no-shutdown-event")]),
        ([STARTUP, RAISED, SHUTDOWN], [(2, "lifespan.unsupported.no-events")]),
        ([RAISED, STARTUP], [(1, "lifespan.unsupported.no-events")]),
    ],
)
def test_unlawful_servers(events: list[Any], expected: list[Any]) -> None:
    assert broken(events, Direction.RECEIVED) == expected


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([STARTUP, STARTED, STARTED], [(2, "lifespan.startup.complete-shape")]),
        ([STARTUP, STARTED, FAILED], [(2, "lifespan.startup.complete-shape")]),
        ([STARTUP, STOPPED], [(1, "lifespan.shutdown.app-replies")]),
        ([STARTUP, STARTED, SHUTDOWN, STOPPED, NOT_STOPPED], [(4, "lifespan.shutdown.app-replies")]),
    ],
)
def test_unlawful_applications(events: list[Any], expected: list[Any]) -> None:
    assert broken(events, Direction.SENT) == expected


def test_an_exception_is_no_event() -> None:
    assert classify({"type": "an exception"}) is None
