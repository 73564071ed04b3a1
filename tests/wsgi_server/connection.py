"""A connection: bytes in and out, and one request after another, unless it is HTTP/2."""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from wsgi_server.refusal import ClientGone, Refused

if TYPE_CHECKING:
    from wsgi_server.body import Body
    from wsgi_server.http2 import Http2
    from wsgi_server.request import Request
    from wsgi_server.response import Response
    from wsgi_server.server import Server

log: Final = logging.getLogger("wsgi_server")

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class LineTooLong(Exception):
    """There is no end of line within the limit."""


class Connection:
    receive_size = 64 * 1024
    patience = 30.0
    """Seconds without any progress after which a client that owes us something, or takes nothing, counts as gone."""
    farewell = 1.0
    """Seconds that a client has for taking the last response before the socket is closed."""
    farewell_size = 1024 * 1024
    """Bytes that it may go on sending meanwhile."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server = server
        self.parts = server.parts
        self.sock = sock
        self.buffer = bytearray()
        self.lock = threading.Lock()
        self.idle = False
        """Whether no request has begun since the last one."""
        self.lost = False
        self.truncated = False
        """Whether a response was begun and could not be completed."""
        self.peer: Any = sock.getpeername() if sock.family != socket.AF_UNIX else None
        self.address: Any = sock.getsockname()
        self.http2: Http2 | None = None

    # Its life

    def run(self) -> None:
        try:
            self.prepare()
            if self.tls and self.tls.selected_alpn_protocol() == "h2":
                self.serve_http2()
            elif self.begins():
                self.serve()
        except OSError:
            self.lost = True
        except Exception:
            log.exception("an error of the server itself")
        finally:
            self.close()
            self.server.forget(self)

    def prepare(self) -> None:
        self.sock.settimeout(self.patience)
        if self.sock.family != socket.AF_UNIX:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.tls:
            self.sock = self.server.tls.wrap_socket(self.sock, server_side=True, do_handshake_on_connect=False)
            self.sock.do_handshake()

    @property
    def tls(self) -> ssl.SSLSocket | None:
        return self.sock if isinstance(self.sock, ssl.SSLSocket) else None

    def serve(self) -> None:
        """One request after another; without TLS it may be HTTP/2 as well."""
        if not self.tls and self.has_preface():
            self.serve_http2()
            return
        while self.serve_request() and self.begins():
            pass

    def has_preface(self) -> bool:
        """Whether the client knows beforehand that HTTP/2 is spoken here (RFC 9113, section 3.3)."""
        with contextlib.suppress(TimeoutError):
            while len(self.buffer) < len(PREFACE) and PREFACE.startswith(self.buffer) and self.fill(self.farewell):
                pass
        return self.buffer.startswith(PREFACE)

    def serve_http2(self) -> None:
        with self.lock:
            self.http2 = self.parts.http2(self)
        self.http2.serve()

    def serve_request(self) -> bool:
        """Whether another one may follow."""
        try:
            request = self.parts.reader(self).read()
        except Refused as refused:
            self.refuse(refused)
            return False
        body = self.body_of(request)
        response = self.parts.response(self, request, body)
        try:
            self.answer(request, body, response)
        except Refused as refused:
            response.refuse(refused)
        return self.may_go_on(body, response)

    def begins(self) -> bool:
        """Wait for the first byte of a request; False when there is none in time."""
        if self.buffer:
            return True
        with self.lock:
            self.idle = True
        if self.server.stopping:
            return False
        try:
            return bool(self.fill(self.server.options.keep_alive))
        except TimeoutError:
            return False
        finally:
            with self.lock:
                self.idle = False

    def refuse(self, refused: Refused) -> None:
        """Answer what could not be read as a request."""
        response = self.parts.response(self, None, None)
        response.refuse(refused)

    def body_of(self, request: Request) -> Body:
        if request.length is None:
            return self.parts.chunked_body(self, request)
        return self.parts.sized_body(self, request)

    def answer(self, request: Request, body: Body, response: Response) -> None:
        if request.path == b"*":  # it is about the server in general, not about the application
            response.start("200 OK", [])
            response.finish()
            return
        with self.server.turns:
            self.parts.call(response.connection, request, body, response).run()

    def may_go_on(self, body: Body, response: Response) -> bool:
        self.truncated = not response.complete
        return response.complete and response.persistent and not self.lost and body.drain()

    # Stopping, from another thread

    def stop(self) -> None:
        with self.lock:
            if self.http2:
                self.http2.stop()
            elif self.idle:
                self.sever(socket.SHUT_RD)

    def sever(self, how: int = socket.SHUT_RDWR) -> None:
        """Wake whoever waits for this socket."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.sock, how)

    # Bytes in

    def fill(self, patience: float | None = None) -> int:
        """Wait for more bytes, and count them; 0 when there will be none."""
        self.sock.settimeout(self.patience if patience is None else patience)
        data = self.sock.recv(self.receive_size)
        self.buffer += data
        return len(data)

    def receive(self, limit: int, patience: float | None = None) -> bytes:
        """Between 1 and `limit` bytes; none at the end of what the client sends."""
        if not self.buffer:
            self.fill(patience)
        data = bytes(self.buffer[:limit])
        del self.buffer[:limit]
        return data

    def line(self, limit: int, patience: float | None = None) -> bytes:
        """A line with its end, of at most `limit` bytes. Raises LineTooLong, ClientGone."""
        searched = 0
        while (end := self.buffer.find(b"\n", searched, limit)) < 0:
            if len(self.buffer) >= limit:
                raise LineTooLong
            searched = len(self.buffer)
            if not self.fill(patience):
                raise ClientGone("the client has gone in the middle of a line")
        line = bytes(self.buffer[: end + 1])
        del self.buffer[: end + 1]
        return line

    # Bytes out

    def send(self, data: bytes) -> None:
        """All of it; as long as the client takes some, it is given time. Raises ClientGone."""
        if self.lost:
            raise ClientGone("the connection is closed")
        left = memoryview(data)
        try:
            self.sock.settimeout(self.patience)
            while left:
                left = left[self.sock.send(left) :]
        except OSError as error:
            self.lost = True
            raise ClientGone("the connection is closed") from error

    # The end

    def close(self) -> None:
        """Close so that the client can still read what it was sent, even while it is sending itself."""
        with contextlib.suppress(OSError):
            if not self.lost:
                self.take_leave()
        self.sock.close()

    def take_leave(self) -> None:
        self.sock.settimeout(self.farewell)
        if self.tls and not self.truncated:  # an end without TLS's own goodbye is no regular one
            self.sock = self.tls.unwrap()
        self.sock.shutdown(socket.SHUT_WR)
        end = time.monotonic() + self.farewell
        taken = 0
        while taken < self.farewell_size and (left := end - time.monotonic()) > 0:
            self.sock.settimeout(left)
            data = self.sock.recv(self.receive_size)
            if not data:
                return
            taken += len(data)
