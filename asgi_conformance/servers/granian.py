"""granian. No HTTP/3; TLS 1.3 only by default, keys in PKCS#8; who asks for client certificates insists on them."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported, flags, unsupported

OPTIONS = {
    "http": Option("--http", "HTTP versions", ("auto", "1", "2")),
    "loop": Option("--loop", "event loop", ("auto", "asyncio", "rloop", "uvloop")),
    "interface": Option("--interface", "asginl: without lifespan", ("asgi", "asginl")),
    "task-impl": Option("--task-impl", "who runs the tasks", ("asyncio", "rust")),
    "runtime-mode": Option("--runtime-mode", "one thread or several", ("auto", "st", "mt")),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    argv = [python, "-m", "granian", "--workers", "1", "--no-access-log", *_where(place, options.get("http", "auto"))]
    if place.ping_interval:
        raise Unsupported("granian has no option for pings of WebSockets")
    if place.root_path:
        argv += ["--url-path-prefix", place.root_path]
    return Launch((*argv, *flags(OPTIONS, {"interface": "asgi", **options}), application), preload=PRELOAD)


def _where(place: Place, http: str) -> list[str]:
    two = place.transport in (Transport.HTTP2_TLS, Transport.HTTP2_CLEAR)
    if place.transport is Transport.HTTP3:
        raise unsupported("granian", place.transport)
    if http == ("1" if two else "2"):
        raise unsupported(f"granian[http={http}]", place.transport)
    if place.transport is Transport.UNIX:
        return ["--uds", place.path]
    words = ["--host", place.host, "--port", str(place.port)]
    if place.transport.encrypted:
        words += ["--ssl-certificate", place.certfile, "--ssl-keyfile", place.keyfile]
    if place.client_ca:
        words += ["--ssl-ca", place.client_ca, "--ssl-client-verify"]
    return words


PRELOAD = ("granian.cli",)
ADAPTER = Adapter(name="granian", distribution="granian", launch=launch, options=OPTIONS)
