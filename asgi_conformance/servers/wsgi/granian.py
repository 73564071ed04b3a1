"""granian where it serves WSGI: transports and options as for ASGI."""

from collections.abc import Mapping
from dataclasses import replace

from asgi_conformance.servers import granian
from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, flags
from asgi_conformance.servers.wsgi.launching import KIND, refuse_pings, variables

THREADS = {"threads": Option("--blocking-threads", "how many threads serve at most; 512 by its own default")}
OPTIONS = {**THREADS, **{name: granian.OPTIONS[name] for name in ("http", "runtime-mode")}}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse_pings("granian", place)
    shared = {name: value for name, value in options.items() if name not in THREADS}
    found = granian.launch(python, application, place, {"interface": "wsgi", **shared})
    argv = (*found.argv[:-1], *flags(THREADS, options), application)
    return replace(found, argv=argv, env={**found.env, **variables(place)})  # it copies them all into the environ


ADAPTER = Adapter(name="granian", distribution="granian", launch=launch, options=OPTIONS, kind=KIND)
