"""The server: it listens, it serves, it stops."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from citizen import tls
from citizen.application import Application, as_single_callable, is_double_callable

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from citizen.connection import Connection
    from citizen.parts import Parts

log: Final = logging.getLogger("citizen")

BACKLOG: Final = 2048
STARTUP_FAILED: Final = 3


class Options(NamedTuple):
    """`host` and `port`, or the path `uds`, or the descriptor `fd` of a bound socket. Times are in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None
    fd: int | None = None
    certfile: str | None = None
    keyfile: str | None = None
    cafile: str | None = None
    root_path: str = ""
    keep_alive: float = 5.0
    ping_interval: float = 20.0
    quic_port: int | None = None
    """UDP, for HTTP/3; what it has in common with `port` is at most the number."""
    grace: float = 3.0
    """For requests that are under way when the server stops."""


class Server:
    quiet_limit = 1.0
    """Seconds between telling an application that its connection is gone and cancelling it."""

    def __init__(self, parts: Parts, application: Any, options: Options) -> None:
        self.parts = parts
        self.options = options
        self.app = self.adapted(application)
        self.asgi_version = "2.0" if is_double_callable(application) else "3.0"
        self.certificate = tls.first_certificate(options.certfile) if options.certfile else None
        self.lifespan = parts.lifespan(self)
        self.connections: set[Connection] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.stopping = False
        self.listener: asyncio.Server | None = None
        self.quic: Any = None
        self.address: Any = None

    def adapted(self, application: Any) -> Application:
        return as_single_callable(application)

    async def run(self, stop: asyncio.Event) -> int:
        """Serve until `stop` is set; the exit status."""
        self.loop = asyncio.get_running_loop()
        self.sock = self.bind()
        try:
            if not await self.started_before(stop):
                return STARTUP_FAILED if not stop.is_set() else 0
            await self.listen()
            await stop.wait()
            await self.shutdown_sequence()
        finally:
            self.stop_accepting()
            self.sock.close()
        return 0 if self.lifespan.succeeded else STARTUP_FAILED

    # Starting

    def bind(self) -> socket.socket:
        """A bound socket. It does not listen yet: until the application has started, nobody can connect."""
        if self.options.fd is not None:
            return socket.socket(fileno=self.options.fd)
        if self.options.uds:
            self.remove_socket(self.options.uds)
            sock = socket.socket(socket.AF_UNIX)
            sock.bind(self.options.uds)
            return sock
        family, kind, protocol, _, address = socket.getaddrinfo(
            self.options.host, self.options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)  # else asyncio does not know it for TCP, and lets Nagle delay us
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        return sock

    def remove_socket(self, path: str) -> None:
        if os.path.exists(path):
            os.unlink(path)

    async def started_before(self, stop: asyncio.Event) -> bool:
        """Whether the application started. A failure to start, or a stop meanwhile, leads to no shutdown event."""
        starting = asyncio.create_task(self.lifespan.startup())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if starting.done() and starting.result():
            return True
        starting.cancel()
        await self.lifespan.leave()
        return False

    async def listen(self) -> None:
        context = self.ssl_context()
        self.listener = await self.loop.create_server(self.new_connection, sock=self.sock, ssl=context, backlog=BACKLOG)
        if self.options.quic_port is not None:
            from citizen import http3  # here, because a start without HTTP/3 is to be quick

            self.quic = await http3.listen(self, self.options.quic_port)
        self.address = self.sock.getsockname()
        where = self.address if isinstance(self.address, str) else "{}:{}".format(*self.address[:2])
        log.info("listening on %s", where)

    def ssl_context(self) -> Any:
        if not self.options.certfile:
            return None
        return tls.server_context(self.options.certfile, self.options.keyfile, self.options.cafile)

    def new_connection(self) -> Connection:
        return self.parts.connection(self)

    # Serving

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task of ours, which shutting down waits for."""
        task = self.loop.create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.on_task_done)
        return task

    def on_task_done(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a bug of this server", exc_info=error)

    # Stopping

    async def shutdown_sequence(self) -> None:
        """First nobody new, then nobody left, then the application's cleanup (ASGI lifespan, "Shutdown")."""
        self.stopping = True
        self.stop_accepting()
        await self.close_connections()
        await self.lifespan.shutdown()

    def stop_accepting(self) -> None:
        if self.quic is not None:
            self.quic.close()
            self.quic = None
        if self.listener is not None:
            self.listener.close()
            self.listener = None
            if self.options.uds:
                self.remove_socket(self.options.uds)

    async def close_connections(self) -> None:
        """Let what is under way finish; then close under it, so that the application hears of it; then cancel it."""
        for connection in list(self.connections):
            connection.stop()
        if await self.is_quiet(self.options.grace):
            return
        for connection in list(self.connections):
            connection.abort()
        if await self.is_quiet(self.quiet_limit):
            return
        for task in self.tasks:
            task.cancel()
        await self.is_quiet(self.quiet_limit)

    async def is_quiet(self, patience: float) -> bool:
        """Whether every call and connection has ended within so many seconds."""
        deadline = self.loop.time() + patience
        while self.tasks and self.loop.time() < deadline:
            await asyncio.wait(self.tasks, timeout=deadline - self.loop.time())
        return not self.tasks


def serve(server: Server) -> int:
    """Run until SIGTERM or SIGINT; a second one does not wait any more. The exit status."""
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    running = loop.create_task(server.run(stop))

    def on_signal() -> None:
        running.cancel() if stop.is_set() else stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
    try:
        return loop.run_until_complete(running)
    except asyncio.CancelledError:
        return 1
    finally:
        cancel_what_is_left(loop)
        loop.close()


def cancel_what_is_left(loop: asyncio.AbstractEventLoop) -> None:
    """Tasks that the application left behind are not waited for beyond their being cancelled."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=1.0))
