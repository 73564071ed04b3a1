"""One performance: what the lines say is done in order, what comes is recorded, and nothing is left for the next."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from asgi_conformance.authoring import (
    app,
    client,
    never_called,
    not_accepted,
    process,
    refused,
    requirement,
    response,
    scope,
    silence,
    where,
)
from asgi_conformance.script import Case, Line
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import Call, Done, Exit, Log, Outcome, Why, Wire

from .play import SCOPE, Make, Residence, missing, seen

GET = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BAD = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
START = {"type": "http.response.start", "status": 200}


def calls_and_answers(residence: Residence, connection: socket.socket, data: bytes) -> None:
    residence.calls()
    connection.sendall(OK)


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
