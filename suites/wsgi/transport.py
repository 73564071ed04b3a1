"""What lies between client and server: an application notices nothing of it (PEP 3333, "The Server/Gateway Side")."""

from asgi_conformance.authoring import Over, case, client, environ, requirement, response, stream_response, wsgi_app

OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))

case(
    "An application is served over a unix socket",
    client.sends(b"GET /transport/unix HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/transport/unix"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), requirement("wsgi.transport.unix-socket")),
    over=Over.UNIX,
)

case(
    "An application is served over TLS",
    client.sends(b"GET /transport/tls HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/transport/tls", "wsgi.url_scheme": "https"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), requirement("wsgi.transport.tls")),
    over=Over.TLS,
)

case(
    "An application is served over HTTP/2",
    client.requests("GET", "/transport/http2"),
    wsgi_app.is_called(environ({"PATH_INFO": "/transport/http2"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(stream_response(200, body=b"ok"), requirement("wsgi.transport.http2")),
    over=Over.HTTP2_TLS,
)
