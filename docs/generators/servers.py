"""The servers with an adapter, and what may be chosen of each."""

import sys

from asgi_conformance.servers import wsgi
from asgi_conformance.servers.adapter import Adapter, Place, Transport, Unsupported
from asgi_conformance.servers.registry import BUILT_IN
from generators.prose import code, docstring, escaped, table

ADAPTERS = {"asgi": BUILT_IN, "wsgi": wsgi.ADAPTERS}


def markdown(kind: str) -> str:
    """A section for each server of `asgi` or `wsgi`."""
    return "\n".join(_section(adapter, kind) for adapter in ADAPTERS[kind])


def transports() -> str:
    """Which of the transports each ASGI adapter offers with the options that it has by default."""
    rows = [
        (code(adapter.name), *("yes" if _offers(adapter, one) else "–" for one in Transport)) for adapter in BUILT_IN
    ]
    return table(["server", *(one.value for one in Transport)], rows)


def _section(adapter: Adapter, kind: str) -> str:
    about = docstring(sys.modules[adapter.launch.__module__])
    name = adapter.label or adapter.name
    distribution = f" Distribution: {code(adapter.distribution)}." if adapter.distribution else ""
    return f"### {code(name)}\n\n`--{kind}-server={adapter.name}`.{distribution}\n\n{about}\n\n{_options(adapter)}"


def _options(adapter: Adapter) -> str:
    if not adapter.options:
        return "It has no options.\n"
    rows = [
        (code(name), code(option.flag), " ".join(map(code, option.values or ())) or "any text", escaped(option.help))
        for name, option in adapter.options.items()
    ]
    return table(["option", "the server's own", "values", "what it chooses"], rows)


def _offers(adapter: Adapter, transport: Transport) -> bool:
    place = Place(transport=transport, port=8000, path="socket", certfile="cert.pem", keyfile="key.pem")
    try:
        adapter.launch("python", "module:app", place, {})
    except Unsupported:
        return False
    return True
