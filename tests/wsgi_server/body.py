"""The body of a request on the wire: with a length, or in chunks."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final

from wsgi_server.connection import LineTooLong
from wsgi_server.refusal import BrokenBody, ClientGone

if TYPE_CHECKING:
    from wsgi_server.connection import Connection
    from wsgi_server.request import Request

CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[\t\x20-\x7e\x80-\xff]*)?\r\n")


class Body:
    drain_limit = 64 * 1024
    """Bytes that are thrown away for the sake of the next request; for more, the connection is closed."""
    drain_patience = 2.0
    line_limit = 4096

    def __init__(self, connection: Connection, request: Request) -> None:
        self.connection = connection
        self.left = request.length or 0
        """Of the body, or of the present chunk."""
        self.done = request.length == 0
        self.broken = False
        self.expected = request.expects_continue
        """Whether the client waits for 100 Continue."""
        self.answered = False
        """Whether the final response has begun, after which there is no 100 Continue."""
        self.patience: float | None = None

    def receive(self, limit: int) -> bytes:
        """Between 1 and `limit` bytes; none at the end of the body. Raises OSError when it is not whole."""
        if self.broken:
            raise BrokenBody("the body of the request is not whole")
        if self.done or limit <= 0:
            return b""
        try:
            self.invite()
            return self.take(limit)
        except (ClientGone, TimeoutError) as error:
            self.broken = True
            raise BrokenBody("the rest of the body of the request does not come") from error
        except OSError:
            self.broken = True
            raise

    def invite(self) -> None:
        """Tell a client that waits for it to go on, unless it has gone on by itself."""
        if self.expected and not self.answered and not self.connection.buffer:
            self.connection.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.expected = False

    def take(self, limit: int) -> bytes:
        raise NotImplementedError

    def part(self, limit: int) -> bytes:
        data = self.connection.receive(min(limit, self.left), self.patience)
        if not data:
            raise BrokenBody("the body of the request ends too soon")
        self.left -= len(data)
        return data

    # When the application is finished with it

    def skippable(self) -> bool:
        """Whether what is left of it is likely to be drained."""
        return self.done or not (self.broken or self.expected or self.left > self.drain_limit)

    def drain(self) -> bool:
        """Throw away the rest; False when that would take too long."""
        if not self.skippable():
            return False
        self.patience = self.drain_patience
        end = time.monotonic() + self.drain_patience
        taken = 0
        try:
            while not self.done and taken < self.drain_limit and time.monotonic() < end:
                taken += len(self.receive(self.drain_limit))
        except OSError:
            return False
        return self.done


class SizedBody(Body):
    def take(self, limit: int) -> bytes:
        data = self.part(limit)
        self.done = self.left == 0
        return data


class ChunkedBody(Body):
    trailer_limit = 100
    inside = False
    """Whether a chunk has begun whose end, CRLF, has not been read."""

    def take(self, limit: int) -> bytes:
        if self.left == 0:
            self.next_chunk()
        return b"" if self.done else self.part(limit)

    def next_chunk(self) -> None:
        if self.inside and self.line() != b"\r\n":
            raise BrokenBody("a chunk is longer than its size")
        size = CHUNK.fullmatch(self.line())
        if not size:
            raise BrokenBody("no size of a chunk")
        self.left = int(size[1], 16)
        self.inside = True
        if self.left == 0:
            self.skip_trailers()
            self.done = True

    def skip_trailers(self) -> None:
        for _ in range(self.trailer_limit):
            line = self.line()
            if line == b"\r\n":
                return
            if not line.endswith(b"\r\n"):
                break
        raise BrokenBody("no end of the trailers")

    def line(self) -> bytes:
        try:
            return self.connection.line(self.line_limit, self.patience)
        except LineTooLong:
            raise BrokenBody("a line between chunks is too long") from None
