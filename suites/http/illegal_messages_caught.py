"""Illegal messages for HTTP that an application survives: what it sends after them (ASGI, "Error Handling").

That `send` raises is a recommendation. For an application that catches the exception, or puts it off, nothing is said
of what its client sees, so that is recorded. And whatever the message was, it was the mistake of one application: the
server and all other connections go on.
"""

from asgi_conformance.authoring import (
    Framing,
    any_of,
    anything,
    app,
    client,
    closed,
    each,
    ended,
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

second, next_call = client.named("second"), app.named("next")
error = any_of("400 to 599", lambda status: 400 <= status <= 599)

TRIED = {"raises": raises(), "ignored": returns()}
GOES_ON = {**TRIED, "ended": ended()}
LEFT = {"left": anything(), "ended": ended(), "stuck": pending()}
RECOVERED = requirement("common.send.invalid.recoverable", expects=returns())
RETURNS = requirement("common.send.awaitable-single-argument", ways=GOES_ON)
"""Whatever came before: `send` comes back."""

REACHES = requirement("common.send.invalid.error-reaches-app", ways=TRIED)
START = {"type": "http.response.start", "status": 200, "headers": []}
OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
UNKNOWN, NO_TYPE = "common.send.invalid.unknown-type", "common.send.invalid.missing-type"
NO_KEY, WRONG_TYPE = "common.send.invalid.missing-key", "common.send.invalid.wrong-type"

GIVEN_UP = {
    "error": response(error),
    "cut off": truncated_response(),
    "framed by the end": response(200, body=b"one ", framing=Framing.CLOSE),
    "closed": closed(),
    "left waiting": note(silence()),
    "left unfinished": note(where("no end", lambda seen, heard: not seen.enough), "its end does not come"),
}
"""What a client may get when the server does not recover. Only recorded."""


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
    "http.request": (UNKNOWN, {"type": "http.request", "body": b"bogus", "more_body": False}),
    "http.disconnect": (UNKNOWN, {"type": "http.disconnect"}),
    "websocket.accept": (UNKNOWN, {"type": "websocket.accept"}),
    "websocket.send": (UNKNOWN, {"type": "websocket.send", "bytes": b"bogus"}),
    "websocket.close": (UNKNOWN, {"type": "websocket.close"}),
    "denial": (UNKNOWN, {"type": "websocket.http.response.start", "status": 201, "headers": []}),
    "lifespan": (UNKNOWN, {"type": "lifespan.startup.complete"}),
    "no-type": (NO_TYPE, {"status": 201, "headers": [], "body": b"bogus"}),
    "type-of-bytes": (WRONG_TYPE, {"type": b"http.response.start", "status": 201, "headers": []}),
    "no-type-but-None": (WRONG_TYPE, {"type": None, "status": 201, "headers": []}),
    "pairs": (WRONG_TYPE, [("type", "http.response.start"), ("status", 201)]),
}


@each(message=STRANGE)
def caught_before_the_response(message):
    """A message that is not for HTTP leaves no trace in the response that follows it

    The application catches what `send` raises and answers. That it still can is not said, so a server that ends the
    request is only recorded; that something which is no message of HTTP has an effect on the response is warned of.
    """
    kind, event = STRANGE[message]
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(event, requirement(kind, expects=raises()), REACHES, ways=TRIED)
    yield app.sends(OK, RECOVERED, RETURNS, ways=GOES_ON)
    yield app.sends({"type": "http.response.body", "body": b"ok"}, RETURNS, ways=GOES_ON)
    yield client.gets(requirement(kind, ways={
        "as if nothing had been": response(200, body=b"ok"), **GIVEN_UP,
    }), within=0.1)  # fmt: skip
    yield app.returns(ways=LEFT)
    yield from served("common.send.error-class-handled")


@each(message=STRANGE)
def caught_in_the_response(message):
    """A message that is not for HTTP leaves no trace in the response that it interrupts"""
    kind, event = STRANGE[message]
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(START)
    yield app.sends({"type": "http.response.body", "body": b"one ", "more_body": True})
    yield app.sends(event, requirement(kind, expects=raises()), REACHES, ways=TRIED)
    yield app.sends({"type": "http.response.body", "body": b"two"},
                    RECOVERED, RETURNS, ways=GOES_ON)  # fmt: skip
    yield client.gets(requirement(kind, ways={
        "as if nothing had been": response(200, body=b"one two"), **GIVEN_UP,
    }), within=0.1)  # fmt: skip
    yield app.returns(ways=LEFT)
    yield from served("common.send.error-class-handled")


# --------------------------------------------------------------------------- malformed starts

STARTS = {
    "no-status": (NO_KEY, {"headers": []}),
    "status-of-text": (WRONG_TYPE, {"status": "201", "headers": []}),
    "status-of-None": (WRONG_TYPE, {"status": None, "headers": []}),
    "status-in-a-list": (WRONG_TYPE, {"status": [201], "headers": []}),
    "name-of-text": (WRONG_TYPE, {"status": 201, "headers": [("x-bogus", b"1")]}),
    "value-of-text": (WRONG_TYPE, {"status": 201, "headers": [(b"x-bogus", "1")]}),
    "value-of-int": (WRONG_TYPE, {"status": 201, "headers": [(b"x-bogus", 1)]}),
    "headers-of-text": (WRONG_TYPE, {"status": 201, "headers": "x-bogus"}),
    "headers-of-a-dict": (WRONG_TYPE, {"status": 201, "headers": {"x-bogus": "1"}}),
    "three-items": (WRONG_TYPE, {"status": 201, "headers": [(b"x-bogus", b"1", b"2")]}),
}


def nobody_raised(seen, heard):
    """Whether no `send` of the case has raised, so that no exception left the application either."""
    outcomes = [getattr(entry.seen, "raised", None) for entry in heard.timeline.entries]
    return not any(outcomes) or "an exception had left the application"


def raised_by_now(seen, heard):
    """Raised here, or by the line before."""
    outcomes = (heard.timeline.answer(heard.line - 1), seen)
    return any(getattr(outcome, "raised", None) is not None for outcome in outcomes) or "neither the start nor the body"


HAS_A_HEAD = requirement("http.response.framing.one-head", expects=where(
    "no byte before the head", lambda seen, heard: seen.data[:7] in (b"", b"HTTP/1.") or f"{seen.data[:300]!r}"
))  # fmt: skip
RETURNED = note(where("whatever it is, for the application has returned", nobody_raised), "no exception left the call")


@each(start=STARTS)
def a_body_behind_a_refused_start(start):
    """A body behind a malformed start is no response without a head

    The application sends the body whatever became of the start, as one does that sends it in a `finally`, and then lets
    the exception pass. An answer with a status that it never gave is warned of. Content without the head of a response
    is no HTTP any more (RFC 9110, section 2.2).
    """
    kind, keys = STARTS[start]
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends({"type": "http.response.start", **keys}, REACHES, ways=TRIED)
    yield app.sends({"type": "http.response.body", "body": b"ok"},
                    requirement(kind, expects=where("raised by now", raised_by_now)), ways=TRIED)  # fmt: skip
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement("http.response.body.before-start", ways={
        "error": response(error),
        "closed": closed(),
        "the start was taken": RETURNED,
        "a response all the same": warn(response(body=b"ok"), "a status that the application did not give"),
        "another response": note(response()),
        "nothing": silence(),
    }), HAS_A_HEAD, within=0.1)  # fmt: skip
    yield from served("common.error.app-exception.isolated")


@each(start=STARTS)
def catches_a_malformed_start(start):
    """A malformed start can be made good, and does nobody harm

    That it can is not said: what the client gets when the application sends the right start instead is only recorded.
    """
    keys = STARTS[start][1]
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends({"type": "http.response.start", **keys}, REACHES, ways=TRIED)
    yield app.sends(OK, RECOVERED, RETURNS, ways=GOES_ON)
    yield app.sends({"type": "http.response.body", "body": b"ok"}, RETURNS, ways=GOES_ON)
    yield client.gets(requirement("common.send.invalid.recoverable", ways={
        "as if nothing had been": response(200, body=b"ok"), **GIVEN_UP,
    }), within=0.1)  # fmt: skip
    yield app.returns(ways=LEFT)
    yield from served("common.send.error-class-handled")


# --------------------------------------------------------------------------- malformed bodies

BODIES = {
    "text": {"body": "bogus"},
    "None": {"body": None},
    "int": {"body": 5},
    "list": {"body": [b"bogus"]},
    "dict": {"body": {"bogus": b"bogus"}},
}


@each(body=BODIES)
def catches_a_malformed_body(body):
    """A malformed body can be left out, and does nobody harm

    A server that takes text for bytes, or None for nothing, is warned because `send` has not raised. What the client
    gets of it is only recorded.
    """
    yield client.sends(b"GET /illegal HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(path="/illegal"))
    yield app.sends(START)
    yield app.sends({"type": "http.response.body", "body": b"one ", "more_body": True})
    yield app.sends({"type": "http.response.body", **BODIES[body], "more_body": True},
                    requirement(WRONG_TYPE, expects=raises()), REACHES, ways=TRIED)  # fmt: skip
    yield app.sends({"type": "http.response.body", "body": b"two"},
                    RECOVERED, RETURNS, ways=GOES_ON)  # fmt: skip
    yield client.gets(requirement("common.send.invalid.recoverable", ways={
        "as if nothing had been": response(200, body=b"one two"), **GIVEN_UP,
    }), within=0.1)  # fmt: skip
    yield app.returns(ways=LEFT)
    yield from served("common.send.error-class-handled")
