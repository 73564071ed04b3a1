"""Mutants: WSGI servers with one sin each.

    @mutant(breaks="wsgi.start-response.duplicates-kept")
    def joins_duplicate_headers(parts):
        @override(parts.response, "application_headers")
        def application_headers(original, self):
            return list(dict(original(self)).items())

A mutant gets the `Parts` of a server: for each class one subclass of its own, to change as it likes. It changes one
thing, in one of three ways:

- `override(parts.call, "close")` replaces a method. The function gets the original, then `self` and the rest.
- `in_environ(parts, "SERVER_PORT")` replaces one value of the environ (`leave_out(parts, "SERVER_PORT")`: removes it).
- An attribute is set: `parts.rules.hop_by_hop = frozenset()`, `parts.reader.line_limit = 100`; or a whole part is
  replaced: `parts.input = Rewinding`.

What is where: `reader` parses request line, fields and framing; `environ` has a method for each variable; `input`,
`errors`, `file_wrapper` are what the application is given; `sized_body` and `chunked_body` read the body off the wire;
`call` has start_response, write, iteration, close and errors; `rules` is what start_response checks; `response` writes
head, framing and end; `http2`, `stream`, `stream_body` and `stream_response` are HTTP/2; `connection` and `server` are
the rest.

A mutant lives in a module under `wsgi_server/mutants/` and is named after both, with hyphens in its own part:
`environ_headers/merges-underscores`.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from citizen.mutation import override, with_original

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgi_server.parts import Parts

    Apply = Callable[[Parts], None]

__all__ = ["MUTANTS", "Mutant", "in_environ", "leave_out", "load", "load_all", "mutant", "override", "with_original"]

PACKAGE: Final = "wsgi_server.mutants"


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
        name = f"{file}/{apply.__name__.replace('_', '-')}"
        if name in MUTANTS:
            raise ValueError(f"two mutants are called {name}")
        requirements = (breaks,) if isinstance(breaks, str) else breaks
        MUTANTS[name] = Mutant(name, requirements, apply, apply.__doc__)
        return apply

    return register


def in_environ(parts: Parts, key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Replace one value in the environ, and nothing else. The function gets the builder and the value, which is None
    where there is none; None leaves the variable out."""

    def replace(function: Callable[..., Any]) -> Callable[..., Any]:
        @override(parts.environ, "build")
        def build(original: Callable[..., Any], self: Any) -> dict[str, Any]:
            environ: dict[str, Any] = original(self)
            value = function(self, environ.pop(key, None))
            if value is not None:
                environ[key] = value
            return environ

        return function

    return replace


def leave_out(parts: Parts, key: str) -> None:
    """Leave a key out of the environ."""

    @in_environ(parts, key)
    def nothing(self: Any, value: Any) -> None:
        return None


def load(name: str) -> Mutant:
    """One mutant by its name; only its own module is imported. Raises LookupError."""
    file = name.rpartition("/")[0]
    try:
        importlib.import_module(f"{PACKAGE}.{file.replace('/', '.')}")
        return MUTANTS[name]
    except (ImportError, KeyError):
        raise LookupError(f"there is no mutant {name!r}") from None


def load_all() -> dict[str, Mutant]:
    """All mutants by name, in the order of their modules."""
    for module in modules():
        importlib.import_module(module)
    return MUTANTS


def modules() -> list[str]:
    root = Path(__file__).parent / "mutants"
    names = [path.relative_to(root).with_suffix("").parts for path in root.rglob("*.py") if path.name != "__init__.py"]
    return sorted(".".join((PACKAGE, *name)) for name in names)
