"""The clients of a performance: told apart by their names, they connect, send, listen and close."""

import socket

import pytest

from asgi_conformance.authoring import anything, app, client, closed, response
from asgi_conformance.script import Case
from asgi_conformance.timeline import Call, Connected, Done, End, Wire

from .play import Make, Residence, seen

GET = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


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
