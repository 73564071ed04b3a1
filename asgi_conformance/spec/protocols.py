"""The protocols by scope type."""

from collections.abc import Mapping

from asgi_conformance.spec import http, lifespan, websocket
from asgi_conformance.spec.order import Protocol

PROTOCOLS: Mapping[str, Protocol] = {
    protocol.name: protocol for protocol in (http.PROTOCOL, websocket.PROTOCOL, lifespan.PROTOCOL)
}
