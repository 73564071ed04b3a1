"""What servers do with a response, and leave to the application (PEP 3333, "Other HTTP Features"; RFC 9110)."""

from asgi_conformance.authoring import (
    any_of,
    anything,
    case,
    client,
    closed,
    each,
    environ,
    never_called,
    note,
    raises,
    requirement,
    response,
    returns,
    silence,
    warn,
    where,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
following = wsgi_app.named("following")
TEXT = ("Content-Type", "text/plain")
STARTED = {"started": returns(), "never called": never_called()}
RETURNED = {"returned": anything(), "never called": never_called()}


def afterwards(connection, path, settled):
    """The lines that show that the first response took its own bytes only: the end of the connection comes next, or the
    response to another request."""
    return {
        "close": (
            client.gets(requirement(settled, ways={"closed": closed(), "left open": note(silence())}), within=0.5),
        ),
        "keep-alive": (
            client.sends(b"GET %b/following HTTP/1.1\r\nHost: test\r\n\r\n" % path.encode()),
            following.is_called(
                requirement(settled, ways={"called": environ({"PATH_INFO": f"{path}/following"}), "closed": closed()})
            ),
            following.starts("200 OK", [TEXT, ("Content-Length", "9")], ways=STARTED),
            following.returns(b"following", ways=RETURNED),
            client.gets(requirement(settled, ways={"intact": response(200, body=b"following"), "closed": closed()})),
        ),
    }[connection]


def needs(connection, **others):
    """Another request is sent only where servers take one."""
    return [] if connection == "close" else ["keep-alive"]


# --------------------------------------------------------------------------- playing dumb

TEXTS = b"<p>ordinary text</p>" * 50
MEANING = [
    (b"content-type", b"text/x-odd"),
    (b"location", b"/http/dumb/elsewhere"),
    (b"etag", b'"a"'),
    (b"cache-control", b"max-age=1, private"),
    (b"vary", b"X-Odd"),
    (b"content-length", b"1000"),
]


@each(status=["201 Created", "302 Found", "404 Not Found"])
def nothing_is_changed(status):
    """The meaning of a response is left as it is"""
    path = f"/http/dumb/{status[:3]}"
    yield client.sends(b"GET %b HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip, br\r\n\r\n" % path.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.starts(status, [(name.decode().title(), value.decode()) for name, value in MEANING])
    yield wsgi_app.returns(TEXTS)
    yield client.gets(
        response(int(status[:3]), body=TEXTS, without=[b"content-encoding"]),
        *(response(headers_in_order=[field]) for field in MEANING),
        requirement("wsgi.http.play-dumb"),
    )


case(
    "A Location with 200 leads nobody elsewhere",
    client.sends(b"GET /http/dumb/200 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/http/dumb/200"})),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "4"), ("Location", "/http/dumb/nowhere")]),
    wsgi_app.returns(b"here"),
    client.gets(
        response(200, body=b"here", headers_in_order=[(b"location", b"/http/dumb/nowhere")]),
        requirement("wsgi.http.play-dumb"),
        within=0.5,
    ),
    note="""CGI makes a local redirect of it (RFC 3875, section 6.2.2): the server answers with what the other path
    gives. WSGI knows nothing of that.""",
)

case(
    "No Content-Type is invented",
    client.sends(b"GET /http/no-type HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/http/no-type"})),
    wsgi_app.starts("200 OK", [("Content-Length", "2")]),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok", without=[b"content-type"]), requirement("wsgi.http.play-dumb")),
)

WITHOUT_TYPE = {
    "301": ("301 Moved Permanently", [("Location", "/elsewhere")], [(b"location", b"/elsewhere")]),
    "200": ("200 OK", [("Content-Length", "0")], [(b"content-length", b"0")]),
}


@each(status=WITHOUT_TYPE)
def type_is_optional(status):
    """A response without content needs no Content-Type"""
    line, headers, fields = WITHOUT_TYPE[status]
    yield client.sends(b"GET /http/untyped/%b HTTP/1.1\r\nHost: test\r\n\r\n" % status.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/http/untyped/{status}"}))
    yield wsgi_app.starts(line, headers)
    yield wsgi_app.returns(b"")
    yield client.gets(
        requirement(
            "wsgi.http.content-type-optional",
            ways={
                "as it is": response(int(status), body=b"", headers_in_order=fields, without=[b"content-type"]),
                "with a type": response(int(status), body=b"", headers_in_order=fields),
            },
        )
    )


# --------------------------------------------------------------------------- what servers may do for applications


@each(method=["GET", "POST"], connection=["close", "keep-alive"], needs=needs)
def validation(method, connection):
    """A server that validates caches does it as HTTP says

    It may leave that to the application, which then answers 200.
    """
    path = f"/http/validation/{method}/{connection}"
    unchanged = {"304": response(304, headers_in_order=[(b"etag", b'"a"')])} if method == "GET" else {}
    yield client.sends(
        f"{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n".encode()
        + b'If-None-Match: "a"\r\nContent-Length: 0\r\n\r\n'
    )
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.starts("200 OK", [TEXT, ("ETag", '"a"'), ("Content-Length", "8")])
    yield wsgi_app.returns(b"whatever")
    yield client.gets(
        requirement("wsgi.http.cache-validation", ways={"200": response(200, body=b"whatever"), **unchanged})
    )
    yield from afterwards(connection, path, "wsgi.http.cache-validation")


case(
    "A server that answers with a range does it as HTTP says",
    client.sends(b"GET /http/range HTTP/1.1\r\nHost: test\r\nRange: bytes=2-4\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/http/range"})),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "10")]),
    wsgi_app.returns(b"0123456789"),
    client.gets(
        requirement(
            "wsgi.http.range",
            ways={
                "200": response(200, body=b"0123456789"),
                "206": response(206, body=b"234", headers_in_order=[(b"content-range", b"bytes 2-4/10")]),
            },
        )
    ),
    note="It may leave that to the application, which then answers 200.",
)


# --------------------------------------------------------------------------- statuses without a body

NO_BODY = {"204": "204 No Content", "304": "304 Not Modified"}


@each(status=NO_BODY, body=["list", "written"], connection=["close", "keep-alive"], needs=needs)
def no_body(status, body, connection):
    """Responses with 204 and 304 have no body, even if the application gives one

    It may be refused for it, but its bytes may not pass for the next response.
    """
    path = f"/http/no-body/{status}/{body}/{connection}"
    without = [b"transfer-encoding", b"content-length"] if status == "204" else []
    given = {"returns": returns(), "raises": raises()}
    yield client.sends(f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n\r\n".encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.starts(NO_BODY[status], [("ETag", '"a"')])
    yield from [wsgi_app.writes(b"data", ways=given)] if body == "written" else []
    yield wsgi_app.returns_value([b"data"] if body == "list" else [])
    yield client.gets(
        requirement(
            "wsgi.http.status-without-body",
            ways={
                "no body": response(int(status), without=without),
                "refused": response(server_error),
                "closed": closed(),
            },
        )
    )
    yield from afterwards(connection, path, "wsgi.http.status-without-body")


@each(connection=["close", "keep-alive"], needs=needs)
def empty_204(connection):
    """A response with 204 and nothing in it has no framing

    RFC 9110, section 8.6, and RFC 9112, section 6.1: neither Content-Length nor Transfer-Encoding with 204.
    """
    path = f"/http/empty-204/{connection}"
    yield client.sends(f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: {connection}\r\n\r\n".encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.starts("204 No Content", [])
    yield wsgi_app.returns(b"")
    yield client.gets(
        response(204, without=[b"transfer-encoding", b"content-length"]), requirement("wsgi.http.status-without-body")
    )
    yield from afterwards(connection, path, "wsgi.http.status-without-body")


# --------------------------------------------------------------------------- interim statuses


def nothing_but_an_interim(seen, heard):
    """The head of an interim response, and then the end of the connection."""
    return seen.end.value != "open" and seen.data.find(b"\r\n\r\n") == len(seen.data) - 4


INTERIM = {"100": "100 Continue", "102": "102 Processing", "103": "103 Early Hints"}


@each(status=INTERIM)
def interim_status(status):
    """An interim status is no final response

    The client waits for one that is, and reads whatever follows as its beginning (RFC 9112, section 6.3). Either
    start_response raises, or the client gets an error, or the end. The fault is the application's first, and the text
    says no more than that servers "should" check for errors: what a server makes of it earns a warning.
    """
    path = f"/http/interim/{status}"
    yield client.sends(b"GET %b HTTP/1.1\r\nHost: test\r\n\r\n" % path.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": path}))
    yield wsgi_app.starts(INTERIM[status], [TEXT], ways={"taken": returns(), "refused": raises("Exception")})
    yield wsgi_app.returns_or_reraises(b"data")
    yield client.gets(
        requirement(
            "wsgi.http.no-1xx-status",
            ways={
                "final": response(any_of("200 to 599", lambda code: 200 <= code <= 599)),
                "closed": closed(),
                "interim, then closed": warn(where("the end behind an interim response", nothing_but_an_interim)),
                "not final": warn(anything(), "no final response"),
            },
        ),
        within=1.0,
    )
