"""One HTTP request and its response (ASGI HTTP & WebSocket 2.5, "HTTP")."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from citizen.call import log
from citizen.files import Files
from citizen.messages import InvalidMessage, Message
from citizen.reply import Reply
from citizen.request import Refused

if TYPE_CHECKING:
    from citizen.connection import Connection
    from citizen.request import Request

DRAIN_LIMIT: Final = 1024 * 1024
"""Bytes of a body that nobody read which are read away to keep the connection."""


class Http(Files):
    type = "http"
    schemes = ("http", "https")

    handlers: ClassVar[dict[str, str]] = {
        "http.response.start": "send_start",
        "http.response.body": "body",
        "http.response.trailers": "send_trailers",
        "http.response.early_hint": "send_early_hint",
        "http.response.pathsend": "send_path",
        "http.response.zerocopysend": "send_file",
        "http.response.push": "send_push",
        "http.response.debug": "send_debug",
    }
    legal: ClassVar[dict[str, frozenset[Reply]]] = {
        "http.response.start": frozenset({Reply.PENDING}),
        "http.response.body": frozenset({Reply.STARTED, Reply.BODY}),
        "http.response.trailers": frozenset({Reply.TRAILERS}),
        "http.response.early_hint": frozenset({Reply.PENDING, Reply.STARTED}),
        "http.response.pathsend": frozenset({Reply.STARTED}),
        "http.response.zerocopysend": frozenset({Reply.STARTED, Reply.BODY}),
        "http.response.push": frozenset({Reply.STARTED, Reply.BODY}),
        "http.response.debug": frozenset({Reply.PENDING}),
    }
    optional: ClassVar[frozenset[str]] = frozenset(handlers) - {"http.response.start", "http.response.body"}
    """Messages of extensions of the same name: unknown where the extension is not offered."""
    offers_debug: ClassVar[bool] = False
    """The debug extension is for testing contexts, and a server is none."""

    def __init__(self, connection: Connection, request: Request) -> None:
        super().__init__(connection, request)
        self.content = connection.body_of(request)
        self.content_delivered = False
        self.continue_expected = request.version != "1.0" and request.has_token(b"expect", b"100-continue")
        self.sending = asyncio.Lock()

    # The scope

    def scope(self) -> dict[str, Any]:
        return {**super().scope(), "method": self.method(self.request.method)}

    def method(self, method: str) -> str:
        return method.upper()

    def extensions(self) -> dict[str, dict[str, Any]]:
        """HTTP/1.0 has no trailers and no interim responses, and only HTTP/2 has pushes."""
        offered: dict[str, dict[str, Any]] = super().extensions()
        offered.update({"http.response.pathsend": {}, "http.response.zerocopysend": {}})
        if self.request.version != "1.0":
            offered.update({"http.response.trailers": {}, "http.response.early_hint": {}})
        if self.request.version == "2":
            offered["http.response.push"] = {}
        if self.offers_debug:
            offered["http.response.debug"] = {}
        return offered

    # Receiving

    def next_event(self) -> Message | None:
        if self.reply is Reply.DONE:
            return self.disconnect_event()
        if not self.content_delivered:
            event = self.next_request_event()
            if event is not None:
                return event
        if self.connection.gone:
            return self.disconnect_event()
        return None

    def next_request_event(self) -> Message | None:
        """What has arrived of the body, at once; the last piece says that it is the last."""
        try:
            data = self.connection.read(self.content.read)
        except Refused as refused:
            self.fail(refused.status)
            return self.disconnect_event()
        if data or self.content.finished:
            self.continue_expected = False
            self.content_delivered = self.content.finished
            return self.request_event(data, not self.content.finished)
        self.send_continue()
        return None

    def send_continue(self) -> None:
        """The application wants the body, so the client may send it (RFC 9110, section 10.1.1)."""
        if self.continue_expected and self.reply in (Reply.PENDING, Reply.STARTED):
            self.connection.write(self.response.interim(100, []))
        self.continue_expected = False

    def request_event(self, body: bytes, more: bool) -> Message:
        return {"type": "http.request", "body": body, "more_body": more}

    def disconnect_event(self) -> Message:
        return {"type": "http.disconnect"}

    # Sending

    async def send(self, message: Message) -> None:
        async with self.sending:
            if self.reply is Reply.DONE:
                self.after_complete(message)
            elif self.connection.closed:
                self.after_close(message)
            else:
                await self.accept_message(message)

    def after_complete(self, message: Message) -> None:
        """Whatever comes after a complete response is ignored ("Response Body")."""

    def after_close(self, message: Message) -> None:
        raise self.closed_error()

    async def accept_message(self, message: Message) -> None:
        type = self.type_of(message)
        if type not in self.handlers or (type in self.optional and type not in self.extensions()):
            raise InvalidMessage(f"{type!r} is not known here")
        if self.reply not in self.legal[type]:
            raise InvalidMessage(f"{type!r} cannot come now: the response is {self.reply.value}")
        await getattr(self, self.handlers[type])(message)

    async def send_start(self, message: Message) -> None:
        self.begin(message)

    def head(self, length: int | None) -> bytes:
        """A client that was never told to go on may send its body or not: the connection cannot be used again."""
        if self.continue_expected and not self.content.finished:
            self.response.close = True
        return super().head(length)

    async def send_trailers(self, message: Message) -> None:
        headers, more = self.headers_of(message, required=True), self.bool_of(message, "more_trailers")
        self.response.trailers += headers
        if not more:
            self.complete(b"")
            await self.connection.drain()

    async def send_early_hint(self, message: Message) -> None:
        """Until the head goes out, which is with the first piece of body, a 103 may go out before it."""
        links = list(self.items_of(message, "links"))
        for link in links:
            self.check_value(link)
        if links:
            self.connection.write(self.response.interim(103, [(b"link", link) for link in links]))
            await self.drain()

    async def send_push(self, message: Message) -> None:
        """A promise, and a call of its own for what is promised, as though the client had asked for it."""
        path, headers = self.text_of(message, "path"), self.headers_of(message, required=True)
        stream: Any = self.connection
        stream.push(self.pushed_target(path), headers)
        await self.drain()

    def pushed_target(self, path: str) -> bytes:
        return quote(path, safe="/!$&'()*+,;=:@~", errors="strict").encode("ascii")

    async def send_debug(self, message: Message) -> None:
        self.value_of(message, "info", dict)

    # The call

    async def run(self) -> bool:
        """True when the connection may carry another request."""
        self.spawn()
        while self.reply is not Reply.DONE and not self.connection.closed:
            await self.connection.change()
        return await self.may_continue()

    async def may_continue(self) -> bool:
        if self.response.close or self.connection.closed or self.server.stopping:
            return False
        return await self.read_away()

    async def read_away(self) -> bool:
        """Read what is left of the request's body; False when that is too much, or no body."""
        budget = DRAIN_LIMIT
        try:
            async with asyncio.timeout(self.server.options.keep_alive):
                while not self.content.finished:
                    data = self.connection.read(self.content.read)
                    budget -= len(data)
                    if budget < 0:
                        return False
                    if not data and not self.content.finished:
                        if self.connection.gone:
                            return False
                        await self.connection.change()
        except (Refused, TimeoutError):
            return False
        return True

    def after_app_raised(self, error: BaseException) -> None:
        """500 while nothing has been said, a cut connection while not everything has been said."""
        self.fail(500)

    def after_app_returned(self) -> None:
        if self.reply is not Reply.DONE and not self.connection.gone:
            log.error("the application returned before its response was complete")
        self.fail(500)

    def stop(self) -> None:
        self.response.close = True
