"""gunicorn. One request at a time by default; `worker=gthread` has four threads here, `worker=gevent` needs gevent.

Both of these serve HTTP/2 from 25.1 on, with `gunicorn[http2]`, and without TLS from 26.1 on; worker=sync does not.
"""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported
from asgi_conformance.servers.wsgi.launching import KIND, THREADS, refuse

OPTIONS = {
    "worker": Option(
        "--worker-class", "how it serves; sync, one request at a time, by default", ("sync", "gthread", "gevent")
    ),
    "threads": Option("--threads", f"how many threads serve, with worker=gthread alone; {THREADS} by default"),
}

HTTP1 = (Transport.TCP, Transport.UNIX, Transport.TLS)
HTTP2 = (Transport.HTTP2_TLS, Transport.HTTP2_CLEAR)


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    worker = options.get("worker", "gthread" if "threads" in options else "sync")
    refuse("gunicorn", place, HTTP1 if worker == "sync" else (*HTTP1, *HTTP2))
    # The control socket has one fixed name in the home directory: two at a time would share it.
    argv = [python, "-m", "gunicorn", "--workers", "1", "--no-control-socket"]
    env = {"SCRIPT_NAME": place.root_path} if place.root_path else {}
    preload = () if worker == "gevent" else PRELOAD
    return Launch((*argv, *_where(place), *_worker(worker, options), application), env, preload=preload)


def _where(place: Place) -> list[str]:
    # Only a trusted peer may speak HTTP/2 without TLS; else nobody is, as its headers rewrite the environ.
    words = ["--forwarded-allow-ips", "127.0.0.1,::1" if place.transport is Transport.HTTP2_CLEAR else ""]
    words += ["--bind", f"unix:{place.path}" if place.transport is Transport.UNIX else place.address]
    if place.transport in HTTP2:
        words += ["--http-protocols", "h2,h1"]
    if place.transport is Transport.HTTP2_CLEAR:
        words += ["--http2-cleartext", "prior-knowledge"]
    if place.transport.encrypted:
        words += ["--certfile", place.certfile, "--keyfile", place.keyfile]
    return words


def _worker(worker: str, options: Mapping[str, str]) -> list[str]:
    if worker == "gthread":
        return ["--worker-class", worker, "--threads", options.get("threads", THREADS)]
    if "threads" in options:
        raise Unsupported(f"gunicorn[worker={worker}] has no threads to choose; worker=gthread has")
    return ["--worker-class", worker]


PRELOAD = ("gunicorn.app.wsgiapp", "gunicorn.workers.sync", "gunicorn.workers.gthread")
ADAPTER = Adapter(name="gunicorn", distribution="gunicorn", launch=launch, options=OPTIONS, kind=KIND)
