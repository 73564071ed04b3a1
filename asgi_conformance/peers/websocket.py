"""WebSocket frames with every bit in our hands (RFC 6455, section 5), and messages put together from them. Sans-IO."""

import base64
import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

KEY = b"YXNnaS1jb25mb3JtYW5jZQ=="  # any 16 bytes will do (section 4.1)
MASK = b"\x37\xfa\x21\x3d"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Opcode(IntEnum):
    """Section 5.2."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it stood on the wire."""

    opcode: int
    payload: bytes
    fin: bool = True
    rsv: int = 0
    masked: bool = False
    size: int = 0
    """Bytes of the stream it took."""
    shortest: bool = True
    """Whether its length is written in as few bytes as possible (section 5.2)."""

    def __str__(self) -> str:
        name = Opcode(self.opcode).name.lower() if self.opcode in set(Opcode) else f"opcode {self.opcode}"
        if self.opcode == Opcode.CLOSE:
            return f"close frame {close_code(self.payload)} {self.payload[2:]!r}"
        return f"{name}{'' if self.fin else ' (more follows)'} {self.payload[:60]!r}"


def accept_key(key: bytes = KEY) -> bytes:
    """What Sec-WebSocket-Accept has to be (section 4.2.2)."""
    return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, mask: bytes | None = MASK) -> bytes:
    """The bytes of one frame, lawful or not. A client masks (section 5.3); `mask=None` does not."""
    first = (0x80 if fin else 0) | (rsv << 4) | opcode
    bit = 0x80 if mask is not None else 0
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", first, bit | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, bit | 127, length)
    return head + payload if mask is None else head + mask + _masked(payload, mask)


def _masked(payload: bytes, mask: bytes) -> bytes:
    repeated = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")


def read_frame(data: bytes, start: int = 0) -> Frame | None:
    """The frame that begins at `start`; None while it is incomplete."""
    if len(data) < start + 2:
        return None
    first, second = data[start], data[start + 1]
    length, position = second & 0x7F, start + 2
    extended = {126: 2, 127: 8}.get(length, 0)
    if len(data) < position + extended:
        return None
    if extended:
        length = int.from_bytes(data[position : position + extended], "big")
        position += extended
    mask = data[position : position + 4] if second & 0x80 else b""
    position += len(mask)
    if second & 0x80 and len(mask) < 4 or len(data) < position + length:
        return None
    payload = data[position : position + length]
    return Frame(
        opcode=first & 0x0F,
        payload=_masked(payload, mask) if mask else payload,
        fin=bool(first & 0x80),
        rsv=first >> 4 & 7,
        masked=bool(mask),
        size=position + length - start,
        shortest=length >= {0: 0, 2: 126, 8: 1 << 16}[extended],
    )


def close_code(payload: bytes) -> int | None:
    """The status code of a close frame; None where it has none (section 5.5.1)."""
    return int.from_bytes(payload[:2], "big") if len(payload) >= 2 else None


@dataclass(frozen=True, slots=True)
class Message:
    """A whole message or control frame, and how many bytes of the stream were read to get it."""

    opcode: int
    payload: bytes
    size: int
    faults: tuple[str, ...] = ()


def read_message(data: bytes, *, control: bool = False, start: int = 0) -> Message | None:
    """The first data message (fragments joined), passing over pings and pongs; None while it is incomplete.

    A close frame is always an answer. `control`: pings and pongs are answers too. `start`: where to begin; `size`
    counts from there.
    """
    position, parts, opcode = start, [], None
    faults: list[str] = []
    while (found := read_frame(data, position)) is not None:
        position += found.size
        faults.extend(_faults(found))
        if found.opcode >= Opcode.CLOSE:
            if control or found.opcode == Opcode.CLOSE:
                return Message(found.opcode, found.payload, position - start, tuple(faults))
            continue
        if (found.opcode == Opcode.CONTINUATION) == (opcode is None):
            faults.append("a continuation without a beginning, or a beginning without an end")
        opcode = found.opcode if opcode is None else opcode
        parts.append(found.payload)
        if found.fin:
            return Message(opcode, b"".join(parts), position - start, tuple(faults))
    return None


def read_pong(data: bytes, payload: bytes | None = None) -> Message | None:
    """The first pong with this payload; whatever else is no ping and no pong is an answer too.

    A server may send pings at any time, and pongs that nobody asked for (sections 5.5.2 and 5.5.3).
    """
    position = 0
    faults: list[str] = []
    while (found := read_frame(data, position)) is not None:
        position += found.size
        faults.extend(_faults(found))
        passed = found.opcode == Opcode.PING or (found.opcode == Opcode.PONG and payload not in (None, found.payload))
        if not passed:
            return Message(found.opcode, found.payload, position, tuple(faults))
    return None


def is_only_alive(data: bytes) -> bool:
    """Whether there is nothing but pings and pongs, the last of which may be incomplete."""
    position = 0
    while position < len(data):
        if data[position] & 0x0F not in (Opcode.PING, Opcode.PONG):
            return False
        found = read_frame(data, position)
        if found is None:
            return True
        position += found.size
    return True


class Reflex:
    """What a client does by itself: it answers every ping, until it has received a close frame (section 5.5.2)."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self._is_open: bool | None = None  # None: no answer to the handshake yet

    def __call__(self, data: bytes) -> bytes:
        """What to say to the next bytes of the connection."""
        if self._is_open is False:
            return b""
        self._unread += data
        while self._is_open is None and (end := self._unread.find(b"\r\n\r\n")) >= 0:
            status = bytes(self._unread[9:12])
            if not status.startswith(b"1") or status == b"101":
                self._is_open = status == b"101"
            del self._unread[: end + 4]
        return b"".join(self._answers()) if self._is_open else b""

    def _answers(self) -> Iterator[bytes]:
        while (found := read_frame(bytes(self._unread))) is not None:
            del self._unread[: found.size]
            if found.opcode == Opcode.CLOSE:
                self._is_open = False
                return
            if found.opcode == Opcode.PING:
                yield frame(Opcode.PONG, found.payload)


def _faults(found: Frame) -> Iterator[str]:
    """What the sections on framing (5.1, 5.2, 5.5) forbid in one frame from a server."""
    if found.masked:
        yield "a server masks no frames (section 5.1)"
    if found.rsv:
        yield f"reserved bits {found.rsv:03b} without an extension"
    if found.opcode not in set(Opcode):
        yield f"opcode {found.opcode}, which is reserved"
    if not found.shortest:
        yield "a length in more bytes than it needs"
    if found.opcode >= Opcode.CLOSE and (len(found.payload) > 125 or not found.fin):
        yield "a control frame that is fragmented or longer than 125 bytes"
    if found.opcode == Opcode.CLOSE and len(found.payload) == 1:
        yield "a close frame with half a code"
