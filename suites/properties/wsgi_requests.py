"""Any ordinary request: what the client writes is what the WSGI application sees, however the bytes are split."""

from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from hypothesis import strategies as st

from asgi_conformance.authoring import client, environ, generated, gives, requirement, response, wsgi_app

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
PLAIN = st.sampled_from([*"abcxyzABCXYZ0189", *"-._~!$&'()*+,;=:@"])
ESCAPED = (
    st.sampled_from([f"%{octet:02X}" for octet in range(0x20, 0x7F) if octet != 0x2F])
    | st.sampled_from(["%C3%A9", "%c3%a9", "%E2%82%AC", "%F0%9F%98%80", "%2541", "%252F", "%25C3%25A9"])
)  # fmt: skip
SEGMENTS = (
    st.lists(PLAIN | ESCAPED, min_size=1, max_size=8)
    .map("".join)
    .filter(lambda text: unquote_to_bytes(text).strip(b".") != b"")
)
PATHS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "/" + "/".join(segments))
QUERIES = st.lists(PLAIN | ESCAPED | st.sampled_from(["/", "?", "&", "="]), max_size=12).map("".join)
WORDS = st.text("abcxyzABC019", min_size=1, max_size=4)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: "-".join(["X", *words]))
VALUES = st.text([chr(octet) for octet in range(0x21, 0x7F)], max_size=12) | st.sampled_from(
    ["a b", "a, b", '"quoted; string"']
)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=5, unique_by=lambda field: field[0].upper())
BODIES = st.binary(max_size=40) | st.integers(1, 70_000).map(lambda size: b"0123456789abcdef" * (size // 16))


def pieces(draw, data, most=4):
    """The same bytes in one write or several."""
    ends = sorted({draw(st.integers(0, len(data))) for _ in range(draw(st.integers(0, most)))})
    return [data[start:end] for start, end in zip([0, *ends], [*ends, len(data)], strict=True) if start < end]


class Request(NamedTuple):
    """What the client writes, and what the application is to see of it."""

    data: bytes
    method: str
    path: str
    query: str
    fields: dict[str, str]
    body: bytes


def any_request(draw, prefix):
    method, path, query = draw(st.sampled_from(METHODS)), prefix + draw(PATHS), draw(QUERIES)
    fields, body = draw(FIELDS), draw(BODIES) if method not in ("GET", "HEAD") else b""
    target = path + (f"?{query}" if query else "")
    head = [f"{method} {target} HTTP/1.1", "Host: test", *(f"{name}: {value}" for name, value in fields)]
    head += [f"Content-Length: {len(body)}"] if body else []
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in fields}
    data = "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body
    return Request(data, method, unquote_to_bytes(path).decode("latin-1"), query, named, body)


@generated(of_wsgi=True)
def one(draw):
    """Any request reaches the WSGI application as it was sent"""
    request = any_request(draw, "/property")
    yield client.sends(*pieces(draw, request.data))
    yield wsgi_app.is_called(
        requirement("wsgi.environ.request-method.verbatim", expects=environ({"REQUEST_METHOD": request.method})),
        requirement("wsgi.environ.path-info.percent-decoded", expects=environ({"PATH_INFO": request.path})),
        requirement(
            "wsgi.environ.query-string.verbatim",
            expects=environ({"QUERY_STRING": request.query} if request.query else {}),
        ),
        requirement("wsgi.environ.http-vars.name-mapping", expects=environ(request.fields)),
    )
    yield wsgi_app.reads_body(requirement("wsgi.input.binary-clean", expects=gives(request.body)))
    yield wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    yield wsgi_app.returns(*([] if request.method == "HEAD" else [b"ok"]))
    yield client.gets(response(200, body=b"" if request.method == "HEAD" else b"ok", head=request.method == "HEAD"))
