"""Send: messages of the application on their way to the client (ASGI HTTP, "Send - send event")."""

from asgi_conformance.authoring import (
    any_of,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    handshake,
    head,
    message,
    messages,
    note,
    nothing,
    raises,
    requirement,
    returns,
    scope,
    silence,
    warn,
    where,
)  # fmt: skip

ERROR = any_of("of an error", lambda status: status >= 400)
OPEN = (
    client.opens_websocket("/send"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)

TRIED = {"returns": returns(), "raises": raises()}
ENDED = {
    "ended": note(close_frame(), "the connection ends with the exception"),
    "cut off": note(closed(), "the connection ends with the exception"),
    "nothing more": note(silence(), "nothing more can be sent"),
}
"""What becomes of the connection when send has raised is not said."""

TEXT = {
    "missing": {"type": "websocket.send", "text": "hé 😀"},
    "None": {"type": "websocket.send", "text": "hé 😀", "bytes": None},
}


@each(bytes=TEXT, needs="websocket")
def text_is_sent(bytes):
    """Text is sent as a text message"""
    yield from OPEN
    yield app.sends(TEXT[bytes], requirement("websocket.send.text"))
    yield client.gets(message(text="hé 😀"), requirement("websocket.send.text"))


BYTES = {
    "missing": {"type": "websocket.send", "bytes": b"\x00\xfftext"},
    "None": {"type": "websocket.send", "bytes": b"\x00\xfftext", "text": None},
}


@each(text=BYTES, needs="websocket")
def bytes_are_sent(text):
    """Bytes are sent as a binary message"""
    yield from OPEN
    yield app.sends(BYTES[text], requirement("websocket.send.bytes"))
    yield client.gets(message(data=b"\x00\xfftext"), requirement("websocket.send.bytes"))


case(
    "An empty text is sent as an empty text message",
    *OPEN,
    app.sends({"type": "websocket.send", "text": ""}, requirement("websocket.send.empty")),
    app.sends({"type": "websocket.send", "text": "x"}),
    client.gets(messages("", "x"), requirement("websocket.send.empty")),
    note="Only None stands for no content: an empty text is a message.",
    needs="websocket",
)

case(
    "Empty bytes are sent as an empty binary message",
    *OPEN,
    app.sends({"type": "websocket.send", "bytes": b""}, requirement("websocket.send.empty")),
    app.sends({"type": "websocket.send", "text": "x"}),
    client.gets(messages(b"", "x"), requirement("websocket.send.empty")),
    note="Only None stands for no content: empty bytes are a message.",
    needs="websocket",
)

# --------------------------------------------------------------------------- exactly one

NEITHER = {
    "missing": {"type": "websocket.send"},
    "None": {"type": "websocket.send", "bytes": None, "text": None},
}


@each(bytes_and_text=NEITHER, needs="websocket")
def neither(bytes_and_text):
    """A message with neither bytes nor text raises, and nothing is sent

    One of the two must not be None, so the event lacks what it should have, and a server should raise for such an event
    (ASGI, "Error Handling"). It is only a should: whoever returns and sends nothing is warned (A42).
    """
    yield from OPEN
    yield app.sends(NEITHER[bytes_and_text], requirement("websocket.send.exactly-one"),
                    ways={"raises": raises(), "returns": warn(returns(), "it did not raise")})  # fmt: skip
    yield app.sends({"type": "websocket.send", "text": "x"}, ways=TRIED)
    yield client.gets(requirement("websocket.send.exactly-one"), ways={
        "nothing": message(text="x"),
        **ENDED,
        "a message": warn(where("some frame", lambda seen, heard: bool(seen.data)), "a message of nothing was sent"),
    }, within=0.5)  # fmt: skip


case(
    "A message with both bytes and text raises, and nothing is sent",
    *OPEN,
    app.sends({"type": "websocket.send", "bytes": b"b", "text": "a"}, requirement("websocket.send.exactly-one"),
              ways={"raises": raises(), "returns": warn(returns(), "it did not raise")}),
    app.sends({"type": "websocket.send", "text": "x"}, ways=TRIED),
    client.gets(requirement("websocket.send.exactly-one"), ways={
        "nothing": message(text="x"),
        **ENDED,
        "the bytes": warn(message(data=b"b"), "the bytes were sent"),
        "the text": warn(message(text="a"), "the text was sent"),
    }, within=0.5),
    note="""
        Exactly one of the two must not be None, so the event is invalid, and a server should raise for it. It is only a
        should, and which of the two counts is not said: whoever sends one of them is warned (A42).
    """,
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- boundaries and time

SIZES = [1, 125, 126, 65535, 65536]
"""On both sides of the lengths at which the framing changes (RFC 6455, section 5.2)."""

case(
    "Every send is a message of its own, in order",
    *OPEN,
    *[app.sends({"type": "websocket.send", "text": "t" * size}) for size in SIZES],
    *[app.sends({"type": "websocket.send", "bytes": b"b" * size}) for size in SIZES],
    client.gets(messages(*["t" * size for size in SIZES], *[b"b" * size for size in SIZES]),
                requirement("websocket.send.message-boundaries")),
    needs="websocket",
)  # fmt: skip

case(
    "A long message is one message",
    *OPEN,
    app.begins_to_send({"type": "websocket.send", "bytes": b"m" * 262144}, "large"),
    client.gets(message(data=b"m" * 262144), requirement("websocket.send.message-boundaries")),
    app.finishes("large", returns()),
    needs="websocket",
)

case(
    "A message is sent without waiting for what the application does next",
    *OPEN,
    app.sends({"type": "websocket.send", "text": "now"}),
    client.gets(message(text="now"), requirement("websocket.send.prompt"), within=0.5),
    needs="websocket",
)

case(
    "A message before the accept is not sent",
    client.opens_websocket("/send"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.send", "text": "early"}, requirement("websocket.send.before-accept"),
              ways={"raises": raises(), "dropped": warn(returns(), "it did not raise")}),
    client.gets_nothing(requirement("websocket.send.before-accept"), ways={
        "nothing": nothing(),
        "refused": note(head(ERROR), "the handshake ends with the exception"),
        "closed": note(closed(), "the handshake ends with the exception"),
    }),
    app.sends({"type": "websocket.accept"}, ways=TRIED),
    app.sends({"type": "websocket.send", "text": "ok"}, ways=TRIED),
    client.gets(ways={"accepted": handshake(), "closed": closed(after_anything=True)}),
    client.gets(requirement("websocket.send.before-accept"), ways={
        "only what came after it": message(text="ok"), "closed": note(closed()), "kept": note(silence()),
        "sent after it": warn(message(text="early"), "the message was kept for the time after the accept"),
    }, within=0.5),
    needs="websocket",
)  # fmt: skip
