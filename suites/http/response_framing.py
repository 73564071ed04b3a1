"""How a response says where it ends (ASGI HTTP, "HTTP Connection Scope", last paragraph; RFC 9112, section 6).

Servers handle transfer codings, so the framing is theirs. Whether a connection goes on after a response is theirs too:
where a case needs to see that a response took no more than its own bytes, it asks for another one on the connection,
and takes a closed connection for an answer.
"""

from asgi_conformance.authoring import (
    Framing,
    any_of,
    anything,
    app,
    case,
    client,
    closed,
    each,
    fail,
    never_called,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    truncated_response,
    warn,
    where,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
following = app.named("following")
OK_FOLLOWING = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]}
SENT = {"sent": returns(), "never called": never_called()}


def another_exchange(settled):
    """The lines of a second exchange on the connection, which shows that the first response took its own bytes only."""
    return (
        client.sends(b"GET /following HTTP/1.1\r\nHost: test\r\n\r\n"),
        following.is_called(requirement(settled, ways={"called": scope(path="/following"), "closed": closed()})),
        following.sends(OK_FOLLOWING, ways=SENT),
        following.sends({"type": "http.response.body", "body": b"following", "more_body": False}, ways=SENT),
        client.gets(requirement(settled, ways={"intact": response(200, body=b"following"), "closed": closed()})),
    )


# --------------------------------------------------------------------------- with and without Content-Length

case(
    "A Content-Length of the application is used as it is",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]}),
    app.sends({"type": "http.response.body", "body": b"01234", "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"56789", "more_body": False}),
    app.returns(),
    client.gets(response(200, body=b"0123456789", framing=Framing.LENGTH, headers_in_order=[(b"content-length", b"10")],
                         without=[b"transfer-encoding"]),
                requirement("http.response.framing.content-length-kept")),
)  # fmt: skip

FRAMINGS = {
    "chunked": response(200, body=b"one two", framing=Framing.CHUNKED),
    "content-length": response(200, body=b"one two", framing=Framing.LENGTH),
    "until close": response(200, body=b"one two", framing=Framing.CLOSE),
}

case(
    "A body of unknown length is framed by the server",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"two", "more_body": False}),
    app.returns(),
    client.gets(requirement("http.response.framing.no-content-length", ways=FRAMINGS)),
)

case(
    "A body in one piece without Content-Length is framed by the server",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"one two", "more_body": False}),
    client.gets(requirement("http.response.framing.no-content-length", ways=FRAMINGS)),
)


@each(connection=["close", "keep-alive"], needs="http/1.0")
def http10_gets_no_chunks(connection):
    """HTTP/1.0 clients get no chunks

    Without a Content-Length only the end of the connection ends the body, so one that is kept open leaves it
    unfinished, also where it closes after some idle time.
    """
    yield client.sends(b"GET / HTTP/1.0\r\nHost: test\r\nConnection: %b\r\n\r\n" % connection.encode())
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": []})
    yield app.sends({"type": "http.response.body", "body": b"one ", "more_body": True})
    yield app.sends({"type": "http.response.body", "body": b"two", "more_body": False})
    yield app.returns()
    yield client.gets(
        response(200, body=b"one two", without=[b"transfer-encoding"]),
        requirement("http.response.framing.http10"),
        within=1.0,
    )


# --------------------------------------------------------------------------- responses without a body

LENGTH = {"length": [(b"content-length", b"5")], "no-length": []}


@each(headers=LENGTH)
def head_has_no_body(headers):
    """A response to HEAD carries no body, whatever the application sends

    In two pieces, for a server may drop one and write the other, which the client then reads as the next response.
    """
    yield client.sends(b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http", method="HEAD"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.sends({"type": "http.response.body", "body": b"he", "more_body": True})
    yield app.sends({"type": "http.response.body", "body": b"llo", "more_body": False})
    yield app.returns()
    yield client.gets(response(200, head=True), requirement("http.response.framing.head"))
    yield from another_exchange("http.response.framing.head")


@each(status=[204, 304], body=["empty", "provoking"])
def no_body_with_204_and_304(status, body):
    """Responses with 204 and 304 carry no body and no chunks

    An application that sends a body with them may be refused, but its bytes may not pass for the next response. A 304
    may tell the coding that its 200 would have had (RFC 9112, section 6.1), a 204 may not.
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": status, "headers": []})
    yield app.sends(
        {"type": "http.response.body", "body": {"empty": b"", "provoking": b"oops"}[body], "more_body": False},
        ways={"returns": returns(), "raises": raises()},
    )
    yield app.returns()
    yield client.gets(
        requirement(
            "http.response.framing.no-content-statuses",
            ways={
                "no body": response(status, without=[b"transfer-encoding"] if status == 204 else []),
                "refused": response(server_error),
                "closed": closed(),
            },
        )
    )
    yield from another_exchange("http.response.framing.no-content-statuses")


# --------------------------------------------------------------------------- wrong lengths

SURPLUS = {"at-once": (b"0123456789", b""), "afterwards": (b"01234", b"56789")}


@each(surplus=SURPLUS)
def too_much_does_not_spill(surplus):
    """A body longer than its Content-Length does not spill into the next response

    The text says nothing about it. A server may raise, cut the surplus off or close; what it may not do is to let the
    client read the surplus as the beginning of another response.
    """
    first, rest = SURPLUS[surplus]
    answers = {
        "as long as it said": response(200, body=b"01234"),
        "otherwise framed": response(200, body=b"0123456789"),
        "cut off": truncated_response(200),
        "refused": response(server_error),
        "closed": closed(),
    }
    tried = {"returns": returns(), "raises": raises()}
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    yield app.sends({"type": "http.response.body", "body": first, "more_body": True}, ways=tried)
    yield app.sends({"type": "http.response.body", "body": rest, "more_body": False}, ways=tried)
    yield app.returns()
    yield client.gets(requirement("http.response.framing.length-mismatch", ways=answers))
    yield client.sends(b"GET /following HTTP/1.1\r\nHost: test\r\n\r\n")
    yield following.is_called(within=0.5, ways={
        "called": scope(path="/following"), "closed": closed(after_anything=True), "not served": pending(),
    })  # fmt: skip
    yield following.sends(OK_FOLLOWING, ways=SENT)
    yield following.sends({"type": "http.response.body", "body": b"following", "more_body": False}, ways=SENT)
    yield client.gets(requirement("http.response.framing.kept-apart", ways={
        "intact": response(200, body=b"following"),
        "closed": closed(after_anything=True),
        "not served": note(silence(), "no response to the second request"),
        "spilt": fail(where("more bytes before it", lambda seen, heard: bool(seen.data)), "read as a response"),
    }), within=0.5)  # fmt: skip


def all_complete(seen, heard):
    """Whether the application is called and everything that the client waited for had come."""
    return all(getattr(entry.seen, "enough", True) for entry in heard.timeline.entries)


case(
    "A body shorter than its Content-Length is cut off",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]}),
    app.sends({"type": "http.response.body", "body": b"01234", "more_body": False},
              ways={"returns": returns(), "raises": raises()}),
    app.returns(),
    client.gets(requirement("http.response.framing.length-mismatch", ways={
        "cut off": truncated_response(200),
        "refused": response(server_error),
        "closed": closed(),
        "left waiting": warn(where("left waiting", lambda seen, heard: not seen.enough), "waiting for the rest"),
    }), within=0.5),
    client.sends(b"GET /following HTTP/1.1\r\nHost: test\r\n\r\n"),
    following.is_called(requirement("http.response.framing.kept-apart", ways={
        "closed": closed(),
        "not served": pending(),
        "served after a whole response": where("called after a whole response", all_complete),
        "served": fail(anything(), "the next response is read as the missing bytes"),
    }), within=0.5),
    note="""The text says nothing about it. A client that is left waiting is warned of; one whose connection is used for
    the next response reads that as the missing bytes, which is a failure.""",
)  # fmt: skip


# --------------------------------------------------------------------------- the connection afterwards

case(
    "A connection serves another request after a response",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http", path="/")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    client.gets(response(200, body=b"ok")),
    app.returns(),
    client.sends(b"GET /following HTTP/1.1\r\nHost: test\r\n\r\n"),
    following.is_called(requirement("http.response.keep-alive",
                                    ways={"served": scope(path="/following"), "closed": note(closed())})),
)  # fmt: skip

case(
    "Connection: close ends the connection after the response",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    app.returns(),
    client.gets(response(200, body=b"ok")),
    client.gets(closed(), requirement("http.response.keep-alive")),
)
