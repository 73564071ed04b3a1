"""A server process: its own process group, its output kept within bounds, gone at the end."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from asgi_conformance.stage.hub import Hub

KEPT = 1 << 16  # bytes of output kept from the beginning, and again from the end


class Output:
    """What a process prints, drained so that it never blocks on us; a flood is cut in the middle."""

    def __init__(self, hub: Hub, file: int) -> None:
        self._hub, self._file = hub, file
        self._first, self._last = bytearray(), bytearray()
        self._dropped = 0
        self.open = True
        os.set_blocking(file, False)
        hub.listen(file, self._readable)

    def _readable(self) -> None:
        try:
            data = os.read(self._file, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        room = KEPT - len(self._first)
        self._first += data[:room]
        self._last += data[room:] if room < len(data) else b""
        if len(self._last) > 2 * KEPT:
            self._dropped += len(self._last) - KEPT
            del self._last[:-KEPT]

    @property
    def text(self) -> str:
        """So far, as UTF-8 with replacement characters."""
        cut = f"\n… {self._dropped} bytes left out …\n".encode() if self._dropped else b""
        return bytes(self._first + cut + self._last).decode("utf-8", "replace")

    def close(self) -> None:
        if self.open:
            self.open = False
            self._hub.forget(self._file)
            os.close(self._file)


class Running(Protocol):
    """A process, however it was started."""

    pid: int

    def status(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        ...


class Cold:
    """Started as a user would: a new interpreter."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], folder: Path, output: int) -> None:
        """Raises OSError if the command cannot be executed."""
        self._popen = subprocess.Popen(
            argv,
            env=env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_default_interrupt if _ignored() else None,  # noqa: PLW1509 - only sets one handler
        )
        self.pid = self._popen.pid

    def status(self) -> int | None:
        return self._popen.poll()


def _ignored() -> bool:
    """Whether we ignore SIGINT, as a shell's background job does, so that our children would too."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def _default_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Starter(Protocol):
    """How processes come into being."""

    def start(self, argv: Sequence[str], env: Mapping[str, str], folder: Path, output: int) -> Running: ...

    def close(self) -> None: ...


class ColdStarter:
    """Every process from scratch."""

    def start(self, argv: Sequence[str], env: Mapping[str, str], folder: Path, output: int) -> Running:
        return Cold(argv, env, folder, output)

    def close(self) -> None:
        """Nothing to close."""


class ServerProcess:
    """One server process and everything it has started."""

    def __init__(self, hub: Hub, starter: Starter, argv: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        """Start it. `folder`: its working directory. Raises OSError if the command cannot be executed."""
        self._hub = hub
        mine, theirs = os.pipe()
        try:
            self._running = starter.start(argv, env, folder, theirs)
        except BaseException:
            os.close(mine)
            raise
        finally:
            os.close(theirs)
        self.argv = tuple(argv)
        self.output = Output(hub, mine)

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def status(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._running.status()

    def signal(self, name: str) -> None:
        """Signal the process itself, as an operator would."""
        try:
            os.kill(self.pid, signal.Signals[name])
        except ProcessLookupError:
            return

    def ends_within(self, seconds: float) -> bool:
        """Wait for it to end."""
        return self._hub.until(lambda: self.status is not None, seconds)

    def drain(self) -> None:
        """Take what is left of its output, if it has ended; what it leaves running may still hold the pipe."""
        if self.status is not None:
            self._hub.until(lambda: not self.output.open, 0.3)

    def kill(self) -> None:
        """SIGKILL the whole group. Twice: a child may have been born while the first was on its way."""
        _kill_group(self.pid)
        self.ends_within(2)
        _kill_group(self.pid)
        self._hub.turn()
        self.output.close()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
