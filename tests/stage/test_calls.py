"""The calls of the application in a performance: which is meant, what it is told to do, and what comes of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from asgi_conformance.authoring import anything, app, ended, pending, whole_body
from asgi_conformance.codec import Made, encode
from asgi_conformance.script import Line
from asgi_conformance.timeline import Body, Call, Done, Event, Events, Outcome, Raised, Scope, Seen, Why

from .play import SCOPE, Make, agrees, missing, seen

START = {"type": "http.response.start", "status": 200}
Messages = Iterable[Mapping[str, Any]]


def what_came_of(make: Make, line: Line, respond: Callable[[dict[str, Any]], Messages], *before: Line) -> Seen:
    """The last line of a play in which the application is called and `respond` says what comes of its deeds."""
    residence = make()
    residence.calls(respond=respond)
    timeline = residence.performs(app.is_called(), *before, line)
    return timeline.entries[-1].seen


# --------------------------------------------------------------------------- being called


def test_calls_are_picked_by_their_path_or_in_their_order(make: Make) -> None:
    residence = make()
    for path in ("/a", "/b", None):
        residence.calls({"type": "http", "path": path})
    timeline = residence.performs(app.named("b").is_called(on="/b"), app.is_called(), app.named("none").is_called())
    assert [found.scope["path"] for found in seen(timeline) if isinstance(found, Call)] == ["/b", "/a", None]


def test_nobody_calls_or_somebody_does(make: Make) -> None:
    residence = make()
    assert seen(residence.performs(app.is_not_called())) == [Done("is not called")]
    residence.calls()
    (found,) = seen(residence.performs(app.is_not_called()))
    assert isinstance(found, Call)


@pytest.mark.parametrize("port", [4711, "4711", 4711.0])
def test_a_call_of_an_earlier_case_is_let_go(make: Make, port: Any) -> None:
    residence = make()
    residence.calls({"type": "http", "path": "/late", "client": ("127.0.0.1", port)})
    residence.calls({"type": "http", "path": "/mine", "client": ("127.0.0.1", 4712)})
    timeline = residence.performs(app.is_called(), stale_ports=[4711])
    assert [found.scope["path"] for found in seen(timeline) if isinstance(found, Call)] == ["/mine"]


@pytest.mark.parametrize("client", [None, 1, (), ("a",), ("a", None), ("a", "x"), ("a", 1e400), ("a", [])])
def test_the_client_of_a_scope_may_be_anything(make: Make, client: Any) -> None:
    residence = make()
    residence.calls({**SCOPE, "client": client})
    (found,) = seen(residence.performs(app.is_called(), stale_ports=[4711]))
    assert isinstance(found, Call)


def test_a_lifespan_that_the_stage_attends_to_is_no_call_of_a_case(make: Make) -> None:
    residence = make()
    residence.calls({"type": "lifespan"})
    assert isinstance(seen(residence.performs(app.is_called()))[0], Call)
    residence.lifespan = object()
    residence.calls({"type": "lifespan"})
    assert missing(seen(residence.performs(app.is_called()))[0]) is Why.SILENCE


def test_the_send_of_a_call_can_be_kept(make: Make) -> None:
    residence = make()
    first, second = residence.calls({**SCOPE, "path": "/1"}), residence.calls({**SCOPE, "path": "/2"})
    other = app.named("other")
    residence.performs(other.is_called(on="/1"), app.is_called(on="/2"), app.sends(START, through=other))
    assert first.commands[0] | {"n": 0} == {"do": "keep_send", "name": "app:other", "n": 0}
    assert second.commands[0]["through"] == "app:other"


# --------------------------------------------------------------------------- deeds of the application


def replying(**fields: Any) -> Callable[[dict[str, Any]], Messages]:
    return lambda command: [fields]


BROKEN = {"raised": {"type": "builtins.OSError", "kinds": ["OSError"], "text": "gone"}}
OUTCOME = Outcome(raised=Raised("builtins.OSError", ("OSError",), "gone"))
WHOLE = encode({"events": [{"type": "http.request"}], "body": b"b"})


@pytest.mark.parametrize(
    ("line", "fields", "expected"),
    [
        (app.gets(anything()), {"ok": encode({"type": "x"}), "id": 7}, Event({"type": "x"}, 7)),
        (app.gets(anything()), BROKEN, OUTCOME),
        (app.gets(anything()), {"cancelled": True}, Outcome(cancelled=True)),
        (app.gets(whole_body(b"b")), {"ok": WHOLE}, Body(({"type": "http.request"},), b"b")),
        (app.gets_body(), BROKEN, OUTCOME),
        (app.gets_body(), {"ok": "a lie"}, Event("a lie")),
        (app.gets_body(), {"ok": encode({"events": 1, "body": 2})}, Event({"events": 1, "body": 2})),
        (app.gets_several([{"type": "x"}]), {"ok": [encode({"type": "x"})]}, Events(({"type": "x"},))),
        (app.gets_several([{"type": "x"}]), BROKEN, OUTCOME),
        (app.gets_several([{"type": "x"}]), {"ok": "a lie"}, Event("a lie")),
        (app.sends(START), {"ok": None, "awaitable": False}, Outcome(awaitable=False)),
        (app.sends(START), BROKEN, OUTCOME),
        (app.sends(START, times=3), {"ok": None, "done": 3}, Outcome(done=3)),
        (app.sends_last(START), {"ok": None}, Outcome()),
        (app.uses_the_loop(), {"ok": "asyncio"}, Outcome(value="asyncio")),
        (app.cancels("t"), {"ok": "done"}, Done("cancels t")),
        (app.begins_to_receive(), {"ok": None}, Done("begins to receive (receive)")),
        (app.begins_to_receive_body(), {"ok": None}, Done("begins to receive (body)")),
        (app.begins_to_send(START), {"ok": None}, Done(f"begins to send {START} (send)")),
        (app.returns(1), {"ok": None}, Done("returns")),
        (app.raises("KeyError", "x"), {"ok": None}, Done("raises KeyError('x')")),
        (app.reraises(), {"ok": None}, Done("lets the last exception of send pass")),
        (app.looks_at_scope(), {"ok": encode(SCOPE), "ids": {"scope": 1}}, Scope(SCOPE, {"scope": 1})),
        (app.sets_scope(["a"], 1), BROKEN, OUTCOME),
        (app.forgets_a_task(), {"ok": None}, None),
    ],
)  # fmt: skip
def test_what_comes_of_each_deed(make: Make, line: Line, fields: dict[str, Any], expected: Seen | None) -> None:
    found = what_came_of(make, line, replying(**fields))
    assert found == expected or (expected is None and isinstance(found, Done))


@pytest.mark.parametrize("deed", [
    app.gets(anything()), app.gets_body(), app.gets_several([]), app.sends(START), app.cancels("t"), app.returns(),
    app.begins_to_receive(), app.finishes("t"), app.still_waits("t"), app.looks_at_scope(), app.uses_the_loop(),
    app.forgets_a_task(),
])  # fmt: skip
def test_whoever_was_never_called_does_nothing(make: Make, deed: Line) -> None:
    (found,) = seen(make().performs(deed))
    assert str(found) == "the script speaks of something that never was: app was never called"


def test_commands_carry_what_the_lines_say(make: Make) -> None:
    residence = make()
    remote = residence.calls()
    residence.performs(
        app.is_called(), app.sends(Made("object"), spoil=True), app.sends(START, times=2),
        app.begins_to_send(START, "one", times=2), app.begins_to_receive("two"), app.sets_scope(("a", 0), b"x"),
        app.raises("KeyError", "text"),
    )  # fmt: skip
    assert [{key: value for key, value in command.items() if key != "n"} for command in remote.commands] == [
        {"do": "send", "event": {"m": "object", "v": None}, "times": 1, "spoil": True},
        {"do": "send_many", "event": encode(START), "times": 2, "spoil": False},
        {"do": "spawn", "what": "send_many", "name": "one", "event": encode(START), "times": 2},
        {"do": "spawn", "what": "receive", "name": "two", "event": None, "times": 1},
        {"do": "scope", "how": "set", "path": ["a", 0], "value": {"b": "x"}},
        {"do": "raise", "kind": "KeyError", "text": "text"},
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"ok": encode({"type": "x"})}, Event({"type": "x"})),
        ({"ok": None}, Outcome()),
        ({"ok": WHOLE}, Body(({"type": "http.request"},), b"b")),
        (BROKEN, OUTCOME),
        ({"cancelled": True}, Outcome(cancelled=True)),
    ],
)
def test_tasks_finish_later(make: Make, told: dict[str, Any], expected: Seen) -> None:
    def respond(command: dict[str, Any]) -> Messages:
        yield {"ok": None}
        if command["do"] == "spawn":
            yield {"task": command["name"], **told}

    assert what_came_of(make, app.finishes("t", anything()), respond, app.begins_to_receive("t")) == expected
    found = what_came_of(make, app.still_waits("t"), respond, app.begins_to_receive("t"))
    assert found == expected


def test_a_task_that_goes_on(make: Make) -> None:
    assert missing(what_came_of(make, app.still_waits("t"), agrees, app.begins_to_receive("t"))) is Why.SILENCE
    assert missing(what_came_of(make, app.finishes("t", pending()), agrees, app.begins_to_receive("t"))) is Why.SILENCE


def test_a_task_begun_again_has_no_outcome_yet(make: Make) -> None:
    def respond(command: dict[str, Any]) -> Messages:
        yield {"ok": None}
        if command["do"] == "spawn" and command["what"] == "send":
            yield {"task": command["name"], "ok": None}

    found = what_came_of(
        make, app.finishes("t", pending()), respond,
        app.begins_to_send(START, "t"), app.finishes("t"), app.begins_to_receive("t"),
    )  # fmt: skip
    assert missing(found) is Why.SILENCE


def test_a_deed_that_comes_to_nothing(make: Make) -> None:
    assert missing(what_came_of(make, app.gets(anything()), lambda command: [])) is Why.SILENCE
    assert missing(what_came_of(make, app.still_waits("t"), lambda command: [])) is Why.SILENCE


@pytest.mark.parametrize("last_words", [{}, {"cancelled": True}])
def test_a_call_that_is_over(make: Make, last_words: dict[str, Any]) -> None:
    residence = make()
    remote = residence.calls()

    def respond(command: dict[str, Any]) -> Messages:
        if last_words:
            remote.say(last_words)
        remote.leave()
        return []

    remote.respond = respond
    timeline = residence.performs(
        app.is_called(), app.gets(ways={"over": ended()}), app.finishes("t", ways={"over": ended()}),
        app.returns(ways={"over": ended()}),
    )  # fmt: skip
    words = "the application's call had ended"
    expected = f"{words}: cancelled by the server" if last_words else words
    assert [str(found) for found in seen(timeline)[1:]] == [expected] * 3


def test_a_server_that_dies_of_a_deed(make: Make) -> None:
    residence = make()
    remote = residence.calls()

    def respond(command: dict[str, Any]) -> Messages:
        remote.leave()
        residence.process.status = 1
        return []

    remote.respond = respond
    assert missing(seen(residence.performs(app.is_called(), app.sends(START)))[-1]) is Why.DIED


@pytest.mark.parametrize("lie", [{"n": [1]}, {"n": 1, "raised": 1}, {"ok": {"d": 1}}, {"ok": {"x": 1}}])
def test_a_remote_end_that_lies_is_no_trouble(make: Make, lie: dict[str, Any]) -> None:
    for line in (app.gets(anything()), app.gets_body(), app.gets_several([{}]), app.sends(START), app.looks_at_scope()):
        what_came_of(make, line, lambda command: [lie])
