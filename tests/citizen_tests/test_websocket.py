"""The citizen speaks WebSocket."""

import asyncio
from typing import Any

import pytest
from citizen.messages import Disconnected, InvalidMessage
from citizen_tests.stage import UPGRADE, App, Client, chunked, played, serving

wsproto = pytest.importorskip("wsproto")
events = pytest.importorskip("wsproto.events")

ACCEPT = {"type": "websocket.accept"}
CLOSE = b"connection: close\r\n\r\n"


class Peer:
    """A client made of wsproto."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.protocol = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)

    def send(self, event: Any) -> None:
        self.client.send(self.protocol.send(event))

    async def get(self) -> Any:
        """The next event; None at the end of the connection."""
        while (event := next(self.protocol.events(), None)) is None:
            data = await asyncio.wait_for(self.client.reader.read(65536), 2)
            if not data:
                return None
            self.protocol.receive_data(data)
        return event

    async def opens(self, **offer: Any) -> Any:
        self.send(events.Request(host="h", target="/", **offer))
        return await self.get()


async def echo(scope: Any, receive: Any, send: Any) -> None:
    assert await receive() == {"type": "websocket.connect"}
    await send({**ACCEPT, "subprotocol": next(iter(scope["subprotocols"]), None), "headers": [(b"x-a", b"1")]})
    while (event := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "bytes": event["bytes"], "text": event["text"]})


@played
async def test_messages_are_echoed_and_fragments_joined() -> None:
    async with serving(App(websocket=echo)) as stage:
        peer = Peer(await stage.client())
        accepted = await peer.opens(subprotocols=["a", "b"])
        assert accepted.subprotocol == "a" and (b"x-a", b"1") in accepted.extra_headers
        peer.send(events.TextMessage("h\u00e9", message_finished=False))
        peer.send(events.Ping(b"now"))
        peer.send(events.TextMessage("llo"))
        peer.send(events.BytesMessage(b""))
        assert await peer.get() == events.Pong(b"now")
        assert await peer.get() == events.TextMessage("h\u00e9llo")
        assert await peer.get() == events.BytesMessage(b"")
        peer.send(events.CloseConnection(4000, "bye"))
        assert (await peer.get()).code == 4000
        assert await peer.get() is None


@played
async def test_the_end_is_told_to_both_sides() -> None:
    heard = []

    async def websocket(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(ACCEPT)
        if scope["query_string"] == b"close":
            await send({"type": "websocket.close", "code": 3000, "reason": "b\u00efe"})
        heard.append(await receive())
        with pytest.raises(Disconnected):
            await send({"type": "websocket.send", "text": "late"})

    async with serving(App(websocket=websocket)) as stage:
        client = await stage.client()
        client.request(b"/?close", *UPGRADE)
        assert (await client.until(b"e")).startswith(b"HTTP/1.1 101 ")
        await client.until(b"\r\n\r\n")
        assert await client.until("b\u00efe".encode()) == b"\x88\x06\x0b\xb8" + "b\u00efe".encode()
        for data in (b"\x88\x80\0\0\0\0", b"\x81\x82\0\0\0\0\xff\xfe", b""):
            client = await stage.client()
            client.request(b"/", *UPGRADE)
            await client.until(b"\r\n\r\n")
            client.send(data)
            client.writer.write_eof()
            await client.rest()
    assert [(event["code"], event["reason"]) for event in heard] == [
        (3000, "b\u00efe"),
        (1005, ""),
        (1007, ""),
        (1006, ""),
    ]


@pytest.mark.parametrize(
    ("reply", "wire"),
    [
        (
            [{"type": "websocket.close", "code": 4000}],
            b"403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        ),
        ([], b"500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        (
            [
                {"type": "websocket.http.response.start", "status": 401},
                {"type": "websocket.http.response.body", "body": b"no", "more_body": True},
                {"type": "websocket.http.response.body"},
            ],
            b"401 Unauthorized\r\ntransfer-encoding: chunked\r\n" + CLOSE + chunked(b"no"),
        ),
    ],
)
def test_a_handshake_can_be_refused(reply: list[Any], wire: bytes) -> None:
    async def websocket(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        for message in reply:
            await send(message)
        if reply:
            assert (await receive())["code"] == 1006

    async def play() -> None:
        async with serving(App(websocket=websocket)) as stage:
            client = await stage.client()
            client.request(b"/", *UPGRADE)
            assert await client.rest() == b"HTTP/1.1 " + wire

    asyncio.run(play())


@played
async def test_invalid_messages_raise_and_change_nothing() -> None:
    async def websocket(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await refused(send, {"type": "websocket.send", "text": "early"}, {**ACCEPT, "subprotocol": "unasked"})
        await refused(send, {**ACCEPT, "headers": [("a", "b")]}, {**ACCEPT, "headers": [(b"a", b"b\r\n")]})
        await send(ACCEPT)
        await refused(send, ACCEPT, {"type": "websocket.send"}, {"type": "websocket.send", "text": "a", "bytes": b"b"})
        await refused(send, {"type": "websocket.close", "code": 1005}, {"type": "websocket.close", "reason": "x" * 124})
        await send({"type": "websocket.send", "text": "fine"})

    async def refused(send: Any, *messages: Any) -> None:
        for message in messages:
            with pytest.raises(InvalidMessage):
                await send(message)

    async with serving(App(websocket=websocket)) as stage:
        client = await stage.client()
        client.request(b"/", *UPGRADE)
        await client.until(b"\r\n\r\n")
        client.send(b"\x88\x80\0\0\0\0")
        assert await client.rest() == b"\x81\x04fine\x88\x02\x03\xe8"
