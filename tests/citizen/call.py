"""What every call of the application for a client has in common: its scope, its two callables, its end."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from typing import TYPE_CHECKING, Any, ClassVar, Final

from citizen.messages import Disconnected, Headers, Message, Messages, is_disconnect
from citizen.tls import describe

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from citizen.connection import Connection
    from citizen.request import Request

log: Final = logging.getLogger("citizen")

ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


class Call(Messages):
    """One scope, one `receive`, one `send`."""

    type: ClassVar[str]
    schemes: ClassVar[tuple[str, str]]
    """Without TLS, and with it."""

    def __init__(self, connection: Connection, request: Request) -> None:
        self.connection = connection
        self.server = connection.server
        self.request = request
        self.task: asyncio.Task[None] | None = None

    # The scope (ASGI HTTP & WebSocket, "HTTP Connection Scope" and "Websocket Connection Scope")

    def scope(self) -> dict[str, Any]:
        """A new one, nothing of which is shared with another call but what is in `state`."""
        scope = {
            "type": self.type,
            "asgi": self.asgi(),
            "http_version": self.http_version(),
            "scheme": self.scheme(),
            "path": self.path(self.request.target),
            "raw_path": self.raw_path(self.request.target),
            "query_string": self.query_string(self.request.target),
            "root_path": self.root_path(),
            "headers": self.headers(self.request.headers),
            "client": self.client(),
            "server": self.server_address(),
            "extensions": self.extensions(),
        }
        state = self.state()
        if state is not None:
            scope["state"] = state
        return scope

    def asgi(self) -> dict[str, str]:
        return {"version": self.server.asgi_version, "spec_version": self.spec_version()}

    def spec_version(self) -> str:
        return "2.5"

    def http_version(self) -> str:
        return self.request.version

    def scheme(self) -> str:
        return self.schemes[self.connection.tls is not None]

    def path(self, target: bytes) -> str:
        """Decoded once; what is not UTF-8 becomes U+FFFD, since `raw_path` keeps it."""
        return self.decode(self.path_part(target))

    def decode(self, raw_path: bytes) -> str:
        return ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), raw_path).decode("utf-8", "replace")

    def raw_path(self, target: bytes) -> bytes:
        return self.path_part(target)

    def path_part(self, target: bytes) -> bytes:
        return target.partition(b"?")[0]

    def query_string(self, target: bytes) -> bytes:
        return target.partition(b"?")[2]

    def root_path(self) -> str:
        return self.server.options.root_path

    def headers(self, headers: Headers) -> Any:
        return [(name.lower(), value) for name, value in headers]

    def client(self) -> Any:
        return self.address("peername")

    def server_address(self) -> Any:
        return self.address("sockname")

    def address(self, which: str) -> tuple[str, int | None] | None:
        """(host, port), or (path, None) of a unix socket; None for what has none, as the client of one."""
        name: Any = self.connection.transport.get_extra_info(which)
        if isinstance(name, str):
            return (name, None) if name else None
        return name[:2] if name else None

    def state(self) -> dict[str, Any] | None:
        return self.server.lifespan.state_of_call()

    def extensions(self) -> dict[str, dict[str, Any]]:
        """What is offered on this very connection."""
        tls = self.tls()
        return {} if tls is None else {"tls": tls}

    def tls(self) -> dict[str, Any] | None:
        """The TLS extension, only on TLS (ASGI TLS 0.2)."""
        tls = self.connection.tls
        return describe(tls, self.server.certificate) if isinstance(tls, ssl.SSLObject) else None

    # The two callables

    def callables(self) -> tuple[Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]]:
        return self.receive, self.send

    async def receive(self) -> Message:
        """Wait for the next message. A cancelled wait takes nothing with it: events are only taken to be returned."""
        while (event := self.next_event()) is None:
            await self.connection.change()
        return event

    def next_event(self) -> Message | None:
        """What `receive` returns now; None while the application has to wait."""
        raise NotImplementedError

    async def send(self, message: Message) -> None:
        raise NotImplementedError

    async def drain(self) -> None:
        """Wait for a slow client, so that `send` does not outrun it."""
        if not await self.connection.drain():
            raise self.closed_error()

    def closed_error(self) -> Exception:
        return Disconnected("the connection is closed")

    # The call itself

    def spawn(self) -> None:
        self.task = self.server.spawn(self.live())

    async def live(self) -> None:
        """Call the application and see to the end. Nothing that it raises gets past this."""
        try:
            await self.invoke(self.scope())
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - an application may raise anything, and only its own call ends
            self.report(error)
            self.after_app_raised(error)
        else:
            self.after_app_returned()

    async def invoke(self, scope: dict[str, Any]) -> None:
        await self.server.app(scope, *self.callables())

    def report(self, error: BaseException) -> None:
        """Log an application's error. That it let our own `Disconnected` pass is none."""
        cancelled = isinstance(error, asyncio.CancelledError) and self.server.stopping
        if not is_disconnect(error) and not cancelled:
            log.error("exception in the application", exc_info=error)

    def after_app_raised(self, error: BaseException) -> None:
        raise NotImplementedError

    def after_app_returned(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        """The server is stopping while this call is under way."""
