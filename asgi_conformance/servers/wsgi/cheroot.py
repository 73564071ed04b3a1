"""cheroot. Its command line knows neither TLS nor mounted applications: for these our launcher starts it."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, flags
from asgi_conformance.servers.wsgi.launching import KIND, launched, refuse

OPTIONS = {"threads": Option("--threads", "how many threads serve; 10 by its own default")}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("cheroot", place, (Transport.TCP, Transport.UNIX, Transport.TLS))
    if place.transport is Transport.TLS or place.root_path:
        return Launch((*launched(python, "cheroot", application, place), *flags(OPTIONS, options)))
    bind = place.path if place.transport is Transport.UNIX else place.address
    argv = [python, "-m", "cheroot", "--bind", bind]
    return Launch((*argv, *flags(OPTIONS, options), application), preload=PRELOAD)


PRELOAD = ("cheroot.cli",)
ADAPTER = Adapter(name="cheroot", distribution="cheroot", launch=launch, options=OPTIONS, kind=KIND)
