"""Requests: the request line, the fields, and where the body ends (RFC 9112)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsgi_server.connection import LineTooLong
from wsgi_server.refusal import Refused

if TYPE_CHECKING:
    from wsgi_server.connection import Connection

Fields = list[tuple[bytes, bytes]]
"""Names in lower case and values without surrounding whitespace, in the order of the client."""

TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
TARGET: Final = re.compile(rb"[\x21\x22\x24-\x7e\x80-\xff]+")
VERSION: Final = re.compile(rb"HTTP/[0-9]\.[0-9]")
ABSOLUTE: Final = re.compile(rb"[Hh][Tt][Tt][Pp][Ss]?://([^/?]*)(.*)", re.DOTALL)
HOST: Final = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:[0-9]*)?")
VALUE: Final = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
DIGITS: Final = re.compile(rb"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: bytes
    """Of the target, as it came: with percent signs, without scheme, authority and query. `*` is possible."""
    query: bytes
    version: str
    """`HTTP/1.1`, or what the client says instead."""
    fields: Fields
    length: int | None
    """Of the body in bytes; None: it is chunked."""

    def values(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def options(self, name: bytes) -> list[bytes]:
        """The members of a list, in lower case."""
        members = b",".join(self.values(name)).split(b",")
        return [member.strip(b" \t").lower() for member in members if member.strip(b" \t")]

    @property
    def is_modern(self) -> bool:
        """Whether the client knows chunks, 100 Continue and persistent connections: HTTP/1.1."""
        return self.version != "HTTP/1.0"

    @property
    def keep_alive(self) -> bool:
        connection = self.options(b"connection")
        return b"close" not in connection and (self.is_modern or b"keep-alive" in connection)

    @property
    def expects_continue(self) -> bool:
        return self.is_modern and b"100-continue" in self.options(b"expect") and self.length != 0


class RequestReader:
    """Reads one request up to its body. Whatever is not beyond doubt is refused, and the connection ends."""

    line_limit = 16 * 1024
    field_limit = 16 * 1024
    fields_limit = 64 * 1024
    count_limit = 200
    body_limit = 1 << 30
    patience = 10.0
    """Seconds between two pieces of a head."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def read(self) -> Request:
        try:
            method, target, version = self.request_line()
            fields = self.fields()
        except TimeoutError:
            raise Refused("408 Request Timeout", "the head took too long") from None
        self.check_method(method)
        self.check_version(version)
        authority, path, query = self.split(method, target)
        fields = self.with_host(version, authority, fields)
        length = self.length(version, fields)
        request = Request(method.decode(), path, query, version.decode(), fields, length)
        self.check_expectation(request)
        return request

    # The request line

    def request_line(self) -> tuple[bytes, bytes, bytes]:
        line = self.line(self.line_limit, "414 URI Too Long")
        for _ in range(4):  # a few empty lines may precede it (RFC 9112, section 2.2)
            if line:
                break
            line = self.line(self.line_limit, "414 URI Too Long")
        words = line.split(b" ")
        if len(words) != 3 or not VERSION.fullmatch(words[2]):
            raise Refused("400 Bad Request", "no request line")
        return words[0], words[1], words[2]

    def line(self, limit: int, status: str) -> bytes:
        """Without its end, which is CRLF and nothing else."""
        try:
            line = self.connection.line(limit, self.patience)
        except LineTooLong:
            raise Refused(status, "the line is too long") from None
        if not line.endswith(b"\r\n"):
            raise Refused("400 Bad Request", "a line ends in LF alone")
        return line[:-2]

    def check_method(self, method: bytes) -> None:
        if not TOKEN.fullmatch(method):
            raise Refused("400 Bad Request", "no method")
        if method == b"CONNECT":
            raise Refused("501 Not Implemented", "no tunnels here")

    def check_version(self, version: bytes) -> None:
        if not version.startswith(b"HTTP/1."):
            raise Refused("505 HTTP Version Not Supported", "HTTP/1.1 and HTTP/1.0 are spoken here")

    def split(self, method: bytes, target: bytes) -> tuple[bytes | None, bytes, bytes]:
        """Authority, path and query. The authority is None where the target has none."""
        if not TARGET.fullmatch(target):
            raise Refused("400 Bad Request", "no request target")
        authority, rest = self.without_authority(target)
        path, _, query = rest.partition(b"?")
        if authority is not None and not path:
            path = b"*" if method == b"OPTIONS" and not query else b"/"
        if not path.startswith(b"/") and (path, method) != (b"*", b"OPTIONS"):
            raise Refused("400 Bad Request", "no request target of ours")
        return authority, path, query

    def without_authority(self, target: bytes) -> tuple[bytes | None, bytes]:
        """Only a target that begins with a scheme has an authority; one that begins with two slashes has none."""
        absolute = ABSOLUTE.fullmatch(target)
        return (absolute[1], absolute[2]) if absolute else (None, target)

    # The fields

    def fields(self) -> Fields:
        found: Fields = []
        size = 0
        while line := self.line(self.field_limit, "431 Request Header Fields Too Large"):
            size += len(line)
            if size > self.fields_limit or len(found) == self.count_limit:
                raise Refused("431 Request Header Fields Too Large", "too many fields")
            found.append(self.field(line))
        return found

    def field(self, line: bytes) -> tuple[bytes, bytes]:
        name, colon, value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            raise Refused("400 Bad Request", "no header field")
        return name.lower(), self.trimmed(value)

    def trimmed(self, value: bytes) -> bytes:
        return value.strip(b" \t")

    def with_host(self, version: bytes, authority: bytes | None, fields: Fields) -> Fields:
        """The authority of the target takes the place of what the field says (RFC 9112, section 3.2.2)."""
        hosts = [value for name, value in fields if name == b"host"]
        if len(hosts) > 1 or (not hosts and version != b"HTTP/1.0"):
            raise Refused("400 Bad Request", "there is one Host field to a request")
        if authority is not None:
            hosts.append(authority)
            fields = [(b"host", authority), *((name, value) for name, value in fields if name != b"host")]
        if not all(HOST.fullmatch(host) for host in hosts):
            raise Refused("400 Bad Request", "no host")
        return fields

    # Where the body ends

    def length(self, version: bytes, fields: Fields) -> int | None:
        lengths = [value for name, value in fields if name == b"content-length"]
        codings = b",".join(value for name, value in fields if name == b"transfer-encoding")
        if any(name == b"transfer-encoding" for name, _ in fields):
            return self.coded(version, codings, lengths)
        if not lengths:
            return 0
        if len(lengths) > 1 or not DIGITS.fullmatch(lengths[0]):
            raise Refused("400 Bad Request", "no length of a body")
        if int(lengths[0]) > self.body_limit:
            raise Refused("413 Content Too Large", "the body is too long")
        return int(lengths[0])

    def coded(self, version: bytes, codings: bytes, lengths: list[bytes]) -> int | None:
        names = [coding.strip(b" \t").lower() for coding in codings.split(b",")]
        if lengths or version == b"HTTP/1.0" or names[-1] != b"chunked" or b"chunked" in names[:-1]:
            raise Refused("400 Bad Request", "where the body ends is in doubt")
        if len(names) > 1:
            raise Refused("501 Not Implemented", "no transfer coding but chunked is known here")
        return None

    def check_expectation(self, request: Request) -> None:
        if request.is_modern and any(expected != b"100-continue" for expected in request.options(b"expect")):
            raise Refused("417 Expectation Failed", "no expectation but 100-continue is known here")
