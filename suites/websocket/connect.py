"""Connect: what the application hears first, and what waits for its answer (ASGI HTTP, "Connect - receive event")."""

from asgi_conformance.authoring import (
    app,
    case,
    client,
    event,
    handshake,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    warn,
)  # fmt: skip

GONE = requirement(
    "websocket.connect.client-gone-during-handshake",
    ways={
        "1006": event({"type": "websocket.disconnect", "code": 1006}),
        "another code": warn(event({"type": "websocket.disconnect"}), "1006 stands for a connection that was lost"),
    },
)

case(
    "The first event is websocket.connect, and it comes once",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}, requirement("websocket.connect.first-event")),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    client.sends_text("first"),
    app.gets({"type": "websocket.receive", "text": "first"}, requirement("websocket.connect.first-event")),
    needs="websocket",
)

case(
    "The handshake waits for the answer to websocket.connect",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    client.gets_nothing(requirement("websocket.connect.during-handshake")),
    app.sends({"type": "websocket.accept"}),
    client.gets(response(101), requirement("websocket.connect.during-handshake")),
    needs="websocket",
)

case(
    "No message is passed on before the answer to websocket.connect",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    client.sends_text("early"),
    app.gets({"type": "websocket.connect"}),
    app.begins_to_receive("second"),
    app.still_waits("second", requirement("websocket.connect.no-receive-before-reply"), ways={
        "waits": pending(),
        "disconnects": event({"type": "websocket.disconnect"}),
    }),
    note="""
        The text lets no message pass before the connect event is answered, without exceptions. A client that sends so
        early breaks RFC 6455, and so a server may refuse it, or lose the message, but not pass it on.
    """,
    needs="websocket",
)  # fmt: skip

case(
    "A client that resets during the handshake brings websocket.disconnect",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    client.resets(),
    app.gets(GONE, ways={"disconnect": event({"type": "websocket.disconnect"})}, within=1.0),
    app.sends({"type": "websocket.accept"}, requirement("websocket.connect.client-gone-during-handshake"), ways={
        "no-op": returns(),
        "OSError": raises("OSError"),
        "another exception": warn(raises(), "a send on a closed connection is no error of the application"),
    }),
    note="The loss of the socket is one of the causes that the text names. For its code 1006 is usual, so others warn.",
    needs="websocket",
)  # fmt: skip

case(
    "A client that closes during the handshake brings websocket.disconnect",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    client.closes(),
    app.gets(GONE, ways={"disconnect": event({"type": "websocket.disconnect"})}, within=1.0),
    note="The loss of the socket is one of the causes that the text names. For its code 1006 is usual, so others warn.",
    needs="websocket",
)

case(
    "An accept before websocket.connect was received",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    app.sends({"type": "websocket.accept"}, requirement("websocket.connect.early-accept-tolerated"), ways={
        "accepted": returns(),
        "raises": note(raises()),
    }),
    app.gets({"type": "websocket.connect"}, requirement("websocket.connect.early-accept-tolerated")),
    note="Whether the application has to receive websocket.connect first is not said, so this is only recorded.",
    needs="websocket",
)  # fmt: skip
