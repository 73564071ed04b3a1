"""The server: it listens, it gives each connection a thread, it stops."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from wsgi_server.connection import Connection
    from wsgi_server.parts import Parts

log: Final = logging.getLogger("wsgi_server")

BACKLOG: Final = 2048


class Options(NamedTuple):
    """`host` and `port`, or the path `uds`. Times are in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None
    certfile: str | None = None
    keyfile: str | None = None
    root_path: str = ""
    environ: tuple[tuple[str, ...], ...] = ()
    """What the deployer wants to see in every environ, as pairs."""
    threads: int | None = None
    """How many calls may run at once; None: any number."""
    keep_alive: float = 5.0
    grace: float = 3.0
    """For requests that are under way when the server stops."""


class Server:
    def __init__(self, parts: Parts, application: Any, options: Options) -> None:
        self.parts = parts
        self.app = application
        self.options = options
        self.turns = self.limit_of_calls()
        self.tls = self.tls_context()
        self.stopping = False
        self.lock = threading.Lock()
        self.connections: dict[Connection, threading.Thread] = {}

    # How many calls at once

    def limit_of_calls(self) -> AbstractContextManager[Any]:
        threads = self.options.threads
        return contextlib.nullcontext() if threads is None else threading.BoundedSemaphore(threads)

    @property
    def multithread(self) -> bool:
        """Whether the application may be called by two threads at once."""
        return self.options.threads != 1

    # Living

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        alarm, wakeup = socket.socketpair()
        wakeup.setblocking(False)
        with alarm, wakeup, self.listener() as listener:
            previous = signal.set_wakeup_fd(wakeup.fileno())
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: None)
            log.info("listening on %s", self.where(listener))
            while alarm not in select.select([listener, alarm], [], [])[0]:
                self.accept(listener)
            signal.set_wakeup_fd(previous)
        self.stop()

    def listener(self) -> socket.socket:
        listener = self.bound_to_path(self.options.uds) if self.options.uds else self.bound()
        listener.setblocking(False)
        listener.listen(BACKLOG)
        return listener

    def bound(self) -> socket.socket:
        family, kind, protocol, _, address = socket.getaddrinfo(
            self.options.host, self.options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        return sock

    def bound_to_path(self, path: str) -> socket.socket:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(path)
        return sock

    def where(self, listener: socket.socket) -> str:
        name: Any = listener.getsockname()
        return name if isinstance(name, str) else "{}:{}".format(*name[:2])

    def tls_context(self) -> ssl.SSLContext | None:
        if not self.options.certfile:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.options.certfile, self.options.keyfile)
        context.set_alpn_protocols(["h2", "http/1.1"])
        return context

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, _ = listener.accept()
        except OSError:  # the client has already gone
            return
        connection = self.parts.connection(self, sock)
        thread = threading.Thread(target=connection.run, daemon=True)
        with self.lock:
            self.connections[connection] = thread
        thread.start()

    def forget(self, connection: Connection) -> None:
        with self.lock:
            self.connections.pop(connection, None)

    # Stopping

    def stop(self) -> None:
        """Let what is under way come to its end, for a while; idle connections end at once."""
        self.stopping = True
        end = time.monotonic() + self.options.grace
        for connection, _ in self.remaining():
            connection.stop()
        for _, thread in self.remaining():
            thread.join(max(0.0, end - time.monotonic()))
        for connection, _ in self.remaining():
            connection.sever()
        if self.options.uds:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.options.uds)

    def remaining(self) -> list[tuple[Connection, threading.Thread]]:
        with self.lock:
            return list(self.connections.items())
