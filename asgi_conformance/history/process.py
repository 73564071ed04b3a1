"""Commands that take a while: each has a time, a process group, and an end."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asgi_conformance.stage.guard import uninterrupted

FAREWELL = 20.0
"""Seconds that a command has to end by itself, with all that it has started, once it is told to."""


class TooSlow(Exception):
    """It had not ended in its time. The message says which time that was."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    status: int
    output: str
    """Both streams, as they came."""


def execute(
    argv: Sequence[str | Path], patience: float, *, folder: Path | None = None, env: Mapping[str, str] | None = None
) -> Outcome:
    """Run to the end, for at most `patience` seconds. Raises `TooSlow`, and `OSError` where it cannot be run.

    Whatever ends the wait, Ctrl-C too, ends the command first: it is interrupted, so that it can stop what it has
    started, and killed if that takes too long.
    """
    process: subprocess.Popen[bytes] | None = None
    with tempfile.TemporaryFile() as output:
        try:
            with uninterrupted():
                process = subprocess.Popen(
                    [str(word) for word in argv],
                    stdin=subprocess.DEVNULL,
                    stdout=output,  # a file: a pipe would be held open by whatever outlives the command
                    stderr=subprocess.STDOUT,
                    cwd=folder,
                    env=env,
                    start_new_session=True,
                )
            process.wait(patience)
        except subprocess.TimeoutExpired:
            raise TooSlow(f"no end within {patience:g} s") from None
        finally:
            if process is not None:
                _end(process)
        output.seek(0)
        return Outcome(process.returncode, output.read().decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Nothing of its group is left, even if somebody loses patience meanwhile."""
    try:
        if process.poll() is None:
            _signal(process, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(FAREWELL)
    finally:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # all of the group have gone
        os.killpg(process.pid, number)
