"""uvicorn with `--interface wsgi`: a2wsgi where that is installed, else an adapter of its own. Ten threads in both."""

from collections.abc import Mapping
from dataclasses import replace

from asgi_conformance.servers import uvicorn
from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Unsupported
from asgi_conformance.servers.wsgi.launching import KIND, LAUNCHER, any_of, refuse_pings, refuse_wishes

ADAPTERS = ("own", "a2wsgi")
ADAPTER_OPTION = Option(
    "--adapter", "what makes ASGI of WSGI; by its own default a2wsgi where it is installed, else its own", ADAPTERS
)
OPTIONS = {"adapter": ADAPTER_OPTION, **{name: uvicorn.OPTIONS[name] for name in ("http", "loop")}}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse_pings("uvicorn", place)
    refuse_wishes("uvicorn", place)
    if place.root_path:
        raise Unsupported("uvicorn's --root-path is for requests from which a proxy has cut the prefix")
    shared = {name: value for name, value in options.items() if name != "adapter"}
    found = uvicorn.launch(python, application, place, {**shared, "interface": "wsgi"})
    if "adapter" not in options:
        return found
    # The launcher sees to it that there is, or seems to be no, a2wsgi, and hands everything else on.
    start = (python, LAUNCHER, "uvicorn", ADAPTER_OPTION.flag, options["adapter"])
    return replace(found, argv=(*start, *found.argv[3:]), preload=())


def version(python: str, options: Mapping[str, str]) -> str | None:
    """`0.54.0 (a2wsgi 1.10.10)`, or `0.54.0 (its own adapter)`."""
    server = any_of("uvicorn")(python, options)
    wrapper = None if options.get("adapter") == "own" else any_of("a2wsgi")(python, options)
    if server is None or (wrapper is None and options.get("adapter") == "a2wsgi"):
        return None
    return f"{server} ({f'a2wsgi {wrapper}' if wrapper else 'its own adapter'})"


ADAPTER = Adapter(
    name="uvicorn",
    distribution="uvicorn",
    launch=launch,
    options=OPTIONS,
    kind=KIND,
    version=version,
    remedy="pip install uvicorn a2wsgi",
)
