"""Any lawful WSGI server: whatever it asks for, leaves out or cuts short, an application keeps the rules."""

from hypothesis import strategies as st

from asgi_conformance.authoring import (
    ABSENT,
    anything,
    gateway,
    generated,
    note,
    requirement,
    wsgi_conduct,
    wsgi_environ,
    wsgi_kept,
)

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY", "x-odd")
SEGMENTS = st.sampled_from(
    ["", "a", "caf\xc3\xa9", "\xe9", "a b", "..", ".", "\xe2\x82\xac", "%2F", "\x00", "a\r\nb", ":", "x" * 300]
)
PATHS = st.lists(SEGMENTS, max_size=3).map(lambda segments: "/" + "/".join(segments))
QUERIES = st.sampled_from(
    ["", "a=1", "a=%C3%A9&b=%ff", "&&", "=", "a", "a=1&a=2", "\xe9=\xff", "%", "a[]=1", "q=" + "x" * 3000]
)
MOUNTS = st.sampled_from(["", "/mount", "/a/b", "/m\xc3\xb6unt"])
FIELDS = st.sampled_from(
    [
        ("HTTP_X_A", ""), ("HTTP_X_LATIN", "caf\xe9"), ("HTTP_COOKIE", 'a=1; b="2"; ; c=\xe9'),
        ("HTTP_ACCEPT", "text/html"),
        ("HTTP_ACCEPT_ENCODING", "gzip;q=x"), ("HTTP_RANGE", "bytes=0-1"), ("HTTP_RANGE", "bytes=9-1,x"),
        ("HTTP_IF_NONE_MATCH", "*"), ("HTTP_IF_MODIFIED_SINCE", "yesterday"), ("HTTP_AUTHORIZATION", "Basic eDp5"),
        ("HTTP_AUTHORIZATION", "Bearer \xff"), ("HTTP_ORIGIN", "http://evil.example"),
        ("HTTP_X_FORWARDED_FOR", "1.2.3.4"),
        ("HTTP_EXPECT", "100-continue"), ("HTTP_TE", "trailers"), ("HTTP_HOST", "h:81"), ("HTTP_HOST", "[::1]"),
        ("HTTP_CONNECTION", "close"), ("HTTP_ACCEPT_LANGUAGE", "de-x,*;q=2"),
    ]
)  # fmt: skip
TYPES = st.sampled_from(
    [ABSENT, "", "text/plain; charset=x", "application/json", "application/x-www-form-urlencoded",
     "multipart/form-data; boundary=x", "multipart/form-data", "odd", "application/xml; =;"]
)  # fmt: skip
BODIES = st.sampled_from(
    [b"", b"{", b'{"a": 1}', b"a=1&b=%ff", b"\0\xff", b"x" * 5000,
     b"--x\r\n\r\na\r\n--x--\r\n", b"--x\r\n", b"\xed\xa0\x80\n\n"]
)  # fmt: skip
OPTIONAL = ("QUERY_STRING", "REMOTE_ADDR", "HTTP_HOST", "HTTP_ACCEPT")
OTHERS = st.sampled_from(
    [{}, {"wsgi.multithread": False}, {"wsgi.multiprocess": True}, {"SERVER_PROTOCOL": "HTTP/1.0"},
     {"SERVER_PROTOCOL": "HTTP/2"}, {"wsgi.url_scheme": "https", "SERVER_PORT": "443"}, {"server.own": ("a", 1)}]
)  # fmt: skip
FAILURES = st.sampled_from(["", "", "", "read", "read-later", "write"])

HEAD = (
    "wsgi.start-response.before-first-body",
    "wsgi.start-response.status-format",
    "wsgi.start-response.status-native-str",
    "wsgi.start-response.status-no-control",
    "wsgi.start-response.headers-list",
    "wsgi.start-response.headers-tuples",
    "wsgi.start-response.header-name-token",
    "wsgi.start-response.header-value-no-control",
    "wsgi.start-response.app-latin1",
    "wsgi.start-response.app-second-call",
    "wsgi.start-response.app-no-trap",
    "wsgi.start-response.app-no-transfer-encoding",
)
BODY = (
    "wsgi.iterable.return-iterable",
    "wsgi.iterable.yields-bytes",
    "wsgi.iterable.len-accurate",
    "wsgi.content-length.app-underrun",
    "wsgi.content-length.app-overrun",
    "wsgi.http.status-without-body",
    "wsgi.input.app-no-close",
    "wsgi.input.app-listed-methods",
)


def any_environ(draw, body):
    """With a length where there is a body, or an empty one, or none where there is none."""
    length = str(len(body)) if body else draw(st.sampled_from(["", "0", ABSENT]))
    keys = {"CONTENT_TYPE": draw(TYPES), "CONTENT_LENGTH": length, "QUERY_STRING": draw(QUERIES)}
    keys |= dict(draw(st.lists(FIELDS, max_size=4))) | draw(OTHERS)
    keys |= dict.fromkeys(draw(st.sets(st.sampled_from(OPTIONAL), max_size=2)), ABSENT)
    mount = draw(MOUNTS)
    path = draw(PATHS) if not mount or draw(st.booleans()) else ""
    return wsgi_environ(draw(st.sampled_from(METHODS)), path, SCRIPT_NAME=mount, **keys)


def head_without_body():
    """That HEAD has none is what suites tell; here it must not hide anything else."""
    name = "wsgi.head.app-body"
    return requirement(name, ways={"none": wsgi_kept(name), "a body": note(anything(), "left to the server")})


@generated(of_applications=True, of_wsgi=True)
def request(draw):
    """A request of any lawful server is answered by the rules"""
    body = draw(BODIES)
    yield gateway.calls(
        any_environ(draw, body),
        body=body,
        terminated=draw(st.booleans()),
        pieces=draw(st.sampled_from([0, 0, 1, 7])),
        fails=draw(FAILURES),
        file_wrapper=draw(st.booleans()),
    )
    if draw(st.booleans()):
        yield gateway.gets_response(wsgi_conduct(*HEAD, *BODY), head_without_body())
        return
    yield gateway.gets_result(anything())
    for _ in range(draw(st.integers(0, 3))):
        yield gateway.gets_block(anything())
    yield gateway.closes(anything(), wsgi_conduct(*HEAD), head_without_body())
