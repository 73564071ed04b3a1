"""What a file of cases may import, from the docstrings of `asgi_conformance.authoring`."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from asgi_conformance import authoring
from generators.prose import code, docstring, entry

SPEAKERS = ("client", "app", "server", "process", "wsgi_app", "gateway")
CASES = ("case", "each", "session", "generated", "requirement", "documented", "conduct")
VALUES = tuple(name for name in authoring.__all__ if not callable(getattr(authoring, name)) and name not in SPEAKERS)
OTHERS = tuple(name for name in authoring.__all__ if name not in (*SPEAKERS, *CASES, *VALUES))


def markdown(which: str) -> str:
    """`cases`, `others`, or a speaker's name."""
    if which in SPEAKERS:
        return "\n".join(_described(f"{which}.{name}", line) for name, line in _lines(which))
    names = {"cases": CASES, "others": OTHERS}[which]
    return "\n".join(_described(name, getattr(authoring, name)) for name in names)


def _lines(speaker: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What one says or does, in the order of its class."""
    kind = type(getattr(authoring, speaker))
    for name, member in vars(kind).items():
        if inspect.isfunction(member) and not name.startswith("_"):
            yield name, member


def _described(name: str, thing: Any) -> str:
    signature = _signature(thing) if inspect.isroutine(thing) else ""
    return entry(code(f"{name}{signature}"), docstring(thing))


def _signature(function: Callable[..., Any]) -> str:
    """Names and defaults only: types stand in the source, and what they mean in the docstring."""
    signature = inspect.signature(function)
    parameters = [
        one.replace(annotation=inspect.Parameter.empty)
        for one in signature.parameters.values()
        if one.name not in ("self", "_suffix")
    ]
    return str(signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty))
