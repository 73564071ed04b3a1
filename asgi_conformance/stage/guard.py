"""What is to be removed, known to somebody who outlives us: nothing else helps against SIGKILL."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from asgi_conformance.stage import guardian


class Guard:
    """Our end of the guardian's input, which the system closes for us if nobody else does. For any thread."""

    def __init__(self) -> None:
        self._guardian: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Start the guardian; waits for nothing. On systems without process groups there is none."""
        if hasattr(os, "killpg"):
            self._guardian = subprocess.Popen(
                [sys.executable, "-I", "-S", guardian.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def keep(self, folder: Path, group: int | None = None) -> None:
        """If we should die: remove this folder, and kill this process group."""
        self._tell([str(folder), group])

    def release(self, folder: Path) -> None:
        """It is removed, and its process group gone."""
        self._tell([str(folder)])

    def _tell(self, message: list[str | int | None]) -> None:
        if self._guardian is not None and self._guardian.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # somebody has killed it, or the run is over
                self._guardian.stdin.write(json.dumps(message).encode() + b"\n")
                self._guardian.stdin.flush()

    def close(self) -> None:
        """The guardian removes what was not released, and leaves."""
        if self._guardian is not None and self._guardian.stdin is not None:
            with contextlib.suppress(OSError):
                self._guardian.stdin.close()
            self._guardian.wait()
            self._guardian = None


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C has to wait until the end of the block: for what has to be noted as soon as it exists."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    came = False

    def note(*_: object) -> None:
        nonlocal came
        came = True

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(signal.SIGINT, None)
