"""gunicorn. One request at a time by default; `worker=gthread` has four threads here, `worker=gevent` needs gevent."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported
from asgi_conformance.servers.wsgi.launching import KIND, THREADS, refuse

OPTIONS = {
    "worker": Option(
        "--worker-class", "how it serves; sync, one request at a time, by default", ("sync", "gthread", "gevent")
    ),
    "threads": Option("--threads", f"how many threads serve, with worker=gthread alone; {THREADS} by default"),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    refuse("gunicorn", place, (Transport.TCP, Transport.UNIX, Transport.TLS))
    # The control socket has one fixed name in the home directory: two at a time would share it.
    argv = [python, "-m", "gunicorn", "--workers", "1", "--no-control-socket", "--forwarded-allow-ips", ""]
    argv += ["--bind", f"unix:{place.path}" if place.transport is Transport.UNIX else place.address]
    if place.transport is Transport.TLS:
        argv += ["--certfile", place.certfile, "--keyfile", place.keyfile]
    env = {"SCRIPT_NAME": place.root_path} if place.root_path else {}
    preload = () if options.get("worker") == "gevent" else PRELOAD
    return Launch((*argv, *_worker(options), application), env, preload=preload)


def _worker(options: Mapping[str, str]) -> list[str]:
    worker = options.get("worker", "gthread" if "threads" in options else "sync")
    if worker == "gthread":
        return ["--worker-class", worker, "--threads", options.get("threads", THREADS)]
    if "threads" in options:
        raise Unsupported(f"gunicorn[worker={worker}] has no threads to choose; worker=gthread has")
    return ["--worker-class", worker]


PRELOAD = ("gunicorn.app.wsgiapp", "gunicorn.workers.sync", "gunicorn.workers.gthread")
ADAPTER = Adapter(name="gunicorn", distribution="gunicorn", launch=launch, options=OPTIONS, kind=KIND)
