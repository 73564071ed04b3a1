"""One performance: what the lines say is done in order, what comes is recorded, and nothing is left for the next."""

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.authoring import (
    anything,
    app,
    client,
    closed,
    ended,
    never_called,
    not_accepted,
    pending,
    process,
    refused,
    requirement,
    response,
    scope,
    silence,
    where,
    whole_body,
)
from asgi_conformance.codec import Made, encode
from asgi_conformance.script import Case, Line
from asgi_conformance.stage import calls
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import (
    Body,
    Call,
    Connected,
    Done,
    End,
    Event,
    Events,
    Exit,
    Log,
    Missing,
    Outcome,
    Raised,
    Scope,
    Seen,
    Why,
    Wire,
)

from .play import SCOPE, OnBytes, Residence, agrees, seen

GET = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
START = {"type": "http.response.start", "status": 200}
Messages = Iterable[Mapping[str, Any]]


@pytest.fixture(autouse=True)
def _no_last_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker dies here, so nobody waits whether the server dies of that."""
    monkeypatch.setattr(calls, "LAST_BREATH", 0.0)


@pytest.fixture
def make(hub: Hub, folder: Path) -> Iterator[Callable[..., Residence]]:
    made: list[Residence] = []

    def make(on_bytes: OnBytes | None = None, **settings: Any) -> Residence:
        own = folder / str(len(made))
        own.mkdir()
        made.append(Residence(hub, own, on_bytes, **settings))
        return made[-1]

    yield make
    for residence in made:
        residence.close()


Make = Callable[..., Residence]


def calls_and_answers(residence: Residence, connection: socket.socket, data: bytes) -> None:
    residence.calls()
    connection.sendall(OK)


def what_came_of(make: Make, line: Line, respond: Callable[[dict[str, Any]], Messages], *before: Line) -> Seen:
    """The last line of a play in which the application is called and `respond` says what comes of its deeds."""
    residence = make()
    residence.calls(respond=respond)
    timeline = residence.performs(app.is_called(), *before, line)
    return timeline.entries[-1].seen


def missing(found: Seen) -> Why:
    assert isinstance(found, Missing)
    return found.why


# --------------------------------------------------------------------------- the play


def test_what_was_done_and_what_came_is_recorded_in_order(make: Make) -> None:
    residence = make(calls_and_answers)
    timeline = residence.performs(
        client.sends(GET), app.is_called(scope(path="/")), app.sends(START), app.returns(), client.gets(response(200))
    )
    assert [(entry.who, entry.sends, entry.line) for entry in timeline.entries] == [
        ("client", True, 0), ("app", False, 1), ("app", True, 2), ("app", True, 3), ("client", False, 4),
    ]  # fmt: skip
    called = Call(SCOPE, {"hello": 1, "pid": 1})
    assert seen(timeline) == [Done(repr(GET)), called, Outcome(), Done("returns"), Wire(OK)]
    assert timeline.entries[2].text == repr(START)
    assert all(0 <= entry.at <= timeline.duration_ms * 1000 for entry in timeline.entries)
    assert residence.remotes[0].commands[-1]["do"] == "return"


def test_the_play_ends_with_what_does_not_come(make: Make) -> None:
    timeline = make().performs(client.sends(GET), app.is_called(), client.gets(response(200)))
    assert [missing(found) for found in seen(timeline)[1:]] == [Why.SILENCE]
    assert timeline.answer(2) is None


def test_the_play_goes_on_where_missing_it_is_one_of_the_ways(make: Make) -> None:
    timeline = make(lambda residence, connection, data: connection.sendall(BAD) or None).performs(
        client.sends(GET), app.is_called(ways={"called": scope(), "refused": refused()}),
        app.returns(ways={"never": never_called()}), client.gets(ways={"quiet": silence()}),
    )  # fmt: skip
    assert seen(timeline)[1] == Wire(BAD)
    assert missing(seen(timeline)[2]) is Why.UNKNOWN
    assert seen(timeline)[3] == Wire(b"", enough=False)


def test_after_a_line_that_went_wrong_the_rest_is_waited_for_less(make: Make, hub: Hub) -> None:
    residence = make(calls_and_answers, patience=1)
    waits: list[float] = []
    until = hub.until

    def noted(ready: Callable[[], Any], seconds: float) -> bool:
        waits.append(seconds)
        return until(ready, min(0.1, seconds))

    hub.until = noted  # type: ignore[method-assign] # to see how long it would wait
    residence.performs(client.sends(GET), client.gets(response(404)), client.gets(response(), within=9))
    assert waits[:2] == [residence.patience.full, residence.patience.hopeless]
    assert 9 not in waits


def test_a_connection_that_nobody_accepts(make: Make) -> None:
    residence = make()
    residence.stop_listening()
    (found,) = seen(residence.performs(client.sends(GET)))
    assert missing(found) is Why.REFUSED
    residence.process.status = 7
    (found,) = seen(residence.performs(client.sends(GET, ways={"refused": not_accepted()})))
    assert (missing(found), str(found)) == (Why.DIED, "the server process ended: exit status 7")


def test_a_server_that_dies_is_not_waited_for(make: Make) -> None:
    def dies(residence: Residence, connection: socket.socket, data: bytes) -> None:
        residence.process.status = -9

    timeline = make(dies, patience=1000).performs(client.sends(GET), app.is_called())
    assert str(seen(timeline)[-1]) == "the server process ended: signal SIGKILL"
    timeline = make(dies, patience=1000).performs(client.sends(GET), client.gets(response()))
    assert missing(seen(timeline)[-1]) is Why.DIED


# --------------------------------------------------------------------------- clients


def test_clients_are_told_apart_by_their_names(make: Make) -> None:
    second = client.named("second")
    residence = make(lambda residence, connection, data: connection.sendall(data) or None)
    performer = residence.performer()
    timeline = performer.perform(Case("c", "C", (
        client.connects(), second.connects(), client.sends(b"a", b"b"), client.gets(anything()), second.gets_nothing(),
    )))  # fmt: skip
    first, other, sent, heard, quiet = seen(timeline)
    assert isinstance(first, Connected)
    assert isinstance(other, Connected)
    assert first.peer == other.peer == residence.address
    assert first.own != other.own
    assert set(performer.ports) == {first.own[1], other.own[1]}
    assert sent == Done("b'a' then b'b'")
    assert isinstance(heard, Wire)
    assert quiet == Wire(b"", enough=False)


def test_a_client_can_close_in_three_ways_and_stop_reading(make: Make) -> None:
    other = client.named("other")
    timeline = make().performs(
        client.connects(), client.stops_reading(), client.reads_again(), client.shuts_down_sending(), client.closes(),
        other.connects(), other.resets(),
    )  # fmt: skip
    assert [found.text for found in seen(timeline) if isinstance(found, Done)] == [
        "connects", "stops reading", "reads again", "shuts down its sending side", "closes", "connects", "resets",
    ]  # fmt: skip


def test_the_end_belongs_to_the_line_that_took_all_before_it(make: Make) -> None:
    def answers(residence: Residence, connection: socket.socket, data: bytes) -> None:
        connection.sendall(OK + b"more")
        connection.shutdown(socket.SHUT_WR)

    timeline = make(answers).performs(
        client.sends(GET), client.gets(response()), client.gets(closed(after_anything=True)), client.gets(closed())
    )
    assert seen(timeline)[1:] == [Wire(OK), Wire(b"more", End.FIN), Wire(b"", End.FIN)]


def test_long_bodies_are_sent_along(make: Make) -> None:
    residence = make(lambda residence, connection, data: residence.remotes or residence.calls())
    timeline = residence.performs(client.begins_to_send(b"x" * (4 << 20)), app.is_called(), client.closes())
    assert isinstance(seen(timeline)[1], Call)


def test_what_is_not_all_taken_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    residence = make()
    monkeypatch.setattr("asgi_conformance.stage.connection.Connection.send", lambda self, data: False)
    assert seen(residence.performs(client.sends(b"x"))) == [Done("b'x' (not all of it was taken)")]


def test_a_server_that_is_starting_is_met_as_soon_as_it_accepts(make: Make) -> None:
    residence = make()
    assert seen(residence.performs(client.sends_early(GET))) == [Done(repr(GET))]
    residence.calls({"type": "lifespan"})
    residence.hub.until(lambda: residence.channel.waiting, 5)
    assert seen(residence.performs(client.sends_early(GET))) == [Done("nobody accepts yet")]


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


# --------------------------------------------------------------------------- the process


def test_the_life_of_a_process(make: Make) -> None:
    residence = make()
    lines = process.starts(), process.serves(), process.gets_signal("SIGTERM"), process.has_printed()
    found = seen(residence.performs(*lines))
    assert found == [Done("starts"), Done("accepts connections"), Done("gets SIGTERM"), Log("printed")]
    assert residence.process.signals == ["SIGTERM"]
    assert missing(seen(residence.performs(process.exits()))[0]) is Why.SILENCE
    residence.process.status = -15
    assert seen(residence.performs(process.exits())) == [Exit(-15)]


def test_a_process_that_accepts_no_connections(make: Make) -> None:
    residence = make()
    residence.serves = False
    assert str(seen(residence.performs(process.serves()))[0]) == "nothing came: it accepts no connections"
    residence.process.status = 3
    assert missing(seen(residence.performs(process.serves()))[0]) is Why.DIED


# --------------------------------------------------------------------------- the end


def test_everything_is_left_as_it_was(make: Make, hub: Hub) -> None:
    residence = make(calls_and_answers)
    performer = residence.performer()
    performer.perform(Case("c", "C", (client.sends(GET), app.is_called(), client.sends(GET))))
    assert not performer.tainted
    assert len(residence.remotes) == 2
    assert not residence.channel.waiting
    hub.turn()
    assert all(connection.recv(1 << 16) == b"" for connection in residence.accepted)


def test_a_call_that_does_not_end_taints(make: Make) -> None:
    residence = make()
    residence.calls().stays = True
    performer = residence.performer()
    performer.perform(Case("c", "C", (app.is_called(),)))
    assert performer.tainted


def test_a_lifespan_is_not_made_to_leave(make: Make, hub: Hub) -> None:
    residence = make()
    residence.calls({"type": "lifespan"})
    assert hub.until(lambda: residence.channel.waiting, 5)
    residence.performs(client.connects())
    assert len(residence.channel.waiting) == 1


def test_after_an_exception_what_goes_wrong_is_doubtful(make: Make) -> None:
    residence = make()
    residence.calls()
    performer = residence.performer()
    performer.perform(Case("c", "C", (app.is_called(), app.raises(), client.gets(response()))))
    assert performer.doubtful
    residence.calls()
    performer = residence.performer()
    performer.perform(Case("c", "C", (app.is_called(), app.raises())))
    assert not performer.doubtful


def test_a_fault_of_ours_leaves_nothing_open(make: Make, hub: Hub) -> None:
    def fails(seen: Any, heard: Any) -> bool:
        raise ZeroDivisionError

    residence = make(calls_and_answers)
    performer = residence.performer()
    with pytest.raises(ZeroDivisionError):
        performer.perform(Case("c", "C", (client.sends(GET), app.is_called(where("x", fails)))))
    hub.turn()
    assert residence.accepted[0].recv(1) == b""


def test_nobody_does_what_is_not_theirs(make: Make) -> None:
    for line in (
        Line("client", app.returns().act), Line("app", client.closes().act), Line("process", client.closes().act)
    ):  # fmt: skip
        with pytest.raises(TypeError):
            make().performs(line)


def test_requirements_of_a_line_have_ways_of_their_own(make: Make) -> None:
    residence = make(calls_and_answers)
    line = client.gets(requirement("a", expects=response(404)), requirement("b", expects=response(200)))
    timeline = residence.performs(client.sends(GET), line, client.gets_nothing(), app.is_called(), app.sends(START))
    assert len(timeline.entries) == 5
