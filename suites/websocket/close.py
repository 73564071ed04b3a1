"""Close: how an application refuses or ends a connection (ASGI HTTP, "Close - send event")."""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    handshake,
    head,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    warn,
)  # fmt: skip

OPEN = (
    client.opens_websocket("/close"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)

# --------------------------------------------------------------------------- before the accept

REFUSALS = {
    "plain": {"type": "websocket.close"},
    "code": {"type": "websocket.close", "code": 4000},
    "reason": {"type": "websocket.close", "code": 1000, "reason": "no"},
}


@each(event=REFUSALS, needs="websocket")
def refused_with_403(event):
    """A refused handshake is answered with 403

    The code and the reason of the event have no part in it.
    """
    yield client.opens_websocket("/close")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.begins_to_send(REFUSALS[event], "close")
    yield app.finishes("close", ways={"returns": returns(), "raises": raises(), "waits": pending()}, within=0.2)
    yield app.returns()
    yield client.gets(head(403), requirement("websocket.close.before-accept.403"))


case(
    "The answer to a refused handshake is a complete response",
    client.opens_websocket("/close"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.begins_to_send({"type": "websocket.close"}, "close"),
    client.gets(requirement("websocket.close.before-accept.valid-http"), ways={
        "complete": response(any_of("of an error", lambda status: status >= 400)),
        "no answer yet": note(silence(), "it waits for the application to return"),
    }, within=1.0),
    needs="websocket",
)  # fmt: skip

case(
    "A refusal is answered, also while the application goes on",
    client.opens_websocket("/close"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.begins_to_send({"type": "websocket.close"}, "close"),
    client.gets(requirement("websocket.close.completes"), ways={"answered": head(), "closed": closed()}, within=1.0),
    note="The event tells the server to close the connection: there is nothing else that it could wait for.",
    needs="websocket",
)

# --------------------------------------------------------------------------- after the accept


@each(code=[1000, 1001, 1011, 3000, 4999], needs="websocket")
def code_of_close(code):
    """The code of a close is in the close frame

    The text has the server close with the code of the message. All of these are codes that an endpoint may send in a
    close frame (RFC 6455, section 7.4): a server that knows fewer codes leaves the connection open, or closes with
    another code than it was told.
    """
    yield from OPEN
    yield app.begins_to_send({"type": "websocket.close", "code": code}, "close")
    yield client.gets(close_frame(code), requirement("websocket.close.after-accept.code"), within=1.0)


case(
    "A close without a code stands for 1000",
    *OPEN,
    app.begins_to_send({"type": "websocket.close"}, "close"),
    client.gets(close_frame(1000), requirement("websocket.close.code-default")),
    needs="websocket",
)

case(
    "The reason of a close is in the close frame",
    *OPEN,
    app.begins_to_send({"type": "websocket.close", "code": 4000, "reason": "bïe"}, "close"),
    client.gets(close_frame(4000, "bïe".encode()), requirement("websocket.close.reason")),
    needs="websocket",
)

NO_REASON = {
    "missing": {"type": "websocket.close", "code": 4000},
    "None": {"type": "websocket.close", "code": 4000, "reason": None},
    "empty": {"type": "websocket.close", "code": 4000, "reason": ""},
}


@each(reason=NO_REASON, needs="websocket")
def no_reason(reason):
    """A close without a reason has none in the close frame"""
    yield from OPEN
    yield app.begins_to_send(NO_REASON[reason], "close")
    yield client.gets(close_frame(4000, b""), requirement("websocket.close.reason"))


case(
    "A close ends the connection, also while the application goes on",
    *OPEN,
    app.begins_to_send({"type": "websocket.close"}, "close"),
    client.gets(close_frame(), requirement("websocket.close.completes"), within=1.0),
    client.sends_close(1000),
    client.gets(closed(), requirement("websocket.close.completes"), within=1.0),
    needs="websocket",
)

case(
    "A close ends the connection, also while the application waits for a message",
    *OPEN,
    app.begins_to_receive("goes on"),
    app.begins_to_send({"type": "websocket.close"}, "close"),
    client.gets(close_frame(), requirement("websocket.close.completes"), within=1.0),
    client.sends_close(1000),
    client.gets(closed(), requirement("websocket.close.completes"), within=1.0),
    note="A receive that waits is what most applications have under way: the close cannot wait for its end.",
    needs="websocket",
)

case(
    "A second close has no effect",
    *OPEN,
    app.begins_to_send({"type": "websocket.close", "code": 4001}, "first"),
    app.begins_to_send({"type": "websocket.close", "code": 4002}, "second"),
    client.gets(close_frame(4001), requirement("websocket.close.twice")),
    client.sends_close(4001),
    client.gets(requirement("websocket.close.twice"), ways={
        "nothing more": closed(),
        "left open": note(silence(), "the connection is still open"),
    }, within=0.5),
    client.closes(),
    app.finishes("second", requirement("websocket.close.twice"), ways={
        "no-op": returns(),
        "OSError": raises("OSError"),
        "another exception": note(raises()),
    }),
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- what no close frame can carry

TOO_LONG = {
    "124-bytes": "r" * 124,
    "cut-character": "r" * 122 + "ï",
}


@each(reason=TOO_LONG, needs="websocket")
def long_reason(reason):
    """A reason that is too long for a close frame

    A frame has room for 123 bytes of it, the text allows any string. Raising and cutting are both sensible: recorded.
    """
    yield from OPEN
    yield app.begins_to_send({"type": "websocket.close", "code": 4000, "reason": TOO_LONG[reason]}, "close")
    yield app.finishes("close", ways={"raises": raises(), "returns": returns(), "waits": pending()}, within=0.2)
    yield app.begins_to_send({"type": "websocket.close", "code": 4000}, "short")
    yield app.returns()
    yield client.gets(requirement("websocket.close.reason-length"), ways={
        "cut": close_frame(4000, TOO_LONG[reason].encode()[:123].decode(errors="ignore").encode()),
        "without it": close_frame(4000, b""),
        "another frame": close_frame(reason=b""),
        "closed": closed(),
        "hang": warn(silence(), "the connection is left open"),
        "invalid": note(anything(), "no valid close frame"),
    })  # fmt: skip


VALID = any_of(
    "a valid code, or with none",
    lambda code: code in (1000, 1001, 1002, 1003, 1005, *range(1007, 1015)) or 3000 <= code <= 4999,
)


@each(code=[0, 999, 1005, 1006, 1015, 5000, 70000], needs="websocket")
def invalid_code(code):
    """A code that is not to be sent is not sent

    RFC 6455 reserves some codes for what is never on the wire, and has no use for others (section 7.4).
    """
    yield from OPEN
    yield app.begins_to_send({"type": "websocket.close", "code": code}, "invalid")
    yield app.begins_to_send({"type": "websocket.close", "code": 1000}, "valid")
    yield app.returns()
    yield client.gets(requirement("websocket.close.invalid-codes"), ways={
        "a valid code": close_frame(VALID),
        "closed": closed(),
        "hang": warn(silence(), "the connection is left open"),
        "as given": warn(close_frame(code), "the code is sent as it was given"),
    })  # fmt: skip
