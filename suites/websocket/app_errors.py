"""The application's call and the socket end together (ASGI HTTP, "Websocket Connection Scope")."""

from asgi_conformance.authoring import (
    any_of,
    app,
    case,
    client,
    close_frame,
    closed,
    handshake,
    message,
    messages,
    no_message,
    note,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    warn,
    where,
)  # fmt: skip

OPEN = (
    client.opens_websocket("/app"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)
REFUSED = {
    "500": response(500),
    "403": response(403),
    "another error": response(any_of("of another error", lambda status: status >= 400)),
    "closed": closed(),
}
second = client.named("second")
other = app.named("other")
CLOSED = {
    "1011": close_frame(1011),
    "1000": close_frame(1000),
    "another code": close_frame(),
    "closed": closed(),
}

# --------------------------------------------------------------------------- before the accept

case(
    "An application that raises at once has its handshake refused",
    client.opens_websocket("/app"),
    app.is_called(scope(type="websocket")),
    app.raises(),
    client.gets(requirement("websocket.app.exception-before-accept"), ways=REFUSED),
    needs="websocket",
)

case(
    "An application that raises instead of accepting has its handshake refused",
    client.opens_websocket("/app"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.raises(),
    client.gets(requirement("websocket.app.exception-before-accept"), ways=REFUSED),
    needs="websocket",
)

case(
    "An application that dies of an invalid accept has its handshake refused",
    client.opens_websocket("/app"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "headers": [(b":status", b"200")]}, ways={
        "raises": raises(),
        "returns": returns(),
    }),
    app.reraises(),
    client.gets(requirement("websocket.app.exception-before-accept"), ways={
        **REFUSED,
        "accepted": note(where("101", lambda seen, heard: seen.data.startswith(b"HTTP/1.1 101 "))),
        "broken off": note(closed(after_anything=True), "the connection ends without a response"),
    }),
    second.opens_websocket("/next"),
    other.is_called(scope(path="/next"), requirement("websocket.app.exception-before-accept")),
    note="""
        A server that raises out of send has not completed the handshake. When that exception comes back to it, it has
        to end the connection as for any other one, and nothing but this connection.
    """,
    needs="websocket",
)  # fmt: skip

case(
    "An application that returns instead of accepting has its handshake refused",
    client.opens_websocket("/app"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.returns(),
    client.gets(requirement("websocket.app.return-without-reply"), ways={**REFUSED, "waits": warn(silence())}),
    note="""
        Nobody is left who could answer, and the socket is to be closed with the application. The text gives no time, so
        a server that lets the client wait for a limit meant for slow applications is warned, not failed.
    """,
    needs="websocket",
)

# --------------------------------------------------------------------------- after the accept

case(
    "An application that raises has its connection closed",
    *OPEN,
    app.sends({"type": "websocket.send", "text": "a"}),
    app.raises(),
    client.gets(message(text="a")),
    client.gets(requirement("websocket.app.exception-after-accept"), ways=CLOSED),
    note="Which code the client sees is not said: it is only recorded.",
    needs="websocket",
)

case(
    "An application that returns has its connection closed",
    *OPEN,
    app.sends({"type": "websocket.send", "text": "bye"}),
    app.returns(),
    client.gets(message(text="bye"), requirement("websocket.app.return-after-accept")),
    client.gets(requirement("websocket.app.return-after-accept"), ways=CLOSED),
    note="""
        The scope lives as long as the socket, and the socket is to be closed when the application is gone: nobody is
        left to read what the client still sends. Which code the client sees is not said, it is only recorded.
    """,
    needs="websocket",
)

# --------------------------------------------------------------------------- while both live

case(
    "An idle connection stays open",
    *OPEN,
    app.begins_to_receive("receive"),
    client.gets(no_message(), requirement("websocket.app.scope-lifetime"), within=0.25),
    client.sends_text("still there"),
    app.finishes(
        "receive", {"type": "websocket.receive", "text": "still there"}, requirement("websocket.app.scope-lifetime")
    ),
    app.sends({"type": "websocket.send", "text": "so am I"}),
    client.gets(message(text="so am I"), requirement("websocket.app.scope-lifetime")),
    note="Only for a moment: a limit of some seconds, as servers have it for idle HTTP connections, is not seen here.",
    needs="websocket",
)

case(
    "An application can send while it waits for a message",
    *OPEN,
    app.begins_to_receive("receive"),
    app.sends({"type": "websocket.send", "text": "1", "bytes": None}, requirement("websocket.app.bidirectional")),
    app.sends({"type": "websocket.send", "text": "2", "bytes": None}, requirement("websocket.app.bidirectional")),
    client.gets(messages("1", "2"), requirement("websocket.app.bidirectional")),
    client.sends_text("3"),
    app.finishes("receive", {"type": "websocket.receive", "text": "3"}, requirement("websocket.app.bidirectional")),
    needs="websocket",
)

case(
    "An application can receive while its send waits for the client",
    *OPEN,
    client.stops_reading(),
    app.begins_to_send({"type": "websocket.send", "bytes": b"s" * 65536}, "send", times=256),
    client.sends_text("1"),
    app.gets({"type": "websocket.receive", "text": "1"}, requirement("websocket.app.bidirectional")),
    client.sends_text("2"),
    app.gets({"type": "websocket.receive", "text": "2"}, requirement("websocket.app.bidirectional")),
    note="16 MB is more than the buffers on the way hold, so a server that waits for the client does so here.",
    needs="websocket",
)
