"""Illegal messages for WebSockets: what `send`, the client and everybody else have of each (ASGI, "Error Handling").

The three are apart. That `send` raises is a recommendation. An application that lets the exception pass has died, and
its socket ends; what becomes of one that catches it is not said, so that is recorded. The server and all other
connections go on.
"""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    ended,
    handshake,
    message,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    where,
)  # fmt: skip

second, next_call = client.named("second"), app.named("next")
error = any_of("of an error", lambda status: status >= 400)

UNKNOWN, NO_TYPE = "common.send.invalid.unknown-type", "common.send.invalid.missing-type"
WRONG_TYPE, RECOVERS = "common.send.invalid.wrong-type", "common.send.invalid.recoverable"
TRIED = {"raises": raises(), "ignored": returns()}
GOES_ON = {**TRIED, "ended": ended()}
ITS_END = {"close frame": close_frame(), "closed": closed(after_anything=True), "nothing": silence()}
LEFT = {"left": anything(), "ended": ended(), "stuck": pending()}
RETURNS = requirement("common.send.awaitable-single-argument", ways=GOES_ON)
"""Whatever came before: `send` comes back."""

REACHES = requirement("common.send.invalid.error-reaches-app", ways=TRIED)


def nobody_raised(seen, heard):
    """Whether no `send` of the case has raised, so that no exception left the application either."""
    outcomes = [getattr(entry.seen, "raised", None) for entry in heard.timeline.entries]
    return not any(outcomes) or "an exception had left the application"


RETURNED = note(where("whatever it is, for the application has returned", nobody_raised), "no exception left the call")

CONNECTING = (
    client.opens_websocket("/illegal", subprotocols=b"chat"),
    app.is_called(scope(path="/illegal")),
    app.gets({"type": "websocket.connect"}),
)
OPEN = (
    *CONNECTING,
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)


def served(settled):
    """The lines of a second client that opens a WebSocket and is greeted, which shows that the server has survived."""
    return (
        second.opens_websocket("/next"),
        next_call.is_called(scope(path="/next"), requirement(settled), on="/next"),
        next_call.gets({"type": "websocket.connect"}, requirement(settled)),
        next_call.sends({"type": "websocket.accept"}),
        second.gets(handshake(), requirement(settled)),
        next_call.sends({"type": "websocket.send", "text": "hello"}),
        second.gets(message(text="hello"), requirement(settled)),
    )


AFTERWARDS = message(text="after")

# --------------------------------------------------------------------------- in the handshake

STRANGE = {
    "unknown": (UNKNOWN, {"type": "websocket.bogus", "text": "bogus"}),
    "websocket.connect": (UNKNOWN, {"type": "websocket.connect"}),
    "websocket.receive": (UNKNOWN, {"type": "websocket.receive", "text": "bogus"}),
    "websocket.disconnect": (UNKNOWN, {"type": "websocket.disconnect", "code": 1000}),
    "http.response.start": (UNKNOWN, {"type": "http.response.start", "status": 200, "headers": []}),
    "http.response.body": (UNKNOWN, {"type": "http.response.body", "body": b"bogus"}),
    "lifespan": (UNKNOWN, {"type": "lifespan.startup.complete"}),
    "no-type": (NO_TYPE, {"text": "bogus"}),
    "type-of-bytes": (WRONG_TYPE, {"type": b"websocket.accept"}),
    "type-of-None": (WRONG_TYPE, {"type": None}),
    "pairs": (WRONG_TYPE, [("type", "websocket.accept")]),
}
UNACCEPTABLE = {
    "subprotocol-of-bytes": (WRONG_TYPE, {"type": "websocket.accept", "subprotocol": b"chat"}),
    "subprotocol-of-int": (WRONG_TYPE, {"type": "websocket.accept", "subprotocol": 1}),
    "header-of-int": (WRONG_TYPE, {"type": "websocket.accept", "headers": [(b"x-bogus", 1)]}),
    "headers-of-text": (WRONG_TYPE, {"type": "websocket.accept", "headers": "x-bogus"}),
    "three-items": (WRONG_TYPE, {"type": "websocket.accept", "headers": [(b"x-bogus", b"1", b"2")]}),
    "code-of-text": (WRONG_TYPE, {"type": "websocket.close", "code": "1000"}),
}


def owed_to_raise(kind, event):
    """Below 2.1 `headers` is a key that an accept does not have, and such keys are no error."""
    return requirement(kind, expects=raises(), since="2.1" if "headers" in event else None)


BEFORE = {**STRANGE, **UNACCEPTABLE}


@each(message=("unknown", "subprotocol-of-bytes", "header-of-int"), needs="websocket")
def dies_in_the_handshake(message):
    """An application that dies of an illegal message in the handshake ends alone

    Its handshake is refused, or its connection closed. Where `send` has not raised there was no exception to let pass.
    """
    kind, event = BEFORE[message]
    yield from CONNECTING
    yield app.sends(event, owed_to_raise(kind, event), REACHES, ways=TRIED)
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement("websocket.app.exception-before-accept"), ways={
        "refused": response(error),
        "closed": closed(),
        "returned": RETURNED,
        "broken off": note(closed(after_anything=True), "the handshake ends without a response"),
    })  # fmt: skip
    yield from served("common.error.app-exception.isolated")


@each(message=BEFORE, needs="websocket")
def caught_in_the_handshake(message):
    """An illegal message in the handshake can be made good, and does nobody harm

    The application catches what `send` raises and accepts. That it still can is not said: what the client gets is only
    recorded.
    """
    kind, event = BEFORE[message]
    yield from CONNECTING
    yield app.sends(event, owed_to_raise(kind, event), REACHES, ways=TRIED)
    yield app.sends({"type": "websocket.accept", "headers": [(b"x-good", b"1")]}, RETURNS, ways=GOES_ON)
    yield client.gets(requirement(RECOVERS, ways={
        "as if nothing had been": handshake(headers_in_order=[(b"x-good", b"1")], without=[b"x-bogus"]),
        "refused": response(error),
        "closed": closed(after_anything=True),
        "left waiting": note(silence()),
    }), within=0.2)  # fmt: skip
    yield app.returns(ways=LEFT)
    yield client.gets(ways=ITS_END, within=0.1)
    yield client.closes()
    yield from served("common.send.error-class-handled")


# --------------------------------------------------------------------------- on an open connection

MALFORMED = {
    "text-of-bytes": (WRONG_TYPE, {"type": "websocket.send", "text": b"bogus"}),
    "text-of-int": (WRONG_TYPE, {"type": "websocket.send", "text": 5}),
    "bytes-of-text": (WRONG_TYPE, {"type": "websocket.send", "bytes": "bogus"}),
    "bytes-of-a-list": (WRONG_TYPE, {"type": "websocket.send", "bytes": [98, 111]}),
    "code-of-text": (WRONG_TYPE, {"type": "websocket.close", "code": "1000"}),
    "reason-of-bytes": (WRONG_TYPE, {"type": "websocket.close", "code": 4000, "reason": b"bogus"}),
}
AFTER = {**STRANGE, **MALFORMED}


@each(message=("unknown", "text-of-bytes"), needs="websocket")
def dies_on_a_connection(message):
    """An application that dies of an illegal message on an open connection ends alone"""
    kind, event = AFTER[message]
    yield from OPEN
    yield app.sends(event, requirement(kind, expects=raises()), REACHES, ways=TRIED)
    yield app.reraises(ways=LEFT)
    yield client.gets(requirement("websocket.app.exception-after-accept"), ways={
        "close frame": close_frame(),
        "closed": closed(),
        "returned": RETURNED,
        "another frame": note(where("another frame first", lambda seen, heard: seen.data[:1] in (b"\x81", b"\x82"))),
    })  # fmt: skip
    yield from served("common.error.app-exception.isolated")


@each(message=STRANGE, needs="websocket")
def caught_on_a_connection(message):
    """What is no message for a WebSocket brings its client nothing

    The application catches what `send` raises and goes on. That it can is not said, so a server that closes is only
    recorded; that what is no message for a WebSocket reaches the client is warned of.
    """
    kind, event = STRANGE[message]
    yield from OPEN
    yield app.sends(event, requirement(kind, expects=raises()), REACHES, ways=TRIED)
    yield app.begins_to_send({"type": "websocket.send", "text": "after"}, "after")
    yield client.gets(requirement(kind, ways={
        "as if nothing had been": AFTERWARDS, "closed": close_frame(), "cut off": closed(), "nothing": note(silence()),
    }), within=0.2)  # fmt: skip
    yield app.finishes("after", RETURNS, ways=GOES_ON)
    yield app.returns(ways=LEFT)
    yield client.closes()
    yield from served("common.send.error-class-handled")


@each(message=MALFORMED, needs="websocket")
def a_malformed_message(message):
    """A malformed message can be left out, and does nobody harm

    What the client gets of it, and whether the application can go on, is only recorded.
    """
    kind, event = MALFORMED[message]
    yield from OPEN
    yield app.begins_to_send(event, "malformed")
    yield app.finishes("malformed", requirement(kind, expects=raises()), ways=TRIED)
    yield app.begins_to_send({"type": "websocket.send", "text": "after"}, "after")
    yield client.gets(requirement(RECOVERS, ways={
        "as if nothing had been": AFTERWARDS, "closed": close_frame(), "cut off": closed(), "nothing": note(silence()),
    }), within=0.2)  # fmt: skip
    yield app.finishes("after", RETURNS, ways=GOES_ON)
    yield app.returns(ways=LEFT)
    yield client.closes()
    yield from served("common.send.error-class-handled")


# --------------------------------------------------------------------------- at the wrong time

case(
    "An application that dies of an early message ends alone",
    *CONNECTING,
    app.sends({"type": "websocket.send", "text": "early"}, ways=TRIED),
    app.reraises(ways=LEFT),
    client.gets(requirement("websocket.app.exception-before-accept"), ways={
        "refused": response(error), "closed": closed(), "returned": RETURNED,
    }),
    *served("common.error.app-exception.isolated"),
    needs="websocket",
)  # fmt: skip

case(
    "An application that dies of a second accept ends alone",
    *OPEN,
    app.sends({"type": "websocket.accept"}, ways=TRIED),
    app.reraises(ways=LEFT),
    client.gets(requirement("websocket.app.exception-after-accept"), ways={
        "close frame": close_frame(), "closed": closed(), "returned": RETURNED,
    }),
    *served("common.error.app-exception.isolated"),
    needs="websocket",
)  # fmt: skip


@each(message=("unknown", "no-type", "pairs", "text-of-bytes"), needs="websocket")
def after_the_close(message):
    """An illegal message behind the application's close brings the client nothing more

    Whether it is illegal first, or sent to a closed connection first, is not said: `send` may do as it likes.
    """
    event = AFTER[message][1]
    yield from OPEN
    yield app.begins_to_send({"type": "websocket.close", "code": 4000}, "close")
    yield client.gets(close_frame(4000))
    yield app.begins_to_send(event, "illegal")
    yield client.sends_close(4000)
    yield client.gets(requirement("websocket.send.closed.after-app-close"), ways={
        "nothing more": closed(), "left open": note(silence(), "the connection is still open"),
    }, within=0.5)  # fmt: skip
    yield client.closes()
    yield app.finishes("illegal", RETURNS, ways=GOES_ON)
    yield app.reraises(ways=LEFT)
    yield from served("common.error.app-exception.isolated")
