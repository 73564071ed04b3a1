"""What a history keeps for the next time, in the user's cache folder: environments, and the runs in them."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from asgi_conformance import run_file, suite_loader
from asgi_conformance.harvest import suite_version
from asgi_conformance.results import Run, UnreadableRun

NO_MATTER = ("report", "commands", "history", "kits", "__pycache__")
"""Parts of this package that have no say in a verdict."""
MADE = "made.json"
"""Written last: an environment without it is half made."""


class InUse(Exception):
    """Another process is at work in this cache."""


def usual_folder() -> Path:
    """As the XDG Base Directory Specification has it."""
    above = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(above) if os.path.isabs(above) else Path.home() / ".cache") / "asgi-conformance"


@cache
def judgement() -> str:
    """Identifies everything that has a say in a verdict: the suites, and the code that performs and judges them."""
    total = hashlib.sha256(f"{suite_version()} {suite_loader.digest()}".encode())
    package = suite_loader.PACKAGE
    for path in sorted(path for path in package.rglob("*") if path.suffix in (".py", ".toml")):
        place = path.relative_to(package)
        if not set(place.parts) & {*NO_MATTER, "suites"}:
            total.update(f"{place.as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()[:16]


def named(*parts: str) -> str:
    """A name for a file, of words that may hold anything: the first one as it is, as far as that goes."""
    readable = "".join(char if char.isalnum() or char in ".-" else "_" for char in parts[0])[:80]
    return f"{readable}-{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]}"


class Cache:
    """One folder. For one process at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()  # runs take place in folders of their own

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises `InUse`, and `OSError` where nothing can be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise InUse(f"another history is being written in {self._folder}; wait for it") from None
            yield

    def environment(self, name: str) -> Path:
        """Where it is, or is to be made. One that is half made is removed."""
        folder = self._folder / "environments" / name
        if not (folder / MADE).is_file():
            shutil.rmtree(folder, ignore_errors=True)
        return folder

    def made(self, folder: Path) -> Any:
        """What was noted when the environment was ready; None if it is not."""
        try:
            return json.loads((folder / MADE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def note(self, folder: Path, facts: Any) -> None:
        """The environment is ready."""
        part = folder / f"{MADE}.part"
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(folder / MADE)

    def run(self, name: str) -> Run | None:
        """None: it was not kept, or cannot be read any more."""
        try:
            return run_file.read(self._run(name))
        except UnreadableRun:
            return None

    def keep(self, name: str, run: Run) -> None:
        path = self._run(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part-{path.name}")
        part.write_bytes(run_file.content(run, path))
        part.replace(path)

    def _run(self, name: str) -> Path:
        return self._folder / "runs" / judgement() / f"{name}.json.gz"
