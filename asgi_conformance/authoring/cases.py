"""Cases and families of cases, gathered while a suite file runs."""

import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgi_conformance.script import BadCase, Case, Line, Over

_collecting: ContextVar[tuple[str, list[Case]] | None] = ContextVar("collecting", default=None)


@contextmanager
def collecting(prefix: str) -> Iterator[list[Case]]:
    """While a suite file runs: what `case` and `each` make goes here, with ids below `prefix`."""
    cases: list[Case] = []
    token = _collecting.set((prefix, cases))
    try:
        yield cases
    finally:
        _collecting.reset(token)


def slug(title: str) -> str:
    """The part of a case's id that its title gives."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def case(
    title: str,
    *lines: Line,
    note: str = "",
    over: Over = Over.TCP,
    needs: str | Iterable[str] = (),
    options: Mapping[str, str] | None = None,
    _suffix: str = "",
) -> Case:
    """A case: what is true of a conforming subject, in the present tense, and the lines that show it.

    `note`: the reading taken, or the proof. `needs`: what the subject must offer, else it is `unsupported`
    (`websocket`, `lifespan`, `extension:http.response.trailers`). `options`: how the server is set up (`root_path`).
    """
    prefix, cases = _collecting.get() or ("", [])
    wanted = (needs,) if isinstance(needs, str) else tuple(needs)
    name = f"{prefix}{slug(title)}{_suffix}"
    new = Case(name, title, lines, inspect.cleandoc(note), over, wanted, dict(options or {}))
    if any(new.id == other.id for other in cases):
        raise BadCase(f"two cases are called {new.id}")
    cases.append(new)
    return new


def each(
    *,
    over: Over = Over.TCP,
    needs: str | Iterable[str] = (),
    options: Mapping[str, str] | Callable[..., Mapping[str, str]] | None = None,
    **parameters: Iterable[Any],
) -> Callable[[Callable[..., Iterable[Line]]], Callable[..., Iterable[Line]]]:
    """A family: the decorated generator yields the lines, once for every combination of the parameters.

    The first line of its docstring is the title, the rest the note. The values stand in the ids: `...[200]`. `options`
    may be a function of the parameters.
    """

    def make(function: Callable[..., Iterable[Line]]) -> Callable[..., Iterable[Line]]:
        text = inspect.cleandoc(function.__doc__ or function.__name__.replace("_", " "))
        title, _, rest = text.partition("\n")
        for values in itertools.product(*parameters.values()):
            words = ",".join(str(value) for value in values)
            chosen = dict(zip(parameters, values, strict=True))
            set_up = options(**chosen) if callable(options) else options
            lines = tuple(function(**chosen))
            case(title, *lines, note=rest, over=over, needs=needs, options=set_up, _suffix=f"[{words}]")
        return function

    return make
