"""uvicorn. HTTP/2 only with its zttp parser (`http=zttp`), over TLS and without; no HTTP/3."""

from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, flags, unsupported

OPTIONS = {
    "http": Option("--http", "HTTP parser", ("auto", "h11", "httptools", "zttp")),
    "ws": Option("--ws", "WebSocket library", ("auto", "none", "websockets", "websockets-sansio", "wsproto")),
    "loop": Option("--loop", "event loop", ("auto", "asyncio", "uvloop", "zuvloop")),
    "lifespan": Option("--lifespan", "whether the application is told of start and stop", ("auto", "on", "off")),
    "interface": Option("--interface", "how the application is called", ("auto", "asgi3", "asgi2")),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    # Workers are named because WEB_CONCURRENCY would be heeded; forwarded headers are not, as they rewrite the scope.
    argv = [python, "-m", "uvicorn", "--no-access-log", "--no-proxy-headers", "--workers", "1"]
    argv += _where(place, options)
    if place.root_path:
        argv += ["--root-path", place.root_path]
    if place.ping_interval:
        argv += ["--ws-ping-interval", place.ping_interval]
    return Launch((*argv, *flags(OPTIONS, options), application), preload=PRELOAD)


def _where(place: Place, options: Mapping[str, str]) -> list[str]:
    if place.transport is Transport.UNIX:
        return ["--uds", place.path]
    if place.transport is Transport.HTTP3:
        raise unsupported("uvicorn", place.transport)
    words = ["--host", place.host, "--port", str(place.port)]
    if place.transport in (Transport.HTTP2_TLS, Transport.HTTP2_CLEAR):
        if options.get("http") != "zttp":
            raise unsupported("uvicorn", place.transport, "except with http=zttp")
        words += ["--http2"]
    if place.transport.encrypted:
        words += ["--ssl-certfile", place.certfile, "--ssl-keyfile", place.keyfile]
    if place.client_ca:
        words += ["--ssl-ca-certs", place.client_ca, "--ssl-cert-reqs", "1"]  # ssl.CERT_OPTIONAL
    return words


PRELOAD = (
    "uvicorn.main",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.auto",
    "uvicorn.protocols.websockets.wsproto_impl",
    "encodings.idna",
)
ADAPTER = Adapter(name="uvicorn", distribution="uvicorn", launch=launch, options=OPTIONS, extras=("standard",))
