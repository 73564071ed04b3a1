"""HEAD (PEP 3333, "environ Variables" and "Other HTTP Features"; RFC 9110, section 9.3.2)."""

from asgi_conformance.authoring import (
    anything,
    case,
    client,
    closed,
    each,
    environ,
    made,
    never_called,
    note,
    requirement,
    response,
    returns,
    silence,
    where,
    wsgi_app,
)

following = wsgi_app.named("following")
TEXT = ("Content-Type", "text/plain")
STARTED = {"started": returns(), "never called": never_called()}
RETURNED = {"returned": anything(), "never called": never_called()}

case(
    "A HEAD request reaches the application as HEAD",
    client.sends(b"HEAD /head/method HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/head/method", "REQUEST_METHOD": "HEAD"}), requirement("wsgi.head.method-visible")
    ),
    wsgi_app.starts("200 OK", [TEXT, ("X-Method", "HEAD")]),
    wsgi_app.returns(b"ok"),
    client.gets(
        response(200, head=True, headers_in_order=[(b"x-method", b"HEAD")]), requirement("wsgi.head.method-visible")
    ),
)


def no_other_length(seen, heard):
    """What GET would have had, or nothing (RFC 9110, section 8.6)."""
    length = b"\r\ncontent-length:"
    head = seen.data.lower().replace(b"\r\ncontent-length: 6\r\n", b"\r\n")
    return length not in head or f"another Content-Length: {seen.data!r}"


RESULTS = {
    "list": ([TEXT], [b"abcdef"]),
    "list-with-length": ([TEXT, ("Content-Length", "6")], [b"abcdef"]),
    "generator": ([TEXT], made("generator", [b"abc", b"def"])),
    "generator-with-length": ([TEXT, ("Content-Length", "6")], made("generator", [b"abc", b"def"])),
}


AT_ITS_END = (
    client.gets(requirement("wsgi.head.no-body", ways={"closed": closed(), "left open": note(silence())}), within=0.5),
)


def another_exchange(path):
    """A response to another request, which is what its own bytes say."""
    return (
        client.sends(b"GET %b/following HTTP/1.1\r\nHost: test\r\n\r\n" % path.encode()),
        following.is_called(
            requirement(
                "wsgi.head.no-body", ways={"called": environ({"PATH_INFO": f"{path}/following"}), "closed": closed()}
            )
        ),
        following.starts("200 OK", [TEXT, ("Content-Length", "9")], ways=STARTED),
        following.returns(b"following", ways=RETURNED),
        client.gets(
            requirement("wsgi.head.no-body", ways={"intact": response(200, body=b"following"), "closed": closed()})
        ),
    )


def needs(connection, **others):
    """Another request is sent only where servers take one."""
    return [] if connection == "close" else ["keep-alive"]


@each(result=RESULTS, connection=["close", "keep-alive"], needs=needs)
def no_body(result, connection):
    """A response to HEAD has no body, whatever the application returns

    "The server MUST NOT send content in the response" (RFC 9110, section 9.3.2), and it is the WSGI server that speaks
    HTTP: an application may return what it returns to GET. Another exchange on the connection shows that no byte
    followed the head, or the end of the connection does.
    """
    headers, blocks = RESULTS[result]
    path = f"/head/no-body/{result}/{connection}"
    yield client.sends(f"HEAD {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n\r\n".encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.starts("200 OK", headers)
    yield wsgi_app.returns_value(blocks)
    yield client.gets(
        response(200, head=True), where("no other length", no_other_length), requirement("wsgi.head.no-body")
    )
    yield from AT_ITS_END if connection == "close" else another_exchange(path)


case(
    "What an application writes is no body of a response to HEAD",
    client.sends(b"HEAD /head/written HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/head/written"})),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.writes(b"abcdef"),
    wsgi_app.returns(),
    client.gets(response(200, head=True), requirement("wsgi.head.no-body")),
    *AT_ITS_END,
)
