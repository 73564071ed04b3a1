"""Over TLS the events are those of the protocol beneath (ASGI TLS Extension, "When to use this extension")."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    handshake,
    message,
    requirement,
    response,
    scope,
    whole_body,
)

case(
    "A request with a body and its response are the same over TLS",
    client.sends(b"POST /secure?a=1 HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello"),
    app.is_called(scope(type="http", method="POST", path="/secure", query_string=b"a=1"),
                  requirement("tls.events-unchanged")),
    app.gets(whole_body(b"hello"), requirement("tls.events-unchanged")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok"), requirement("tls.events-unchanged")),
    over=Over.TLS,
)  # fmt: skip

case(
    "A WebSocket is the same over TLS",
    client.opens_websocket("/secure"),
    app.is_called(scope(type="websocket", scheme="wss"), requirement("websocket.scope.scheme")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake(), requirement("tls.events-unchanged")),
    client.sends_text("hello"),
    app.gets({"type": "websocket.receive", "text": "hello"}, requirement("tls.events-unchanged")),
    app.sends({"type": "websocket.send", "bytes": b"ok"}),
    client.gets(message(data=b"ok"), requirement("tls.events-unchanged")),
    over=Over.TLS,
    needs="websocket",
)
