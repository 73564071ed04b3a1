"""The citizen speaks HTTP/2, and refuses what is none."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import h2.config
import h2.connection
import pytest
from citizen_tests.stage import PATIENCE, App, Client, played, respond, serving

GET = [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"a")]


class Streams:
    """A client that knows beforehand."""

    def __init__(self, client: Client) -> None:
        self.client = client
        config = h2.config.H2Configuration(header_encoding=None)
        config.validate_outbound_headers = config.normalize_outbound_headers = False
        self.h2: Any = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.events: list[Any] = []
        self.flush()

    def flush(self) -> None:
        self.client.send(self.h2.data_to_send())

    def request(self, number: int, fields: Any, *, ends: bool = True) -> None:
        self.h2.send_headers(number, fields, end_stream=ends)
        self.flush()

    async def until(self, kind: str, number: int | None = None) -> Any:
        """The first event of this kind, on this stream."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for event in self.events:
                    if type(event).__name__ == kind and number in (None, getattr(event, "stream_id", None)):
                        return event
                data = await self.client.reader.read(65536)
                assert data, f"closed before {kind}"
                self.events += self.h2.receive_data(data)
                self.flush()


@contextlib.asynccontextmanager
async def streams(app: App, **options: Any) -> AsyncIterator[Streams]:
    async with serving(app, **options) as stage:
        yield Streams(await stage.client())


@played
async def test_a_request_and_its_response() -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        assert (scope["http_version"], scope["path"], scope["headers"]) == ("2", "/", [(b"host", b"a"), (b"x-a", b"1")])
        assert await receive() == {"type": "http.request", "body": b"", "more_body": False}
        await respond(send, b"fine")

    async with streams(App(http)) as client:
        client.request(1, [*GET, (b"x-a", b"1")])
        assert dict((await client.until("ResponseReceived")).headers)[b"content-length"] == b"4"
        assert (await client.until("DataReceived")).data == b"fine"
        await client.until("StreamEnded")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ([(b":method", b"CONNECT"), (b":authority", b"a:1")], b"501"),
        ([(b":method", b"CONNECT"), (b":protocol", b"other"), *GET[1:]], b"501"),
        ([(b":method", b"get"), *GET[1:]], b"400"),
        ([*GET[:2], (b":path", b"x"), GET[3]], b"400"),
        ([(b":method", b"CONNECT"), (b":protocol", b"websocket"), *GET[1:]], b"400"),
    ],
)
def test_what_is_no_request_is_refused_on_its_stream(fields: Any, status: bytes) -> None:
    async def play() -> None:
        async with streams(App()) as client:
            client.request(1, fields)
            assert dict((await client.until("ResponseReceived", 1)).headers)[b":status"] == status
            client.request(3, GET)
            await client.until("StreamEnded", 3)

    asyncio.run(play())


@played
async def test_a_malformed_request_ends_the_connection() -> None:
    async with streams(App()) as client:
        client.request(1, [*GET, (b"connection", b"close")])
        await client.until("ConnectionTerminated")


@pytest.mark.parametrize("rest", [b"SM\r\n\r\n\0\0\0\1\4\0\0\0\0", b"XX"])
def test_what_is_no_preface_ends_the_connection(rest: bytes) -> None:
    async def play() -> None:
        async with serving(App()) as stage:
            client = await stage.client()
            client.send(b"PRI * HTTP/2.0\r\n\r\n" + rest)
            await client.rest()

    asyncio.run(play())


@played
async def test_a_preface_may_come_in_pieces() -> None:
    async with serving(App()) as stage:
        client = await stage.client()
        client.send(b"PRI * HT")
        await asyncio.sleep(0.01)
        client.send(b"TP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        assert (await client.until(b"\0\0\0\4\1\0\0\0\0")).count(b"\4\0\0\0\0\0")


@played
async def test_a_silent_connection_is_closed() -> None:
    async with streams(App(), keep_alive=0.05) as client:
        await client.until("ConnectionTerminated")


@played
async def test_a_server_that_stops_says_so_and_finishes() -> None:
    called, go_on = asyncio.Event(), asyncio.Event()

    async def http(scope: Any, receive: Any, send: Any) -> None:
        called.set()
        await go_on.wait()
        await respond(send, b"fine")

    async with serving(App(http)) as stage:
        client = Streams(await stage.client())
        client.request(1, GET)
        await called.wait()
        (connection,) = stage.server.connections
        stage.server.stopping = True
        connection.stop()
        assert (await client.until("ConnectionTerminated")).last_stream_id == 1
        go_on.set()
        connection.notify()
        data = await client.client.rest()
        assert b"fine" in data
