"""Mutants: citizens with one sin each.

    @mutant(breaks="http.response.start.headers.order")
    def sorts_the_headers(parts):
        @override(parts.response, "application_headers")
        def application_headers(original, self):
            return sorted(original(self))

A mutant lives in a module under `mutants/` and is named after both: `http/response_start:sorts_the_headers`.
"""

from __future__ import annotations

import functools
import importlib
import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from citizen.parts import Parts

    Apply = Callable[[Parts], None]

PACKAGE: Final = "mutants"


class Mutant(NamedTuple):
    name: str
    breaks: tuple[str, ...]
    """Every requirement that it cannot but break."""
    apply: Apply
    doc: str | None


MUTANTS: Final[dict[str, Mutant]] = {}
"""Those of the modules loaded so far, by name."""


def mutant(breaks: str | tuple[str, ...]) -> Callable[[Apply], Apply]:
    """Register the function as the mutant that breaks these requirements."""

    def register(apply: Apply) -> Apply:
        file = apply.__module__.removeprefix(f"{PACKAGE}.").replace(".", "/")
        name = f"{file}:{apply.__name__}"
        if name in MUTANTS:
            raise ValueError(f"two mutants are called {name}")
        requirements = (breaks,) if isinstance(breaks, str) else breaks
        MUTANTS[name] = Mutant(name, requirements, apply, apply.__doc__)
        return apply

    return register


def override(part: type[Any] | tuple[type[Any], ...], name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replace a method (or each, of several parts). The function gets the original one, then `self`, then the rest."""

    def replace(function: Callable[..., Any]) -> Callable[..., Any]:
        for owner in part if isinstance(part, tuple) else (part,):
            setattr(owner, name, with_original(function, getattr(owner, name)))
        return function

    return replace


def with_original(function: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        return function(original, *args, **kwargs)

    return method


def in_scope(part: type[Any], key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replace one value in the scope, and nowhere else. The function gets `self` and the value."""

    def replace(function: Callable[..., Any]) -> Callable[..., Any]:
        @override(part, "scope")
        def scope(original: Callable[..., Any], self: Any) -> dict[str, Any]:
            given = original(self)
            return {**given, key: function(self, given[key])}

        return function

    return replace


def leave_out(part: type[Any], key: str) -> None:
    """Leave a key out of the scope."""

    @override(part, "scope")
    def scope(original: Callable[..., Any], self: Any) -> dict[str, Any]:
        return {name: value for name, value in original(self).items() if name != key}


def load(name: str) -> Mutant:
    """One mutant by its name; only its own module is imported. Raises LookupError."""
    file = name.partition(":")[0]
    try:
        importlib.import_module(f"{PACKAGE}.{file.replace('/', '.')}")
        return MUTANTS[name]
    except (ImportError, KeyError):
        raise LookupError(f"there is no mutant {name!r}") from None


def load_all() -> dict[str, Mutant]:
    """All mutants by name, in the order of their modules."""
    for module in sorted(modules()):
        importlib.import_module(module)
    return MUTANTS


def modules() -> list[str]:
    root = os.path.join(os.path.dirname(os.path.dirname(__file__)), PACKAGE)
    paths = (os.path.join(folder, file) for folder, _, files in os.walk(root) for file in files)
    return [
        f"{PACKAGE}.{os.path.relpath(path, root).removesuffix('.py').replace(os.sep, '.')}"
        for path in paths
        if path.endswith(".py") and not path.endswith("__init__.py")
    ]
