"""The response on the wire: its head, its framing, its end (RFC 9112, sections 6 and 9)."""

from __future__ import annotations

import email.utils
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wsgi_server.body import Body
    from wsgi_server.connection import Connection
    from wsgi_server.refusal import Refused
    from wsgi_server.request import Request

log: Final = logging.getLogger("wsgi_server")

Headers = list[tuple[str, str]]


class Response:
    """Until the head goes out, which is with the first byte of a body or at its end, `start` can replace it.

    Without a request it is the answer to something that was none.
    """

    def __init__(self, connection: Connection, request: Request | None, body: Body | None) -> None:
        self.connection = connection
        self.request = request
        self.body = body
        self.status = ""
        self.headers: Headers = []
        self.size: int | None = None
        """Of the whole body, where the server knows it by itself."""
        self.head_sent = False
        self.chunked = False
        self.left: int | None = None
        """Bytes that Content-Length promises beyond those sent; None: it promises nothing."""
        self.persistent = request is not None
        """Whether the client may expect to have another request answered."""
        self.complete = False

    def start(self, status: str, headers: Headers) -> None:
        self.status = status
        self.headers = list(headers)
        self.size = None

    # The body

    @property
    def bodiless(self) -> bool:
        """Whatever the headers say, no body follows (RFC 9112, section 6.3)."""
        return self.is_for_head() or self.status.startswith(("204", "304"))

    def is_for_head(self) -> bool:
        return self.request is not None and self.request.method == "HEAD"

    @property
    def satisfied(self) -> bool:
        """Whether no more of a body can be sent."""
        return self.head_sent and (self.bodiless or self.left == 0)

    def send(self, block: bytes) -> None:
        """Hand a block to the operating system, after the head if that is still to be sent. Raises ClientGone."""
        head = b"" if self.head_sent else self.head()
        self.connection.send(head + self.framed(self.cut(block)))

    def cut(self, block: bytes) -> bytes:
        """As much of it as may be sent."""
        if self.bodiless:
            return b""
        if self.left is None:
            return block
        if len(block) > self.left:
            log.error("the application sends more than its Content-Length")
        block = block[: self.left]
        self.left -= len(block)
        return block

    def framed(self, block: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(block), block) if self.chunked and block else block

    def finish(self) -> None:
        """There is no more of a body. Raises ClientGone."""
        out = b""
        if not self.head_sent:
            if self.size is None and not self.bodiless:
                self.size = 0
            out = self.head()
        self.connection.send(out + self.end())
        self.complete = not self.left or self.bodiless
        if not self.complete:
            log.error("the application sends %d bytes less than its Content-Length", self.left)

    def end(self) -> bytes:
        return b"0\r\n\r\n" if self.chunked else b""

    # The head

    def head(self) -> bytes:
        """Everything up to the body. How this is framed is settled here."""
        headers = [*self.application_headers(), *self.added_headers(), *self.framing_headers()]
        self.head_sent = True
        if self.body:
            self.body.answered = True
        return self.written(headers)

    def written(self, headers: Headers) -> bytes:
        lines = [self.status_line(), *(f"{name}: {value}" for name, value in headers)]
        return "".join(line + "\r\n" for line in [*lines, ""]).encode("latin-1")

    def status_line(self) -> str:
        return f"HTTP/1.1 {self.status}"

    def application_headers(self) -> Headers:
        if self.status.startswith("204"):
            return [header for header in self.headers if header[0].lower() != "content-length"]
        return self.headers

    def has(self, name: str) -> bool:
        return any(given.lower() == name for given, _ in self.headers)

    def added_headers(self) -> Headers:
        """What a response has to have, and the application has not given."""
        added = {"Date": self.date(), "Server": "wsgi_server"}
        return [(name, value) for name, value in added.items() if not self.has(name.lower())]

    def date(self) -> str:
        return email.utils.formatdate(usegmt=True)

    def framing_headers(self) -> Headers:
        headers: Headers = []
        if not self.has("content-length") and self.size is not None and not self.status.startswith("204"):
            headers.append(("Content-Length", str(self.size)))
        if not self.bodiless:
            self.left = self.declared_length()
            if self.left is None:
                self.chunked = self.may_be_chunked()
        if self.chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        return headers + self.connection_headers()

    def declared_length(self) -> int | None:
        """What Content-Length says, the application's or our own."""
        given = [int(value) for name, value in self.headers if name.lower() == "content-length"]
        return given[0] if given else self.size

    def may_be_chunked(self) -> bool:
        return self.request is not None and self.request.is_modern

    def connection_headers(self) -> Headers:
        framed = self.bodiless or self.chunked or self.left is not None
        self.persistent = self.persistent and framed and self.wants_to_persist()
        if not self.persistent:
            return [("Connection", "close")]
        return [] if self.request is not None and self.request.is_modern else [("Connection", "keep-alive")]

    def wants_to_persist(self) -> bool:
        return (
            self.request is not None
            and self.request.keep_alive
            and not self.connection.server.stopping
            and (self.body is None or self.body.skippable())
        )

    # The server's own responses

    def error(self, status: str) -> None:
        """In place of what the application has not sent yet. Raises ClientGone."""
        text = status.encode() + b"\n"
        self.start(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
        self.send(text)
        self.finish()

    def refuse(self, refused: Refused) -> None:
        """The application was not called, and the connection ends. Raises ClientGone."""
        log.info("refused: %s", refused)
        self.persistent = False
        self.error(refused.status)
