"""Answering a call with an HTTP response: what `http.response.*` and a WebSocket's denial have in common."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from citizen.call import Call
from citizen.messages import Headers, InvalidMessage, Message

if TYPE_CHECKING:
    from citizen.connection import Connection
    from citizen.request import Request
    from citizen.response import Response


class Reply(Enum):
    """How far the response has come."""

    PENDING = "not started"
    STARTED = "started, and nothing of it on the wire"
    BODY = "in its body"
    TRAILERS = "waiting for trailers"
    DONE = "complete, or given up"


class Replier(Call):
    """The head is kept back until the first piece of body: then its framing is known, and errors can still be told."""

    def __init__(self, connection: Connection, request: Request) -> None:
        super().__init__(connection, request)
        self.reply = Reply.PENDING
        self.response = self.new_response()

    def new_response(self) -> Response:
        return self.connection.response_to(self.request)

    def begin(self, message: Message) -> None:
        """Take a response start over, whole, so that the application may reuse it. Nothing is written."""
        status = self.int_of(message, "status")
        headers = self.start_headers(message)
        self.response.start(status, headers, trailers=self.trailers_flag(message))
        self.reply = Reply.STARTED

    def start_headers(self, message: Message) -> Headers:
        return self.headers_of(message)

    def trailers_flag(self, message: Message) -> bool:
        """Whether trailers will follow; where they are not on offer the key is one unknown key among others."""
        return "http.response.trailers" in self.extensions() and self.bool_of(message, "trailers")

    async def body(self, message: Message) -> None:
        data, more = self.body_of(message)
        self.response.admit(len(data))
        out = self.head(None if more else len(data)) + self.response.part(data)
        if more:
            self.reply = Reply.BODY
            await self.flush(out)
        else:
            await self.finish(out)

    async def flush(self, out: bytes) -> None:
        """Hand a piece over, and wait while the client is behind."""
        self.connection.write(out)
        await self.drain()

    def body_of(self, message: Message) -> tuple[bytes, bool]:
        return self.bytes_of(message, "body", b""), self.bool_of(message, "more_body")

    def head(self, length: int | None) -> bytes:
        """The head, the first time. `length` as in `Response.head`."""
        if self.reply is not Reply.STARTED:
            nothing: bytes = self.response.nothing
            return nothing
        return self.response.head(None if self.response.expects_trailers else length)

    async def finish(self, out: bytes) -> None:
        """Write the last of the body; the response is complete, unless trailers follow."""
        if self.response.missing:
            self.connection.write(out)
            self.cut()
            raise InvalidMessage(f"{self.response.missing} of the bytes that Content-Length declares are missing")
        if self.response.expects_trailers:
            self.reply = Reply.TRAILERS
            self.connection.write(out)
        else:
            self.complete(out)
        await self.connection.drain()

    def complete(self, out: bytes) -> None:
        end = self.response.end()
        self.connection.write(out + end if out else end)
        self.done()

    def done(self) -> None:
        self.reply = Reply.DONE
        self.connection.notify()

    def cut(self) -> None:
        """Give a started response up, so that the client can tell: the connection ends without the response's end."""
        self.response.close = True
        self.done()

    def fail(self, status: int) -> None:
        """End a response that the application will not end: an error as long as that can be said, else a cut."""
        if self.reply in (Reply.PENDING, Reply.STARTED):
            self.connection.refuse(status, [])
            self.cut()
        elif self.reply is not Reply.DONE:
            self.cut()
