"""HTTP/2 in a play: what comes is told on its stream, and whatever else a server sends is told for what it is."""

import random
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from asgi_conformance.authoring import client, stream_reset, stream_response
from asgi_conformance.script import Case, Heard, Over
from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.house import Setting
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.timeline import Done, End, Facts, StreamEvent, Streams, Timeline

from .http2_server import OK, PATIENCE, Server, answering, heard
from .play import Residence, seen

GET = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"test"))
HEARD = Heard(Timeline(()), Facts(), 0)


@pytest.fixture
def residence(hub: Hub, folder: Any) -> Iterator[Residence]:
    residence = Residence(hub, folder)
    residence.setting = Setting(Over.HTTP2)
    residence.streams = Http2Connection  # type: ignore[attr-defined] # as the house does
    yield residence
    residence.close()


def test_a_play_on_streams(residence: Residence) -> None:
    def answers(server: Server) -> None:
        server.h2.reset_stream(3)
        server.h2.send_headers(1, OK)
        server.h2.send_data(1, b"ok", end_stream=True)

    residence.on_bytes = answering(answers)
    timeline = residence.performs(
        client.requests("GET", "/"), client.requests("GET", "/b", stream="b", ends=False),
        client.gets(stream_response(200, body=b"ok")), client.gets(stream_reset("b")),
        client.sends_data(b"x", stream="b"), client.resets_stream("b"), client.gets_nothing(),
    )  # fmt: skip
    response, reset = seen(timeline)[2:4]
    assert isinstance(response, Streams)
    assert [event.kind for event in response.events if event.stream == "a"] == ["headers", "data", "end"]
    assert len(response.events) == 3
    assert reset == Streams((StreamEvent("reset", "b", 0),))
    assert [type(found) for found in seen(timeline)] == [Done, Done, Streams, Streams, Done, Done, Streams]


def test_a_server_that_dies_or_says_nothing(residence: Residence) -> None:
    (_, nothing) = seen(residence.performs(client.requests("GET", "/"), client.gets(stream_response())))
    assert nothing == Streams((), enough=False)
    residence.process.status = 9
    (_, died) = seen(residence.performs(client.requests("GET", "/"), client.gets(stream_response())))
    assert str(died) == "the server process ended: exit status 9"


def test_an_end_that_comes_after_the_response(residence: Residence) -> None:
    def answers(server: Server) -> None:
        server.h2.send_headers(1, OK, end_stream=True)
        server.flush()
        server.socket.shutdown(socket.SHUT_WR)

    residence.on_bytes = answering(answers)
    timeline = residence.performer().perform(
        Case("c", "C", (client.requests("GET", "/"), client.gets(stream_response(200))), over=Over.HTTP2)
    )
    (_, found) = seen(timeline)
    assert found == Streams((StreamEvent("headers", "a", OK), StreamEvent("end", "a")), found.end)  # type: ignore[union-attr]


# --------------------------------------------------------------------------- whatever else a server sends

FRAMES = {
    "a reset": b"\0\0\4\3\0\0\0\0\1\0\0\0\2",
    "GOAWAY": b"\0\0\x08\7\0\0\0\0\0\0\0\0\1\0\0\0\2",
    "fields that cannot be unpacked": b"\0\0\1\1\5\0\0\0\1\xff",
    "data on a stream that nobody opened": b"\0\0\1\0\0\0\0\0\7x",
    "data before the fields": b"\0\0\1\0\1\0\0\0\1x",
    "fields without a status": b"\0\0\4\1\5\0\0\0\1\0\1x\0",
    "a promise that was not asked for": b"\0\0\5\5\4\0\0\0\1\0\0\0\2\x82",
    "a window that is too large": b"\0\0\4\x08\0\0\0\0\0\x7f\xff\xff\xff",
    "a frame that is too long": b"\xff\xff\xff\0\0\0\0\0\1",
    "more than content-length says": b"\0\0\5\1\4\0\0\0\1\x88\x0f\x0d\x011" + b"\0\0\2\0\1\0\0\0\1xx",
}


@pytest.mark.parametrize("frames", FRAMES.values(), ids=FRAMES)
def test_whatever_a_server_does_is_a_verdict(residence: Residence, frames: bytes) -> None:
    def on_bytes(residence: Residence, connection: socket.socket, data: bytes) -> None:
        residence.hub.forget(connection)
        connection.sendall(b"\0\0\0\4\0\0\0\0\0" + frames)

    residence.on_bytes = on_bytes
    timeline = residence.performs(
        client.announces(enable_push=0), client.requests("POST", "/", body=b"x", ends=False),
        client.gets(stream_response(200)), client.sends_data(b"y"), client.resets_stream(),
        client.requests("GET", "/", stream="b"), client.reads_again(), client.gets(stream_reset("b")),
    )  # fmt: skip
    got = seen(timeline)
    assert [type(found) for found in got] == [Done, Done, Streams, Done, Done, Done, Done, Streams]
    opinion = stream_response(200).judge(got[2], HEARD)
    assert not opinion.matches
    assert opinion.how in ("reset", "closed", "hang", "wrong status", "not ended")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "no SETTINGS frame at the beginning"),
        (b"\0\0\0\4\0\0\0\0\1", "got b'"),
        (b"\0\0\0\4\0\0\0\0\0" + b"\0\0\1\0\0\0\0\0\0x", "got b'"),
    ],
)
def test_what_is_no_http_2_is_told(hub: Hub, data: bytes, why: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        streams = Http2Connection(Connection(hub, listener.getsockname(), None, PATIENCE))
        with listener.accept()[0] as peer:
            peer.sendall(data)
            (event,) = heard(hub, streams, "broken")
    assert streams.end is End.RESET
    assert event.value == streams.refused
    assert why in streams.refused
    streams.pump()
    streams.close()


def _ended(streams: Http2Connection) -> bool:
    return streams.end is not End.OPEN


def test_what_came_before_a_frame_in_error_is_kept(hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        streams = Http2Connection(Connection(hub, listener.getsockname(), None, PATIENCE))
        streams.request("a", GET, b"", True)
        with listener.accept()[0] as peer:
            whole = b"\0\0\0\4\0\0\0\0\0" + b"\0\0\1\1\4\0\0\0\1\x88" + FRAMES["data on a stream that nobody opened"]
            for byte in whole:
                peer.sendall(bytes([byte]))
            events = heard(hub, streams, "broken")
            peer.sendall(whole)
        assert hub.until(partial(_ended, streams), PATIENCE)
        streams.pump()
        streams.close()
    assert [event.kind for event in events] == ["headers", "broken"]
    assert streams.unread == []


def test_any_bytes_are_a_verdict(hub: Hub) -> None:
    chance = random.Random(1)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for _ in range(150):
            streams = Http2Connection(Connection(hub, listener.getsockname(), None, PATIENCE))
            streams.request("a", GET, b"", True)
            peer, _ = listener.accept()
            frames = b"\0\0\0\4\0\0\0\0\0"
            for _ in range(3):
                payload = chance.randbytes(chance.choice((0, 1, 4, 5, 6, 8)))
                kind, flags, number = chance.randrange(12), chance.randrange(64), chance.choice((0, 1, 1, 2, 3))
                frames += bytes((0, 0, len(payload), kind, flags, 0, 0, 0, number)) + payload
            peer.sendall(frames)
            peer.close()
            assert hub.until(partial(_ended, streams), PATIENCE)
            streams.send_data("a", b"late", True)
            streams.close()
