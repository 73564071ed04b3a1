"""Which servers there are, and which of them a user means."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import TypeAlias

from asgi_conformance.servers import daphne, granian, gunicorn, hypercorn, uvicorn, wsgi
from asgi_conformance.servers.adapter import Adapter, BadSubject, Server

GROUP = "asgi_conformance.servers"
"""Entry points of this group are named like their server and lead to an `Adapter`."""

BUILT_IN = (uvicorn.ADAPTER, hypercorn.ADAPTER, daphne.ADAPTER, granian.ADAPTER, gunicorn.ADAPTER)
"""Those of ASGI servers; those of WSGI servers are `wsgi.ADAPTERS`."""

ALL = "all"

EXAMPLES = {
    "asgi-server": "uvicorn or uvicorn[http=h11,ws=wsproto]",
    "wsgi-server": "waitress or gunicorn[worker=gthread,threads=8]",
}
BETWEEN_SUBJECTS = re.compile(r",(?![^\[]*\])")  # a comma that no closing bracket follows before an opening one
SUBJECT = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?")

Installed: TypeAlias = Callable[[Iterable[str]], Mapping[str, str | None]]
"""Distributions in, their versions out; None for what is not installed where the servers run."""


def parse_subjects(
    texts: Iterable[str], installed: Installed, kind: str = "asgi-server", python: str = sys.executable
) -> list[Server]:
    """The servers that these values of the option name, each once, in the order given; raises `BadSubject`.

    `uvicorn[http=h11,ws=wsproto],hypercorn` are two. `all` is every server with an adapter that is `installed`, which
    is only asked then, as are adapters that tell a version themselves: for the interpreter `python`.
    """
    pieces = [piece.strip() for text in texts for piece in BETWEEN_SUBJECTS.split(text)]
    servers = [server for piece in pieces for server in _servers(piece, installed, kind, python)]
    return list({server.id: server for server in servers}.values())


def find_adapter(name: str, kind: str = "asgi-server") -> Adapter:
    """The adapter of that name, ours before a third party's; raises `BadSubject`."""
    for adapter in _built_in():
        if adapter.kind == kind and name in (adapter.name, adapter.label):
            return adapter
    for point in entry_points(group=GROUP, name=name):
        adapter = _load(point)
        if adapter.kind == kind:
            return adapter
    known = known_names(kind)
    others = f"there are {', '.join(known)}, and {ALL}; any other server: --{kind}-command"
    raise BadSubject(f"no server is called {name!r}{_suggestion(name, [*known, ALL])} ({others})")


def known_names(kind: str = "asgi-server") -> list[str]:
    """What may be asked for by name. A third party's may turn out to be of another kind when it is loaded."""
    names = [adapter.name for adapter in _built_in() if adapter.kind == kind]
    return list(dict.fromkeys([*names, *sorted(entry_points(group=GROUP).names)]))


def _built_in() -> tuple[Adapter, ...]:
    return (*BUILT_IN, *wsgi.ADAPTERS)


def _servers(piece: str, installed: Installed, kind: str, python: str) -> list[Server]:
    found = SUBJECT.fullmatch(piece)
    if not found:
        raise BadSubject(f"{piece!r} is no server; write it like {EXAMPLES.get(kind, EXAMPLES['asgi-server'])}")
    name, options = found[1].strip(), found[2]
    if name != ALL:
        adapter = find_adapter(name, kind)
        return [Server(adapter, _options(adapter, options or ""))]
    if options:
        raise BadSubject(f"{ALL} takes no options; name the servers that shall have them: uvicorn[{options}]")
    return _installed_servers(installed, kind, python)


def _installed_servers(installed: Installed, kind: str, python: str) -> list[Server]:
    adapters = [adapter for name in known_names(kind) for adapter in _of_kind(name, kind)]
    versions = installed([adapter.distribution for adapter in adapters if adapter.distribution])
    servers = [Server(adapter) for adapter in adapters if _is_there(adapter, versions, python)]
    if not servers:
        names = " ".join(adapter.distribution for adapter in adapters if adapter.distribution)
        raise BadSubject(f"{ALL}: no server with an adapter is installed there; pip install one of {names}")
    return servers


def _is_there(adapter: Adapter, versions: Mapping[str, str | None], python: str) -> bool:
    if adapter.version is not None:
        return adapter.version(python, {}) is not None
    return bool(adapter.distribution and versions.get(adapter.distribution))


def _of_kind(name: str, kind: str) -> list[Adapter]:
    try:
        return [find_adapter(name, kind)]
    except BadSubject:  # a third party's of another kind, or broken: whoever asks for it by name is told so
        return []


def _options(adapter: Adapter, text: str) -> dict[str, str]:
    """What stands between the brackets."""
    chosen: dict[str, str] = {}
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, value = (part.strip() for part in piece.partition("="))
        if name not in adapter.options:
            suggestion = _suggestion(name, list(adapter.options))
            options = ", ".join(adapter.options) or "none"
            raise BadSubject(f"{adapter.name} has no option {name!r}{suggestion} (its options: {options})")
        if name in chosen:
            raise BadSubject(
                f"{adapter.name}[{text}] gives {name} twice; for two subjects write "
                f"{adapter.name}[{name}={chosen[name]}],{adapter.name}[{name}={value}]"
            )
        _check_value(adapter, name, value)
        chosen[name] = value
    return {name: chosen[name] for name in adapter.options if name in chosen}


def _check_value(adapter: Adapter, name: str, value: str) -> None:
    values = adapter.options[name].values
    if not value:
        example = values[0] if values else "VALUE"
        raise BadSubject(f"{adapter.name}[{name}] needs a value; write {adapter.name}[{name}={example}]")
    if values is not None and value not in values:
        suggestion = _suggestion(value, values)
        raise BadSubject(f"{adapter.name} has no {name}={value!r}{suggestion} ({name} is one of {', '.join(values)})")


def _load(point: EntryPoint) -> Adapter:
    try:
        adapter = point.load()
    except Exception as error:  # whatever a third party's module does while it is imported
        raise BadSubject(f"the adapter {point.name!r} ({point.value}) cannot be loaded: {error!r}") from error
    if not isinstance(adapter, Adapter):
        kind = type(adapter).__name__
        raise BadSubject(
            f"the adapter {point.name!r} ({point.value}) is a {kind}, not an Adapter; mend its entry point"
        )
    return adapter


def _suggestion(word: str, possible: Sequence[str]) -> str:
    close = get_close_matches(word.lower(), possible, n=1)
    return f"; did you mean {close[0]}?" if close else ""
