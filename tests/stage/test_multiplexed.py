"""HTTP/2: requests on streams out, events in, windows kept or left as they are."""

import socket
import sys
from collections.abc import Iterator

import h2.events
import h2.settings
import pytest

from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.timeline import End, StreamEvent

from .http2_server import OK, PATIENCE, Server, heard

GET = ((b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"test"))


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


def test_the_library_comes_with_an_extra(hub: Hub, ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("h2", "h2.config", "h2.connection"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtra, match=r"pip install 'asgi-conformance\[http2\]'"):
        Http2Connection(Connection(hub, ends[1].socket.getsockname(), None, PATIENCE))
