"""What every command does about files: it reads runs and writes reports, or refuses in one line."""

from collections.abc import Iterable
from pathlib import Path

from asgi_conformance import run_file
from asgi_conformance.results import Run, UnreadableRun

USAGE_ERROR = 4
"""As pytest's own: what was asked for cannot be done as it was typed."""


class Refused(Exception):
    """What was asked for cannot be done; the message is one line for whoever typed it. `__main__` prints it."""


def read_runs(paths: Iterable[str]) -> list[Run]:
    """The runs in these files, `.json` or `.json.gz`. Raises `Refused`."""
    try:
        return [run_file.read(Path(path)) for path in paths]
    except UnreadableRun as unreadable:
        raise Refused(str(unreadable)) from None


def write(path: str, content: str | bytes) -> None:
    """Raises `Refused`."""
    try:
        Path(path).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        raise Refused(f"cannot write {path}: {error.strerror}") from None
