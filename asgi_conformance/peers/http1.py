"""HTTP/1.1 responses as they stand on the wire (RFC 9112): parsed strictly, with every fault remembered.

Sans-IO: `read` looks at the bytes that have come so far and at whether the stream has ended.
"""

import re
from dataclasses import dataclass
from enum import Enum

from asgi_conformance.peers import http2

HEAD_LIMIT = 1 << 20
STATUS_LINE = re.compile(rb"HTTP/(\d\.\d) (\d{3})(?: ([^\r\n]*))?\Z")
SECTION = re.compile(rb"(:status): (\d{3})()\Z")  # of a stream of HTTP/2, as `http2.written` puts it
NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
LENGTH = re.compile(rb"[0-9]{1,18}")
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\Z", re.DOTALL)


class Framing(Enum):
    """How a message says where its body ends (RFC 9112, section 6.3)."""

    NONE = "no body"
    LENGTH = "content-length"
    CHUNKED = "chunked"
    CLOSE = "until close"


class State(Enum):
    """How far a response has come."""

    HEAD = "in its head"
    BODY = "in its body"
    DONE = "complete"
    CUT = "cut off"


@dataclass(frozen=True, slots=True)
class Response:
    """One response, as far as it has come."""

    state: State
    status: int | None = None
    version: str = ""
    reason: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """(name, value) as sent, outer white space of the value removed."""
    body: bytes = b""
    framing: Framing = Framing.NONE
    trailers: tuple[tuple[bytes, bytes], ...] = ()
    faults: tuple[str, ...] = ()
    """What the wire format forbids and was sent all the same."""
    size: int = 0
    """Bytes of the stream it took."""
    head_size: int = 0
    """Those of its head."""

    def values(self, name: bytes) -> list[bytes]:
        """The values of every field of this name, in order."""
        return [value for key, value in self.headers if key.lower() == name]


def read(data: bytes, *, ended: bool, head_request: bool = False) -> Response:
    """The first response in `data`. `ended`: nothing more will come. Interim (1xx) responses are responses too."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        state = State.CUT if ended or len(data) > HEAD_LIMIT else State.HEAD
        fault = (f"no end of the head in {len(data)} bytes",) if data and state is State.CUT else ()
        return Response(state, faults=fault, size=len(data))
    first, *lines = data[:end].split(b"\r\n")
    match = STATUS_LINE.match(first) or SECTION.match(first)
    if match is None:
        return Response(State.CUT, faults=(f"no status line: {first[:80]!r}",), size=len(data))
    faults: list[str] = []
    headers = _fields(lines, faults)
    status, on_stream = int(match[2]), match[1] == b":status"
    if on_stream:
        faults.extend(http2.faults([(b":status", match[2]), *headers]))
    if match[3] is None:
        faults.append("the status line has no space after the code")
    framing, length = _framing(status, headers, head_request, faults)
    body = _Body(data, end + 4, ended)
    body.read(framing, length)
    return Response(
        state=body.state,
        status=status,
        version="2" if on_stream else match[1].decode("ascii"),
        reason=match[3] or b"",
        headers=headers,
        body=bytes(body.content),
        framing=framing,
        trailers=body.trailers,
        faults=(*faults, *body.faults),
        size=body.position,
        head_size=end + 4,
    )


def _fields(lines: list[bytes], faults: list[str]) -> tuple[tuple[bytes, bytes], ...]:
    fields = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not NAME.fullmatch(name):
            faults.append(f"no field line: {line[:80]!r}")
            continue
        if re.search(rb"[\r\n\x00]", value):
            faults.append(f"a control character in {name[:80]!r}")
        fields.append((name, value.strip(b" \t")))
    return tuple(fields)


def _framing(
    status: int, headers: tuple[tuple[bytes, bytes], ...], head_request: bool, faults: list[str]
) -> tuple[Framing, int]:
    lengths = [value for name, value in headers if name.lower() == b"content-length"]
    codings = [value.strip().lower() for name, value in headers if name.lower() == b"transfer-encoding"]
    if lengths and codings:
        faults.append("both Content-Length and Transfer-Encoding")
    if len(lengths) > 1:
        faults.append("more than one Content-Length")
    if len(codings) > 1:
        faults.append("more than one Transfer-Encoding")
    if (status < 200 or status == 204) and codings:
        faults.append(f"Transfer-Encoding in a {status} response")
    if head_request or status < 200 or status in (204, 304):
        return Framing.NONE, 0
    if codings:
        if codings[-1].split(b",")[-1].strip() == b"chunked":
            if codings != [b"chunked"]:
                faults.append(f"transfer coding {codings!r} that nobody asked for")
            return Framing.CHUNKED, 0
        faults.append(f"transfer coding {codings!r} that does not end in chunked")
        return Framing.CLOSE, 0
    if lengths:
        if not LENGTH.fullmatch(lengths[0]):
            faults.append(f"Content-Length {lengths[0][:40]!r}")
            return Framing.CLOSE, 0
        return Framing.LENGTH, int(lengths[0])
    return Framing.CLOSE, 0


class _Body:
    """The walk over the body's bytes."""

    def __init__(self, data: bytes, start: int, ended: bool) -> None:
        self.data, self.position, self.ended = data, start, ended
        self.content = bytearray()
        self.trailers: tuple[tuple[bytes, bytes], ...] = ()
        self.faults: list[str] = []
        self.state = State.BODY

    def read(self, framing: Framing, length: int) -> None:
        match framing:
            case Framing.NONE:
                self.state = State.DONE
            case Framing.LENGTH:
                self._take(length)
                if len(self.content) == length:
                    self.state = State.DONE
            case Framing.CLOSE:
                self._take(len(self.data))
                if self.ended:
                    self.state = State.DONE
            case Framing.CHUNKED:
                while self._chunk():
                    pass
        if self.state is State.BODY and self.ended:
            self.state = State.CUT

    def _take(self, count: int) -> None:
        piece = self.data[self.position : self.position + count]
        self.content += piece
        self.position += len(piece)

    def _line(self, start: int) -> bytes | None:
        end = self.data.find(b"\r\n", start)
        return None if end < 0 else self.data[start:end]

    def _chunk(self) -> bool:
        """Read one chunk; False where the walk ends."""
        line = self._line(self.position)
        if line is None:
            return False
        match = CHUNK.match(line)
        if match is None:
            self.faults.append(f"no chunk size: {line[:40]!r}")
            self.state = State.CUT
            return False
        size, start = int(match[1], 16), self.position + len(line) + 2
        if size == 0:
            return self._trailer_section(start)
        if len(self.data) < start + size + 2:
            self.content += self.data[start : start + size]
            self.position = len(self.data)
            return False
        if self.data[start + size : start + size + 2] != b"\r\n":
            self.faults.append(f"a chunk of {size} bytes that does not end where it says")
            self.state = State.CUT
            return False
        self.content += self.data[start : start + size]
        self.position = start + size + 2
        return True

    def _trailer_section(self, start: int) -> bool:
        lines: list[bytes] = []
        while (line := self._line(start)) is not None:
            start += len(line) + 2
            if not line:
                self.trailers = _fields(lines, self.faults)
                self.position, self.state = start, State.DONE
                return False
            lines.append(line)
        return False
