"""Request heads: from the bytes of a client to a `Request`, or a refusal (RFC 9112, sections 2 to 6)."""

import re
from typing import Final, NamedTuple

from citizen.messages import TOKEN, Headers

LINE_LIMIT: Final = 16 * 1024
HEAD_LIMIT: Final = 64 * 1024
FIELD_LIMIT: Final = 256
LENGTH_LIMIT: Final = 2**63 - 1

CHUNKED: Final = -1

VERSION: Final = re.compile(rb"HTTP/([0-9])\.([0-9])")
METHOD: Final = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Z]+")
TARGET: Final = re.compile(rb"[!\"$-~\x80-\xff]+")
ABSOLUTE: Final = re.compile(rb"https?://([^/?]*)(.*)", re.IGNORECASE)
HOST: Final = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|([\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(:[0-9]*)?")
VALUE: Final = re.compile(rb"[\t -~\x80-\xff]*")
BARE_LF: Final = re.compile(rb"(?<!\r)\n")


class Refused(Exception):
    """The server answers this request itself, with an error, and closes the connection. The client's fault."""

    def __init__(self, status: int, why: str, headers: Headers | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers or []


class Request(NamedTuple):
    """One request head: `headers` as sent, less the white space around values; `target` in origin form or `*`."""

    method: str
    target: bytes
    version: str
    headers: Headers
    protocol: bytes | None = None
    """Of an extended CONNECT: `:protocol` (RFC 8441)."""

    def values(self, name: bytes) -> list[bytes]:
        return [value for field, value in self.headers if field.lower() == name]

    def tokens(self, name: bytes) -> list[bytes]:
        """The elements of a comma-separated field over all its lines, in order, without the empty ones."""
        elements = (element.strip(b" \t") for value in self.values(name) for element in value.split(b","))
        return [element for element in elements if element]

    def has_token(self, name: bytes, token: bytes) -> bool:
        return any(element.lower() == token for element in self.tokens(name))


class RequestParser:
    """Strict where leniency could let two parsers disagree; every refusal is a `Refused`."""

    def split(self, buffer: bytearray) -> bytes | None:
        """Take one head off the buffer; None while it is incomplete. What is wrong already is refused at once."""
        while buffer.startswith(b"\r\n"):
            del buffer[:2]
        end = buffer.find(b"\r\n\r\n")
        head = bytes(buffer[: end + 2 if end >= 0 else HEAD_LIMIT + 1])
        self.check_progress(head)
        if end < 0:
            return None
        del buffer[: end + 4]
        return head

    def check_progress(self, head: bytes) -> None:
        line, ended, _ = head.partition(b"\r\n")
        if head and not TOKEN.match(head) and not (head == b"\r"):
            raise Refused(400, "no request begins like this")
        if len(line) > LINE_LIMIT:
            raise Refused(414 if b" " in line else 400, "request line too long")
        if ended:
            self.request_line(line)
        if BARE_LF.search(head):
            raise Refused(400, "a line ends with a bare LF")
        if len(head) > HEAD_LIMIT:
            raise Refused(431, "header section too large")

    def parse(self, head: bytes) -> Request:
        line, *fields = head.removesuffix(b"\r\n").split(b"\r\n")
        if len(fields) > FIELD_LIMIT:
            raise Refused(431, "too many header fields")
        method, target, version = self.request_line(line)
        request = Request(method, target, version, [self.field(field) for field in fields])
        return self.check(request)

    def request_line(self, line: bytes) -> tuple[str, bytes, str]:
        words = line.split(b" ")
        if len(words) != 3:
            raise Refused(400, "a request line has three words")
        return self.method(words[0]), self.target(words[1]), self.version(words[2])

    def method(self, method: bytes) -> str:
        """Methods are case-sensitive, and scopes have them in upper case: in lower case it is none of ours."""
        if not METHOD.fullmatch(method):
            raise Refused(400, "no method")
        if method == b"CONNECT":
            raise Refused(501, "no tunnels here")
        return method.decode("ascii")

    def target(self, target: bytes) -> bytes:
        if not TARGET.fullmatch(target):
            raise Refused(400, "no request target")
        return target

    def version(self, version: bytes) -> str:
        match = VERSION.fullmatch(version)
        if match is None:
            raise Refused(400, "no HTTP version")
        if match[1] != b"1":
            raise Refused(505, "only HTTP/1 is spoken here")
        return "1.0" if match[2] == b"0" else "1.1"

    def field(self, line: bytes) -> tuple[bytes, bytes]:
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if not colon or not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            raise Refused(400, "no header field")
        return name, value

    def check(self, request: Request) -> Request:
        """What can only be said of the head as a whole; the request with its target in origin form."""
        hosts = request.values(b"host")
        if len(hosts) > 1 or (not hosts and request.version == "1.1"):
            raise Refused(400, "not exactly one Host field")
        if hosts and not HOST.fullmatch(hosts[0]):
            raise Refused(400, "no valid Host")
        self.length(request)
        return request._replace(target=self.origin_form(request, hosts))

    def origin_form(self, request: Request, hosts: list[bytes]) -> bytes:
        """An absolute-form target names the host that the Host field has to repeat; the rest is the target."""
        if request.target.startswith(b"/") or (request.target == b"*" and request.method == "OPTIONS"):
            return request.target
        match = ABSOLUTE.fullmatch(request.target)
        if match is None or (hosts and hosts[0].lower() != match[1].lower()):
            raise Refused(400, "no request target of ours")
        return match[2] if match[2].startswith(b"/") else b"/" + match[2]

    def length(self, request: Request) -> int:
        """How many bytes of body follow the head; `CHUNKED` when it says so itself (RFC 9112, section 6.3)."""
        codings, lengths = request.values(b"transfer-encoding"), request.values(b"content-length")
        if codings:
            return self.coding(request, bool(lengths))
        if not lengths:
            return 0
        if len(lengths) > 1 or not lengths[0].isdigit():
            raise Refused(400, "no valid Content-Length")
        if len(lengths[0]) > 20 or int(lengths[0]) > LENGTH_LIMIT:
            raise Refused(413, "a body of that length is refused")
        return int(lengths[0])

    def coding(self, request: Request, with_length: bool) -> int:
        codings = [coding.lower() for coding in request.tokens(b"transfer-encoding")]
        if with_length or request.version == "1.0":
            raise Refused(400, "the end of this body cannot be told")
        if codings == [b"chunked"]:
            return CHUNKED
        if codings.count(b"chunked") == 1 and codings[-1] == b"chunked":
            raise Refused(501, "transfer coding not known")
        raise Refused(400, "the last transfer coding, and only that, is chunked")
