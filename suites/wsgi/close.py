"""close() of what the application returned (PEP 3333, "Specification Details").

A server calls it once the request is completed, whichever way that came about. When exactly is left to it: here within
two seconds after the last byte or the end of the connection. What is returned is an object with a `close` of its own,
for a generator is closed by whoever forgets it.
"""

from asgi_conformance.authoring import (
    case,
    client,
    each,
    environ,
    head,
    made,
    raises,
    requirement,
    response,
    returns,
    used,
    warn,
    wsgi_app,
)

second, following = client.named("second"), wsgi_app.named("following")
TEXT = ("Content-Type", "text/plain")


def asks(method, path):
    """A request, and the call that it leads to."""
    return (
        client.sends(b"%b %b HTTP/1.1\r\nHost: test\r\n\r\n" % (method.encode(), path.encode())),
        wsgi_app.is_called(environ({"PATH_INFO": path, "REQUEST_METHOD": method})),
    )


def is_closed_once(*settled, within=None):
    """The lines that show that close() is called, and called once. `settled`: what its call settles."""
    return (
        wsgi_app.is_closed(*map(requirement, settled), within=within),
        wsgi_app.was_used(used("close", 1), requirement("wsgi.close.exactly-once"), later=True),
    )


# --------------------------------------------------------------------------- after a whole response

HEADERS = {"announced": [TEXT, ("Content-Length", "4")], "not-announced": [TEXT]}


@each(length=HEADERS)
def close_is_called_after_the_last_item(length):
    """close() is called once after the last item

    The connection stays open as far as the client is concerned: the end of a request is meant, not of a connection.
    """
    yield from asks("GET", f"/close/normal/{length}")
    yield wsgi_app.starts("200 OK", HEADERS[length])
    yield wsgi_app.returns_iterable(blocks=[b"ab", b"cd"])
    yield client.gets(response(200, body=b"abcd"))
    yield from is_closed_once("wsgi.close.normal")


case(
    "close() is called once after an empty body",
    *asks("GET", "/close/empty"),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "0")]),
    wsgi_app.returns_iterable(blocks=[]),
    *is_closed_once("wsgi.close.normal"),
)

case(
    "close() is called once after what was written",
    *asks("GET", "/close/write"),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "4")]),
    wsgi_app.writes(b"abcd"),
    wsgi_app.returns_iterable(blocks=[]),
    client.gets(response(200, body=b"abcd")),
    *is_closed_once("wsgi.close.normal"),
)

case(
    "close() is called on what the application returned",
    *asks("GET", "/close/separate"),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "4")]),
    wsgi_app.returns_iterable("separate", blocks=[b"ab", b"cd"]),
    client.gets(response(200, body=b"abcd")),
    *is_closed_once("wsgi.close.on-returned-object"),
    note="Its iterator is another object, which has no `close`.",
)

case(
    "What has no close() is a response all the same",
    *asks("GET", "/close/none"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable("plain", blocks=[b"ab", b"cd"]),
    client.gets(response(200, body=b"abcd"), requirement("wsgi.close.normal")),
)

# --------------------------------------------------------------------------- a body that is not, or not all, sent

BODILESS = {
    "HEAD": ("HEAD", "200 OK", [TEXT, ("Content-Length", "2")], [b"ok"]),
    "HEAD-without-body": ("HEAD", "200 OK", [TEXT, ("Content-Length", "2")], []),
    "204": ("GET", "204 No Content", [], []),
    "304": ("GET", "304 Not Modified", [("ETag", '"a"')], []),
}


@each(bodiless=BODILESS)
def close_is_called_where_no_body_is_sent(bodiless):
    """close() is called once where no body is sent

    A server may leave out the iteration.
    """
    method, status, headers, blocks = BODILESS[bodiless]
    yield from asks(method, f"/close/bodiless/{bodiless}")
    yield wsgi_app.starts(status, headers)
    yield wsgi_app.returns_iterable(blocks=blocks)
    yield from is_closed_once("wsgi.close.unused-body")


SURPLUS = {
    "in-another-item": [b"hello", b"surplus", b"surplus"],
    "in-the-same-item": [b"hellosurplus", b"surplus"],
    "in-many-items": [b"hello"] * 200,
}


@each(surplus=SURPLUS)
def close_is_called_at_content_length(surplus):
    """close() is called once where Content-Length bytes have been sent"""
    yield from asks("GET", f"/close/length/{surplus}")
    yield wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "5")])
    yield wsgi_app.returns_iterable(blocks=SURPLUS[surplus])
    yield from is_closed_once("wsgi.close.content-length-stop")


# --------------------------------------------------------------------------- errors


@each(items=[0, 2])
def close_is_called_after_an_error_in_the_iteration(items):
    """close() is called once after an error in the iteration"""
    yield from asks("GET", f"/close/error/{items}")
    yield wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "6")])
    yield wsgi_app.returns_iterable()
    yield from [wsgi_app.yields(b"ab")] * items
    yield wsgi_app.is_asked()
    yield wsgi_app.raises()
    yield from is_closed_once("wsgi.close.app-error")


case(
    "close() is called once after an item that is not bytes",
    *asks("GET", "/close/error/not-bytes"),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", "6")]),
    wsgi_app.returns_iterable(blocks=[b"ab", None, "cd"]),
    *is_closed_once("wsgi.close.app-error"),
)


NOT_STARTED = {"some-items": [b"ab", b"cd"], "no-items": []}


@each(blocks=NOT_STARTED)
def close_is_called_without_start_response(blocks):
    """close() is called once where start_response was not called"""
    yield from asks("GET", f"/close/not-started/{blocks}")
    yield wsgi_app.returns_iterable(blocks=NOT_STARTED[blocks])
    yield from is_closed_once("wsgi.close.not-started")


case(
    "close() is called once where start_response refused what it was given",
    *asks("GET", "/close/badly-started"),
    wsgi_app.starts(200, [TEXT], ways={"refused": raises(), "taken": returns()}),
    wsgi_app.returns_iterable(blocks=[b"ab", b"cd"]),
    *is_closed_once("wsgi.close.not-started"),
)

# --------------------------------------------------------------------------- a client that leaves


@each(how=["reset", "fin"])
def close_is_called_when_the_client_leaves(how):
    """close() is called once when the client leaves early

    25 MB in blocks of 64 KiB that the client does not take. A server may notice at any of them, but has to before it
    has gone through all of it: applications stream without an end.
    """
    leaves = {"reset": client.resets(), "fin": client.closes()}[how]
    yield from asks("GET", f"/close/left/{how}")
    yield wsgi_app.starts("200 OK", [TEXT])
    yield wsgi_app.returns_iterable(blocks=[b"x" * 65536], times=400)
    yield client.gets(head(200))
    yield client.stops_reading()
    yield leaves
    yield from is_closed_once("wsgi.close.disconnect", within=5.0)
    yield wsgi_app.was_used(
        requirement(
            "wsgi.close.disconnect",
            ways={
                "iteration stopped": used("end", 0),
                "went through all of it": warn(used("end"), "the iteration went on to its end"),
            },
        )
    )


case(
    "close() is called once when the client leaves before the response",
    *asks("GET", "/close/left/at-once"),
    client.resets(),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable(blocks=[b"ab", b"cd", b"ef", b"gh"]),
    *is_closed_once("wsgi.close.disconnect"),
)

# --------------------------------------------------------------------------- when, and what comes of it

LONG = made("long-bytes", (b"0123456789abcdef", 4096))
LONG_BODY = b"0123456789abcdef" * 4096 * 64

case(
    "close() comes after the last byte",
    *asks("GET", "/close/after"),
    client.stops_reading(shrinks=False),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", str(len(LONG_BODY)))]),
    wsgi_app.returns_iterable(blocks=[LONG], times=64),
    client.reads_again(),
    client.gets(response(200, body=LONG_BODY), requirement("wsgi.close.after-body"), within=5.0),
    note="4 MB, more than fits between server and client. After close() it gives nothing more.",
)

case(
    "A file is closed after its last byte",
    *asks("GET", "/close/after/file"),
    client.stops_reading(shrinks=False),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", str(len(LONG_BODY)))]),
    wsgi_app.returns_file(made("long-file", (b"0123456789abcdef", 4096 * 64))),
    client.reads_again(),
    client.gets(response(200, body=LONG_BODY), requirement("wsgi.close.after-body"), within=5.0),
    needs="file-wrapper",
)

ERROR = ("RuntimeError", "asgi-conformance: raised by close()")


@each(length=HEADERS)
def an_error_in_close_does_not_damage_the_response(length):
    """An error in close() does not damage the response, and is the end of nothing else"""
    yield from asks("GET", f"/close/raises/{length}")
    yield wsgi_app.starts("200 OK", HEADERS[length])
    yield wsgi_app.returns_iterable(blocks=[b"ab", b"cd"], error=ERROR)
    yield client.gets(response(200, body=b"abcd"), requirement("wsgi.close.raising"))
    yield wsgi_app.was_used(used("close", 1), requirement("wsgi.close.exactly-once"), later=True)
    yield client.closes()
    yield second.sends(b"GET /close/raises/%b/following HTTP/1.1\r\nHost: test\r\n\r\n" % length.encode())
    yield following.is_called(environ({"PATH_INFO": f"/close/raises/{length}/following"}))
    yield following.starts("200 OK", [TEXT, ("Content-Length", "2")])
    yield following.returns(b"ok")
    yield second.gets(response(200, body=b"ok"), requirement("wsgi.close.raising"))
