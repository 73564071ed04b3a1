"""Playing a client and an application around a citizen, or a mutant, in this very event loop."""

import asyncio
import contextlib
import functools
import logging
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

import trustme
from citizen.parts import Parts
from citizen.server import Options, Server

PATIENCE = 0.25
"""Seconds until what has not happened is taken not to happen."""

HEADLINE = re.compile(rb"HTTP/1\.1 (\d{3})")


class Client:
    """Raw bytes both ways."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.is_tcp = isinstance(writer.get_extra_info("sockname"), tuple)

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    def get(self, target: bytes = b"/", *lines: bytes, method: bytes = b"GET", body: bytes = b"") -> None:
        self.send(b"\r\n".join((method + b" " + target + b" HTTP/1.1", b"Host: h", *lines, b"", b"")) + body)

    async def upgrade(self, target: bytes = b"/", *lines: bytes) -> bytes:
        """The head of what answers a handshake."""
        self.get(target, *UPGRADE, *lines)
        return await self.until(b"\r\n\r\n")

    async def frames(self, count: int = 1, patience: float = PATIENCE) -> list[Any]:
        """So many frames, or fewer if they do not come."""
        return frames_of(await self.read(lambda data: len(frames_of(data)) >= count, patience))

    async def until(self, end: bytes, patience: float = PATIENCE) -> bytes:
        """What arrives up to and with `end`; what there is when it does not come."""
        return await self.read(lambda data: end in data, patience)

    async def rest(self, patience: float = PATIENCE) -> bytes:
        """What arrives until the end of the connection, which shows as `<EOF>`, or until nothing comes any more."""
        return await self.read(lambda data: False, patience)

    async def read(self, enough: Callable[[bytes], bool], patience: float = PATIENCE) -> bytes:
        data = b""
        try:
            async with asyncio.timeout(patience):
                while not enough(data):
                    piece = await self.reader.read(65536)
                    if not piece:
                        return undated(data) + b"<EOF>"
                    data += piece
        except TimeoutError:
            pass
        except ConnectionError:
            return undated(data) + b"<RST>"
        return undated(data)

    def eof(self) -> None:
        self.writer.write_eof()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of no time: closing sends RST
        self.writer.transport.abort()


KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = (b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: " + KEY)


def frame(opcode: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    """A client's frame; the mask is nothing to look at."""
    length = len(payload)
    if length < 126:
        head = bytes([opcode | final << 7, 128 | length])
    elif length < 65536:
        head = bytes([opcode | final << 7, 254]) + length.to_bytes(2)
    else:
        head = bytes([opcode | final << 7, 255]) + length.to_bytes(8)
    return head + b"\1\2\3\4" + bytes(byte ^ (index % 4 + 1) for index, byte in enumerate(payload))


def frames_of(data: bytes) -> list[Any]:
    """(opcode, payload) of the server's frames in what follows a head; what is none of them as bytes."""
    found: list[Any] = []
    while len(data) >= 2:
        length, start = data[1] & 127, 2
        if length > 125:
            start = 4 if length == 126 else 10
            length = int.from_bytes(data[2:start])
        if data[0] & 0x70 or data[1] & 128 or len(data) < start + length:
            break
        found.append((data[0], data[start : start + length]))
        data = data[start + length :]
    return [*found, data] if data else found


def undated(data: bytes) -> bytes:
    return re.sub(rb"(?i)\r\ndate: [^\r]*GMT(?=\r\n)", b"", data)


class Certificates(NamedTuple):
    """Paths of PEM files, made once for all scenes."""

    server: str
    client: str
    issuers: str


@functools.cache
def certificates() -> Certificates:
    authority, folder = trustme.CA(), tempfile.mkdtemp()
    paths = Certificates(f"{folder}/server.pem", f"{folder}/client.pem", f"{folder}/issuers.pem")
    authority.cert_pem.write_to_path(paths.issuers)
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(paths.server)
    authority.issue_cert("me@h", common_name="J\u00f6rg, +").private_key_and_cert_chain_pem.write_to_path(paths.client)
    return paths


class Stage:
    """One server, started when a scene asks for it, and what the scene noted."""

    def __init__(self, folder: str, parts: Parts | None = None) -> None:
        self.folder = folder
        """For what needs a file."""
        self.parts = parts or Parts()
        self.notes: list[Any] = []
        self.stop = asyncio.Event()
        self.clients: list[Client] = []
        self.left: Any = None
        """A task that an application leaves behind."""
        self.server: Server
        self.running: asyncio.Task[int]

    @property
    def certificates(self) -> "Certificates":
        return certificates()

    async def quiet(self, seconds: float = 0.05) -> None:
        """Give whatever might happen the time to happen."""
        await asyncio.sleep(seconds)

    def note(self, *what: Any) -> None:
        self.notes.append(what if len(what) > 1 else what[0])

    async def start(self, app: Any, **options: Any) -> None:
        """Return when the server listens, or has ended, or does neither for a while."""
        self.server = self.parts.server(self.parts, app, Options(port=0, **options))
        self.running = asyncio.create_task(self.server.run(self.stop))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while self.server.address is None and not self.running.done():
                    await asyncio.sleep(0.001)

    async def client(self, **options: Any) -> Client:
        if isinstance(self.server.address, str):
            streams = await asyncio.open_unix_connection(self.server.address, **options)
        else:
            streams = await asyncio.open_connection(*self.server.address[:2], **options)
        client = Client(*streams)
        self.clients.append(client)
        return client

    async def finish(self, patience: float = PATIENCE) -> Any:
        """Stop the server; its exit status."""
        self.stop.set()
        await asyncio.wait({self.running}, timeout=patience)
        return self.outcome()

    def outcome(self) -> Any:
        if not self.running.done():
            return "still running"
        return repr(self.running.exception()) if self.running.exception() else self.running.result()

    async def clear(self) -> None:
        for client in self.clients:
            client.writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if hasattr(self, "server"):
            self.server.stopping = True
            self.server.stop_accepting()
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=1)


class Recorder:
    """An application that serves a lifespan by itself and leaves the rest to `http` and `websocket`."""

    def __init__(self, http: Any = None, websocket: Any = None, state: dict[str, Any] | None = None) -> None:
        self.http = http
        self.websocket = websocket
        self.initial = state or {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        else:
            await (self.http if scope["type"] == "http" else self.websocket)(scope, receive, send)

    async def lifespan(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        scope.get("state", {}).update(self.initial)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


async def reply(send: Any, body: bytes = b"", status: int = 200, headers: Any = ()) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


async def ok(scope: Any, receive: Any, send: Any) -> None:
    await reply(send, b"ok")


async def within(awaitable: Any, patience: float = PATIENCE) -> Any:
    """Its result, or in a word why there is none."""
    task = asyncio.ensure_future(awaitable)
    done, _ = await asyncio.wait({task}, timeout=patience)
    if not done:
        task.cancel()
        return "pending"
    if task.cancelled():
        return "cancelled"
    return outcome(task.exception()) if task.exception() else task.result()


def outcome(error: BaseException | None) -> str:
    """`OSError`: of our kind, for which the specification has a name."""
    if error is None:
        return "returns"
    return "OSError" if isinstance(error, OSError) else type(error).__name__


async def attempt(send: Any, message: Any) -> str:
    """What `send` does with a message: `returns`, `pending`, or the kind of what it raises."""
    try:
        return await within(send(message)) or "returns"
    except Exception as error:  # noqa: BLE001 - a mutant's send may raise anything, even before it is awaited
        return outcome(error)


@contextlib.asynccontextmanager
async def logged() -> AsyncIterator[list[str]]:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.levelname}: {record.getMessage()}")  # type: ignore[method-assign]  # a handler of one line
    logger = logging.getLogger("citizen")
    logger.addHandler(handler)
    level, logger.propagate = logger.level, False
    logger.setLevel(logging.WARNING)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
        logger.setLevel(level)


async def play(scene: Any, parts: Parts | None = None) -> list[Any]:
    """What a scene notes."""
    with tempfile.TemporaryDirectory() as folder:
        return await play_in(folder, scene, parts)


async def play_in(folder: str, scene: Any, parts: Parts | None) -> list[Any]:
    stage = Stage(folder, parts)
    async with logged() as lines:
        try:
            async with asyncio.timeout(20):
                await scene(stage)
        except Exception as error:  # noqa: BLE001 - a mutant may spoil a scene in any way, and that is what is noted
            stage.note("spoiled", outcome(error))
        finally:
            await stage.clear()
    return [*stage.notes, *(("log", line) for line in lines)]
