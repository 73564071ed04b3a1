"""One stream of an HTTP/2 connection. To the call on it, it is what a connection is over HTTP/1.1."""

from __future__ import annotations

import contextlib
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from citizen.changing import Changing
from citizen.framed import END, Ending, Fields, Piece, StreamResponse
from citizen.messages import Headers
from citizen.request import METHOD, TARGET, Refused, Request

if TYPE_CHECKING:
    from citizen.http import Http
    from citizen.http2 import Http2
    from citizen.websocket import WebSocket

NO_ERROR: Final = 0x0
INTERNAL_ERROR: Final = 0x2


class Stream(Changing):
    """What cannot be sent yet, because the client's window is full, waits in `outbox`."""

    outbox_limit = 64 * 1024
    """Bytes that may wait to be sent before `drain` waits for the client."""

    def __init__(self, http2: Http2, number: int, request: Request, *, ended: bool) -> None:
        super().__init__()
        self.http2 = http2
        self.number = number
        self.request = request
        self.parts = http2.parts
        self.server = http2.server
        self.transport = http2.connection.transport
        self.tls = http2.connection.tls
        self.buffer = bytearray()
        self.ended = ended
        """Whether the client has sent all."""
        self.lost = False
        self.outbox: deque[Piece] = deque()
        self.ending = False
        """Whether our side has ended, or will with the outbox."""
        self.call: Http | WebSocket | None = None

    # What the client does

    def on_data(self, data: bytes) -> None:
        self.buffer += data
        self.notify()

    def on_end(self) -> None:
        self.ended = True
        self.notify()

    def lose(self) -> None:
        """It was reset, or its connection is lost."""
        self.lost = True
        self.outbox.clear()
        self.notify()

    # What a call knows a connection by

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self.lost or self.http2.connection.closed

    @property
    def gone(self) -> bool:
        """Whether nothing will be received any more. The end of a request is none; that of a tunnel is."""
        return self.closed or self.http2.connection.gone or (self.ended and self.request.protocol is not None)

    def read(self, reader: Any) -> Any:
        """Let `reader` take bytes off the buffer, and the client send as many more."""
        before = len(self.buffer)
        result = reader(self.buffer)
        self.acknowledge(before - len(self.buffer))
        return result

    def acknowledge(self, count: int) -> None:
        if count and not self.http2.connection.closed:
            self.http2.h2.acknowledge_received_data(count, self.number)
            self.http2.flush()

    def write(self, out: Any) -> None:
        if out and not self.closed:
            self.outbox.extend(out if isinstance(out, tuple) else (out,))
            self.ending = self.ending or END in self.outbox
            self.resume()

    async def drain(self) -> bool:
        """Wait until the client has caught up; False when it never will."""
        while not self.closed and (self.backlog() > self.outbox_limit or self.http2.connection.writing_paused):
            await self.change()
        return not self.closed

    def backlog(self) -> int:
        return sum(len(piece) for piece in self.outbox if isinstance(piece, bytes))

    def response_to(self, request: Request) -> StreamResponse:
        return self.parts.stream_response(request)

    def denial_of(self, request: Request) -> StreamResponse:
        return self.parts.stream_denial(request)

    def body_of(self, request: Request) -> StreamBody:
        return self.parts.stream_body(self)

    def refuse(self, status: int, headers: Headers) -> None:
        """The server's own answer, without the application."""
        response = self.parts.stream_response(self.request)
        response.start(status, headers)
        self.write(response.head(0) + response.end())

    def push(self, target: bytes, headers: Headers) -> None:
        self.http2.push(self, target, headers)

    # Sending

    def resume(self) -> None:
        """Send as much as the client takes now; whoever waits looks again."""
        from h2.exceptions import ProtocolError

        try:
            while self.outbox and not self.closed and self.send_next():
                pass
        except ProtocolError:  # the stream was reset, and we have not heard of it yet
            self.lose()
        self.http2.flush()
        self.notify()

    def send_next(self) -> bool:
        """One frame; False when the window is full. What comes right before the end carries the end."""
        h2, piece = self.http2.h2, self.outbox.popleft()
        last = bool(self.outbox) and self.outbox[0] is END
        if isinstance(piece, Fields):
            h2.send_headers(self.number, piece.headers, end_stream=last)
        elif isinstance(piece, Ending):
            h2.end_stream(self.number)
            return True
        else:
            size = min(len(piece), h2.local_flow_control_window(self.number), h2.max_outbound_frame_size)
            last = last and size == len(piece)
            if size < len(piece):
                self.outbox.appendleft(piece[size:])
            if size:
                h2.send_data(self.number, piece[:size], end_stream=last)
            elif piece:
                return False
        if last:
            self.outbox.popleft()
        return True

    # The call

    async def serve(self) -> None:
        """Answer the request; then the stream is closed, whatever happened on it."""
        try:
            self.check()
            await self.answer()
        except Refused as refused:
            self.refuse(refused.status, refused.headers)
        finally:
            while self.ending and self.outbox and not self.closed:
                await self.change()
            self.close()

    def check(self) -> None:
        request = self.request
        if request.protocol not in (None, b"websocket") or (request.method == "CONNECT" and request.protocol is None):
            raise Refused(501, "no tunnels but WebSockets here")
        if not METHOD.fullmatch(request.method.encode("latin-1")):
            raise Refused(400, "no method")
        is_path = request.target.startswith(b"/") or (request.target == b"*" and request.method == "OPTIONS")
        if not is_path or not TARGET.fullmatch(request.target):
            raise Refused(400, "no request target of ours")

    async def answer(self) -> None:
        handshake = self.parts.stream_handshake(self.request)
        connection: Any = self
        if handshake.wanted():
            self.call = self.parts.websocket(connection, handshake)
        else:
            self.call = self.parts.http(connection, self.request)
        await self.call.run()
        if handshake.accepted and not self.ending:  # the orderly end of a tunnel (RFC 8441, section 5)
            self.write((END,))

    def close(self) -> None:
        """A response that has not ended never will; a request that has not ended is of no use any more."""
        del self.http2.streams[self.number]
        if not self.closed:
            self.acknowledge(len(self.buffer))
            if not self.ending:
                self.reset(INTERNAL_ERROR)
            elif not self.ended:
                self.reset(NO_ERROR)
            self.lost = True
        self.notify()
        self.http2.connection.notify()

    def reset(self, code: int) -> None:
        from h2.exceptions import ProtocolError

        with contextlib.suppress(ProtocolError):  # closed already
            self.http2.h2.reset_stream(self.number, code)
        self.http2.flush()

    def stop(self) -> None:
        if self.call is not None:
            self.call.stop()


class StreamBody:
    """A body that ends with its stream. That it is as long as it says is the library's business."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    @property
    def finished(self) -> bool:
        return self.stream.ended and not self.stream.buffer

    def read(self, buffer: bytearray) -> bytes:
        """What has arrived of the body; empty when nothing has."""
        data = bytes(buffer)
        buffer.clear()
        return data
