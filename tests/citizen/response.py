"""One HTTP response on the wire: its head, its framing, its bytes. Knows nothing of ASGI (RFC 9112, section 6)."""

import time
from typing import Any, Final

from citizen.messages import Headers, InvalidMessage
from citizen.request import Request

PHRASES: Final = {
    100: b"Continue", 101: b"Switching Protocols", 103: b"Early Hints",
    200: b"OK", 201: b"Created", 202: b"Accepted", 204: b"No Content", 205: b"Reset Content", 206: b"Partial Content",
    301: b"Moved Permanently", 302: b"Found", 303: b"See Other", 304: b"Not Modified", 307: b"Temporary Redirect",
    308: b"Permanent Redirect", 400: b"Bad Request", 401: b"Unauthorized", 403: b"Forbidden", 404: b"Not Found",
    405: b"Method Not Allowed", 408: b"Request Timeout", 409: b"Conflict", 410: b"Gone", 413: b"Content Too Large",
    414: b"URI Too Long", 418: b"I'm a teapot", 422: b"Unprocessable Content", 426: b"Upgrade Required",
    429: b"Too Many Requests", 431: b"Request Header Fields Too Large", 500: b"Internal Server Error",
    501: b"Not Implemented", 502: b"Bad Gateway", 503: b"Service Unavailable", 504: b"Gateway Timeout",
    505: b"HTTP Version Not Supported",
}  # fmt: skip
DAYS: Final = (b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun")
MONTHS: Final = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
BODILESS: Final = frozenset({204, 205, 304})


class Response:
    """`request` is None when what is answered could not be read. `close`: whether the connection ends with this."""

    nothing: Any = b""
    """No bytes at all."""

    def __init__(self, request: Request | None, *, close: bool = False) -> None:
        self.request = request
        self.version = request.version if request else "1.1"
        self.close = close or self.version == "1.0" or self.asks_to_close(request)
        self.status = 0
        self.headers: Headers = []
        self.trailers: Headers = []
        self.expects_trailers = False
        self.chunked = False
        self.declared: int | None = None
        """The application's own Content-Length."""
        self.written = 0

    def asks_to_close(self, request: Request | None) -> bool:
        return request is None or request.has_token(b"connection", b"close")

    def start(self, status: int, headers: Headers, *, trailers: bool = False) -> None:
        """What the application began with. Raises `InvalidMessage` and leaves everything as it was."""
        if not 200 <= status <= 599:
            raise InvalidMessage(f"{status} is no status of a final response")
        self.declared = self.content_length(headers)
        self.status = int(status)
        self.headers = headers
        self.expects_trailers = trailers
        self.close = self.close or any(
            option.strip(b" \t").lower() == b"close"
            for name, value in headers
            if name.lower() == b"connection"
            for option in value.split(b",")
        )

    def content_length(self, headers: Headers) -> int | None:
        lengths = [value.strip(b" \t") for name, value in headers if name.lower() == b"content-length"]
        if not lengths:
            return None
        if len(lengths) > 1 or not lengths[0].isdigit() or len(lengths[0]) > 19:
            raise InvalidMessage("not one valid Content-Length")
        return int(lengths[0])

    @property
    def bodiless(self) -> bool:
        """Whether this response ends with its head, whatever the application sends (RFC 9110, section 6.4.1)."""
        return self.status in BODILESS or (self.request is not None and self.request.method == "HEAD")

    def admit(self, length: int) -> None:
        """Refuse bytes beyond the declared length, before any of them is written."""
        if self.declared is not None and not self.bodiless and self.written + length > self.declared:
            raise InvalidMessage(f"more than the {self.declared} bytes that Content-Length declares")

    @property
    def missing(self) -> int:
        """How many of the declared bytes have not been written."""
        return 0 if self.declared is None or self.bodiless else self.declared - self.written

    def head(self, length: int | None) -> bytes:
        """The head. `length`: of the whole body, where the first message was the last, so that it is known."""
        return b"".join(
            (
                self.status_line(),
                self.fields(self.application_headers()),
                self.fields(self.framing(length)),
                self.fields(self.server_headers()),
                b"\r\n",
            )
        )

    def status_line(self) -> bytes:
        return b"HTTP/1.1 %d %b\r\n" % (self.status, self.phrase(self.status))

    def phrase(self, status: int) -> bytes:
        return PHRASES.get(status, b"")

    def fields(self, headers: Headers) -> bytes:
        return b"".join(b"%b: %b\r\n" % header for header in headers)

    def application_headers(self) -> Headers:
        """The application's, as it gave them, less what is the server's business."""
        return [(name, value) for name, value in self.headers if not self.is_ours(name.lower())]

    def is_ours(self, name: bytes) -> bool:
        return name == b"transfer-encoding" or (name == b"content-length" and self.status in (204, 205))

    def framing(self, length: int | None) -> Headers:
        """How the client will know the end of the body (RFC 9112, section 6.3)."""
        if self.status == 205:
            return [(b"content-length", b"0")]
        if self.bodiless or self.declared is not None:
            return []
        if length is not None:
            return [(b"content-length", b"%d" % length)]
        return self.framing_of_unknown_length()

    def framing_of_unknown_length(self) -> Headers:
        if self.version == "1.0":
            self.close = True
            return []
        self.chunked = True
        return [(b"transfer-encoding", b"chunked")]

    def server_headers(self) -> Headers:
        given = {name.lower(): value.lower() for name, value in self.headers}
        added: Headers = []
        if b"date" not in given:
            added.append((b"date", self.date()))
        if self.close and b"close" not in given.get(b"connection", b""):
            added.append((b"connection", b"close"))
        return added

    def date(self) -> bytes:
        now = time.gmtime()
        day, month = DAYS[now.tm_wday], MONTHS[now.tm_mon - 1]
        clock = (now.tm_hour, now.tm_min, now.tm_sec)
        return b"%b, %02d %b %d %02d:%02d:%02d GMT" % (day, now.tm_mday, month, now.tm_year, *clock)

    def part(self, data: bytes) -> bytes:
        """A piece of the body. An empty one is nothing at all: in the chunked coding it would be the end."""
        if self.bodiless or not data:
            return b""
        self.written += len(data)
        return self.chunk(data) if self.chunked else data

    def chunk(self, data: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(data), data)

    def end(self) -> bytes:
        """What follows the last piece."""
        if not self.chunked:
            return b""
        return b"0\r\n" + self.fields(self.trailers if self.sends_trailers() else []) + b"\r\n"

    def sends_trailers(self) -> bool:
        """Trailer fields are for clients that said they want them (RFC 9110, section 6.5.1)."""
        wanted = [] if self.request is None else self.request.tokens(b"te")
        return any(option.partition(b";")[0].strip(b" \t").lower() == b"trailers" for option in wanted)

    def interim(self, status: int, headers: Headers) -> bytes:
        """An informational response before this one."""
        return b"HTTP/1.1 %d %b\r\n%b\r\n" % (status, self.phrase(status), self.fields(headers))
