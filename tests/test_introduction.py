"""What is learnt of a server from the first exchanges: what it declares, and what it lacks."""

from typing import Any

import pytest

from asgi_conformance.introduction import AGAIN, HTTP_1_0, INTRODUCTION, UPLOAD, facts_from
from asgi_conformance.timeline import Call, Entry, Timeline

HTTP: dict[str, Any] = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}}
WEBSOCKET: dict[str, Any] = {"type": "websocket", "asgi": {"version": "3.0"}, "extensions": {"x": {}}}


def played(*scopes: Any) -> Timeline:
    return Timeline(tuple(Entry(0, f"app:{n}", False, Call(scope, {})) for n, scope in enumerate(scopes)))


def everything() -> list[Timeline]:
    timelines = [played(HTTP) for _ in INTRODUCTION]
    timelines[2], timelines[AGAIN] = played(WEBSOCKET), played(HTTP, HTTP)
    return timelines


def lacks(**missing: Timeline) -> set[str]:
    timelines = everything()
    for number, timeline in missing.items():
        timelines[int(number[1:])] = timeline
    return set(facts_from(timelines, None, "server").lacks) - {"lifespan", "state"}


def test_what_every_server_can_do_is_not_lacking() -> None:
    assert lacks() == set()


@pytest.mark.parametrize(
    ("number", "timeline", "lacking"),
    [
        (2, played(HTTP), {"websocket"}),
        (2, played(), {"websocket"}),
        (AGAIN, played(HTTP), {"keep-alive"}),
        (UPLOAD, played(), {"early-call"}),
        (HTTP_1_0, played(), {"http/1.0"}),
    ],
)
def test_what_was_tried_in_vain_is_lacking(number: int, timeline: Timeline, lacking: set[str]) -> None:
    assert lacks(**{f"_{number}": timeline}) == lacking


def test_a_connection_that_was_never_served_says_nothing_of_keeping_it() -> None:
    assert "keep-alive" not in lacks(**{f"_{AGAIN}": played()})


def test_what_is_declared_is_told_by_type() -> None:
    declared = facts_from(everything(), None, "server").declared
    assert declared == {"asgi": "3.0", "http": "2.3", "websocket": None, "lifespan": None, "extensions": ["x"]}
