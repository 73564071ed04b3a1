"""`wsgi.input` (PEP 3333, "Input and Error Streams"): it ends where the body ends, and waits for what is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgi_server.body import Body


class Input:
    """Sizes mean what they mean in `io.BufferedIOBase`: None and negative ones are none. All methods share a position.

    It raises OSError for a body that is not whole, when it is asked for what does not come.
    """

    block_size = 64 * 1024

    def __init__(self, body: Body) -> None:
        self.body: Body | None = body
        self.buffer = bytearray()

    def detach(self) -> None:
        """The call is over. What the application still reads of this is the end: the connection is for others now."""
        self.body = None
        self.buffer.clear()

    def more(self) -> bool:
        """Wait for more of the body; False at its end."""
        data = self.body.receive(self.block_size) if self.body else b""
        self.buffer += data
        return bool(data)

    def take(self, size: int) -> bytes:
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            while self.more():
                pass
            return self.take(len(self.buffer))
        while len(self.buffer) < size and self.more():
            pass
        return self.take(size)

    def readline(self, size: int | None = -1, /) -> bytes:
        limit = None if size is None or size < 0 else size
        searched = 0
        while (end := self.buffer.find(b"\n", searched, limit)) < 0:
            searched = len(self.buffer)
            if (limit is not None and searched >= limit) or not self.more():
                return self.take(len(self.buffer) if limit is None else limit)
        return self.take(end + 1)

    def readlines(self, hint: int | None = -1, /) -> list[bytes]:
        """All lines, or so many that they have at least `hint` bytes."""
        lines: list[bytes] = []
        size = 0
        for line in self:
            lines.append(line)
            size += len(line)
            if hint is not None and 0 < hint <= size:
                break
        return lines

    def __iter__(self) -> Input:
        return self

    def __next__(self) -> bytes:
        line = self.readline()
        if not line:
            raise StopIteration
        return line
