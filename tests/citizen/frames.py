"""WebSocket frames as a server sees them: masked ones in, unmasked ones out (RFC 6455, sections 5 to 8)."""

import codecs
import struct
from typing import Final, NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
OPCODES: Final = frozenset({CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})

NORMAL, GOING_AWAY, PROTOCOL_ERROR, NO_CODE, ABNORMAL, NOT_UTF8, TOO_BIG, INTERNAL_ERROR = (
    1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011,
)  # fmt: skip
REASON_LIMIT: Final = 123
"""Bytes of UTF-8."""


def is_sendable(code: int) -> bool:
    """Whether a close frame may carry this code (RFC 6455, section 7.4, and the IANA registry)."""
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, NO_CODE, ABNORMAL))


class ProtocolError(Exception):
    """The client broke the protocol: the connection ends with this close code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Frame(NamedTuple):
    final: bool
    opcode: int
    payload: bytes


class Closing(NamedTuple):
    """What a close frame says; `code` is None where it says nothing."""

    code: int | None
    reason: str


class Frames:
    """One direction each: `next` takes complete messages off a buffer, `encode` makes one frame of a message."""

    message_limit = 16 * 1024 * 1024
    """Bytes of one message, after which the client is told 1009."""

    def __init__(self) -> None:
        self.header: tuple[bool, int, int, bytes] | None = None
        """Of the frame whose payload is arriving: final, opcode, bytes that are missing, mask."""
        self.payload = bytearray()
        self.message_type: int | None = None
        """Of the message whose fragments are arriving."""
        self.fragments: list[bytes] = []
        self.size = 0
        """Bytes in `fragments`."""
        self.decoder = self.new_decoder()

    def next(self, buffer: bytearray) -> tuple[int, bytes | str] | None:
        """The next message or control frame as (opcode, payload), text as str; None until it is complete."""
        while (frame := self.decode(buffer)) is not None:
            if frame.opcode >= CLOSE:
                return frame.opcode, frame.payload
            message = self.assemble(frame)
            if message is not None:
                return message
        return None

    # Decoding

    def decode(self, buffer: bytearray) -> Frame | None:
        """The next frame. Its payload is taken off the buffer as it arrives, so the buffer stays small."""
        if self.header is None:
            self.header = self.decode_header(buffer)
        if self.header is None:
            return None
        final, opcode, missing, mask = self.header
        piece = buffer[:missing]
        del buffer[: len(piece)]
        self.payload += piece
        if len(piece) < missing:
            self.header = final, opcode, missing - len(piece), mask
            return None
        frame = Frame(final, opcode, self.unmask(self.payload, mask))
        self.header, self.payload = None, bytearray()
        return frame

    def decode_header(self, buffer: bytearray) -> tuple[bool, int, int, bytes] | None:
        if len(buffer) < 2:
            return None
        final, rsv, opcode = bool(buffer[0] & 0x80), buffer[0] & 0x70, buffer[0] & 0x0F
        masked, short = bool(buffer[1] & 0x80), buffer[1] & 0x7F
        self.check_start(final, rsv, opcode, masked, short)
        extra = {126: 2, 127: 8}.get(short, 0)
        if len(buffer) < 2 + extra + 4:
            return None
        length = int.from_bytes(buffer[2 : 2 + extra]) if extra else short
        self.check_length(opcode, length, extra)
        mask = bytes(buffer[2 + extra : 6 + extra])
        del buffer[: 6 + extra]
        return final, opcode, length, mask

    def check_start(self, final: bool, rsv: int, opcode: int, masked: bool, short: int) -> None:
        if rsv or opcode not in OPCODES:
            raise ProtocolError(PROTOCOL_ERROR, "reserved bits or opcode")
        if not masked:
            raise ProtocolError(PROTOCOL_ERROR, "a client masks its frames")
        if opcode >= CLOSE and (not final or short > 125):
            raise ProtocolError(PROTOCOL_ERROR, "a control frame is short and in one piece")
        if opcode < CLOSE and (opcode == CONTINUATION) != (self.message_type is not None):
            raise ProtocolError(PROTOCOL_ERROR, "fragments out of order")

    def check_length(self, opcode: int, length: int, extra: int) -> None:
        if (extra == 2 and length < 126) or (extra == 8 and (length < 2**16 or length >= 2**63)):
            raise ProtocolError(PROTOCOL_ERROR, "no valid length")
        if opcode < CLOSE and self.size + length > self.message_limit:
            raise ProtocolError(TOO_BIG, "message too big")

    def unmask(self, payload: bytearray, mask: bytes) -> bytes:
        size = len(payload)
        key = (mask * (size // 4 + 1))[:size]
        return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)

    # Messages

    def assemble(self, frame: Frame) -> tuple[int, bytes | str] | None:
        """Add a data frame to its message; the message when it is complete."""
        if frame.opcode != CONTINUATION:
            self.message_type = frame.opcode
        opcode = self.message_type or BINARY
        if opcode == TEXT:
            self.check_text(frame)
        if frame.payload:
            self.fragments.append(frame.payload)
            self.size += len(frame.payload)
        if not frame.final:
            return None
        data = b"".join(self.fragments)
        self.message_type, self.fragments, self.size, self.decoder = None, [], 0, self.new_decoder()
        return opcode, self.text(data) if opcode == TEXT else data

    def new_decoder(self) -> codecs.IncrementalDecoder:
        return codecs.getincrementaldecoder("utf-8")()

    def check_text(self, frame: Frame) -> None:
        """Fail as soon as it is clear that the text is no UTF-8 (section 8.1)."""
        try:
            self.decoder.decode(frame.payload, frame.final)
        except UnicodeDecodeError:
            raise ProtocolError(NOT_UTF8, "text is UTF-8") from None

    def text(self, data: bytes) -> str:
        return data.decode("utf-8")

    def closing(self, payload: bytes) -> Closing:
        if not payload:
            return Closing(None, "")
        code = int.from_bytes(payload[:2])
        if len(payload) == 1 or not is_sendable(code):
            raise ProtocolError(PROTOCOL_ERROR, "no valid close code")
        try:
            return Closing(code, payload[2:].decode("utf-8"))
        except UnicodeDecodeError:
            raise ProtocolError(NOT_UTF8, "a reason is UTF-8") from None

    # Encoding

    def encode(self, opcode: int, payload: bytes) -> bytes:
        length = len(payload)
        if length < 126:
            return struct.pack("!BB", 0x80 | opcode, length) + payload
        if length < 2**16:
            return struct.pack("!BBH", 0x80 | opcode, 126, length) + payload
        return struct.pack("!BBQ", 0x80 | opcode, 127, length) + payload

    def encode_close(self, code: int | None, reason: str) -> bytes:
        """A close frame; an empty one without a code."""
        return self.encode(CLOSE, b"" if code is None else struct.pack("!H", code) + reason.encode("utf-8"))
