"""Events that an application sends, of whatever protocol (ASGI, "Events", "Applications", "Strings and Unicode")."""

from asgi_conformance.authoring import conduct, each, http_scope, requirement, server, websocket_scope, where

FORM = conduct(
    "common.event.is-dict",
    "common.event.type-key",
    "common.event.type-namespaced",
    "common.event.keys-are-str",
    "common.event.allowed-types.sent",
    "common.event.int-range",
    "common.event.float-finite",
    "common.send.positional-by-app",
)

SCOPES = {
    "GET": http_scope(),
    "POST": http_scope("POST", headers=[(b"content-length", b"4")]),
    "nowhere": http_scope(path="/asgi-conformance/nowhere"),
}
REQUEST = {"type": "http.request", "body": b"body", "more_body": False}
CONNECT = {"type": "websocket.connect"}
MESSAGES = ({"type": "websocket.receive", "text": "text"}, {"type": "websocket.receive", "bytes": b"bytes"})
DISCONNECT = {"type": "websocket.disconnect", "code": 1000, "reason": ""}


def unawaited(seen, heard):
    ours = [words for words in seen.warnings if "Call._send'" in words or "Call._receive'" in words]
    return ours[0] if ours else True


AWAITED = requirement("common.send.positional-by-app", expects=where("each receive and send is awaited", unawaited))


@each(request=SCOPES, needs="http")
def events_of_a_response_hold_plain_values(request):
    """Events of a response are sent one by one and hold plain values"""
    yield server.calls(SCOPES[request], shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(*FORM)
    yield server.looks_around(AWAITED)


@each(path=("/", "/asgi-conformance/nowhere"), needs="websocket")
def events_of_a_websocket_hold_plain_values(path):
    """Events of a WebSocket are sent one by one and hold plain values"""
    yield server.calls(websocket_scope(path), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer()
    yield server.delivers(*MESSAGES, DISCONNECT)
    yield server.gets_answer(*FORM)
    yield server.looks_around(AWAITED)
