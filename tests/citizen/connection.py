"""One connection of a client: its bytes in both directions, and the requests on it, one after the other."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from citizen.body import ChunkedBody, SizedBody
from citizen.changing import Changing
from citizen.http2 import PREFACE, Http2
from citizen.messages import Headers
from citizen.request import Refused, Request

if TYPE_CHECKING:
    from citizen.http import Http
    from citizen.response import Response
    from citizen.server import Server
    from citizen.websocket import WebSocket


class Connection(asyncio.Protocol, Changing):
    """Whoever waits for something on this connection waits for `change`, and looks again.

    A client that has sent its last byte (`eof`) may still read: that is no reason to stop answering it.
    """

    buffer_limit = 256 * 1024
    """Bytes that may wait to be read before the client is made to wait."""
    linger_limit = 1.0
    """Seconds given to a client to read what was said last, before the connection is closed under it."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.parts = server.parts
        self.buffer = bytearray()
        self.eof = False
        self.lost = False
        self.lingering = False
        self.reading_paused = False
        self.writing_paused = False
        self.call: Http | WebSocket | Http2 | None = None
        self.parser = self.parts.parser()

    # What asyncio calls

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.server.connections.add(self)
        self.server.spawn(self.serve())

    def data_received(self, data: bytes) -> None:
        if self.lingering:
            return
        self.buffer += data
        if len(self.buffer) > self.buffer_limit and not self.reading_paused:
            self.transport.pause_reading()
            self.reading_paused = True
        self.notify()

    def eof_received(self) -> bool:
        """True keeps our half open; TLS has no halves."""
        self.eof = True
        self.notify()
        return not self.lingering and not self.tls

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        self.server.connections.discard(self)
        self.notify()

    def pause_writing(self) -> None:
        self.writing_paused = True

    def resume_writing(self) -> None:
        self.writing_paused = False
        self.notify()

    # The connection's state and bytes

    @property
    def tls(self) -> Any:
        """The `ssl.SSLObject`, or None."""
        return self.transport.get_extra_info("ssl_object")

    @property
    def alpn(self) -> str | None:
        """The protocol that ALPN chose; None without TLS too."""
        return self.tls.selected_alpn_protocol() if self.tls else None

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.lost or self.transport.is_closing()

    @property
    def gone(self) -> bool:
        """Whether nothing will be received any more."""
        return self.eof or self.closed

    def read(self, reader: Any) -> Any:
        """Let `reader` take bytes off the buffer, and hear more from the client when there is room again."""
        result = reader(self.buffer)
        if self.reading_paused and len(self.buffer) <= self.buffer_limit and not self.closed:
            self.reading_paused = False
            self.transport.resume_reading()
        return result

    def write(self, data: bytes) -> None:
        if data and not self.closed:
            self.transport.write(data)

    async def drain(self) -> bool:
        """Wait until the client has caught up; False when it never will."""
        while self.writing_paused and not self.lost:
            await self.change()
        return not self.lost

    # The requests

    async def serve(self) -> None:
        """Answer request after request; then close."""
        try:
            if self.alpn == "h2":
                return await self.serve_http2()
            while (request := await self.next_request()) is not None:
                if not await self.answer(request):
                    await self.linger()
                    break
        except Refused as refused:
            self.refuse(refused.status, refused.headers)
            await self.linger()
        finally:
            self.transport.close()

    async def serve_http2(self) -> None:
        self.call = http2 = self.parts.http2(self)
        await http2.serve()

    async def next_request(self) -> Request | None:
        """None: there is none. The time that a client may take over a head counts from when we began to wait."""
        try:
            async with asyncio.timeout(self.server.options.keep_alive):
                head = await self.next_head()
        except TimeoutError:
            if self.buffer:
                raise Refused(408, "the request head did not arrive in time") from None
            return None
        if head == PREFACE:
            await self.serve_http2()
            return None
        return None if head is None else self.parser.parse(head)

    async def next_head(self) -> bytes | None:
        while True:
            beginning = bytes(self.buffer[: len(PREFACE)])
            if beginning == PREFACE:  # of a client that knows beforehand (RFC 9113, section 3.3)
                return PREFACE
            head: bytes | None = None if PREFACE.startswith(beginning) else self.read(self.parser.split)
            if head is not None:
                return head
            if self.gone or (self.server.stopping and not self.buffer):
                return None
            await self.change()

    async def answer(self, request: Request) -> bool:
        """One call of the application. False when the connection has to end with it."""
        handshake = self.parts.handshake(request)
        self.call = self.parts.websocket(self, handshake) if handshake.wanted() else self.parts.http(self, request)
        try:
            return bool(await self.call.run())
        finally:
            self.call = None

    def response_to(self, request: Request) -> Response:
        return self.parts.response(request, close=self.server.stopping)

    def denial_of(self, request: Request) -> Response:
        """The response to a WebSocket that the application denies."""
        return self.parts.denial(request, close=True)

    def body_of(self, request: Request) -> SizedBody | ChunkedBody:
        length = self.parser.length(request)
        return self.parts.sized_body(length) if length >= 0 else self.parts.chunked_body()

    def refuse(self, status: int, headers: Headers) -> None:
        """The server's own answer, without the application."""
        response = self.parts.refusal(None)
        response.start(status, headers)
        self.write(response.head(0))

    # The end

    def stop(self) -> None:
        """The server is stopping: what is under way may finish, nothing new begins."""
        if self.call is not None:
            self.call.stop()
        self.notify()

    def abort(self) -> None:
        self.transport.abort()

    async def linger(self) -> None:
        """Close in stages (RFC 9112, section 9.6): a client that is still sending can read what we said last."""
        if self.gone or self.server.stopping or not self.transport.can_write_eof():
            return
        self.lingering = True
        self.buffer.clear()
        self.transport.resume_reading()
        with contextlib.suppress(OSError):  # TimeoutError too; any other: the client has gone unnoticed
            self.transport.write_eof()
            async with asyncio.timeout(self.linger_limit):
                while not self.gone and not self.server.stopping:
                    await self.change()
