"""What a WSGI application answers (PEP 3333, "The start_response() Callable", "Unicode Issues")."""

from asgi_conformance.authoring import each, gateway, wsgi_conduct, wsgi_environ

NOBODY = "/asgi-conformance/nobody-has-this"
HEAD_OF_IT = (
    "wsgi.start-response.before-first-body",
    "wsgi.start-response.status-format",
    "wsgi.start-response.status-native-str",
    "wsgi.start-response.status-no-control",
    "wsgi.start-response.headers-list",
    "wsgi.start-response.headers-tuples",
    "wsgi.start-response.header-name-token",
    "wsgi.start-response.header-value-no-control",
    "wsgi.start-response.app-latin1",
    "wsgi.start-response.app-no-hop-by-hop",
    "wsgi.start-response.app-no-transfer-encoding",
    "wsgi.start-response.no-status-header",
    "wsgi.http.no-1xx-status",
)
BODY_OF_IT = ("wsgi.iterable.return-iterable", "wsgi.iterable.yields-bytes", "wsgi.iterable.len-accurate")
LENGTH = ("wsgi.content-length.app-underrun", "wsgi.content-length.app-overrun", "wsgi.content-length.app-invalid")

REQUESTS = {
    "root": wsgi_environ("GET", "/"),
    "unknown path": wsgi_environ("GET", NOBODY),
    "unknown method": wsgi_environ("ASGI-CONFORMANCE", "/"),
    "query": wsgi_environ("GET", "/", QUERY_STRING="a=1&b=%C3%A9&c=%FF"),
    "path in UTF-8": wsgi_environ("GET", "/caf\xc3\xa9 \xe2\x82\xac"),
    "path in Latin-1": wsgi_environ("GET", "/caf\xe9"),
    "path with a line end": wsgi_environ("GET", "/asgi-conformance\r\nX-Injected: 1"),
    "root without a slash": wsgi_environ("GET", "", SCRIPT_NAME="/mount"),
    "mount": wsgi_environ("GET", "/", SCRIPT_NAME="/mount"),
    "mount in UTF-8": wsgi_environ("GET", NOBODY, SCRIPT_NAME="/m\xc3\xb6unt"),
    "OPTIONS": wsgi_environ("OPTIONS", "/"),
    "every resource": wsgi_environ("OPTIONS", "*"),
    "condition": wsgi_environ("GET", "/", HTTP_IF_NONE_MATCH="*", HTTP_IF_MODIFIED_SINCE="yesterday"),
    "range": wsgi_environ("GET", "/", HTTP_RANGE="bytes=0-1"),
    "HTTP/1.0": wsgi_environ("GET", "/", SERVER_PROTOCOL="HTTP/1.0", HTTP_HOST="old"),
    "TLS": wsgi_environ("GET", "/", wsgi__url_scheme="https", SERVER_PORT="443", HTTPS="on"),
    "cookie": wsgi_environ("GET", "/", HTTP_COOKIE="a=1; b=\"2\"; c; =; d=\xc3\xa9"),
    "language": wsgi_environ("GET", "/", HTTP_ACCEPT_LANGUAGE="de,ja;q=0.5", HTTP_ACCEPT="application/json"),
    "compression": wsgi_environ("GET", "/", HTTP_ACCEPT_ENCODING="gzip, br"),
}  # fmt: skip


@each(request=REQUESTS)
def begins(request):
    """A response begins as it has to, and its body is an iterable of bytes, as long as it says"""
    yield gateway.calls(REQUESTS[request])
    yield gateway.gets_response(*wsgi_conduct(*HEAD_OF_IT, *BODY_OF_IT, *LENGTH))


@each(path=["/", NOBODY])
def head(path):
    """A response to HEAD begins like any other, and has no body"""
    yield gateway.calls(wsgi_environ("HEAD", path))
    yield gateway.gets_response(
        *wsgi_conduct("wsgi.head.app-body", *HEAD_OF_IT, "wsgi.content-length.app-invalid", *BODY_OF_IT[::2])
    )


@each(method=["POST", "PUT", "PATCH", "DELETE"])
def with_a_body(method):
    """A request with a body is answered as it has to be"""
    yield gateway.calls(
        wsgi_environ(method, "/", CONTENT_TYPE="application/x-www-form-urlencoded", CONTENT_LENGTH="7"), body=b"a=1&b=2"
    )
    yield gateway.gets_response(*wsgi_conduct(*HEAD_OF_IT, *BODY_OF_IT, *LENGTH))
