"""Connect: what the application hears first, and what waits for its answer (ASGI HTTP, "Connect - receive event")."""

from asgi_conformance.authoring import (
    any_of, app, case, client, event, handshake, note, pending, plain, raises, requirement, returns, scope, warn,
)  # fmt: skip

ABNORMAL = requirement(
    "websocket.disconnect.abnormal",
    expects=event({"type": "websocket.disconnect", "code": any_of("1006", lambda code: plain(code) == 1006)}),
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
    client.gets(handshake(), requirement("websocket.connect.during-handshake")),
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
    note="A client that sends so early breaks RFC 6455: a server may refuse it, or lose the message.",
    needs="websocket",
)  # fmt: skip

case(
    "A client that resets during the handshake brings websocket.disconnect",
    client.opens_websocket("/connect"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    client.resets(),
    app.gets(
        {"type": "websocket.disconnect"},
        requirement("websocket.connect.client-gone-during-handshake"),
        ABNORMAL,
    ),
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
    app.gets(
        {"type": "websocket.disconnect"},
        requirement("websocket.connect.client-gone-during-handshake"),
        ABNORMAL,
    ),
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
