"""waitress. No TLS."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, flags
from asgi_conformance.servers.wsgi.launching import KIND, refuse

OPTIONS = {"threads": Option("--threads", "how many threads serve; 4 by its own default")}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("waitress", place, (Transport.TCP, Transport.UNIX))
    argv = [python, "-m", "waitress"]
    argv += ["--unix-socket", place.path] if place.transport is Transport.UNIX else ["--listen", place.address]
    if place.root_path:
        argv += ["--url-prefix", place.root_path]
    return Launch((*argv, *flags(OPTIONS, options), application), preload=PRELOAD)


# Not waitress.runner: it keeps the command line of the process that imports it.
PRELOAD = ("waitress.server",)
ADAPTER = Adapter(name="waitress", distribution="waitress", launch=launch, options=OPTIONS, kind=KIND)
