"""`wsgi.file_wrapper` (PEP 3333, "Optional Platform-Specific File Handling")."""

from __future__ import annotations

import io
import os
import stat
from typing import Any, Final

PLAIN_FILES: Final = (io.FileIO, io.BufferedReader, io.BufferedRandom)
"""Those that give the bytes of the file as they are. Others may have a `fileno` as well, as a gzip file has."""


class FileWrapper:
    """Anything with `read(size)`. It is read only while the response is sent, from where it stands."""

    def __init__(self, filelike: Any, block_size: int = 8192, /) -> None:
        self.filelike = filelike
        self.block_size = block_size
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self) -> FileWrapper:
        return self

    def __next__(self) -> Any:
        data = self.filelike.read(self.block_size)
        if not data:
            raise StopIteration
        return data

    def size(self) -> int | None:
        """How many bytes are left in it; None for what is no plain file on a disk. Asked for before it is read."""
        if type(self.filelike) not in PLAIN_FILES:
            return None
        try:
            status = os.fstat(self.filelike.fileno())
            return max(0, status.st_size - self.filelike.tell()) if stat.S_ISREG(status.st_mode) else None
        except (OSError, ValueError):
            return None
