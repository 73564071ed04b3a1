"""Files as response bodies: the path send and zero copy send extensions."""

from __future__ import annotations

import os
from typing import Any, Final

from citizen.messages import InvalidMessage, Message
from citizen.reply import Replier, Reply

PIECE: Final = 256 * 1024


class Files(Replier):
    """Files are read in a thread, a piece at a time, by position: no file blocks the loop, or has its offset moved."""

    async def send_path(self, message: Message) -> None:
        """The whole file, and with it the response is complete."""
        path = self.text_of(message, "path")
        if not os.path.isabs(path):
            raise InvalidMessage(f"{path!r} is no absolute path")
        if self.response.expects_trailers:
            raise InvalidMessage("a path send completes the response: no trailers can follow")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        try:
            await self.copy(descriptor, 0, os.fstat(descriptor).st_size, more=False)
        finally:
            os.close(descriptor)

    async def send_file(self, message: Message) -> None:
        """A range of an open file, which stays open: it belongs to the application."""
        more = self.bool_of(message, "more_body")
        file = self.value_of(message, "file", object)
        descriptor = self.descriptor_of(file)
        offset = self.int_of(message, "offset", self.position_of(file, descriptor))
        rest = max(0, os.fstat(descriptor).st_size - offset)
        count = self.int_of(message, "count", rest)
        if offset < 0 or count < 0:
            raise InvalidMessage("neither 'offset' nor 'count' is negative")
        await self.copy(descriptor, offset, min(count, rest), more=more)

    def descriptor_of(self, file: Any) -> int:
        """Raises what `fileno` raises for files that have none."""
        if not hasattr(file, "fileno"):
            raise InvalidMessage(f"{file!r} is no file")
        descriptor: int = file.fileno()
        return descriptor

    def position_of(self, file: Any, descriptor: int) -> int:
        position: int = file.tell() if hasattr(file, "tell") else os.lseek(descriptor, 0, os.SEEK_CUR)
        return position

    async def copy(self, descriptor: int, offset: int, count: int, *, more: bool) -> None:
        """Send `count` bytes from `offset`; when this returns, the file is not needed any more."""
        self.response.admit(count)
        os.pread(descriptor, 0, offset)
        out = self.head(None if more else count)
        self.reply = Reply.BODY
        if not self.response.bodiless:
            async for data in self.pieces(descriptor, offset, count):
                await self.flush(out + self.piece(data))
                out = self.response.nothing
        if not more:
            await self.finish(out)
        else:
            self.connection.write(out)

    def piece(self, data: bytes) -> bytes:
        return self.response.part(data)

    async def pieces(self, descriptor: int, offset: int, count: int) -> Any:
        while count > 0:
            data = await self.server.loop.run_in_executor(None, os.pread, descriptor, min(PIECE, count), offset)
            if not data:
                self.cut()
                raise OSError("the file became shorter while it was sent")
            yield data
            offset, count = offset + len(data), count - len(data)
