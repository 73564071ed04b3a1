"""A matcher that asks the tables of the specification: one requirement at a time."""

from typing import Any

import pytest

from asgi_conformance.codec import Foreign
from asgi_conformance.matchers.schema import AsDocumented
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import Body, Call, Done, Entry, Event, Facts, Missing, Scope, Seen, Timeline, Why
from asgi_conformance.verdict import Verdict


def judged(requirement: str, seen: Seen, scope_type: str = "http") -> Opinion:
    """Of what answers the second line, in a call of this type that the first line is about."""
    calls = (
        Entry(0, "app:lifespan", False, Call({"type": "lifespan"}, {})),
        Entry(0, "app", False, Call({"type": scope_type}, {}), line=0),
        Entry(1, "app", False, seen, line=1),
    )
    return AsDocumented(requirement).judge(seen, Heard(Timeline(calls), Facts(), 1))


def test_what_keeps_the_requirement_matches_whatever_else_is_wrong() -> None:
    scope = Call({"type": "http", "method": "GET"}, {})
    assert judged("http.scope.method.uppercase", scope) == Opinion(True)
    told = "path: missing, expected str, got no such key"
    assert judged("http.scope.path.type", scope) == Opinion(False, "missing", told)


@pytest.mark.parametrize(
    ("requirement", "seen", "how"),
    [
        ("http.request.keys", Event({"type": "http.request", "body": 1}), "wrong type"),
        ("http.request.keys", Body(({"type": "http.request"}, {"type": "http.request", "body": 1}), b""), "wrong type"),
        ("http.request.keys", Event({"type": "http.request", "body": b""}), ""),
        ("websocket.receive.exactly-one", Event({"type": "websocket.receive"}), "not exactly one"),
        ("http.request.keys", Done(), ""),
        ("http.scope.path.type", Scope({}, {}), ""),
    ],
)
def test_events_bodies_and_scopes_are_asked_about(requirement: str, seen: Seen, how: str) -> None:
    opinion = judged(requirement, seen)
    assert (opinion.matches, opinion.how) == (not how, how)


def test_the_type_of_the_scope_is_that_of_the_call_the_line_is_about() -> None:
    event = Event({"type": "websocket.receive", "text": "x"})
    assert judged("common.event.type-namespaced", event, "websocket") == Opinion(True)
    assert judged("common.event.type-namespaced", event, "http").how == "wrong namespace"
    assert AsDocumented("common.event.type-namespaced").judge(event, Heard(Timeline(()), Facts(), 0)).matches


def test_a_doubtful_reading_is_judged_mildly() -> None:
    event: dict[str, Any] = {"type": "websocket.disconnect", "code": (1000,)}
    opinion = judged("common.event.allowed-types.received", Event(event), "websocket")
    assert (opinion.matches, opinion.verdict) == (False, Verdict.WARN)


def test_the_worst_of_several_problems_speaks() -> None:
    mild, bad = Foreign("http.HTTPStatus", 200, ""), Foreign("object", None, "")
    for event in ({"type": "x.y", "a": mild, "b": bad}, {"type": "x.y", "b": bad, "a": mild}):
        opinion = judged("common.event.allowed-types.received", Event(event))
        assert not opinion.matches


def test_what_did_not_come_has_no_shape() -> None:
    opinion = judged("http.request.keys", Missing(Why.SILENCE))
    assert opinion == Opinion(False, "missing", "nothing came", Verdict.BLOCKED)


def test_words() -> None:
    assert AsDocumented("x").says() == "as documented"
