"""What is told at a glance is what the tables say, only quicker."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asgi_conformance.codec import Foreign
from asgi_conformance.spec.conduct import Conduct
from asgi_conformance.spec.glance import PLAIN

SCOPES: dict[str, dict[str, Any]] = {
    "http": {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.5"}},
    "websocket": {"type": "websocket", "asgi": {"version": "3.0"}, "subprotocols": ["chat"]},
    "lifespan": {"type": "lifespan", "asgi": {"version": "3.0"}},
}
VALUES = st.sampled_from(
    [None, True, False, 0, 1, 99, 100, 200, 204, 599, 600, 999, 1000, 1005, 1006, 3000, 4999, 5000, 1.5, "", "a", b""]
    + [b"a", [], (), [(b"a", b"1")], [[b"a", b"1"]], [(b"A", b"1")], [(b":a", b"1")], [(b"a", "1")], [("a", b"1")]]
    + [[(b"a",)]]
    + [[(b"sec-websocket-protocol", b"x")], [b"ab"], {}, {"a": 1}, Foreign("bytearray", b"a"), Foreign("generator", [])]
)  # fmt: skip
KEYS = st.sampled_from(
    ["status", "headers", "trailers", "body", "more_body", "text", "bytes", "code", "reason", "subprotocol", "message"]
    + ["x-own"]
)
EVENTS = st.builds(
    lambda kind, keys: {"type": kind, **keys},
    st.sampled_from([*PLAIN, "websocket.http.response.start", "http.response.trailers", "lifespan.startup.complete"]),
    st.dictionaries(KEYS, VALUES, max_size=3),
)
LIKELY = st.sampled_from(
    [
        {"type": "http.response.start", "status": 200, "headers": [(b"a", b"1")]},
        {"type": "http.response.body", "body": b"a", "more_body": True},
        {"type": "http.response.body", "body": b"a"},
        {"type": "websocket.accept"},
        {"type": "websocket.send", "text": "a"},
        {"type": "websocket.send", "bytes": b"a"},
        {"type": "websocket.close", "code": 1000},
        {"type": "lifespan.shutdown.complete"},
    ]
)
RECEIVED = st.sampled_from(
    [
        {"type": "http.request", "more_body": True},
        {"type": "http.request"},
        {"type": "http.disconnect"},
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "a"},
        {"type": "websocket.disconnect", "code": 1000},
        {"type": "lifespan.startup"},
        {"type": "lifespan.shutdown"},
        {"type": "own.event"},
        {"no": "type"},
    ]
)


@pytest.mark.parametrize("kind", SCOPES)
@given(data=st.data())
def test_it_never_lets_pass_what_the_tables_complain_of(kind: str, data: st.DataObject) -> None:
    quick, slow = Conduct(SCOPES[kind]), Conduct(SCOPES[kind])
    for received, event in data.draw(st.lists(st.tuples(st.booleans(), RECEIVED | LIKELY | EVENTS), max_size=6)):
        if received:
            quick.received(event)
            slow.received(event)
            continue
        found = list(slow.sends(event))
        if quick.passes(event):
            assert found == []
        else:
            assert list(quick.sends(event)) == found
        assert quick.states == slow.states


@pytest.mark.parametrize(("kind", "events"), [
    ("http", [{"type": "http.response.start", "status": 200}, {"type": "http.response.body", "more_body": True},
              {"type": "http.response.body", "body": b"", "more_body": False}]),
    ("websocket", [{"type": "websocket.accept"}, {"type": "websocket.send", "text": ""}, {"type": "websocket.close"}]),
])  # fmt: skip
def test_what_is_plain_and_in_order_passes(kind: str, events: list[Any]) -> None:
    conduct = Conduct(SCOPES[kind])
    if kind == "websocket":
        conduct.received({"type": "websocket.connect"})
    assert all(conduct.passes(event) for event in events)


def test_unknown_events_are_not_remembered() -> None:
    conduct = Conduct(SCOPES["http"])
    known = len(conduct._ways.received[0])
    for number in range(100):
        conduct.received({"type": f"own.{number}"})
    assert len(conduct._ways.received[0]) == known
