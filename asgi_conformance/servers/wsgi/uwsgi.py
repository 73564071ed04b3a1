"""uWSGI, which speaks HTTP itself: no router, no TLS. The wheel `pyuwsgi`, or `uwsgi` where that was built."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported
from asgi_conformance.servers.wsgi.launching import KIND, LAUNCHER, THREADS, any_of, refuse

OPTIONS = {
    "threads": Option("--threads", f"how many threads serve; {THREADS} by default, 1 by its own"),
    "gevent": Option("--gevent", "how many greenlets serve, in place of threads"),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("uwsgi", place, (Transport.TCP, Transport.UNIX))
    argv = [python, LAUNCHER, "uwsgi", "--need-app", "--disable-logging", "--die-on-term"]
    argv += ["--http-socket", place.path if place.transport is Transport.UNIX else place.address]
    argv += _concurrency(options)
    if place.root_path:
        return Launch((*argv, "--manage-script-name", "--mount", f"{place.root_path}={application}"))
    return Launch((*argv, "--module", application))


def _concurrency(options: Mapping[str, str]) -> list[str]:
    if "gevent" not in options:
        return ["--threads", options.get("threads", THREADS)]
    if "threads" in options:
        raise Unsupported("uwsgi serves with threads or with gevent, not with both")
    return ["--gevent", options["gevent"], "--gevent-monkey-patch"]


ADAPTER = Adapter(
    name="uwsgi",
    distribution="pyuwsgi",
    launch=launch,
    options=OPTIONS,
    kind=KIND,
    version=any_of("pyuwsgi", "uwsgi"),
    remedy="pip install pyuwsgi",
)
