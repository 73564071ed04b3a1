"""Scopes of a type that an application does not know: an exception, no more (ASGI, "Protocol Specifications")."""

from asgi_conformance.authoring import each, events_of, http_scope, requirement, server, websocket_scope, where

UNKNOWN = {
    "mqtt": {"type": "mqtt", "asgi": {"version": "3.0"}},
    "http2": {**http_scope(), "type": "http2"},
    "websocket.upgrade": {**websocket_scope(), "type": "websocket.upgrade"},
}


def refused(seen, heard):
    if seen.outcome is None:
        return "it goes on, as if it knew the protocol"
    if seen.outcome.raised is None:
        return "it returned"
    return seen.outcome.raised.is_a("Exception") or f"it raised {seen.outcome.raised.type}, which is no Exception"


def said_nothing(seen, heard):
    return not seen.events or f"it sent {seen.events[0]!r}"


@each(type=UNKNOWN)
def a_scope_of_unknown_type_is_refused(type):
    """A scope of unknown type is refused by an exception, and by nothing else"""
    yield server.calls(UNKNOWN[type])
    yield server.gets_answer(
        requirement("common.scope.unknown-type-rejected", expects=where("an Exception", refused)),
        requirement("common.scope.unknown-type-no-traffic", expects=where("no event", said_nothing)),
    )


OTHERS = {"http": ("websocket", "lifespan"), "websocket": ("http", "lifespan")}


def served_or_refused(seen, heard):
    kinds = [str(event.get("type")) for event in events_of(seen)]
    scope = heard.timeline.entries[0].seen.scope["type"]
    if kinds:
        return kinds[0].partition(".")[0] not in OTHERS[scope] or f"it sent {kinds[0]} for {scope}"
    if seen.outcome is None:
        return scope == "http" or "it does not reply"
    return seen.outcome.raised is not None or "it returned without a word"


PROTOCOLS = {
    "http": (http_scope(), {"type": "http.request", "body": b"", "more_body": False}),
    "websocket": (websocket_scope(), {"type": "websocket.connect"}),
}


@each(protocol=PROTOCOLS)
def a_protocol_is_served_or_refused(protocol):
    """A protocol is served or refused, and not passed over in silence

    An HTTP application may take its time (long polling); a WebSocket waits for its handshake.
    """
    scope, first = PROTOCOLS[protocol]
    yield server.calls(scope, shares_state=True)
    yield server.delivers(first)
    yield server.gets_answer(
        where("events of this protocol, or an exception", served_or_refused),
        requirement("common.scope.unsupported-known-type-rejected"),
    )
