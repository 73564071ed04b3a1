"""Events: dicts that could cross a network (ASGI, "Events", "Protocol Specifications", "Strings and Unicode")."""

from asgi_conformance.authoring import (
    app,
    case,
    client,
    close_frame,
    documented,
    ended,
    handshake,
    pending,
    plain,
    raises,
    requirement,
    silence,
    where,
)

EVENTS = ("common.event.is-dict", "common.event.type-key", "common.event.type-namespaced", "common.event.keys-are-str",
          "common.event.allowed-types.received", "common.event.int-range", "common.event.float-finite",
          "common.strings.exact-types")  # fmt: skip


def of_a_websocket(seen, heard):
    """An event for WebSockets."""
    return str(plain(plain(seen.value)["type"])).startswith("websocket.") or repr(seen.value)


case(
    "Request and disconnect are events",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(),
    app.gets(documented(*EVENTS)),
    client.closes(),
    app.gets(documented(*EVENTS)),
)

case(
    "What a WebSocket tells are events",
    client.opens_websocket("/"),
    app.is_called(),
    app.gets(documented(*EVENTS)),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    client.sends_text("text"),
    app.gets(documented(*EVENTS)),
    client.sends_bytes(b"bytes"),
    app.gets(documented(*EVENTS)),
    client.sends_close(1000, b"reason"),
    client.gets(ways={"answered": close_frame(), "not before the application receives": silence()}, within=0.2),
    client.closes(),
    app.gets(documented(*EVENTS)),
    needs="websocket",
)

case(
    "A refused WebSocket is told of no other protocol's events",
    client.opens_websocket("/"),
    app.is_called(),
    app.gets(),
    app.sends({"type": "websocket.close"}),
    app.gets(requirement("common.event.type-namespaced"), within=0.05,
             ways={"nothing": pending(), "raises": raises(), "ended": ended(),
                   "event": where("an event for WebSockets", of_a_websocket)}),
    needs="websocket",
)  # fmt: skip
