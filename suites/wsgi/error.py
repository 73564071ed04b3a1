"""Applications that fail (PEP 3333, "Error Handling")."""

from asgi_conformance.authoring import (
    Framing,
    any_of,
    anything,
    client,
    closed,
    each,
    environ,
    note,
    pending,
    process,
    requirement,
    response,
    truncated_response,
    warn,
    where,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
second, later = client.named("second"), wsgi_app.named("later")
TEXT = ("Content-Type", "text/plain")
BINARY = ("Content-Type", "application/octet-stream")
LOST = ("ValueError", "asgi-conformance: the abacus of {} is lost")


def lost(place):
    """The exception that is raised at this place."""
    return LOST[0], LOST[1].format(place)


def printed(place):
    """Whether the server has told of that exception."""
    text = lost(place)[1]
    return where("what was raised", lambda seen, heard: text in seen.text or f"not among what it has printed: {text}")


PLACES = {
    "call": [wsgi_app.raises(*lost("call"))],
    "first-step": [wsgi_app.starts("200 OK", [TEXT]), wsgi_app.returns_iterable(), wsgi_app.is_asked(),
                   wsgi_app.raises(*lost("first-step"))],
    "third-step": [wsgi_app.starts("200 OK", [TEXT]), wsgi_app.returns_iterable(), wsgi_app.yields(b"one"),
                   wsgi_app.yields(b"two"), wsgi_app.is_asked(), wsgi_app.raises(*lost("third-step"))],
    "close": [wsgi_app.starts("200 OK", [TEXT]), wsgi_app.returns_iterable(error=lost("close")),
              wsgi_app.yields(b"one"), wsgi_app.stops(), wsgi_app.is_closed()],
}  # fmt: skip

UNTOLD = {"close": {"not told": note(anything(), "an exception in close() is not told of")}}
"""The text wants to hear of what "aborts an application or the iteration of its return value"; close() is neither."""


@each(place=PLACES)
def trapped_and_logged(place):
    """An exception of the application is told of, and ends nothing but its own call

    Where the server tells of it is its own affair; it is looked for in what the process prints.
    """
    yield client.sends(b"GET /error/trapped/%b HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n" % place.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/error/trapped/{place}"}))
    yield from PLACES[place]
    yield client.gets(closed(after_anything=True))
    yield client.closes()  # for which servers may wait that serve one connection at a time
    yield second.sends(b"GET /error/after/%b HTTP/1.1\r\nHost: test\r\n\r\n" % place.encode())
    yield later.is_called(environ({"PATH_INFO": f"/error/after/{place}"}), requirement("wsgi.error.trap-and-log"))
    yield later.starts("200 OK", [TEXT, ("Content-Length", "2")])
    yield later.returns(b"ok")
    yield second.gets(response(200, body=b"ok"), requirement("wsgi.error.trap-and-log"))
    yield process.has_printed(
        requirement("wsgi.error.trap-and-log", ways={"told": printed(place), **UNTOLD.get(place, {})})
    )


# --------------------------------------------------------------------------- before anything was sent

OLD = [TEXT, ("X-Old", "1"), ("Content-Length", "9")]
UNSENT = {
    "before-start": [wsgi_app.raises()],
    "after-start": [wsgi_app.starts("200 OK", OLD), wsgi_app.raises()],
    "first-step": [wsgi_app.starts("200 OK", OLD), wsgi_app.returns_iterable(), wsgi_app.is_asked(), wsgi_app.raises()],
    "second-step": [wsgi_app.starts("200 OK", OLD), wsgi_app.returns_iterable(), wsgi_app.yields(b""),
                    wsgi_app.is_asked(), wsgi_app.raises()],
}  # fmt: skip


@each(place=UNSENT)
def error_response(place):
    """An exception before the first byte of a body gives an error response"""
    yield client.sends(b"GET /error/unsent/%b HTTP/1.1\r\nHost: test\r\n\r\n" % place.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/error/unsent/{place}"}))
    yield from UNSENT[place]
    yield client.gets(response(server_error, without=[b"x-old"]), requirement("wsgi.error.response-500"))


# --------------------------------------------------------------------------- in the middle of a body

CUT_OFF = {
    "cut off": truncated_response(200),
    "not begun": response(server_error),
    "closed": closed(),
}
"""Whoever has sent nothing of it yet may still answer with an error."""

PARTS = {
    "yielded": [wsgi_app.returns_iterable(), wsgi_app.yields(b"abc"), wsgi_app.is_asked()],
    "written": [wsgi_app.writes(b"abc")],
}


def left_waiting(seen, heard):
    """Whether a response has begun, and neither its end nor that of the connection has come."""
    return not seen.enough and seen.data.startswith(b"HTTP/1.")


def after_a_whole_response(seen, heard):
    """Whether the application is called, and the client has all of the response before."""
    return "arguments" in seen.facts and heard.timeline.answer(heard.line - 2).enough


@each(how=PARTS)
def cut_off_with_length(how):
    """A body that ends in an exception is shorter than its Content-Length, and the connection is closed

    A client that is left waiting is warned of; one whose connection is used for the next response reads that as the
    missing bytes, which is a failure.
    """
    yield client.sends(b"GET /error/length/%b HTTP/1.1\r\nHost: test\r\n\r\n" % how.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/error/length/{how}"}))
    yield wsgi_app.starts("200 OK", [BINARY, ("Content-Length", "10")])
    yield from PARTS[how]
    yield wsgi_app.raises()
    yield client.gets(
        requirement(
            "wsgi.error.truncate-visibly",
            ways={**CUT_OFF, "left waiting": warn(where("left waiting", left_waiting), "waiting for the rest")},
        ),
        within=0.5,
    )
    yield client.sends(b"GET /error/following/%b HTTP/1.1\r\nHost: test\r\n\r\n" % how.encode())
    yield later.is_called(
        requirement(
            "wsgi.error.truncate-visibly",
            ways={
                "closed": closed(),
                "not served": pending(),
                "served after a whole response": where("called after a whole response", after_a_whole_response),
            },
        ),
        within=0.5,
    )


@each(how=PARTS)
def cut_off_without_length(how):
    """A body without a length that ends in an exception does not look complete

    Where the end of the connection is its end, nothing but a reset could tell. To "abort the response" is what the text
    says a server "can" do: one that ends the response properly, and so tells the client that this was all of it, is
    warned of.
    """
    yield client.sends(b"GET /error/no-length/%b HTTP/1.1\r\nHost: test\r\n\r\n" % how.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/error/no-length/{how}"}))
    yield wsgi_app.starts("200 OK", [BINARY])
    yield from PARTS[how]
    yield wsgi_app.raises()
    yield client.gets(
        requirement(
            "wsgi.error.truncate-visibly",
            ways={
                **CUT_OFF,
                "ended by the close": note(response(200, body=b"abc", framing=Framing.CLOSE)),
                "made to look complete": warn(response(200, body=b"abc"), "made to look complete"),
            },
        )
    )
