"""Sending on a closed connection (ASGI HTTP, "Disconnected Client - send exception", of WebSocket)."""

import re

from asgi_conformance.authoring import (
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    handshake,
    note,
    process,
    raises,
    requirement,
    returns,
    scope,
    silence,
    warn,
    where,
)  # fmt: skip

OPEN = (
    client.opens_websocket("/closed"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)
ANSWERED = (
    client.gets(ways={"answered": close_frame(), "closed": closed(), "not yet": silence()}, within=0.1),
    client.closes(),
)

FROM_24 = {
    "OSError": raises("OSError"),
    "no-op": warn(returns(), "it did not raise"),
    "another exception": warn(raises(), "the exception is no OSError"),
}
BEFORE_24 = {
    "no-op": returns(),
    "OSError": note(raises("OSError"), "ahead of its declared version"),
    "another exception": warn(raises(), "a send on a closed connection is no error"),
}
WAYS = {"returns": returns(), "raises": raises()}
CLOSED = (
    requirement("websocket.send.closed.oserror", ways=FROM_24),
    requirement("websocket.send.closed.pre-24", ways=BEFORE_24, until="2.4"),
)

EVENTS = {
    "text": {"type": "websocket.send", "text": "late"},
    "bytes": {"type": "websocket.send", "bytes": b"late"},
}


@each(event=EVENTS, needs="websocket")
def after_a_close(event):
    """A send after the client has closed raises an OSError

    Declared below 2.4 it does nothing, as a message on a closed connection is no error. The connection is closed for
    certain once the application has received the disconnect.
    """
    yield from OPEN
    yield client.sends_close(1000)
    yield from ANSWERED
    yield app.gets({"type": "websocket.disconnect"})
    yield app.sends(EVENTS[event], *CLOSED, ways=WAYS)


@each(event=EVENTS, needs="websocket")
def after_a_reset(event):
    """A send after the connection was reset raises an OSError

    Declared below 2.4 it does nothing, as a message on a closed connection is no error. The connection is closed for
    certain once the application has received the disconnect.
    """
    yield from OPEN
    yield client.resets()
    yield app.gets({"type": "websocket.disconnect"})
    yield app.sends(EVENTS[event], *CLOSED, ways=WAYS)


case(
    "A close after the client has closed is no error",
    *OPEN,
    client.sends_close(1000),
    *ANSWERED,
    app.gets({"type": "websocket.disconnect"}),
    app.sends(
        {"type": "websocket.close"},
        requirement("websocket.send.closed.oserror", ways={
            "no-op": returns(),
            "OSError": raises("OSError"),
            "another exception": warn(raises(), "the exception is no OSError"),
        }),
        requirement("websocket.send.closed.pre-24", ways=BEFORE_24, until="2.4"),
        ways=WAYS,
    ),
    note="What is to be closed is closed: to do nothing is as good as the OSError.",
    needs="websocket",
)  # fmt: skip

case(
    "Nothing is sent after the application's close",
    *OPEN,
    app.begins_to_send({"type": "websocket.close"}, "close"),
    app.begins_to_send({"type": "websocket.send", "text": "late"}, "late"),
    client.gets(close_frame()),
    client.sends_close(1000),
    client.gets(requirement("websocket.send.closed.after-app-close"), ways={
        "nothing more": closed(),
        "left open": note(silence(), "the connection is still open"),
    }, within=0.5),
    client.closes(),
    app.finishes("late", requirement("websocket.send.closed.after-app-close"), ways=WAYS),
    note="""
        The close ends what the application can say: a message behind the close frame breaks RFC 6455 (section 5.5.1).
        That the close itself may still wait for the client's answer does not make the connection an open one.
    """,
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- the exception comes back

second = client.named("second")
other = app.named("other")

case(
    "A server survives its exception when it comes back",
    *OPEN,
    client.sends_close(1000),
    *ANSWERED,
    app.gets({"type": "websocket.disconnect"}),
    app.sends({"type": "websocket.send", "text": "late"}, ways=WAYS),
    app.reraises(),
    second.connects(requirement("websocket.send.closed.server-catches")),
    second.opens_websocket("/next"),
    other.is_called(scope(path="/next"), requirement("websocket.send.closed.server-catches")),
    other.gets({"type": "websocket.connect"}),
    other.sends({"type": "websocket.accept"}),
    second.gets(handshake(), requirement("websocket.send.closed.server-catches")),
    needs="websocket",
)

case(
    "The exception that comes back is not logged as an error",
    process.starts(),
    app.named("lifespan").is_called(scope(type="lifespan")),
    app.named("lifespan").gets({"type": "lifespan.startup"}),
    app.named("lifespan").sends({"type": "lifespan.startup.complete"}),
    process.serves(),
    *OPEN,
    client.sends_close(1000),
    *ANSWERED,
    app.gets({"type": "websocket.disconnect"}),
    app.sends({"type": "websocket.send", "text": "late"}, ways=WAYS),
    app.reraises(),
    second.opens_websocket("/next"),
    other.is_called(scope(path="/next")),
    other.gets({"type": "websocket.connect"}),
    other.sends({"type": "websocket.accept"}),
    second.gets(handshake()),
    process.has_printed(
        where("neither a traceback nor an error",
              lambda seen, heard: not re.search(r"Traceback|\b(ERROR|CRITICAL)\b", seen.text) or seen.text[-600:]),
        requirement("websocket.send.closed.not-logged"),
    ),
    needs=("websocket", "lifespan"),
)  # fmt: skip
