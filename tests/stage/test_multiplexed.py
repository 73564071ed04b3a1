"""HTTP/2: requests on streams out, events in, and whatever else a server sends told for what it is."""

import contextlib
import random
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import pytest

from asgi_conformance.authoring import client, stream_reset, stream_response
from asgi_conformance.script import Case, Heard, Over
from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.stage.house import Setting
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.timeline import Done, End, Facts, StreamEvent, Streams, Timeline

from .play import Residence, seen

PATIENCE = 10.0  # seconds; what waits that long has failed
GET = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"test"))
OK = ((b":status", b"200"), (b"x-a", b"1"))
HEARD = Heard(Timeline(()), Facts(), 0)


class Server:
    """The other end, in the same hub."""

    def __init__(self, hub: Hub, connection: socket.socket) -> None:
        self.socket = connection
        self.h2: Any = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding=None))
        self.h2.initiate_connection()
        self.events: list[Any] = []
        self.flush()
        hub.listen(connection, self.readable)

    def readable(self) -> None:
        with contextlib.suppress(h2.exceptions.ProtocolError):  # it may have closed already
            self.events += self.h2.receive_data(self.socket.recv(1 << 16))
        self.flush()

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(self.h2.data_to_send())

    def saw(self, kind: type) -> bool:
        return any(isinstance(event, kind) for event in self.events)


@pytest.fixture
def ends(hub: Hub) -> Iterator[tuple[Http2Connection, Server]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        streams = Http2Connection(Connection(hub, listener.getsockname(), None, PATIENCE))
        peer, _ = listener.accept()
        with peer:
            yield streams, Server(hub, peer)
            hub.forget(peer)
            streams.close()


Ends = tuple[Http2Connection, Server]


def heard(hub: Hub, streams: Http2Connection, *kinds: str) -> tuple[StreamEvent, ...]:
    """Everything up to events of these kinds."""

    def came() -> bool:
        streams.pump()
        return set(kinds) <= {event.kind for event in streams.unread}

    assert hub.until(came, PATIENCE), streams.unread
    return streams.take(len(streams.unread))


def test_a_request_and_its_response(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"", True)
    assert hub.until(lambda: server.saw(h2.events.StreamEnded), PATIENCE)
    server.h2.send_headers(1, OK)
    server.h2.send_data(1, b"ok", end_stream=False)
    server.h2.send_headers(1, [(b"x-t", b"1")], end_stream=True)
    server.flush()
    assert heard(hub, streams, "end") == (
        StreamEvent("headers", "a", OK),
        StreamEvent("data", "a", b"ok"),
        StreamEvent("headers", "a", ((b"x-t", b"1"),)),
        StreamEvent("end", "a"),
    )
    assert streams.end is End.OPEN
    assert streams.arrived > 0
    assert streams.port


def test_a_body_goes_in_frames_of_the_size_that_is_allowed(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"x" * 40_000, True)
    assert hub.until(lambda: server.saw(h2.events.StreamEnded), PATIENCE)
    pieces = [event.data for event in server.events if isinstance(event, h2.events.DataReceived)]
    assert b"".join(pieces) == b"x" * 40_000
    assert len(pieces) == 3
    streams.request("b", GET, b"", False)
    assert streams.send_data("b", b"", True)
    assert hub.until(lambda: sum(isinstance(event, h2.events.StreamEnded) for event in server.events) == 2, PATIENCE)


def test_what_a_window_has_no_room_for_follows_when_it_has(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"x" * 50_000, False)
    streams.request("b", GET, b"y" * 50_000, True)
    assert streams.send_data("a", b"z" * 50_000, True)  # the connection's window is 65,535 bytes

    def received(number: int) -> bytes:
        data = (event for event in server.events if isinstance(event, h2.events.DataReceived))
        return b"".join(event.data for event in data if event.stream_id == number)

    assert hub.until(lambda: len(received(1)) + len(received(3)) == 65_535, PATIENCE)
    server.h2.increment_flow_control_window(100_000)
    server.h2.increment_flow_control_window(100_000, 1)
    server.flush()
    assert hub.until(lambda: server.saw(h2.events.StreamEnded) and len(received(1)) == 100_000, PATIENCE)
    assert received(1) == b"x" * 50_000 + b"z" * 50_000
    assert hub.until(lambda: received(3) == b"y" * 50_000, PATIENCE)


def test_what_waits_for_a_stream_that_the_server_resets_is_dropped(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"x" * 100_000, True)
    assert hub.until(lambda: server.saw(h2.events.DataReceived), PATIENCE)
    server.h2.reset_stream(1)
    server.flush()
    assert heard(hub, streams, "reset") == (StreamEvent("reset", "a", 0),)
    assert not streams.send_data("a", b"more", False)


@pytest.mark.parametrize("stream", ["a", None])
def test_windows_can_be_left_as_they_are(hub: Hub, ends: Ends, stream: str | None) -> None:
    streams, server = ends
    streams.stop_reading(stream)
    for name in ("a", "b"):
        streams.request(name, GET, b"", True)
    assert hub.until(lambda: sum(isinstance(event, h2.events.StreamEnded) for event in server.events) == 2, PATIENCE)
    for number in (1, 3):
        server.h2.send_headers(number, OK)
        server.h2.send_data(number, b"x" * 16_384)
    server.flush()
    heard(hub, streams, "data")

    def room(number: int) -> int:
        room: int = server.h2.local_flow_control_window(number)
        return room

    free = 65_535 - (32_768 if stream is None else 0)
    assert hub.until(lambda: room(3) == free, PATIENCE)
    assert room(1) == (free if stream is None else 65_535 - 16_384)
    streams.read_again(stream)
    assert hub.until(lambda: room(1) == room(3) == 65_535, PATIENCE)


def test_settings_can_be_announced(hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        announced = (("enable_push", 0), ("initial_window_size", 10))
        streams = Http2Connection(Connection(hub, listener.getsockname(), None, PATIENCE), announced)
        with listener.accept()[0] as peer:
            server = Server(hub, peer)
            assert hub.until(lambda: server.saw(h2.events.RemoteSettingsChanged), PATIENCE)
            hub.forget(peer)
        streams.close()
    settings = server.h2.remote_settings
    assert (settings.enable_push, settings.initial_window_size) == (0, 10)


def test_whether_the_server_takes_extended_connect_is_in_its_settings(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    assert hub.until(lambda: streams.met, PATIENCE)
    assert not streams.offers_tunnels
    server.h2.update_settings({h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL: 1})
    server.flush()
    assert hub.until(lambda: streams.offers_tunnels, PATIENCE)


def test_much_can_be_received(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"", True)
    assert hub.until(lambda: server.saw(h2.events.StreamEnded), PATIENCE)
    server.h2.send_headers(1, OK)
    left = 300_000  # more than the windows of the beginning
    got = 0

    def whole() -> bool:
        nonlocal left, got
        piece = min(left, server.h2.local_flow_control_window(1), server.h2.max_outbound_frame_size)
        if piece:
            server.h2.send_data(1, b"x" * piece)
            left -= piece
            server.flush()
        streams.pump()
        got += sum(len(event.value) for event in streams.take(99) if event.kind == "data")
        return got == 300_000

    assert hub.until(whole, PATIENCE)


def test_resets_go_both_ways(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"", False)
    streams.request("b", GET, b"", False)
    streams.reset("a")
    assert hub.until(lambda: server.saw(h2.events.StreamReset), PATIENCE)
    server.h2.reset_stream(3, error_code=2)
    server.flush()
    assert heard(hub, streams, "reset") == (StreamEvent("reset", "b", 2),)
    streams.send_data("b", b"too late", True)
    streams.reset("b")


def test_pushes_and_the_end_of_a_connection_are_events_too(hub: Hub, ends: Ends) -> None:
    streams, server = ends
    streams.request("a", GET, b"", False)
    assert hub.until(lambda: server.saw(h2.events.RequestReceived), PATIENCE)
    server.h2.push_stream(1, 2, GET)
    server.h2.send_headers(2, OK, end_stream=True)
    server.h2.close_connection(error_code=1)
    server.flush()
    events = heard(hub, streams, "push", "end", "goaway")
    assert events[0] == StreamEvent("push", "a", GET)
    assert StreamEvent("end", "push:1") in events
    assert events[-1] == StreamEvent("goaway", "", 1)
    streams.request("late", GET, b"body", True)


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


def test_the_library_comes_with_an_extra(hub: Hub, ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("h2", "h2.config", "h2.connection"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install 'asgi-conformance\[http2\]'"):
        Http2Connection(Connection(hub, ends[1].socket.getsockname(), None, PATIENCE))


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


# --------------------------------------------------------------------------- in a play


@pytest.fixture
def residence(hub: Hub, folder: Any) -> Iterator[Residence]:
    residence = Residence(hub, folder)
    residence.setting = Setting(Over.HTTP2)
    residence.streams = Http2Connection  # type: ignore[attr-defined] # as the house does
    yield residence
    residence.close()


def answering(deed: Callable[[Server], None]) -> Callable[[Residence, socket.socket, bytes], None]:
    """A server that does this when a request has come."""

    def on_bytes(residence: Residence, connection: socket.socket, data: bytes) -> None:
        residence.hub.forget(connection)
        server = Server(residence.hub, connection)
        server.events += server.h2.receive_data(data)
        deed(server)
        server.flush()

    return on_bytes


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
