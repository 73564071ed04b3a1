"""HTTP/3: what a request over QUIC becomes (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import Over, app, case, client, requirement, scope, stream_response, whole_body

case(
    "A request over HTTP/3 is served, and has http_version 3",
    client.requests("POST", "/three", body=b"hello"),
    app.is_called(
        scope(type="http", method="POST", path="/three", scheme="https"),
        requirement("http.http3.version", expects=scope(http_version="3")),
    ),
    app.gets(whole_body(b"hello")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(stream_response(200, body=b"ok", headers_in_order=[(b"x-a", b"1")])),
    over=Over.HTTP3,
)
