"""Disconnect: how the application learns of the end (ASGI HTTP, "Disconnect - receive event (WebSocket)")."""

from asgi_conformance.authoring import (
    Opcode,
    any_of,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    either,
    event,
    handshake,
    note,
    pending,
    plain,
    process,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    warn,
)  # fmt: skip

OPEN = (
    client.opens_websocket("/disconnect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)
ANSWERED = (
    client.gets(ways={"answered": close_frame(), "closed": closed(), "not yet": silence()}, within=0.1),
    client.closes(),
)
"""After a close frame: a client that has its answer, or got none, closes its end of the connection."""

SOME_INT = any_of("some int", lambda code: type(plain(code)) is int)
WITH_CODE = requirement(
    "websocket.disconnect.code-present",
    ways={
        "int": event({"type": "websocket.disconnect", "code": any_of("an int", lambda code: type(code) is int)}),
        "a subclass of int": warn(
            event({"type": "websocket.disconnect", "code": SOME_INT}),
            "it is no plain int",
        ),
        "no event": note(pending(), "there is no event that could have a code"),
    },
)


def number(code):
    """A predicate: this number. That it should be a plain int is a requirement of its own."""
    return any_of(str(code), lambda got: type(plain(got)) is int and plain(got) == code)


# --------------------------------------------------------------------------- the client closes


@each(code=[1000, 1001, 3000, 4999], needs="websocket")
def close_code(code):
    """The code of the client's close frame is in the disconnect

    The event has the close code as WebSocket defines it, and that is the code of the first close frame that was
    received (RFC 6455, section 7.1.5). 1006 stands for a connection that ended without one.
    """
    yield from OPEN
    yield client.sends_close(code)
    yield from ANSWERED
    yield app.gets({"type": "websocket.disconnect", "code": number(code)},
                   requirement("websocket.disconnect.client-close-code"))  # fmt: skip


case(
    "A close frame without a code brings 1005",
    *OPEN,
    client.sends_close(None),
    *ANSWERED,
    app.gets({"type": "websocket.disconnect", "code": number(1005)},
             requirement("websocket.disconnect.code-1005"), WITH_CODE),
    needs="websocket",
)  # fmt: skip

case(
    "The close frame of a client brings the disconnect to an application that waits",
    *OPEN,
    app.begins_to_receive("receive"),
    client.sends_close(1000),
    *ANSWERED,
    app.finishes("receive", {"type": "websocket.disconnect"}, requirement("websocket.disconnect.on-loss"), WITH_CODE),
    needs="websocket",
)

REASONS = {
    "reason": (4000, "bïe", either("bïe")),
    "none": (1000, "", either("", None)),
    "no-code": (None, "", either("", None)),
}


@each(given=REASONS, needs="websocket")
def close_reason(given):
    """The reason of the client's close frame is in the disconnect"""
    code, sent, told = REASONS[given]
    yield from OPEN
    yield client.sends_close(code, sent.encode())
    yield from ANSWERED
    yield app.gets({"type": "websocket.disconnect", "reason": told}, requirement("websocket.disconnect.reason"))


case(
    "The server answers a close frame and closes, whatever the application does",
    *OPEN,
    client.sends_close(1000),
    client.gets(requirement("websocket.disconnect.close-handshake-answered"), ways={
        "same code": close_frame(1000),
        "another code": close_frame(),
    }, within=1.0),
    client.gets(closed(), requirement("websocket.disconnect.close-handshake-answered"), within=1.0),
    note="RFC 6455 has the server close the connection first (section 7.1.1), and usually with the same code.",
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- the connection is lost

ABNORMAL = requirement(
    "websocket.disconnect.abnormal", expects=event({"type": "websocket.disconnect", "code": number(1006)})
)

case(
    "A reset brings the disconnect, with 1006",
    *OPEN,
    client.resets(),
    app.gets({"type": "websocket.disconnect"}, requirement("websocket.disconnect.on-loss"), ABNORMAL, WITH_CODE),
    note="The text gives no code for a lost connection; RFC 6455 sets 1006 aside for it (section 7.1.5).",
    needs="websocket",
)

case(
    "A connection closed without a close frame brings the disconnect, with 1006",
    *OPEN,
    app.begins_to_receive("receive"),
    client.closes(),
    app.finishes(
        "receive", {"type": "websocket.disconnect"}, requirement("websocket.disconnect.on-loss"), ABNORMAL, WITH_CODE
    ),
    note="The text gives no code for a lost connection; RFC 6455 sets 1006 aside for it (section 7.1.5).",
    needs="websocket",
)

case(
    "A client that breaks the protocol brings the disconnect",
    *OPEN,
    app.begins_to_receive("receive"),
    client.sends_frames((Opcode.CONTINUATION, b"of nothing")),
    *ANSWERED,
    app.finishes("receive", {"type": "websocket.disconnect"}, requirement("websocket.disconnect.on-loss"), WITH_CODE),
    note="A server fails such a connection (RFC 6455, section 5.4), and a connection closed by the server is a cause.",
    needs="websocket",
)

# --------------------------------------------------------------------------- the application closes

case(
    "A refusal is followed by the disconnect",
    client.opens_websocket("/disconnect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.close"}),
    client.gets(
        ways={"403": response(403), "another": response(), "closed": closed(), "not yet": silence()}, within=0.2
    ),
    client.closes(),
    app.gets({"type": "websocket.disconnect"}, requirement("websocket.disconnect.after-reject"), WITH_CODE, within=0.5),
    needs="websocket",
)

case(
    "The close of the application is followed by the disconnect",
    *OPEN,
    app.begins_to_send({"type": "websocket.close", "code": 4001}, "close"),
    client.gets(close_frame()),
    client.sends_close(4001),
    client.gets(ways={"closed": closed(after_anything=True), "not yet": silence()}, within=0.1),
    client.closes(),
    app.finishes("close", ways={"returns": returns(), "raises": raises()}),
    app.gets(
        requirement("websocket.disconnect.after-app-close"),
        WITH_CODE,
        ways={
            "4001": event({"type": "websocket.disconnect", "code": number(4001)}),
            "1000": event({"type": "websocket.disconnect", "code": number(1000)}),
            "1005": event({"type": "websocket.disconnect", "code": number(1005)}),
            "1006": event({"type": "websocket.disconnect", "code": number(1006)}),
            "another code": event({"type": "websocket.disconnect"}),
        },
        within=0.5,
    ),
    note="Which code the application is told after its own close is not said: it is only recorded.",
    needs="websocket",
)

case(
    "The close of the application brings the disconnect to its task that waits",
    *OPEN,
    app.begins_to_receive("receive"),
    app.begins_to_send({"type": "websocket.close"}, "close"),
    client.gets(close_frame(), within=0.5),
    client.sends_close(1000),
    client.gets(ways={"closed": closed(after_anything=True), "not yet": silence()}, within=0.1),
    client.closes(),
    app.finishes("receive", {"type": "websocket.disconnect"}, requirement("websocket.disconnect.on-loss"), WITH_CODE),
    note="The end of a connection that the server closes is one of the three causes that the text names.",
    needs="websocket",
)

case(
    "No message follows the disconnect",
    *OPEN,
    client.sends_frames((Opcode.CLOSE, b"\x03\xe8"), (Opcode.TEXT, b"late")),
    *ANSWERED,
    app.gets({"type": "websocket.disconnect"}),
    app.begins_to_receive("again"),
    app.still_waits("again", requirement("websocket.disconnect.last-event"), ways={
        "waits": pending(),
        "repeats it": event({"type": "websocket.disconnect"}),
        "raises": raises(),
    }),
    note="What comes after the disconnect is not said: waiting, repeating it and raising are only recorded.",
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- the server stops

case(
    "A server that stops tells the application and the client",
    process.starts(),
    app.named("lifespan").is_called(scope(type="lifespan")),
    app.named("lifespan").gets({"type": "lifespan.startup"}),
    app.named("lifespan").sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    *OPEN,
    app.begins_to_receive("receive"),
    process.gets_signal("SIGTERM"),
    client.gets(requirement("websocket.disconnect.server-shutdown"), ways={
        "1012": close_frame(1012),
        "1001": close_frame(1001),
        "another code": close_frame(),
        "closed": closed(),
    }, within=5.0),
    client.closes(),
    app.finishes("receive", {"type": "websocket.disconnect", "code": SOME_INT},
                 requirement("websocket.disconnect.server-shutdown")),
    needs=("websocket", "lifespan"),
)  # fmt: skip
