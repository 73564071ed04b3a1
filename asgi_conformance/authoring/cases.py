"""Cases and families of cases, gathered while a suite file runs."""

import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from asgi_conformance.acts import CallsApplication, Delivers, TakesAnswer
from asgi_conformance.authoring.lines import line_of
from asgi_conformance.matchers.combine import Anything
from asgi_conformance.script import BadCase, Case, Line, Over, Property, Session, Settles

Collected = list[Case | Property]

OF_SESSIONS = ("common.app.lifetime.ends-eventually", "common.extra-coroutines.finish-with-app")
"""What a session settles, wherever it ends."""

_collecting: ContextVar[tuple[str, Collected] | None] = ContextVar("collecting", default=None)


@contextmanager
def collecting(prefix: str) -> Iterator[Collected]:
    """While a suite file runs: what `case`, `each` and `generated` make goes here, with ids below `prefix`."""
    cases: Collected = []
    token = _collecting.set((prefix, cases))
    try:
        yield cases
    finally:
        _collecting.reset(token)


def full_id(title: str, suffix: str = "") -> str:
    """The id of what has this title in the file that runs."""
    prefix, _ = _collecting.get() or ("", [])
    return f"{prefix}{slug(title)}{suffix}"


def collect(new: Case | Property) -> None:
    """Add it to what the file makes. Raises `BadCase` for an id that is taken."""
    _, cases = _collecting.get() or ("", [])
    if any(new.id == other.id for other in cases):
        raise BadCase(f"two cases are called {new.id}")
    cases.append(new)


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
    (`websocket`, `lifespan`, `state`, `keep-alive`, `early-call`, `late-call`, `http/1.0`, `http/1.1`,
    `chunked-requests`, `transfer-codings`, `extension:http.response.trailers`).
    `options`: how the server is set up (`root_path`, `ping_interval`, `threads`; `environ`, what a deployer puts into
    every environ; `variables` of the operating system).
    """
    wanted = (needs,) if isinstance(needs, str) else tuple(needs)
    id = full_id(title, _suffix)
    for number, line in enumerate(lines, start=1):
        if not isinstance(line, Line):
            raise BadCase(f"{title!r}: line {number} is {line!r}, which is nothing that a speaker does")
    new = Case(id, title, lines, inspect.cleandoc(note), over, wanted, dict(options or {}))
    collect(new)
    return new


def session(
    title: str, scope: Mapping[str, Any], *events: Any, note: str = "", needs: str | Iterable[str] = ()
) -> None:
    """A call of an application with these events, to be ended at every point at which it waits.

    Settles what is then owed by every application: that its call ends and leaves no task behind. The session as it is
    may well go on waiting.
    """
    wanted = (needs,) if isinstance(needs, str) else tuple(needs)
    lines = (
        line_of("server", CallsApplication(dict(scope), shares_state=True), ()),
        line_of("server", Delivers(events), ()),
        line_of("server", TakesAnswer(), (Anything(), *(Settles(one, {"": Anything()}) for one in OF_SESSIONS))),
    )
    collect(Session(full_id(title), title, lines, inspect.cleandoc(note), Over.TCP, wanted))


def each(
    *,
    over: Over | Iterable[Over] = Over.TCP,
    needs: str | Iterable[str] | Callable[..., str | Iterable[str]] = (),
    options: Mapping[str, str] | Callable[..., Mapping[str, str]] | None = None,
    **parameters: Iterable[Any],
) -> Callable[[Callable[..., Iterable[Line]]], Callable[..., Iterable[Line]]]:
    """A family: the decorated generator yields the lines, once for every combination of the parameters.

    The first line of its docstring is the title, the rest the note. The values stand in the ids: `...[200]`. `options`
    and `needs` may be functions of the parameters. Several transports are one parameter more, of which the lines know
    nothing.
    """
    carriers = [("", over)] if isinstance(over, Over) else [(one.value, one) for one in over]

    def make(function: Callable[..., Iterable[Line]]) -> Callable[..., Iterable[Line]]:
        text = inspect.cleandoc(function.__doc__ or function.__name__.replace("_", " "))
        title, _, rest = text.partition("\n")
        for (carrier, carried_by), *values in itertools.product(carriers, *parameters.values()):
            words = ",".join(filter(None, [carrier, ",".join(str(value) for value in values)]))
            chosen = dict(zip(parameters, values, strict=True))
            set_up = options(**chosen) if callable(options) else options
            wanted = needs(**chosen) if callable(needs) else needs
            lines = tuple(function(**chosen))
            case(title, *lines, note=rest, over=carried_by, needs=wanted, options=set_up, _suffix=f"[{words}]")
        return function

    return make
