"""Applications that fail: what the client sees of it (ASGI, "Error Handling"; ASGI HTTP, "Response Start" and "Body").

A server must end the connection of an application that raised. For one that returns too early there is no rule, so the
requirements about that are recommendations. Which status an error has is the server's choice.
"""

from asgi_conformance.authoring import (
    Framing,
    any_of,
    app,
    case,
    client,
    closed,
    each,
    fail,
    never_called,
    note,
    requirement,
    response,
    returns,
    scope,
    truncated_response,
    warn,
    where,
    whole_body,
)

error = any_of("400 to 599", lambda status: 400 <= status <= 599)
second_head = fail(where("a second status line", lambda seen, heard: b"HTTP/1." in behind_the_head(seen.data)))


def behind_the_head(data):
    """What follows the head of the response, which interim ones may precede."""
    head, _, rest = data.partition(b"\r\n\r\n")
    return behind_the_head(rest) if head[9:10] == b"1" else rest


left_open = warn(where("left open", lambda seen, heard: not seen.enough), "the client waits for ever")
unframed = note(response(200, framing=Framing.CLOSE), "the end of the connection ends the body, so a cut looks whole")
after = app.named("after")


# --------------------------------------------------------------------------- an exception

case(
    "An exception before the response ends in an error or a closed connection",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.raises(),
    client.gets(requirement("http.app.exception-before-start", ways={"error": response(error), "closed": closed()})),
)

case(
    "An exception after the request body ends in an error or a closed connection",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"body")),
    app.raises("KeyError", "missing"),
    client.gets(requirement("http.app.exception-before-start", ways={"error": response(error), "closed": closed()})),
)

LENGTH = {"length": [(b"content-length", b"10")], "no-length": []}
WHOLE = {"length": [(b"content-length", b"100000")], "no-length": []}


case(
    "An exception after the start ends in an error or a response cut off",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.raises(),
    client.gets(requirement("http.app.exception-mid-response", ways={
        "closed": closed(),
        "error instead": response(error),
        "a second response": second_head,
        "cut off": truncated_response(200),
    })),
    note="A server that keeps the head back until there is a body can still say that something went wrong.",
)  # fmt: skip


@each(headers=LENGTH)
def an_exception_mid_response_cuts_it_off(headers):
    """An exception in the middle of the response cuts it off

    The server must end the connection of an application that raised. Whoever leaves it open leaves the client waiting
    for the rest of the body, and whoever ends the body tells the client that it was whole.
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.sends({"type": "http.response.body", "body": b"abc", "more_body": True})
    yield app.raises()
    yield client.gets(
        requirement(
            "http.app.exception-mid-response",
            ways={
                "closed": closed(),
                "a second response": second_head,
                "cut off": truncated_response(200),
                "until close": unframed,
            },
        )
    )


case(
    "An exception in the middle of a response to HTTP/1.0 closes the connection",
    client.sends(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"abc", "more_body": True}),
    app.raises(),
    client.gets(requirement("http.app.exception-mid-response", ways={
        "a second response": second_head,
        "closed": closed(after_anything=True),
    })),
    note="Without chunks and length the client cannot tell a cut from an end, but the connection must not stay open.",
    needs="http/1.0",
)  # fmt: skip


@each(headers=WHOLE)
def an_exception_after_the_response_changes_nothing(headers):
    """An exception after the response leaves the response whole

    The connection may end with the exception or carry another exchange; what it may not carry is an error nobody asked
    for.
    """
    whole, sent = "http.app.exception-after-complete", {"sent": returns(), "never called": never_called()}
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": WHOLE[headers]})
    yield app.sends({"type": "http.response.body", "body": b"x" * 60000, "more_body": True})
    yield app.sends({"type": "http.response.body", "body": b"x" * 40000, "more_body": False})
    yield app.raises()
    yield client.gets(response(200, body=b"x" * 100000), requirement(whole))
    yield client.sends(b"GET /after HTTP/1.1\r\nHost: test\r\n\r\n")
    yield after.is_called(requirement(whole, ways={"called": scope(path="/after"), "closed": closed()}))
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    yield after.sends(start, ways=sent)
    yield after.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, ways=sent)
    yield client.gets(requirement(whole, ways={"another response": response(200, body=b"ok"), "closed": closed()}))


# --------------------------------------------------------------------------- an early return

case(
    "Returning without a response ends in an error or a closed connection",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.returns(),
    client.gets(requirement("http.app.return-without-start", ways={"error": response(error), "closed": closed()}),
                within=0.5),
)  # fmt: skip


@each(headers=LENGTH)
def returning_after_the_start(headers):
    """Returning after the start ends in an error or a response cut off"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.returns()
    yield client.gets(
        requirement(
            "http.app.return-without-body",
            ways={
                "error": response(error),
                "cut off": truncated_response(200),
                "closed": closed(),
                "until close": unframed,
            },
        ),
        within=0.5,
    )


@each(headers=LENGTH)
def returning_mid_response(headers):
    """Returning with more body to come cuts the response off

    There is no rule for it, so a connection that is left open is warned of, and so is a response that is made to look
    complete, which tells the client what the application did not say.
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.sends({"type": "http.response.body", "body": b"abc", "more_body": True})
    yield app.returns()
    yield client.gets(
        requirement(
            "http.app.return-incomplete",
            ways={
                "cut off": truncated_response(200),
                "closed": closed(),
                "until close": unframed,
                "left open": left_open,
            },
        ),
        within=0.5,
    )
