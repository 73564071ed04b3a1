"""What the application sees is judged by its meaning: values and their types, not what else there is."""

from typing import Any

import pytest

from asgi_conformance.codec import Foreign, LargeBytes
from asgi_conformance.matchers.app import (
    ABSENT,
    BodyIs,
    EventIs,
    EventsAre,
    RaisedError,
    Returned,
    ScopeIs,
    WasCancelled,
    header_pairs,
    plain,
)
from asgi_conformance.script import Heard, Matcher, Opinion
from asgi_conformance.timeline import (
    Body,
    Call,
    Done,
    Event,
    Events,
    Facts,
    Missing,
    Outcome,
    Raised,
    Scope,
    Seen,
    Timeline,
    Why,
)

HEARD = Heard(Timeline(()), Facts(), 0)
SILENCE = Missing(Why.SILENCE, "within 2 s")
BROKEN = Outcome(raised=Raised("builtins.KeyError", ("KeyError", "LookupError", "Exception", "object"), "'x'"))
CANCELLED = Outcome(cancelled=True)


def judged(matcher: Matcher, seen: Seen) -> Opinion:
    return matcher.judge(seen, HEARD)


def how(matcher: Matcher, seen: Seen) -> str:
    """In which way it deviates; `matches`."""
    opinion = judged(matcher, seen)
    assert opinion.matches is not bool(opinion.how)
    return opinion.how or "matches"


def call(scope: Any) -> Call:
    return Call(scope, {})


EVERY = [ScopeIs(), EventIs({}), EventsAre(()), BodyIs(b""), Returned(), RaisedError(), WasCancelled()]


@pytest.mark.parametrize("matcher", EVERY, ids=lambda matcher: type(matcher).__name__)
def test_what_did_not_come_is_missing(matcher: Matcher) -> None:
    assert judged(matcher, SILENCE) == Opinion(False, "missing", "nothing came: within 2 s")


@pytest.mark.parametrize("matcher", EVERY, ids=lambda matcher: type(matcher).__name__)
def test_what_is_of_another_kind_does_not_match(matcher: Matcher) -> None:
    opinion = judged(matcher, Done("closes"))
    assert not opinion.matches
    assert opinion.how.startswith("no ")


# --------------------------------------------------------------------------- scopes


@pytest.mark.parametrize(
    ("keys", "scope", "expected"),
    [
        ({}, {"type": "http"}, "matches"),
        ({"type": "http"}, {"type": "http", "more": 1}, "matches"),
        ({"type": "http"}, {"type": "websocket"}, "wrong value"),
        ({"type": "http"}, {}, "missing"),
        ({"path": "/"}, {"path": b"/"}, "wrong value"),
        ({"path": 1}, {"path": True}, "wrong value"),
        ({"path": "/"}, {"path": Foreign("path.Str", "/")}, "matches"),
        ({"path": None}, {"path": Foreign("object", None)}, "wrong value"),
        ({"path": ABSENT}, {}, "matches"),
        ({"path": ABSENT}, {"path": None}, "wrong value"),
        ({"path": lambda got: got is ABSENT}, {}, "matches"),
        ({"path": lambda got: got.startswith("/")}, {"path": "/a"}, "matches"),
        ({"path": lambda got: got.startswith("/")}, {"path": 1}, "wrong value"),
        ({"path": lambda got: got["x"][0]}, {"path": {}}, "wrong value"),
        ({"type": "http"}, Foreign("frozendict", {"type": "http"}), "matches"),
        ({}, None, "wrong type"),
        ({}, Foreign("object", None), "wrong type"),
    ],
)
def test_scopes(keys: dict[str, Any], scope: Any, expected: str) -> None:
    assert how(ScopeIs(keys), call(scope)) == how(ScopeIs(keys), Scope(scope, {})) == expected


def test_a_scope_is_shown_as_far_as_it_matters() -> None:
    seen = call({"type": "http", "path": "/", "more": 1})
    assert judged(ScopeIs({"path": "/"}), seen).observed == "scope path='/'"
    assert judged(ScopeIs({"path": "/a"}), seen).observed == "path='/'"
    assert judged(ScopeIs({"a": 1}), seen).observed == "a=(absent)"


def test_predicates_are_shown_by_their_first_line_or_their_name() -> None:
    def by_name(got: Any) -> bool:
        return True

    def by_words(got: Any) -> bool:
        """In words.

        More of them.
        """
        return True

    class Nameless:
        __doc__ = ""

        def __call__(self, got: Any) -> bool:
            return True

        def __repr__(self) -> str:
            return "nameless"

    keys = {"a": by_name, "b": by_words, "c": Nameless(), "d": "x"}
    assert ScopeIs(keys).says() == "scope a=by_name, b=In words., c=nameless, d='x'"
    assert ScopeIs().says() == "scope"


# --------------------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("keys", "event", "expected"),
    [
        ({"type": "http.request", "body": b"x"}, {"type": "http.request", "body": b"x", "more_body": True}, "matches"),
        ({"type": "http.request", "body": b"", "more_body": False}, {"type": "http.request"}, "matches"),
        ({"type": "http.request", "body": b"x"}, {"type": "http.request"}, "wrong value"),
        ({"type": "http.request"}, {"type": "http.disconnect"}, "other event"),
        ({"type": "websocket.receive", "text": "a"}, {"type": "websocket.receive", "text": b"a"}, "wrong value"),
        ({"type": "websocket.receive", "text": "a"}, {"type": "websocket.receive", "bytes": b"a"}, "wrong value"),
        ({"unheard": 1}, {"type": "http.request"}, "missing"),
        ({"unheard": 1}, {}, "missing"),
        ({"type": ABSENT}, {}, "matches"),
        ({"type": "x"}, Foreign("MyDict", {"type": "x"}), "matches"),
        ({"type": "x"}, ["type"], "no event"),
        ({"type": "x"}, None, "no event"),
    ],
)
def test_events(keys: dict[str, Any], event: Any, expected: str) -> None:
    assert how(EventIs(keys), Event(event)) == how(EventIs(keys), Outcome(value=event)) == expected


def test_an_event_does_not_come_from_a_receive_that_raised() -> None:
    assert judged(EventIs({}), BROKEN) == Opinion(False, "raised", "raised builtins.KeyError: 'x'")
    assert how(EventIs({}), CANCELLED) == "no event"


def test_an_event_reads_like_one() -> None:
    assert EventIs({"type": "x", "n": int}).says().startswith("{'type': 'x', 'n': int(")
    assert judged(EventIs({"type": "x"}), Event({"type": "y"})).observed == "{'type': 'y'}"


def test_large_bytes_are_compared_by_their_digest() -> None:
    data = b"x" * 1000
    large = LargeBytes(1000, __import__("hashlib").sha256(data).hexdigest(), b"x")
    assert how(EventIs({"body": data}), Event({"body": large})) == "matches"
    assert how(EventIs({"body": b"y" * 1000}), Event({"body": large})) == "wrong value"
    assert how(EventIs({"body": "x"}), Event({"body": large})) == "wrong value"
    assert how(BodyIs(data), Body(({"type": "http.request"},), large)) == "matches"


def test_several_events() -> None:
    matcher = EventsAre(({"type": "a"}, {"type": "b"}))
    assert how(matcher, Events(({"type": "a"}, {"type": "b"}))) == "matches"
    other = judged(matcher, Events(({"type": "a"}, {"type": "c"})))
    assert other == Opinion(False, "other event", "event 2 is {'type': 'c'}")
    assert judged(matcher, Events(({"type": "a"},))) == Opinion(False, "missing", "1 events")
    assert matcher.says() == "2 events: \"{'type': 'a'}, {'type': 'b'}\""


def test_a_body_in_any_number_of_events() -> None:
    part = {"type": "http.request", "body": b"x", "more_body": True}
    assert how(BodyIs(b"xx"), Body((part, part), b"xx")) == "matches"
    assert how(BodyIs(b"xx"), Body((Foreign("MyDict", part),), b"xx")) == "matches"
    assert how(BodyIs(b"xx"), Body((part,), b"x")) == "wrong body"
    assert how(BodyIs(b"xx"), Body((part, {"type": "http.disconnect"}), b"xx")) == "other event"
    assert how(BodyIs(b"xx"), Body((part, 1), b"xx")) == "other event"
    assert BodyIs(b"").says() == "an empty body"
    assert BodyIs(b"x").says() == "the body b'x'"


# --------------------------------------------------------------------------- outcomes


@pytest.mark.parametrize(
    ("seen", "returned", "raised", "was_cancelled"),
    [
        (Outcome(), "matches", "did not raise", "not cancelled"),
        (BROKEN, "raised", "matches", "not cancelled"),
        (CANCELLED, "cancelled", "did not raise", "matches"),
    ],
    ids=["returned", "raised", "cancelled"],
)
def test_outcomes(seen: Outcome, returned: str, raised: str, was_cancelled: str) -> None:
    assert how(Returned(), seen) == returned
    assert how(RaisedError(), seen) == raised
    assert how(WasCancelled(), seen) == was_cancelled


@pytest.mark.parametrize("kind", ["KeyError", "LookupError", "OSError"])
def test_an_exception_is_of_a_class_and_of_those_it_derives_from(kind: str) -> None:
    assert how(RaisedError(kind), BROKEN) == ("another class" if kind == "OSError" else "matches")
    assert RaisedError(kind).says() == f"raises {kind}"
    assert judged(RaisedError(kind), BROKEN).observed == "raised builtins.KeyError: 'x'"


def test_what_came_of_it_is_told() -> None:
    assert judged(Returned(), Outcome()).observed == "returned"
    assert judged(Returned(), CANCELLED).observed == judged(RaisedError(), CANCELLED).observed == "cancelled"
    assert judged(WasCancelled(), Outcome(value=1)).observed == "1"
    assert (Returned().says(), WasCancelled().says()) == ("returns", "is cancelled")


# --------------------------------------------------------------------------- for functions of suites


def test_plain_looks_beneath_the_type() -> None:
    assert plain(1) == plain(Foreign("http.HTTPStatus", 1)) == 1
    unknown = Foreign("object", None)
    assert plain(unknown) is unknown


@pytest.mark.parametrize(
    ("scope", "pairs"),
    [
        ({"headers": [(b"a", b"1"), [b"b", b"2"]]}, [(b"a", b"1"), (b"b", b"2")]),
        ({"headers": [Foreign("Pair", (b"c", b"3"))]}, [(b"c", b"3")]),
        ({"headers": Foreign("generator", [(b"a", b"1")])}, [(b"a", b"1")]),
        (Foreign("MyDict", {"headers": [(b"a", b"1")]}), [(b"a", b"1")]),
        ({"headers": [("a", b"1"), (b"a",), 1, (b"a", b"b", b"c")]}, []),
        ({"headers": None}, []),
        ({}, []),
        (None, []),
    ],
)
def test_header_pairs_leave_out_what_is_malformed(scope: Any, pairs: list[tuple[bytes, bytes]]) -> None:
    assert header_pairs(scope) == pairs
