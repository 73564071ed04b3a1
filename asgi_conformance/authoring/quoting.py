"""Lines as the source that makes them, so that a script which nobody wrote can be pasted into a suite file."""

import ast
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum
from typing import Any, ParamSpec, TypeVar

from asgi_conformance.matchers.app import ABSENT
from asgi_conformance.script import Case, Over

Given = ParamSpec("Given")
Value = TypeVar("Value")
Kind = TypeVar("Kind")

Quotes = dict[int, tuple[Any, str]]
"""The source of a value by its `id`; the value is kept so that nothing else gets this id."""

_quotes: ContextVar[Quotes | None] = ContextVar("quotes", default=None)


@contextmanager
def quoting() -> Iterator[None]:
    """Remember how what suites say is made, for `source`."""
    token = _quotes.set({})
    try:
        yield
    finally:
        _quotes.reset(token)


def quotable(function: Callable[Given, Value]) -> Callable[Given, Value]:
    """What the function makes can be quoted: as the call that made it."""
    return _remembered(function, lambda arguments: (function.__name__, arguments))


def speaks(kind: type[Kind]) -> type[Kind]:
    """The lines of this speaker can be quoted."""
    for name, method in list(vars(kind).items()):
        if callable(method) and not name.startswith("_"):
            setattr(kind, name, _remembered(method, functools.partial(_spoken, name)))
    return kind


def _spoken(method: str, arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    return f"{_speaker(arguments[0].name)}.{method}", arguments[1:]


def _speaker(name: str) -> str:
    who, _, which = name.partition(":")
    return f"{who}.named({which!r})" if which else who


def _remembered(
    function: Callable[Given, Value], named: Callable[[tuple[Any, ...]], tuple[str, tuple[Any, ...]]]
) -> Callable[Given, Value]:
    @functools.wraps(function)
    def remembered(*args: Given.args, **kwargs: Given.kwargs) -> Value:
        value = function(*args, **kwargs)
        if (quotes := _quotes.get()) is not None:
            name, rest = named(args)
            words = [*map(quote, rest), *(f"{key}={quote(given)}" for key, given in kwargs.items())]
            quotes[id(value)] = (value, f"{name}({', '.join(words)})")
        return value

    return remembered


def quote(value: Any) -> str:
    """The source of a value: of one that suites have made the call that made it, else its `repr`."""
    quotes = _quotes.get() or {}
    if id(value) in quotes:
        return quotes[id(value)][1]
    if value is ABSENT:
        return "ABSENT"
    if hasattr(value, "named"):
        return _speaker(value.name)
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if type(value) is dict:
        return f"{{{', '.join(f'{quote(key)}: {quote(item)}' for key, item in value.items())}}}"
    if type(value) is list:
        return f"[{', '.join(map(quote, value))}]"
    if type(value) is tuple:
        return f"({', '.join(map(quote, value))}{',' * (len(value) == 1)})"
    return repr(value)


def source(case: Case) -> str:
    """The source of a case whose lines were made under `quoting()`: a suite file of its own."""
    settings = [f"over={quote(case.over)}"] if case.over is not Over.TCP else []
    settings += [f"needs={quote(case.needs)}"] if case.needs else []
    settings += [f"options={quote(dict(case.options))}"] if case.options else []
    parts = [repr(case.title), *map(quote, case.lines), *settings]
    text = "case(\n" + "".join(f"    {part},\n" for part in parts) + ")\n"
    names = sorted({node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)})
    return f"from asgi_conformance.authoring import {', '.join(names)}\n\n{text}"
