"""hypercorn. Every transport; HTTP/3 needs `hypercorn[h3]` where it runs, `worker=trio` needs `hypercorn[trio]`."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, flags

OPTIONS = {
    "worker": Option("--worker-class", "event loop", ("asyncio", "uvloop", "trio")),
    "workers": Option("--workers", "1: a process of its own serves, as by default; 0: the first one does", ("0", "1")),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    argv = [python, "-m", "hypercorn", *_where(place)]
    if place.root_path:
        argv += ["--root-path", place.root_path]
    if place.ping_interval:
        argv += ["--websocket-ping-interval", place.ping_interval]
    return Launch((*argv, *flags(OPTIONS, options), application), preload=PRELOAD)


def _where(place: Place) -> list[str]:
    if place.transport is Transport.UNIX:
        return ["--bind", f"unix:{place.path}"]
    words = ["--bind", place.address]  # with HTTP/3 too: it would listen on port 8000 otherwise
    if place.transport is Transport.HTTP3:
        words += ["--quic-bind", place.address]
    if place.transport.encrypted:
        words += ["--certfile", place.certfile, "--keyfile", place.keyfile]
    if place.client_ca:
        words += ["--ca-certs", place.client_ca, "--verify-mode", "CERT_OPTIONAL"]
    return words


# Only the first process gains by it: the one that serves is spawned and imports everything anew.
PRELOAD = (
    "hypercorn.run",
    "hypercorn.asyncio.run",
    "uvloop",
)
ADAPTER = Adapter(
    name="hypercorn", distribution="hypercorn", launch=launch, options=OPTIONS, extras=("h3", "trio", "uvloop")
)
