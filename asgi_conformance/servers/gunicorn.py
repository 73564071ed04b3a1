"""gunicorn with its own ASGI worker, from 25.1 on. HTTP/2 needs `gunicorn[http2]` where it runs; no HTTP/3."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported, flags, unsupported

OPTIONS = {
    "parser": Option("--http-parser", "HTTP parser", ("auto", "fast", "python")),
    "loop": Option("--asgi-loop", "event loop", ("auto", "asyncio", "uvloop")),
    "lifespan": Option("--asgi-lifespan", "whether the application is told of start and stop", ("auto", "on", "off")),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    # The control socket has one fixed name in the home directory: two at a time would share it.
    argv = [python, "-m", "gunicorn", "--worker-class", "asgi", "--workers", "1", "--no-control-socket"]
    argv += _where(place)
    if place.ping_interval:
        raise Unsupported("gunicorn has no option for pings of WebSockets")
    if place.root_path:
        argv += ["--root-path", place.root_path]
    return Launch((*argv, *flags(OPTIONS, options), application), preload=PRELOAD)


def _where(place: Place) -> list[str]:
    if place.transport is Transport.HTTP3:
        raise unsupported("gunicorn", place.transport)
    # Only a trusted peer may speak HTTP/2 without TLS; else nobody is, as its forwarded headers rewrite the scope.
    trusted = "127.0.0.1,::1" if place.transport is Transport.HTTP2_CLEAR else ""
    words = ["--forwarded-allow-ips", trusted, "--bind", _bind(place)]
    if place.transport in (Transport.HTTP2_TLS, Transport.HTTP2_CLEAR):
        words += ["--http-protocols", "h2,h1"]
    if place.transport is Transport.HTTP2_CLEAR:
        words += ["--http2-cleartext", "prior-knowledge"]
    if place.transport.encrypted:
        words += ["--certfile", place.certfile, "--keyfile", place.keyfile]
    if place.client_ca:
        words += ["--ca-certs", place.client_ca, "--cert-reqs", "1"]  # ssl.CERT_OPTIONAL
    return words


def _bind(place: Place) -> str:
    return f"unix:{place.path}" if place.transport is Transport.UNIX else place.address


PRELOAD = (
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gasgi",
    "gunicorn.http2.async_connection",
    "uvloop",
)
ADAPTER = Adapter(name="gunicorn", distribution="gunicorn", launch=launch, options=OPTIONS)
