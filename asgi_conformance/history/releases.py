"""Which releases a history is about, oldest first."""

import re
from collections.abc import Iterable

from packaging.version import InvalidVersion, Version

from asgi_conformance.history.process import TooSlow, execute

PATIENCE = 120.0
"""Seconds for the package index to answer."""
AVAILABLE = re.compile(r"^Available versions: *(.+)$", re.MULTILINE)


class NoReleases(Exception):
    """They cannot be told. One line for whoever asked."""


def in_order(versions: Iterable[str]) -> tuple[str, ...]:
    """Each once; raises `NoReleases`."""
    try:
        return tuple(str(version) for version in sorted({Version(version) for version in versions}))
    except InvalidVersion as error:
        raise NoReleases(str(error)) from None


def is_same(one: str, other: str) -> bool:
    """Whether both name one release: `1.0` is `1.0.0`."""
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def last(distribution: str, count: int, python: str) -> tuple[str, ...]:
    """The newest releases that pip finds for that interpreter; raises `NoReleases`."""
    try:
        told = execute([python, "-m", "pip", "index", "versions", distribution], PATIENCE)
    except (OSError, TooSlow) as error:
        raise NoReleases(f"pip cannot be asked for the releases of {distribution}: {error}") from None
    found = AVAILABLE.search(told.output)
    if told.status or not found:
        raise NoReleases(f"pip tells of no releases of {distribution}: {complaint(told.output)}; name some: --versions")
    return in_order(found[1].split(", "))[-count:]


def complaint(output: str) -> str:
    """The line in which pip says what went wrong: its last that begins with `ERROR`, else its last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return next(reversed([*lines[-1:], *errors]), "it says nothing")
