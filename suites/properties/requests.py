"""Any ordinary request: what the client writes is what the application sees, however the bytes are split."""

from typing import NamedTuple
from urllib.parse import unquote

from hypothesis import strategies as st

from asgi_conformance.authoring import (
    ABSENT,
    app,
    client,
    either,
    generated,
    requirement,
    response,
    scope,
    these_fields,
    whole_body,
)

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}

LETTERS = "abcxyzABCXYZ0189"
PLAIN = st.sampled_from([*LETTERS, *"-._~!$&'()*+,;=:@"])
ESCAPED = (
    st.sampled_from([f"%{octet:02X}" for octet in range(0x20, 0x7F)])
    | st.sampled_from(["%C3%A9", "%c3%a9", "%E2%82%AC", "%F0%9F%98%80"])
    | st.sampled_from(["%2541", "%252F", "%25C3%25A9", "%2f", "%3F", "%23", "%2B", "%26"])
)
SEGMENTS = st.lists(PLAIN | ESCAPED, min_size=1, max_size=8).map("".join).filter(lambda text: text.strip(".") != "")
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "/" + "/".join(segments))
QUERIES = st.lists(PLAIN | ESCAPED | st.sampled_from(["/", "?", "&", "="]), max_size=12).map("".join)
NAMES = st.text("abcxyzABC019-", min_size=1, max_size=8).map(lambda text: f"X-{text}".encode())
VALUES = st.text([chr(octet) for octet in range(0x21, 0x7F)], max_size=12).map(str.encode) | st.sampled_from(
    [b"a b", b"a, b", b'"quoted; string"', b"a\tb"]
)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=5)
BODIES = st.binary(max_size=40) | st.integers(1, 70_000).map(lambda size: b"0123456789abcdef" * (size // 16))


def pieces(draw, data, most=4):
    """The same bytes in one write or several."""
    ends = sorted({draw(st.integers(0, len(data))) for _ in range(draw(st.integers(0, most)))})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True) if start < end]


def chunked(parts):
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


class Request(NamedTuple):
    """What the client writes, and what the application is to see of it."""

    data: bytes
    method: str
    path: str
    query: str
    fields: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def is_head(self):
        return self.method == "HEAD"


def any_request(draw, prefix=""):
    method, path, query = draw(st.sampled_from(METHODS)), prefix + draw(PATHS), draw(QUERIES)
    fields, body = draw(FIELDS), draw(BODIES) if method not in ("GET", "HEAD") else b""
    target = path + (f"?{query}" if query else "")
    head = [b"%b %b HTTP/1.1" % (method.encode(), target.encode()), b"Host: test"]
    head += [name + b": " + value for name, value in fields]
    if body and draw(st.booleans()):
        head.append(b"Transfer-Encoding: chunked")
        content = chunked(pieces(draw, body))
    else:
        head += [b"Content-Length: %d" % len(body)] if body else []
        content = body
    return Request(b"\r\n".join(head) + b"\r\n\r\n" + content, method, path, query, fields, body)


@generated()
def one(draw):
    """Any request reaches the application as it was sent"""
    request = any_request(draw)
    yield client.sends(*pieces(draw, request.data))
    yield app.is_called(
        requirement("http.scope.method.uppercase", expects=scope(method=request.method)),
        requirement("http.scope.path.percent-decoded", expects=scope(path=unquote(request.path))),
        requirement("http.scope.raw-path.exact", expects=scope(raw_path=either(ABSENT, None, request.path.encode()))),
        requirement("http.scope.query-string.raw", expects=scope(query_string=request.query.encode())),
        requirement("http.scope.headers.value-exact", expects=scope(headers=these_fields(*request.fields))),
    )
    yield app.gets(whole_body(request.body), requirement("http.request.body-complete"))
    yield app.sends(OK)
    yield app.sends({"type": "http.response.body", "body": b"ok"})
    yield client.gets(response(200, body=b"" if request.is_head else b"ok", head=request.is_head))


@generated(needs="keep-alive")
def two(draw):
    """Any two requests on one connection are two calls, and are answered in their order"""
    first, second = any_request(draw, "/1"), any_request(draw, "/2")
    yield client.sends(*pieces(draw, first.data + second.data))
    for request, call in ((first, app.named("first")), (second, app.named("second"))):
        yield call.is_called(
            scope(method=request.method, path=unquote(request.path), headers=these_fields(*request.fields)),
            requirement("http.scope.one-per-request"),
        )
        yield call.gets(whole_body(request.body), requirement("http.request.body-complete"))
        yield call.sends(OK)
        yield call.sends({"type": "http.response.body", "body": b"ok"})
        yield client.gets(
            response(200, body=b"" if request.is_head else b"ok", head=request.is_head),
            requirement("http.request.pipelining"),
        )
