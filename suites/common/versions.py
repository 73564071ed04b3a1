"""Spec Versions: what a server declares, it does (ASGI, "Applications"; ASGI HTTP & WebSocket, "Spec Versions").

Every feature up to the declared version has to be there, each at its own level. Reading A05: any "2.N" may be
declared, and differently for HTTP and for WebSocket; what is newer than that is optional.
"""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    any_of,
    app,
    case,
    client,
    close_frame,
    handshake,
    plain,
    raises,
    requirement,
    returns,
    scope,
    silence,
    warn,
    whole_body,
)

A_PATH = any_of(
    "(path, None), or nothing at all",
    lambda address: address in (ABSENT, None) or (len(plain(address)) == 2 and plain(address)[1] is None),
)

case(
    "Who declares 2.1 sends the headers of an accepted WebSocket",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "headers": [(b"x-version", b"2.1")]}),
    client.gets(handshake(headers_in_order=[(b"x-version", b"2.1")]),
                requirement("common.version.claims-honoured", since="2.1")),
    needs="websocket",
)  # fmt: skip

case(
    "Who declares 2.2 tells the path of its unix socket",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(server=A_PATH), requirement("common.version.claims-honoured", since="2.2")),
    over=Over.UNIX,
)

case(
    "Who declares 2.3 sends the reason of a closed WebSocket",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.begins_to_send({"type": "websocket.close", "code": 3000, "reason": "the reason"}, "close"),
    client.gets(close_frame(3000, b"the reason"), requirement("common.version.claims-honoured", since="2.3")),
    needs="websocket",
)

case(
    "Who declares 2.4 raises an OSError for what is sent to nobody",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    client.resets(),
    app.gets({"type": "http.disconnect"}),
    app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, times=20,
              ways={"OSError": raises("OSError"), "no-op": returns(), "another class": raises()}),
    app.sends({"type": "http.response.body", "body": b"x"}, requirement("common.version.claims-honoured", since="2.4"),
              ways={"OSError": raises("OSError"), "no-op": warn(returns(), "recommended"), "another": warn(raises())}),
)  # fmt: skip

case(
    "Who declares 2.5 tells the reason of a WebSocket that its client closed",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    client.sends_close(3000, b"the reason"),
    client.gets(ways={"answered": close_frame(), "not before the application receives": silence()}, within=0.2),
    client.closes(),
    app.gets({"type": "websocket.disconnect", "code": 3000, "reason": "the reason"},
             requirement("common.version.claims-honoured", since="2.5")),
    needs="websocket",
)  # fmt: skip
