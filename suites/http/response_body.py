"""Response Body: what follows the start (ASGI HTTP, "Response Body - send event")."""

from asgi_conformance.authoring import (
    any_of,
    app,
    body_part,
    case,
    client,
    closed,
    each,
    never_called,
    raises,
    requirement,
    response,
    returns,
    scope,
    warn,
    where,
)

second = app.named("second")
TRIED = {"returns": returns(), "raises": raises()}

case(
    "A body before the start raises and leaves no trace",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.body", "body": b"early", "more_body": True},
              requirement("http.response.body.before-start",
                          ways={"raises": raises(), "ignored": warn(returns(), "no exception")})),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}, ways=TRIED),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, ways=TRIED),
    app.returns(),
    client.gets(
        requirement("http.response.body.before-start", ways={
            "as if nothing had been": response(200, body=b"ok"),
            "error": response(any_of("500 to 599", lambda status: 500 <= status <= 599)),
            "closed": closed(),
        }),
        requirement("http.response.framing.one-head", expects=where(
            "no byte before the head", lambda seen, heard: seen.data[:7] in (b"", b"HTTP/1.") or f"{seen.data[:300]!r}"
        )),
    ),
    note="""That send raises is a recommendation, and derived for events that only come at the wrong time, so a server
    that ignores the body is warned, and so is one that answers with it. Bytes in front of the head are no HTTP any more
    (RFC 9110, section 2.2).""",
)  # fmt: skip


# --------------------------------------------------------------------------- defaults

case(
    "A body event without a body ends an empty response",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body"}, requirement("http.response.body.defaults")),
    client.gets(response(200, body=b""), requirement("http.response.body.defaults")),
)

case(
    "A body event without more_body is the last",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"x"}, requirement("http.response.body.defaults")),
    client.gets(response(200, body=b"x"), requirement("http.response.body.defaults")),
)

case(
    "A body event without a body adds nothing",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}),
    app.sends({"type": "http.response.body", "more_body": True}, requirement("http.response.body.defaults")),
    app.sends({"type": "http.response.body", "body": b"y", "more_body": False}),
    app.returns(),
    client.gets(response(200, body=b"y"), requirement("http.response.body.defaults")),
)


# --------------------------------------------------------------------------- many pieces

LENGTH = {"length": [(b"content-length", b"100201")], "no-length": []}


@each(version=["1.1", "1.0"], headers=LENGTH, needs=lambda version, headers: f"http/{version}")
def bodies_are_concatenated(version, headers):
    """The bodies of all events make up the body, in order"""
    sent_whole = requirement("http.response.body.concatenated")
    yield client.sends(b"GET / HTTP/%b\r\nHost: test\r\n\r\n" % version.encode())
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.sends({"type": "http.response.body", "body": b"a", "more_body": True}, sent_whole)
    yield app.sends({"type": "http.response.body", "body": b"b" * 60000, "more_body": True}, sent_whole)
    yield app.sends({"type": "http.response.body", "body": b"c" * 201, "more_body": True}, sent_whole, times=200)
    yield app.sends({"type": "http.response.body", "body": b"", "more_body": False}, sent_whole)
    yield app.returns()
    yield client.gets(response(200, body=b"a" + b"b" * 60000 + b"c" * 201 * 200), sent_whole)


PIECES = {"length": [(b"content-length", b"9")], "no-length": []}


@each(headers=PIECES)
def pieces_are_flushed(headers):
    """A piece of the body reaches the client before the next is sent"""
    flushed = requirement("http.response.body.flushed")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": PIECES[headers]})
    yield app.sends({"type": "http.response.body", "body": b"one, ", "more_body": True})
    yield client.gets(body_part(b"one, "), flushed)
    yield app.sends({"type": "http.response.body", "body": b"two.", "more_body": True})
    yield client.gets(body_part(b"two."), flushed)


case(
    "An empty piece does not end the body",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"", "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"a", "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"", "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"b", "more_body": False}),
    app.returns(),
    client.gets(response(200, body=b"ab"), requirement("http.response.body.empty-chunk")),
)


# --------------------------------------------------------------------------- the end

ENDS = {
    "length": (b"GET / HTTP/1.1\r\nHost: test\r\n\r\n", [(b"content-length", b"4")]),
    "chunks": (b"GET / HTTP/1.1\r\nHost: test\r\n\r\n", []),
    "close": (b"GET / HTTP/1.0\r\nHost: test\r\n\r\n", []),
}


@each(end=ENDS, needs=lambda end: "http/1.0" if end == "close" else ())
def complete_with_the_final_body(end):
    """The response is complete with its final body, though the application goes on

    What completes it is the event, so the client must see the end before the call returns: the last chunk, the last of
    the declared bytes, or for HTTP/1.0 the closed connection.
    """
    request, headers = ENDS[end]
    yield client.sends(request)
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": headers})
    yield app.sends({"type": "http.response.body", "body": b"do", "more_body": True})
    yield app.sends({"type": "http.response.body", "body": b"ne", "more_body": False})
    yield client.gets(response(200, body=b"done"), requirement("http.response.body.complete-on-final"))


LATE = {
    "body": {"type": "http.response.body", "body": b"late", "more_body": False},
    "more-body": {"type": "http.response.body", "body": b"late", "more_body": True},
    "start": {"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"4")]},
}


@each(event=LATE)
def nothing_after_the_end(event):
    """What is sent after the final body is ignored and does not reach the client

    Raising is recorded only: the section on bodies wants further messages ignored, the general rule wants events that
    are invalid refused, and whether a late event is invalid is not said.
    """
    silent = requirement("http.response.body.after-complete-ignored", expects=returns())
    kept_off = "http.response.body.after-complete"
    yield client.sends(b"GET /first HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/first"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    yield app.sends({"type": "http.response.body", "body": b"first", "more_body": False})
    yield client.gets(response(200, body=b"first"))
    yield app.sends(LATE[event], silent, ways={"ignored": returns(), "raises": raises()})
    yield app.returns()
    yield client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n")
    yield second.is_called(requirement(kept_off, ways={"called": scope(path="/second"), "closed": closed()}))
    yield second.sends(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]},
        ways={"sent": returns(), "never called": never_called()},
    )
    yield second.sends(
        {"type": "http.response.body", "body": b"second", "more_body": False},
        ways={"sent": returns(), "never called": never_called()},
    )
    yield client.gets(
        requirement(kept_off, ways={"second response": response(200, body=b"second"), "closed": closed()})
    )
