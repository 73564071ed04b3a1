"""Receive: messages of the client on their way to the application (ASGI HTTP, "Receive - receive event")."""

from asgi_conformance.authoring import (
    Opcode,
    app,
    case,
    client,
    close_frame,
    closed,
    documented,
    each,
    handshake,
    pong,
    requirement,
    scope,
    silence,
    where,
)  # fmt: skip

OPEN = (
    client.opens_websocket("/receive"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)

case(
    "A text message arrives as text",
    *OPEN,
    client.sends_text("héllo 😀"),
    app.gets({"type": "websocket.receive", "text": "héllo 😀", "bytes": None},
             requirement("websocket.receive.text"), documented("websocket.receive.text")),
    needs="websocket",
)  # fmt: skip

case(
    "A binary message arrives as bytes",
    *OPEN,
    client.sends_bytes(b"\x00\xff\x80text"),
    app.gets({"type": "websocket.receive", "bytes": b"\x00\xff\x80text", "text": None},
             requirement("websocket.receive.bytes"), documented("websocket.receive.bytes")),
    needs="websocket",
)  # fmt: skip

MESSAGES = {
    "text": (Opcode.TEXT, b"a"),
    "bytes": (Opcode.BINARY, b"a"),
    "empty-text": (Opcode.TEXT, b""),
    "empty-bytes": (Opcode.BINARY, b""),
}


@each(kind=MESSAGES, needs="websocket")
def exactly_one(kind):
    """Exactly one of bytes and text is not None"""
    yield from OPEN
    yield client.sends_frames(MESSAGES[kind])
    yield app.gets(
        where(
            "one of bytes and text is not None",
            lambda seen, heard: (
                (seen.value.get("bytes") is None) != (seen.value.get("text") is None)
                if isinstance(getattr(seen, "value", None), dict)
                else "no event"
            ),
        ),
        requirement("websocket.receive.exactly-one"),
    )


case(
    "Empty messages arrive as such",
    *OPEN,
    client.sends_frames((Opcode.TEXT, b""), (Opcode.BINARY, b""), (Opcode.BINARY, b"x")),
    app.gets({"type": "websocket.receive", "text": ""}, requirement("websocket.receive.empty")),
    app.gets({"type": "websocket.receive", "bytes": b""}, requirement("websocket.receive.empty")),
    app.gets({"type": "websocket.receive", "bytes": b"x"}, requirement("websocket.receive.empty")),
    needs="websocket",
)

# --------------------------------------------------------------------------- fragments and order

case(
    "Fragments of a text arrive as one message",
    *OPEN,
    client.sends_frames((Opcode.TEXT, b"caf\xc3", False), (Opcode.PING, b"between"),
                        (Opcode.CONTINUATION, b"\xa9", False), (Opcode.CONTINUATION, b"", False),
                        (Opcode.CONTINUATION, b"!", True), (Opcode.TEXT, b"next")),
    app.gets({"type": "websocket.receive", "text": "café!"}, requirement("websocket.receive.fragmentation")),
    app.gets({"type": "websocket.receive", "text": "next"}, requirement("websocket.receive.fragmentation")),
    client.gets(pong(b"between"), requirement("websocket.ping.answered")),
    needs="websocket",
)  # fmt: skip

BYTES = [(Opcode.CONTINUATION, bytes([number % 256]), False) for number in range(1000)]

case(
    "A thousand fragments of a byte each arrive as one message",
    *OPEN,
    client.sends_frames((Opcode.BINARY, b"", False), *BYTES, (Opcode.CONTINUATION, b"", True)),
    app.gets({"type": "websocket.receive", "bytes": b"".join(fragment[1] for fragment in BYTES)},
             requirement("websocket.receive.fragmentation")),
    needs="websocket",
)  # fmt: skip

SIZES = [0, 1, 125, 126, 300, 65535, 65536, 2]
"""On both sides of the lengths at which the framing changes (RFC 6455, section 5.2)."""
TEXTS = [f"{number} ".ljust(SIZES[number % 8], "t") for number in range(8)]
BINARIES = [f"{number} ".encode().ljust(SIZES[number % 8], b"b") for number in range(8)]

case(
    "Messages arrive once each and in their order",
    *OPEN,
    client.sends_frames(*[
        frame for text, data in zip(TEXTS, BINARIES, strict=True)
        for frame in ((Opcode.TEXT, text.encode()), (Opcode.BINARY, data))
    ]),
    app.gets_several([
        {"type": "websocket.receive", **content} for text, data in zip(TEXTS, BINARIES, strict=True)
        for content in ({"text": text}, {"bytes": data})
    ], requirement("websocket.receive.order")),
    client.sends_text("no more"),
    app.gets({"type": "websocket.receive", "text": "no more"}, requirement("websocket.receive.order")),
    needs="websocket",
)  # fmt: skip

NUMBERS = [str(number) for number in range(200)]

case(
    "Two hundred messages wait for the application",
    *OPEN,
    client.sends_text(*NUMBERS),
    app.gets_several([{"type": "websocket.receive", "text": number} for number in NUMBERS],
                     requirement("websocket.receive.order")),
    needs="websocket",
)  # fmt: skip

case(
    "Messages sent before a close frame arrive before the disconnect",
    *OPEN,
    client.sends_frames((Opcode.TEXT, b"1"), (Opcode.TEXT, b"2"), (Opcode.BINARY, b"3"), (Opcode.CLOSE, b"\x03\xe8")),
    client.gets(ways={"answered at once": close_frame(), "not yet": silence()}, within=0.02),
    app.gets({"type": "websocket.receive", "text": "1"}, requirement("websocket.receive.pending-before-disconnect")),
    app.gets({"type": "websocket.receive", "text": "2"}, requirement("websocket.receive.pending-before-disconnect")),
    app.gets({"type": "websocket.receive", "bytes": b"3"}, requirement("websocket.receive.pending-before-disconnect")),
    client.closes(),
    app.gets({"type": "websocket.disconnect"}, requirement("websocket.receive.pending-before-disconnect")),
    note="A server may read on before it answers the close frame, or only when the application has received.",
    needs="websocket",
)

INVALID = {
    "one-frame": [(Opcode.TEXT, b"\xff\xfe", True)],
    "fragments": [(Opcode.TEXT, b"caf", False), (Opcode.CONTINUATION, b"\xc3", True)],
}


@each(payload=INVALID, needs="websocket")
def invalid_utf8(payload):
    """A text message that is no UTF-8 does not reach the application"""
    yield from OPEN
    yield client.sends_frames(*INVALID[payload])
    yield client.gets(ways={"failed": close_frame(), "closed": closed(), "not yet": silence()}, within=0.1)
    yield client.closes()
    yield app.gets({"type": "websocket.disconnect"}, requirement("websocket.receive.invalid-utf8"))
