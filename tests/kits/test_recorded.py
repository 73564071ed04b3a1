"""Which facts of a recording make the deviation, and what a kit would not see."""

from typing import Any

import pytest

from asgi_conformance import acts
from asgi_conformance.authoring import app, client, closed, requirement, response, scope, where
from asgi_conformance.codec import Foreign, LargeBytes, encode
from asgi_conformance.kits.focus import compares, looked_at, ways_of
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.kits.recorded import behaviour, facts_of, is_missing
from asgi_conformance.matchers.combine import WhereHolds
from asgi_conformance.results import Check, Moment
from asgi_conformance.script import Line, Settles
from asgi_conformance.timeline import Outcome
from asgi_conformance.verdict import Level, Verdict

RULE = "http.response.start.status"


def moment(text: str = "", data: Any = None) -> Moment:
    return Moment(0, "x", "gets", text, 0, None if data is None else encode(data))


def check(how: str) -> Check:
    return Check(RULE, Level.MUST, Verdict.FAIL, how, line=0)


WIRE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: x\r\n\r\nok"
WORDS = "response 200, complete, body b'ok', headers ()"
ONE = client.gets(response(500), requirement(RULE))


@pytest.mark.parametrize(
    ("how", "keys"),
    [
        ("wrong status", {"status", "complete"}),
        ("wrong body", {"status", "body", "complete"}),
        ("left open", {"connection", "status", "complete"}),
        ("anything else", {"status", "complete", "headers", "body", "trailers"}),
    ],
)
def test_a_deviation_is_about_some_facts(how: str, keys: set[str]) -> None:
    assert set(behaviour(ONE, check(how), moment(WORDS, WIRE))) == keys


def test_of_several_lawful_answers_each_may_look_at_something_else() -> None:
    line = client.gets(requirement(RULE), ways={"told": response(500), "closed": closed()})
    assert {"headers", "body"} <= set(behaviour(line, check("wrong status"), moment(WORDS, WIRE)))


def test_words_tell_where_there_is_no_data() -> None:
    line = app.sends({"type": "x"})
    said = "{'type': 'x'}  ⇒ "
    assert facts_of(line, moment(f"{said}returned")) == {"outcome": "returned", "value": None}
    assert facts_of(line, moment(f"{said}raised a.B: {{'type': 'x'}}")) == {"outcome": "raised a.B"}
    assert facts_of(line, moment(f"{said}nothing came: within 2 s")) == {"missing": "nothing came"}
    assert facts_of(line, moment(f"{said}returned b'x'")) == {"outcome": "returned", "value": b"x"}
    assert facts_of(line, moment(f"{said}returned <object>")) == {"outcome": "returned"}
    assert facts_of(line, moment("ends with status -9")) == {"status": -9}
    assert is_missing(line, moment("the server process ended: signal SIGKILL"))
    assert not is_missing(line, moment(f"{said}returned"))


def test_what_was_cut_is_not_compared() -> None:
    long = WIRE[:-2] + b"x" * 2000 + "… 9000 bytes".encode()
    found = facts_of(ONE, moment("response 200, cut off, body", long))
    assert "body" not in found
    assert found["complete"] is False
    with pytest.raises(NoKit, match="only the beginning"):
        facts_of(ONE, moment("bytes", b"\xff" * 3000))
    event = {"type": "a", "body": b"x" * 3000, "more": [1] * 100, "text": "y" * 2048 + "… 9 characters"}
    assert facts_of(app.gets(event), moment("", event)) == {"['type']": "a"}
    large = {"large": LargeBytes(9, "x", b""), "kind": Foreign("bytearray", b"x", "bytearray(b'x')")}
    assert facts_of(app.gets(event), moment("", large)) == {"['kind']": "<bytearray bytearray(b'x')>"}


def called(**keys: Any) -> Line:
    return app.is_called(scope(**keys), requirement(RULE))


def test_of_a_scope_only_what_deviates_is_compared() -> None:
    seen = {"scope": {"type": "http", "path": "/x", "state": {"a": 1}, "client": ["127.0.0.1", 50_000]}, "facts": {}}
    assert behaviour(called(path="/"), check("wrong value"), moment("", seen)) == {"['path']": "/x"}
    assert behaviour(called(root_path=""), check("missing"), moment("", seen)) == {"['root_path']": "(absent)"}
    typed = check("wrong type (path)")
    assert behaviour(called(path="/"), typed, moment("", seen)) == {"['path']": "/x"}
    opaque = app.is_called(where("good", lambda one, heard: one.scope["path"] == "/"), requirement(RULE))
    assert behaviour(opaque, check("otherwise"), moment("", seen)) == {"['path']": "/x"}
    whole = app.is_called(where("good", lambda one, heard: not list(one.scope.items())), requirement(RULE))
    found = behaviour(whole, check("otherwise"), moment("", seen))
    assert found == {"['type']": "http", "['path']": "/x", "['client']": ["127.0.0.1", 1024]}


def test_numbers_of_ports_are_refused() -> None:
    seen = {"scope": {"type": "http", "client": ["127.0.0.1", 50_000]}, "facts": {}}
    with pytest.raises(NoKit, match="number of a port"):
        behaviour(called(client=("127.0.0.1", 1)), check("wrong value"), moment("", seen))


def holds(function: Any) -> WhereHolds:
    return WhereHolds("words", function)


def test_what_a_matcher_looks_at() -> None:
    found = {"a": 1, "b": 2, "c": 3}
    assert looked_at(holds(lambda one, heard: one.scope["b"] == 3), found) == ["b"]
    assert looked_at(holds(lambda one, heard: "d" in one.scope), found) == ["d"]
    assert looked_at(holds(lambda one, heard: one.value.get("a")), found) == ["a"]
    for whole in (
        lambda one, heard: sum(one.scope.values()) == 0,
        lambda one, heard: list(one.scope.keys()) == [],
        lambda one, heard: set(one.scope) == set(),
        lambda one, heard: dict(one.scope.items()) == {},
    ):
        assert looked_at(holds(whole), found) == []


@pytest.mark.parametrize(
    "function", [lambda one, heard: one.facts["arguments"] == 3, lambda one, heard: one.ids.get("scope") == 3]
)
def test_a_kit_sees_no_objects(function: Any) -> None:
    with pytest.raises(NoKit, match="which objects are the same"):
        looked_at(holds(function), {"a": 1})


def test_a_matcher_that_compares_lines() -> None:
    assert compares([holds(lambda one, heard: bool(heard.timeline.entries))], Outcome())
    assert not compares([holds(lambda one, heard: one.raised is None)], Outcome())


def test_the_ways_of_a_line() -> None:
    line = Line("client", acts.Hears(), {"": closed()}, (Settles(RULE, {"": response(200)}), Settles("x")))
    assert len(list(ways_of(line))) == 2
