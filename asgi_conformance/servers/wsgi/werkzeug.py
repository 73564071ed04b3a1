"""werkzeug's development server, `run_simple`. One request at a time by default; `flask run` has `threaded=yes`."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, flags
from asgi_conformance.servers.wsgi.launching import KIND, launched, refuse

OPTIONS = {"threaded": Option("--threaded", "a thread for every connection; no by its own default", ("no", "yes"))}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("werkzeug", place, (Transport.TCP, Transport.UNIX, Transport.TLS))
    return Launch((*launched(python, "werkzeug", application, place), *flags(OPTIONS, options)))


ADAPTER = Adapter(name="werkzeug", distribution="werkzeug", launch=launch, options=OPTIONS, kind=KIND)
