"""Accept: how an application completes the handshake (ASGI HTTP, "Accept - send event")."""

from asgi_conformance.authoring import (
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    handshake,
    made,
    message,
    note,
    nothing,
    raises,
    refused,
    requirement,
    response,
    returns,
    scope,
    silence,
    warn,
    where,
)  # fmt: skip

case(
    "An accept completes the handshake",
    client.opens_websocket("/accept"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}, requirement("websocket.accept.completes-handshake")),
    client.gets(handshake(), requirement("websocket.accept.completes-handshake")),
    client.sends_text("there"),
    app.gets({"type": "websocket.receive", "text": "there"}, requirement("websocket.accept.completes-handshake")),
    app.sends({"type": "websocket.send", "text": "back"}),
    client.gets(message(text="back"), requirement("websocket.accept.completes-handshake")),
    needs="websocket",
)

# --------------------------------------------------------------------------- subprotocol

case(
    "The accepted subprotocol is told to the client",
    client.opens_websocket("/accept", subprotocols=b"a, b"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "subprotocol": "b"}, requirement("websocket.accept.subprotocol.sent")),
    client.gets(response(101, headers_in_order=[(b"sec-websocket-protocol", b"b")]),
               requirement("websocket.accept.subprotocol.sent")),
    needs="websocket",
)  # fmt: skip

NO_SUBPROTOCOL = {
    "missing": {"type": "websocket.accept"},
    "None": {"type": "websocket.accept", "subprotocol": None},
}


@each(subprotocol=NO_SUBPROTOCOL, needs="websocket")
def no_subprotocol(subprotocol):
    """An accept without a subprotocol tells the client of none"""
    yield client.opens_websocket("/accept", subprotocols=b"a, b")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends(NO_SUBPROTOCOL[subprotocol], requirement("websocket.accept.subprotocol.none"))
    yield client.gets(
        response(101, without=[b"sec-websocket-protocol"]), requirement("websocket.accept.subprotocol.none")
    )


OFFERS = {"another": b"a", "nothing": None}


@each(offered=OFFERS, needs="websocket")
def subprotocol_not_offered(offered):
    """An accepted subprotocol that was not offered

    RFC 6455 forbids a server to choose it, ASGI says nothing: only recorded, except that the client has to be answered.
    The text gives no time, so a server that breaks off at its limit for handshakes is warned, not failed.
    """
    yield client.opens_websocket("/accept", subprotocols=OFFERS[offered])
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.accept", "subprotocol": "zzz"},
                    requirement("websocket.accept.subprotocol.not-offered"),
                    ways={"sent": returns(), "raises": raises()})  # fmt: skip
    yield app.begins_to_send({"type": "websocket.close"}, "close")
    yield app.returns()
    yield client.gets(requirement("websocket.accept.subprotocol.not-offered"), ways={
        "sent": handshake(subprotocol=b"zzz"),
        "left out": handshake(subprotocol=b""),
        "refused": response(),
        "closed": closed(),
        "hang": warn(silence(), "the handshake is left without an answer"),
    }, within=1.0)  # fmt: skip


# --------------------------------------------------------------------------- headers

COOKIES = [(b"set-cookie", b"a=1"), (b"x-b", b"2"), (b"set-cookie", b"c=3")]
CONTAINERS = {
    "list": COOKIES,
    "tuple": tuple(COOKIES),
    "lists-of-lists": [[b"set-cookie", b"a=1"], [b"x-b", b"2"], [b"set-cookie", b"c=3"]],
    "generator": made("generator", COOKIES),
}


@each(headers=CONTAINERS, needs="websocket")
def headers_of_accept(headers):
    """The headers of an accept are in the handshake response, in their order

    Any iterable of two-item iterables is allowed, so also one that can be walked only once.
    """
    yield client.opens_websocket("/accept")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.accept", "headers": CONTAINERS[headers]},
                    requirement("websocket.accept.headers.sent"))  # fmt: skip
    yield client.gets(response(101, headers_in_order=COOKIES), requirement("websocket.accept.headers.sent"))


NO_HEADERS = {
    "missing": {"type": "websocket.accept"},
    "empty-list": {"type": "websocket.accept", "headers": []},
    "empty-tuple": {"type": "websocket.accept", "headers": ()},
}


@each(headers=NO_HEADERS, needs="websocket")
def no_headers(headers):
    """An accept needs no headers"""
    yield client.opens_websocket("/accept")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends(NO_HEADERS[headers], requirement("websocket.accept.headers.default"))
    yield client.gets(response(101), requirement("websocket.accept.headers.default"))


INVALID = {
    "str": [("x-a", "b")],
    "pseudo": [(b":status", b"200")],
    "line-break": [(b"x-a", b"1\r\nx-injected: 2")],
}


@each(headers=INVALID, needs="websocket")
def invalid_headers(headers):
    """An accept with invalid headers raises, and none of them is sent"""
    yield client.opens_websocket("/accept")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.accept", "headers": INVALID[headers]},
                    requirement("websocket.accept.headers.invalid"),
                    ways={"raises": raises(), "returns": warn(returns(), "it did not raise")})  # fmt: skip
    yield app.begins_to_send({"type": "websocket.close"}, "close")
    yield app.returns()
    yield client.gets(requirement("websocket.accept.headers.invalid"), ways={
        "refused": refused(500),
        "closed": closed(),
        "left out": handshake(without=(b"x-a", b":status", b"x-injected")),
        "sent": warn(where("101", lambda seen, heard: seen.data.startswith(b"HTTP/1.1 101 ")), "the header was sent"),
        "broken off": note(closed(after_anything=True), "the handshake ends without a response"),
    }, within=0.5)  # fmt: skip


case(
    "A sec-websocket-protocol among the headers of an accept is not sent",
    client.opens_websocket("/accept", subprotocols=b"a, b"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "subprotocol": "a", "headers": [(b"sec-websocket-protocol", b"b")]},
              ways={"raises": raises(), "returns": returns()}),
    app.begins_to_send({"type": "websocket.close"}, "close"),
    app.returns(),
    client.gets(requirement("websocket.accept.headers.subprotocol-header-rejected"), ways={
        "refused": refused(500),
        "left out": handshake(subprotocol=b"a"),
        "closed": closed(),
        "hang": note(silence(), "the handshake is never answered"),
    }, within=0.5),
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- once only

case(
    "A second accept raises and does no harm",
    client.opens_websocket("/accept"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.sends({"type": "websocket.accept"}, requirement("websocket.accept.twice"),
              ways={"raises": raises(), "ignored": warn(returns(), "it did not raise")}),
    app.sends({"type": "websocket.send", "text": "still here"}, requirement("common.send.awaitable-single-argument"),
              ways={"returns": returns(), "raises": raises()}),
    client.gets(requirement("websocket.accept.twice"), ways={
        "goes on": message(text="still here"),
        "ended": note(close_frame(), "the connection ends with the exception"),
        "cut off": note(closed(), "the connection ends with the exception"),
    }),
    note="What becomes of the connection when send has raised is not said.",
    needs="websocket",
)  # fmt: skip

case(
    "An accept after a refusal has no effect",
    client.opens_websocket("/accept"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.close"}),
    client.gets(response(403), within=0.5),
    app.sends({"type": "websocket.accept"}, requirement("websocket.accept.twice"),
              ways={"raises": raises(), "no-op": returns()}),
    client.gets_nothing(requirement("websocket.accept.twice"), ways={"nothing": nothing(), "closed": closed()}),
    note="The connection is closed by then, so an accept that is silently dropped is in order as well.",
    needs="websocket",
)  # fmt: skip
