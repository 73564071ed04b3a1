"""Where in somebody's source a failure stands, as far as that is known: what annotations and code scanning point at."""

import re
from dataclasses import dataclass
from pathlib import Path

from asgi_conformance.results import Check, Subject

PLACE = re.compile(r" at (?P<file>[^\s()]+\.py):(?P<line>\d+)")
TARGET = re.compile(r"(?:^|\+)(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):[^\W\d][\w.]*\Z")
FILES = ("{}.py", "{}/__init__.py", "src/{}.py", "src/{}/__init__.py")
"""Where the source of a module lies in a repository."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; its path is relative if the file is in the workspace."""

    file: str
    line: int


def of(check: Check, workspace: Path) -> Place | None:
    """The line that the check speaks of. `workspace`: paths are told from there."""
    if not (found := PLACE.search(check.observed)):
        return None
    path = Path(found["file"])
    return Place(str(path.relative_to(workspace) if path.is_relative_to(workspace) else path), int(found["line"]))


def home(subject: Subject, workspace: Path) -> str | None:
    """The file of the module that holds the application, from the workspace; None for what a user's repository has not.

    Where none of the usual places has it, the first of them.
    """
    if subject.kind.endswith("-server") or not (found := TARGET.search(subject.name)):
        return None
    module = found["module"].replace(".", "/")
    places = [pattern.format(module) for pattern in FILES]
    return next((place for place in places if (workspace / place).is_file()), places[0])
