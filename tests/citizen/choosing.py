"""Choices: citizens that do otherwise what the specifications leave to a server.

    @choice("ASGI HTTP, "HTTP Connection Scope": headers are any iterable of two-item iterables.", sets="modern")
    def headers_are_a_tuple(parts):
        @override(parts.calls, "headers")
        def headers(original, self, headers):
            return tuple(original(self, headers))

Where a mutant commits one sin, a choice commits none, and no case may say a bad word about it.
A choice lives in a module under `choices/` and is named after both: `scopes:headers_are_a_tuple`. Choices that do not
get in each other's way are in a set, and all of a set at once make up one more server, as unlike the citizen as can be.
"""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from citizen.parts import Parts

    Apply = Callable[[Parts], None]

PACKAGE: Final = "choices"

SETS: Final = {
    "modern": "Declares 2.5, keeps connections and writes what it can at once, in as many pieces as it likes.",
    "generous": "Adds to everything what is not forbidden: keys, fields, events, frames, bytes of framing.",
    "spare": "Leaves out everything that is optional: keys, values, extensions, state; refuses what may be refused.",
    "old": "Declares 2.0 or nothing, frames by closing, raises nothing for a client that has gone.",
    "bare": "Serves HTTP/1.0 and nothing else: no WebSocket, no lifespan, no second request on a connection.",
}


class Choice(NamedTuple):
    name: str
    why: str
    """Document and section that leave the choice, and what they say."""
    sets: tuple[str, ...]
    near: tuple[str, ...]
    """Globs over case ids: the cases that could notice."""
    apply: Apply


CHOICES: Final[dict[str, Choice]] = {}
"""Those of the modules loaded so far, by name."""


def choice(why: str, *, sets: str | tuple[str, ...] = (), near: str | tuple[str, ...] = ()) -> Callable[[Apply], Apply]:
    """Register the function as a lawful choice. `near`: without any, the cases of the two protocols in turn."""

    def register(apply: Apply) -> Apply:
        name = f"{apply.__module__.removeprefix(f'{PACKAGE}.')}:{apply.__name__}"
        if name in CHOICES:
            raise ValueError(f"two choices are called {name}")
        CHOICES[name] = Choice(name, why, _tuple(sets), _tuple(near), apply)
        return apply

    return register


def _tuple(given: str | tuple[str, ...]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else given


def load_all() -> dict[str, Choice]:
    """All choices by name, in the order of their modules."""
    folder = os.path.join(os.path.dirname(os.path.dirname(__file__)), PACKAGE)
    for file in sorted(os.listdir(folder)):
        if file.endswith(".py"):
            importlib.import_module(f"{PACKAGE}.{file.removesuffix('.py')}")
    return CHOICES


def chosen(names: str) -> list[Choice]:
    """The choices with these names, comma-separated, each the name of a choice or of a set. Raises LookupError."""
    known = load_all()
    found: dict[str, Choice] = {}
    for name in filter(None, names.split(",")):
        members = {name: known[name]} if name in known else {k: one for k, one in known.items() if name in one.sets}
        if not members:
            raise LookupError(f"there is no choice and no set {name!r}")
        found.update(members)
    return list(found.values())


def apply(names: str, parts: Any) -> None:
    for one in chosen(names):
        one.apply(parts)
