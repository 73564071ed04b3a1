"""`wsgi.errors`: text of any kind, to the standard error stream."""

import contextlib
import sys
import threading
from collections.abc import Iterable
from typing import Final

ONE_AT_A_TIME: Final = threading.Lock()


class Errors:
    """What the encoding of the stream cannot say is escaped, since a report must not fail for its letters."""

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"wsgi.errors takes str, not {type(text).__name__}")
        self.emit(text.encode(self.encoding(), "backslashreplace"))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        with ONE_AT_A_TIME, contextlib.suppress(OSError):
            sys.stderr.flush()

    def encoding(self) -> str:
        return sys.stderr.encoding or "utf-8"

    def emit(self, data: bytes) -> None:
        """A log that nobody reads any more is no reason to fail a request."""
        with ONE_AT_A_TIME, contextlib.suppress(OSError):
            sys.stderr.buffer.write(data)
            sys.stderr.buffer.flush()
