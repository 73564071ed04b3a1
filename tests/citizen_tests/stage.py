"""A citizen in this very event loop, and clients that send it raw bytes."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from citizen.mutation import load
from citizen.parts import Parts
from citizen.server import Options, Server

PATIENCE = 2.0
"""Seconds until what has not happened is taken not to happen."""

UPGRADE = (
    b"Upgrade: websocket",
    b"Connection: Upgrade",
    b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)

Call = Callable[[Any, Any, Any], Awaitable[None]]


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def request(self, target: bytes = b"/", *lines: bytes, method: bytes = b"GET", body: bytes = b"") -> None:
        self.send(b"\r\n".join((method + b" " + target + b" HTTP/1.1", b"Host: h", *lines, b"", b"")) + body)

    async def until(self, end: bytes) -> bytes:
        """What arrives, up to and with `end`."""
        async with asyncio.timeout(PATIENCE):
            return undated(await self.reader.readuntil(end))

    async def rest(self) -> bytes:
        """What arrives until the end of the connection."""
        async with asyncio.timeout(PATIENCE):
            return undated(await self.reader.read())


def undated(data: bytes) -> bytes:
    return re.sub(rb"(?i)\r\ndate: [^\r]*GMT(?=\r\n)", b"", data)


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (*pieces, b""))


class App:
    """Serves a lifespan by itself, and leaves the rest to `http` and `websocket`."""

    def __init__(self, http: Call | None = None, websocket: Call | None = None) -> None:
        self.calls = {"lifespan": self.lifespan, "http": http or self.ok, "websocket": websocket}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        call = self.calls[scope["type"]]
        assert call is not None
        await call(scope, receive, send)

    async def lifespan(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def ok(self, scope: Any, receive: Any, send: Any) -> None:
        await respond(send, b"ok")


async def respond(send: Any, *pieces: bytes, status: int = 200, headers: Any = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for piece in pieces[:-1]:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": pieces[-1]})


class Stage:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.stop = asyncio.Event()
        self.clients: list[Client] = []

    async def client(self) -> Client:
        client = Client(*await asyncio.open_connection(*self.server.address[:2]))
        self.clients.append(client)
        return client


@contextlib.asynccontextmanager
async def serving(app: Any, mutant: str = "", **options: Any) -> AsyncIterator[Stage]:
    parts = Parts()
    if mutant:
        load(mutant).apply(parts)
    stage = Stage(parts.server(parts, app, Options(port=0, **options)))
    running = asyncio.create_task(stage.server.run(stage.stop))
    try:
        while stage.server.address is None:
            await asyncio.sleep(0)
        yield stage
    finally:
        for client in stage.clients:
            client.writer.close()
        stage.stop.set()
        await asyncio.wait_for(running, PATIENCE)


def played(play: Callable[[], Any]) -> Callable[[], None]:
    """A test that is a coroutine function, as a function."""

    def test() -> None:
        asyncio.run(play())

    test.__name__, test.__doc__ = play.__name__, play.__doc__
    return test
