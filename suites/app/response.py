"""Responses: in order and of the documented form, whatever is asked for (ASGI HTTP, "Response Start", "Response Body").

An application may answer with any status and any body, and may refuse by an exception. So what a route would do does
not matter: each answer is held against the tables, and where there is none the case is `blocked`.
"""

from asgi_conformance.authoring import conduct, each, http_scope, server

ORDER = conduct(
    "http.response.start.app-first",
    "http.response.start.app-body-follows",
    "http.response.body.app-terminates",
    "common.app.returns-none",
)
FORM = conduct(
    "http.response.start.status-type",
    "http.response.start.headers.bytes",
    "http.response.start.headers.app-lowercase",
    "http.response.start.headers.no-pseudo",
    "http.response.body.app-types",
)

BODIES = {
    "JSON": (b"application/json", b'{"a": [1, 2]}'),
    "broken JSON": (b"application/json", b'{"a": [1, '),
    "a form": (b"application/x-www-form-urlencoded", b"a=1&b=%C3%A9&b=%ff&c"),
    "parts": (
        b"multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\none\r\n--x--\r\n',
    ),
    "broken parts": (b"multipart/form-data", b"--x\r\n"),
    "no known type": (b"application/x-unknown", b"\x00\xff"),
    "64 KiB": (b"application/octet-stream", b"0123456789abcdef" * 4096),
}

SCOPES = {
    **{method: http_scope(method) for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")},
    "unknown method": http_scope("BREW"),
    "options of the server": http_scope("OPTIONS", "*"),
    "nowhere": http_scope(path="/asgi-conformance/nowhere"),
    "nowhere HEAD": http_scope("HEAD", "/asgi-conformance/nowhere"),
    "slash at the end": http_scope(path="/asgi-conformance/"),
    "escaped slash": http_scope(path="/a/b", raw_path=b"/a%2Fb"),
    "escaped percent": http_scope(path="/100%25", raw_path=b"/100%2525"),
    "not ASCII": http_scope(path="/caf\u00e9/\u65e5\u672c", raw_path=b"/caf%C3%A9/%E6%97%A5%E6%9C%AC"),
    "no UTF-8": http_scope(path="/\ufffd", raw_path=b"/%FF"),
    "line break": http_scope(path="/a\r\nb: c", raw_path=b"/a%0D%0Ab:%20c"),
    "two slashes": http_scope(path="//a//b", raw_path=b"//a//b"),
    "dots": http_scope(path="/../a/./b", raw_path=b"/../a/./b"),
    "long": http_scope(path="/" + "a" * 8000, query_string=b"q=" + b"b" * 8000),
    "query": http_scope(query_string=b"a=1&a=2&b=&c&%zz=%ff"),
    "HTTP/1.0": http_scope(http_version="1.0", headers=[(b"connection", b"keep-alive")]),
    "HTTP/2": http_scope(http_version="2", scheme="https", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2")]),
    "conditions": http_scope(headers=[(b"if-none-match", b"*"), (b"range", b"bytes=0-1")]),
    "other origin": http_scope("OPTIONS", headers=[(b"origin", b"https://a.test"),
                                                    (b"access-control-request-method", b"POST")]),
    "codings": http_scope(headers=[(b"accept-encoding", b"gzip, br"), (b"te", b"trailers")]),
}  # fmt: skip


@each(request=SCOPES, needs="http")
def an_answer_is_in_order_and_of_the_documented_form(request):
    """An answer is in order and of the documented form"""
    yield server.calls(SCOPES[request], shares_state=True)
    yield server.delivers({"type": "http.request", "body": b"", "more_body": False})
    yield server.gets_answer(*ORDER, *FORM)


@each(body=BODIES, needs="http")
def an_answer_to_a_body_is_in_order_and_of_the_documented_form(body):
    """An answer to a body is in order and of the documented form"""
    kind, content = BODIES[body]
    length = b"%d" % len(content)
    yield server.calls(
        http_scope("POST", headers=[(b"content-type", kind), (b"content-length", length)]), shares_state=True
    )
    yield server.delivers({"type": "http.request", "body": content, "more_body": False})
    yield server.gets_answer(*ORDER, *FORM)
