"""Ping and pong, which are the server's own business (ASGI HTTP, "WebSocket")."""

from asgi_conformance.authoring import (
    Opcode,
    app,
    case,
    client,
    handshake,
    note,
    pong,
    requirement,
    scope,
    silence,
    warn,
    where,
)

OPEN = (
    client.opens_websocket("/ping"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)

case(
    "A ping is answered while the application receives",
    *OPEN,
    app.begins_to_receive("receive"),
    client.sends_frames((Opcode.PING, b"abc")),
    client.gets(pong(b"abc"), requirement("websocket.ping.answered")),
    client.sends_text("after"),
    app.finishes("receive", {"type": "websocket.receive", "text": "after"}, requirement("websocket.ping.not-exposed")),
    needs="websocket",
)

case(
    "A ping is answered while the application does not receive",
    *OPEN,
    client.sends_frames((Opcode.PING, b"abc")),
    client.gets(requirement("websocket.ping.answered"), ways={
        "answered": pong(b"abc"),
        "not before the application receives": warn(silence()),
    }, within=1.0),
    note="""
        Every ping must be answered (RFC 6455, section 5.5.2), but as soon as is practical is only what should be, and a
        server may leave in the socket what nobody receives: so a pong that waits for the application is warned of.
    """,
    needs="websocket",
)  # fmt: skip

case(
    "An empty ping is answered with an empty pong",
    *OPEN,
    app.begins_to_receive("receive"),
    client.sends_frames((Opcode.PING, b"")),
    client.gets(pong(b""), requirement("websocket.ping.answered")),
    needs="websocket",
)

case(
    "Control frames bring no event",
    *OPEN,
    client.sends_frames((Opcode.PING, b"ping"), (Opcode.PONG, b"nobody asked"), (Opcode.TEXT, b"text")),
    app.gets({"type": "websocket.receive", "text": "text"}, requirement("websocket.ping.not-exposed")),
    needs="websocket",
)

case(
    "A silent connection is pinged",
    *OPEN,
    app.begins_to_receive("receive"),
    client.gets(requirement("websocket.ping.keepalive"), ways={
        "pinged": where("a ping", lambda seen, heard: seen.data[:1] == b"\x89"),
        "not pinged": note(silence(), "nothing came in three times the time that was set"),
    }, within=3.0),
    client.sends_text("still there"),
    app.finishes(
        "receive", {"type": "websocket.receive", "text": "still there"}, requirement("websocket.ping.not-exposed")
    ),
    options={"ping_interval": "1"},
    needs="websocket",
    note="""
        As necessary, the text says, so the time is the server's choice, and this is only recorded. Here it is set to a
        second, where a server has an option for it.
    """,
)  # fmt: skip
