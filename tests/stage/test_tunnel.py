"""A WebSocket on a stream of HTTP/2: bytes and frames as over a connection, and an end of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from asgi_conformance.authoring import client, close_frame, closed, handshake, message, response, stream_response
from asgi_conformance.script import Heard, Over
from asgi_conformance.stage.house import Setting
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.timeline import End, Facts, Streams, Timeline, Wire

from .http2_server import Server, answering
from .play import Residence, seen

HEARD = Heard(Timeline(()), Facts(), 0)
HELLO = b"\x81\x05hello"


@pytest.fixture
def residence(hub: Hub, folder: Any) -> Iterator[Residence]:
    residence = Residence(hub, folder)
    residence.setting = Setting(Over.HTTP2)
    residence.streams = Http2Connection  # type: ignore[attr-defined] # as the house does
    yield residence
    residence.close()


def test_a_websocket_and_a_request_beside_it(residence: Residence) -> None:
    def deed(server: Server) -> None:
        server.h2.send_headers(1, [(b":status", b"200"), (b"sec-websocket-protocol", b"b")])
        server.h2.send_data(1, HELLO + b"\x88\x02\x03\xe8", end_stream=True)
        server.h2.send_headers(3, [(b":status", b"204")], end_stream=True)

    residence.on_bytes = answering(deed)
    timeline = residence.performs(
        client.opens_websocket("/chat", (b"X-A", b"1"), subprotocols=b"a, b", stream="a", authority=b"a.example"),
        client.requests("GET", "/", stream="b"),
        client.gets(handshake(subprotocol=b"b")),
        client.gets(message(text="hello")),
        client.gets(stream_response(204, stream="b")),
        client.gets(close_frame(1000)),
        client.gets(closed()),
        client.sends_text("late"),
    )
    found = seen(timeline)
    assert handshake(subprotocol=b"b").judge(found[2], HEARD).matches
    assert found[3] == Wire(HELLO)
    assert isinstance(found[4], Streams)
    assert found[5] == Wire(b"\x88\x02\x03\xe8", End.FIN)
    assert found[6] == Wire(b"", End.FIN)
    (request, *_) = residence.heard.events[1:]  # type: ignore[attr-defined]
    assert dict(request.headers) == {
        b":method": b"CONNECT", b":protocol": b"websocket", b":scheme": b"https", b":path": b"/chat",
        b":authority": b"a.example", b"sec-websocket-version": b"13", b"x-a": b"1", b"sec-websocket-protocol": b"a, b",
    }  # fmt: skip


def test_a_refusal_is_a_response(residence: Residence) -> None:
    residence.on_bytes = answering(lambda server: server.h2.send_headers(1, [(b":status", b"403")], end_stream=True))
    timeline = residence.performs(
        client.opens_websocket("/chat", stream="a"), client.gets(response(403)), client.gets(closed())
    )
    assert response(403).judge(seen(timeline)[1], HEARD).matches
    assert handshake().judge(seen(timeline)[1], HEARD).how == "refused"


def test_a_reset_is_an_end(residence: Residence) -> None:
    residence.on_bytes = answering(lambda server: server.h2.reset_stream(1))
    timeline = residence.performs(
        client.opens_websocket("/chat", stream="a"), client.gets(handshake()), client.sends_text("late")
    )
    assert seen(timeline)[1] == Wire(b"", End.RESET)
    assert "not all of it was taken" in str(seen(timeline)[2])


def test_bytes_that_are_no_http_2_are_an_end_too(residence: Residence) -> None:
    residence.on_bytes = lambda residence, connection, data: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    timeline = residence.performs(client.opens_websocket("/chat", stream="a"), client.gets(handshake()))
    assert seen(timeline)[1] == Wire(b"", End.RESET)


@pytest.mark.parametrize(
    ("fields", "how"),
    [
        ([(b"sec-websocket-accept", b"x")], "wrong accept key"),
        ([(b"upgrade", b"websocket")], "invalid framing"),
        ([(b"sec-websocket-protocol", b"c")], "wrong subprotocol"),
    ],
)
def test_what_a_handshake_on_a_stream_must_not_have(
    residence: Residence, fields: list[tuple[bytes, bytes]], how: str
) -> None:
    def deed(server: Server) -> None:
        server.h2.config.validate_outbound_headers = server.h2.config.normalize_outbound_headers = False
        server.h2.send_headers(1, [(b":status", b"200"), *fields])

    residence.on_bytes = answering(deed)
    expected = handshake(subprotocol=b"")
    timeline = residence.performs(client.opens_websocket("/chat", stream="a"), client.gets(expected))
    assert expected.judge(seen(timeline)[1], HEARD).how == how
