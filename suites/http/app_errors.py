"""Applications that fail: what the client sees of it (ASGI, "Error Handling"; ASGI HTTP, "Response Start" and "Body").

A server must end the connection of an application that raised. For one that returns too early there is no rule, so the
requirements about that are recommendations. Which status an error has is the server's choice.
"""

from asgi_conformance.authoring import (
    any_of,
    app,
    case,
    client,
    closed,
    each,
    requirement,
    response,
    scope,
    truncated_response,
    warn,
    where,
    whole_body,
)

error = any_of("400 to 599", lambda status: 400 <= status <= 599)
one_head = where("one status line", lambda seen, heard: seen.data.count(b"HTTP/1.") == 1 or "a second status line")
left_open = warn(where("left open", lambda seen, heard: not seen.enough), "the client waits for ever")


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
WHOLE = {"length": [(b"content-length", b"200000")], "no-length": []}


@each(headers=LENGTH)
def an_exception_mid_response_cuts_it_off(headers):
    """An exception in the middle of the response cuts it off"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.sends({"type": "http.response.body", "body": b"abc", "more_body": True})
    yield app.raises()
    yield client.gets(truncated_response(200), one_head, requirement("http.app.exception-mid-response"))


case(
    "An exception in the middle of a response to HTTP/1.0 closes the connection",
    client.sends(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"abc", "more_body": True}),
    app.raises(),
    client.gets(closed(after_anything=True), one_head, requirement("http.app.exception-mid-response")),
    note="Without chunks and length the client cannot tell a cut from an end, but the connection must not stay open.",
)


@each(headers=WHOLE)
def an_exception_after_the_response_changes_nothing(headers):
    """An exception after the response leaves the response whole"""
    whole = requirement("http.app.exception-after-complete")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": WHOLE[headers]})
    yield app.sends({"type": "http.response.body", "body": b"x" * 200000})
    yield app.raises()
    yield client.gets(response(200, body=b"x" * 200000), whole)
    yield client.gets(closed(), whole)


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
            ways={"error": response(error), "cut off": truncated_response(200), "closed": closed()},
        ),
        within=0.5,
    )


@each(headers=LENGTH)
def returning_mid_response(headers):
    """Returning with more body to come cuts the response off

    There is no rule for it, so a connection that is left open is warned of. A response that is made to look complete
    tells the client what the application did not say, and fails.
    """
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": LENGTH[headers]})
    yield app.sends({"type": "http.response.body", "body": b"abc", "more_body": True})
    yield app.returns()
    yield client.gets(
        requirement("http.app.return-incomplete", ways={"cut off": truncated_response(200), "left open": left_open}),
        within=0.5,
    )
