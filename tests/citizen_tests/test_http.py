"""The citizen speaks HTTP/1."""

import asyncio
from typing import Any

import h11
import pytest
from citizen.messages import Disconnected, InvalidMessage
from citizen_tests.stage import App, chunked, played, respond, serving


@played
async def test_a_request_is_a_scope_and_a_body() -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        expected = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.5"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/caf\u00e9 x",
            "raw_path": b"/caf%C3%A9%20x",
            "query_string": b"a=%20",
            "root_path": "/app",
            "headers": [(b"host", b"h"), (b"x-mixed", b"1"), (b"content-length", b"4")],
            "client": client.writer.get_extra_info("sockname"),
            "server": client.writer.get_extra_info("peername"),
            "state": {},
        }
        assert {key: scope[key] for key in expected} == expected
        assert await receive() == {"type": "http.request", "body": b"bo", "more_body": True}
        client.send(b"dy")
        assert await receive() == {"type": "http.request", "body": b"dy", "more_body": False}
        await respond(send, b"fine")

    async with serving(App(http), root_path="/app") as stage:
        client = await stage.client()
        client.request(b"/caf%C3%A9%20x?a=%20", b"X-Mixed: 1", b"Content-Length: 4", method=b"POST", body=b"bo")
        assert await client.until(b"fine") == b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine"


@played
async def test_responses_satisfy_a_strict_parser() -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, b"a", b"", b"b", headers=[(b"x-b", b"1"), (b"x-a", b"2"), (b"x-b", b"3")])

    async with serving(App(http)) as stage:
        client, parser = await stage.client(), h11.Connection(h11.CLIENT)
        client.send(parser.send(h11.Request(method="GET", target="/", headers=[("Host", "h")])) or b"")
        client.send(parser.send(h11.EndOfMessage()) or b"")
        parser.receive_data(await client.until(b"0\r\n\r\n"))
        head, first, second, end = (parser.next_event() for _ in range(4))
        assert isinstance(head, h11.Response) and isinstance(end, h11.EndOfMessage)
        assert list(head.headers)[:3] == [(b"x-b", b"1"), (b"x-a", b"2"), (b"x-b", b"3")]
        assert [part.data for part in (first, second) if isinstance(part, h11.Data)] == [b"a", b"b"]
        assert parser.next_event() is h11.NEED_DATA


@played
async def test_pipelined_requests_are_answered_in_order() -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.02 if scope["path"] == "/slow" else 0)
        await respond(send, scope["path"].encode())

    async with serving(App(http)) as stage:
        client = await stage.client()
        client.request(b"/slow")
        client.request(b"/unread", b"Content-Length: 35", body=b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
        client.request(b"/last", b"Connection: close")
        responses = (await client.rest()).split(b"HTTP/1.1 200 OK")
        assert [response.rpartition(b"\r\n")[2] for response in responses] == [b"", b"/slow", b"/unread", b"/last"]


@played
async def test_chunked_bodies_arrive_decoded() -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        body, event = b"", {"more_body": True}
        while event["more_body"]:
            event = await receive()
            body += event["body"]
        await respond(send, body)

    async with serving(App(http)) as stage:
        client = await stage.client()
        body = b"5;ext=1\r\nhello\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n"
        client.request(b"/", b"Transfer-Encoding: chunked", method=b"POST", body=body)
        assert (await client.until(b"789")).endswith(b"\r\n\r\nhello0123456789")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: h\n\n", 400),
        (b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", 400),
        (b"GET /" + b"a" * 20_000, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +3\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", 426),
    ],
)
def test_broken_heads_are_refused_before_the_application_is_called(head: bytes, status: int) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("called")

    async def play() -> None:
        async with serving(App(http)) as stage:
            client = await stage.client()
            client.send(head)
            assert (await client.rest()).startswith(b"HTTP/1.1 %d " % status)

    asyncio.run(play())


INVALID: list[Any] = [
    {},
    {"type": "bogus"},
    {"type": "http.response.body"},
    {"type": "http.response.start"},
    {"type": "http.response.start", "status": "200"},
    {"type": "http.response.start", "status": 101},
    {"type": "http.response.start", "status": 200, "headers": [("a", "b")]},
    {"type": "http.response.start", "status": 200, "headers": [(b":status", b"201")]},
    {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b\r\nc: d")]},
    {"type": "http.response.trailers", "headers": []},
    {"type": "http.response.debug", "info": {}},
]


@pytest.mark.parametrize("message", INVALID)
def test_invalid_messages_raise_and_change_nothing(message: Any) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        with pytest.raises(InvalidMessage):
            await send(message)
        await respond(send, b"recovered")

    async def play() -> None:
        async with serving(App(http)) as stage:
            client = await stage.client()
            client.request()
            assert (await client.until(b"recovered")).startswith(b"HTTP/1.1 200 OK\r\n")

    asyncio.run(play())


@played
async def test_a_client_that_leaves_is_noticed_by_receive_and_by_send() -> None:
    heard: list[Any] = []

    async def http(scope: Any, receive: Any, send: Any) -> None:
        heard.extend([await receive() for _ in range(3)])
        try:
            await send({"type": "http.response.start", "status": 200})
        except Disconnected as error:
            heard.append(error)
            raise
        finally:
            over.set()

    over = asyncio.Event()
    async with serving(App(http)) as stage:
        client = await stage.client()
        client.request()
        await asyncio.sleep(0.02)
        client.writer.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of no time: RST
        client.writer.transport.abort()
        await asyncio.wait_for(over.wait(), 2)
    assert [event["type"] for event in heard[:3]] == ["http.request", "http.disconnect", "http.disconnect"]
    assert isinstance(heard[3], OSError)


@pytest.mark.parametrize(
    ("pieces", "wire"),
    [
        ((), b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        ((b"a",), b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunked(b"a").removesuffix(b"0\r\n\r\n")),
    ],
)
def test_an_application_that_raises_is_seen_to_have_failed(pieces: tuple[bytes, ...], wire: bytes) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        for piece in pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        raise RuntimeError

    async def play() -> None:
        async with serving(App(http)) as stage:
            client = await stage.client()
            client.request()
            assert await client.rest() == wire

    asyncio.run(play())


@played
async def test_an_application_in_the_manner_of_starlette_is_told_to_stop_streaming() -> None:
    """A task group in which one task streams and another one waits for the client to leave."""
    stopped = asyncio.Event()

    async def http(scope: Any, receive: Any, send: Any) -> None:
        async def stream() -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while True:
                await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})
                await asyncio.sleep(0.001)

        async def listen() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            streaming.cancel()

        async with asyncio.TaskGroup() as tasks:
            streaming = tasks.create_task(stream())
            tasks.create_task(listen())
        stopped.set()

    async with serving(App(http)) as stage:
        client = await stage.client()
        client.request()
        await client.until(b"xx")
        client.writer.close()
        await asyncio.wait_for(stopped.wait(), 2)
