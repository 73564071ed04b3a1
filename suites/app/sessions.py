"""Sessions of any application, ended at every point at which it waits (ASGI, "Applications"; ASGI HTTP, "Disconnect").

A client may leave and a server may give up at any moment. Whatever an application is doing then, its call has to end.
"""

from asgi_conformance.authoring import http_scope, session, websocket_scope

session(
    "A request without a body",
    http_scope(),
    {"type": "http.request", "body": b"", "more_body": False},
    needs="http",
)

session(
    "A request with a body in pieces",
    http_scope("POST", headers=[(b"content-length", b"6"), (b"content-type", b"application/octet-stream")]),
    {"type": "http.request", "body": b"abc", "more_body": True},
    {"type": "http.request", "body": b"def", "more_body": False},
    needs="http",
)

session(
    "A WebSocket connection with messages",
    websocket_scope(),
    {"type": "websocket.connect"},
    {"type": "websocket.receive", "text": "text"},
    {"type": "websocket.receive", "bytes": b"bytes"},
    needs="websocket",
)
