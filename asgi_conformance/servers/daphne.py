"""daphne. No lifespan, HTTP/3 or client certificates; HTTP/2 over TLS only, with `twisted[http2]` where it runs."""

import os
from collections.abc import Mapping

from asgi_conformance.servers.adapter import Adapter, Launch, Option, Place, Transport, Unsupported, flags, unsupported

OPTIONS = {
    "http-timeout": Option("--http-timeout", "seconds until it answers 503 in place of the application"),
    "application-close-timeout": Option(
        "--application-close-timeout", "seconds an application has to return after a disconnect"
    ),
}


def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
    # Verbosity 0 would switch the access log off, and with it what the server says of itself.
    argv = [python, "-m", "daphne", "--access-log", os.devnull, *_where(place)]
    if place.root_path:
        argv += ["--root-path", place.root_path]
    if place.ping_interval:
        argv += ["--ping-interval", place.ping_interval]
    return Launch((*argv, *flags(OPTIONS, options), application), preload=PRELOAD)


def _where(place: Place) -> list[str]:
    if place.transport in (Transport.HTTP2_CLEAR, Transport.HTTP3):
        raise unsupported("daphne", place.transport)
    if place.client_ca:
        raise Unsupported("daphne cannot ask for client certificates")
    if place.transport is Transport.UNIX:
        return ["--unix-socket", place.path]
    if place.transport is Transport.TCP:
        return ["--bind", place.host, "--port", str(place.port)]
    parts = {"interface": place.host, "privateKey": place.keyfile, "certKey": place.certfile}
    return ["--endpoint", ":".join(["ssl", str(place.port), *(f"{k}={_escaped(v)}" for k, v in parts.items())])]


def _escaped(value: str) -> str:
    """A value inside one of Twisted's endpoint descriptions."""
    return value.replace("\\", "\\\\").replace(":", "\\:").replace("=", "\\=")


# Not daphne.server: whoever imports it has an event loop, which must not be shared by forked processes.
PRELOAD = (
    "daphne.http_protocol",
    "daphne.ws_protocol",
    "daphne.access",
    "daphne.endpoints",
    "asgiref.compatibility",
    "twisted.internet.asyncioreactor",
)
ADAPTER = Adapter(
    name="daphne", distribution="daphne", launch=launch, options=OPTIONS, companions=("twisted[http2,tls]",)
)
