"""Illegal messages for HTTP: what `send`, the client and everybody else have of each (ASGI, "Error Handling").

The three are apart. That `send` raises is a recommendation. What the client sees is only said for an exception that
the application lets pass, and that is what it does here: its connection ends. And whatever the message was, it was the
mistake of one application: the server and all other connections go on.
"""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    case,
    client,
    closed,
    each,
    ended,
    head,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    where,
)

second, next_call, following = client.named("second"), app.named("next"), app.named("following")
error = any_of("400 to 599", lambda status: 400 <= status <= 599)

TRIED = {"raises": raises(), "ignored": returns()}
LEFT = {"left": anything(), "ended": ended(), "stuck": pending()}
REACHES = requirement("common.send.invalid.error-reaches-app", ways=TRIED)
START = {"type": "http.response.start", "status": 200, "headers": []}
OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
DIES = "common.error.app-exception.terminates"
UNKNOWN, WRONG_TYPE = "common.send.invalid.unknown-type", "common.send.invalid.wrong-type"


def nobody_raised(seen, heard):
    """Whether no `send` of the case has raised, so that no exception left the application either."""
    outcomes = [getattr(entry.seen, "raised", None) for entry in heard.timeline.entries]
    return not any(outcomes) or "an exception had left the application"


RETURNED = note(where("whatever it is, for the application has returned", nobody_raised), "no exception left the call")


def served(settled):
    """The lines of a whole exchange of a second client, which shows that the server has survived."""
    return (
        second.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
        next_call.is_called(scope(path="/next"), requirement(settled), on="/next"),
        next_call.sends(OK),
        next_call.sends({"type": "http.response.body", "body": b"ok"}),
        second.gets(response(200, body=b"ok"), requirement(settled)),
    )


# --------------------------------------------------------------------------- no messages of HTTP, or none at all

STRANGE = {
    "unknown": (UNKNOWN, {"type": "http.response.bogus", "status": 201, "headers": [], "body": b"bogus"}),
    "pairs": (WRONG_TYPE, [("type", "http.response.start"), ("status", 201)]),
}
"""What leaves the application hardly differs between these and others."""


@each(message=STRANGE)
def the_end_of_a_request(message):
    """An application that dies of a message that is not for HTTP ends alone

    What its client gets is an error or the end of the connection. Where `send` has not raised there was no exception to
    let pass, and the application has merely returned early.
    """
    kind, event = STRANGE[message]
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(event, requirement(kind, expects=raises()), REACHES, ways=TRIED)
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement(DIES, ways={"error": response(error), "closed": closed(), "returned": RETURNED}))
    yield from served("common.error.app-exception.isolated")


@each(message=STRANGE)
def the_end_of_a_response(message):
    """An application that dies of a message that is not for HTTP, in its response, ends alone"""
    kind, event = STRANGE[message]
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(START)
    yield app.sends({"type": "http.response.body", "body": b"one ", "more_body": True})
    yield client.gets(head(200))
    yield app.sends(event, requirement(kind, expects=raises()), REACHES, ways=TRIED)
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement(DIES, ways={"cut off": closed(after_anything=True), "returned": RETURNED}))
    yield from served("common.error.app-exception.isolated")


# --------------------------------------------------------------------------- malformed messages

STARTS = {
    "no-status": {"headers": []},
    "value-of-text": {"status": 201, "headers": [(b"x-bogus", "1")]},
}
BODIES = {"text": {"body": "bogus"}}


@each(start=STARTS)
def dies_of_a_malformed_start(start):
    """An application that dies of a malformed start ends alone

    Where the server notices nothing, the application has merely returned early.
    """
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends({"type": "http.response.start", **STARTS[start]}, REACHES, ways=TRIED)
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement(DIES, ways={"error": response(error), "closed": closed(), "returned": RETURNED}))
    yield from served("common.error.app-exception.isolated")


@each(body=BODIES)
def dies_of_a_malformed_body(body):
    """An application that dies of a malformed body ends alone"""
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(START)
    yield app.sends({"type": "http.response.body", "body": b"one ", "more_body": True})
    yield client.gets(head(200))
    yield app.sends({"type": "http.response.body", **BODIES[body], "more_body": True},
                    requirement(WRONG_TYPE, expects=raises()), REACHES, ways=TRIED)  # fmt: skip
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement(DIES, ways={"cut off": closed(after_anything=True), "returned": RETURNED}))
    yield from served("common.error.app-exception.isolated")


# --------------------------------------------------------------------------- at the wrong time

case(
    "An application that dies of a second start ends alone",
    client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/illegal")),
    app.sends(START),
    app.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    client.gets(head(200)),
    app.sends({"type": "http.response.start", "status": 201, "headers": []}, ways=TRIED),
    app.reraises(ways=LEFT),
    client.gets(requirement(DIES, ways={"cut off": closed(after_anything=True), "returned": RETURNED})),
    *served("common.error.app-exception.isolated"),
)

case(
    "An application that dies of an early body ends alone",
    client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/illegal")),
    app.sends({"type": "http.response.body", "body": b"early"}, ways=TRIED),
    app.reraises(ways=LEFT),
    client.gets(requirement(DIES, ways={"error": response(error), "closed": closed(), "returned": RETURNED})),
    *served("common.error.app-exception.isolated"),
)

LATE = {
    "unknown": {"type": "http.response.bogus", "body": b"bogus"},
    "websocket.send": {"type": "websocket.send", "bytes": b"bogus"},
    "no-type": {"body": b"bogus"},
    "start-without-status": {"type": "http.response.start", "headers": [(b"x-bogus", b"1")]},
    "body-of-text": {"type": "http.response.body", "body": "bogus"},
}


@each(message=LATE)
def after_the_end(message):
    """A message that is illegal anyhow changes nothing after the end of the response

    Messages after the end are to be ignored, illegal ones are to raise: both are in order. The client gets neither.
    """
    whole = "http.app.exception-after-complete"
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(OK)
    yield app.sends({"type": "http.response.body", "body": b"ok"})
    yield app.sends(LATE[message], requirement("http.response.body.after-complete-ignored", ways=TRIED))
    yield app.reraises(ways=LEFT)
    yield client.gets(response(200, body=b"ok"), requirement(whole))
    yield client.sends(b"GET /following HTTP/1.1\r\nHost: test\r\n\r\n")
    yield following.is_called(requirement(whole, ways={"called": scope(path="/following"), "closed": closed()}))
    yield from served("common.error.app-exception.isolated")
