"""Request bodies: taken off the connection's buffer piece by piece, as the bytes arrive."""

import re
from typing import Final

from citizen.messages import TOKEN
from citizen.request import VALUE, Refused

WORD: Final = rb"[!#$%&'*+\-.^_`|~\w]+"
QUOTED: Final = rb"\"([^\"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t -~])*\""
EXTENSION: Final = rb"[ \t]*;[ \t]*" + WORD + rb"([ \t]*=[ \t]*(" + WORD + rb"|" + QUOTED + rb"))?"
SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,15})(" + EXTENSION + rb")*")
LINE_LIMIT: Final = 4 * 1024
OVERHEAD_LIMIT: Final = 64 * 1024


class SizedBody:
    """A body whose length the head told."""

    def __init__(self, length: int) -> None:
        self.remaining = length

    @property
    def finished(self) -> bool:
        return self.remaining == 0

    def read(self, buffer: bytearray) -> bytes:
        """What has arrived of the body; empty when nothing has."""
        data = bytes(buffer[: self.remaining])
        del buffer[: len(data)]
        self.remaining -= len(data)
        return data


class ChunkedBody:
    """A body in the chunked transfer coding (RFC 9112, section 7.1): extensions and trailers are read and dropped.

    `Refused` is raised for what is no chunked coding, and when extensions and trailers grow out of proportion.
    """

    def __init__(self) -> None:
        self.finished = False
        self.remaining = 0
        self.overhead = 0
        self.step = self.read_size

    def read(self, buffer: bytearray) -> bytes:
        """What has arrived of the content; empty when nothing has."""
        content: list[bytes] = []
        while not self.finished:
            data = self.step(buffer)
            if data is None:
                break
            content.append(data)
        return b"".join(content)

    def read_size(self, buffer: bytearray) -> bytes | None:
        line = self.line(buffer)
        if line is None:
            return None
        size = self.size(line)
        self.remaining = size
        self.step = self.read_data if size else self.read_trailer
        return b""

    def read_data(self, buffer: bytearray) -> bytes | None:
        data = bytes(buffer[: self.remaining])
        if not data:
            return None
        del buffer[: len(data)]
        self.remaining -= len(data)
        if not self.remaining:
            self.step = self.read_data_end
        return data

    def read_data_end(self, buffer: bytearray) -> bytes | None:
        if not b"\r\n".startswith(buffer[:2]):
            raise Refused(400, "a chunk is longer than its size")
        if len(buffer) < 2:
            return None
        del buffer[:2]
        self.step = self.read_size
        return b""

    def read_trailer(self, buffer: bytearray) -> bytes | None:
        line = self.line(buffer)
        if line is None:
            return None
        if not line:
            self.finished = True
            return b""
        return self.trailer(line)

    def trailer(self, line: bytes) -> bytes:
        """What a trailer field adds to the content: nothing."""
        name, colon, value = line.partition(b":")
        if not colon or not TOKEN.fullmatch(name) or not VALUE.fullmatch(value):
            raise Refused(400, "no trailer field")
        self.spend(len(line))
        return b""

    def size(self, line: bytes) -> int:
        match = SIZE.fullmatch(line)
        if match is None:
            raise Refused(400, "no chunk size")
        self.spend(len(line) - len(match[1]))
        return int(match[1], 16)

    def spend(self, octets: int) -> None:
        """Count what is not content."""
        self.overhead += octets
        if self.overhead > OVERHEAD_LIMIT:
            raise Refused(431, "too much in chunk extensions or trailers")

    def line(self, buffer: bytearray) -> bytes | None:
        """The next line without its end; None while it is incomplete."""
        end = buffer.find(b"\n", 0, LINE_LIMIT)
        if end < 0 and len(buffer) < LINE_LIMIT:
            return None
        if end < 1 or buffer[end - 1] != 0x0D:
            raise Refused(400, "no line, or one that is too long")
        line = bytes(buffer[: end - 1])
        del buffer[: end + 1]
        return line
