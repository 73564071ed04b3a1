"""Error Handling: messages that are none, and applications that fail (ASGI, "Error Handling").

A server should raise out of `send`; what becomes of the connection after that is only noted. Reading A21: an error
response or the end of the connection, but neither silence nor a success. Reading A23: what is wrong with a start may
show with the first body. Reading A74: flags that are no booleans are left out.
"""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    ended,
    handshake,
    head,
    note,
    process,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    where,
)

streaming, failing, another = client.named("streaming"), client.named("failing"), client.named("another")
stream_call, next_call = app.named("streaming"), app.named("next")

TRIED = {"raises": raises(), "ignored": returns()}
AN_END = {"error": response(any_of("400 to 599", lambda status: 400 <= status <= 599)), "closed": closed()}
REACHES = requirement("common.send.invalid.error-reaches-app", ways=TRIED)


def raises_by_now(seen, heard):
    """Raised here, or by the line before."""
    outcomes = (heard.timeline.answer(heard.line - 1), seen)
    return any(getattr(outcome, "raised", None) is not None for outcome in outcomes) or "neither the start nor the body"


# --------------------------------------------------------------------------- invalid messages


@each(type=["harness.bogus", "http.bogus"])
def unknown_to_http(type):
    """A message of an unknown type raises before the response"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends(
        {"type": type}, requirement("common.send.invalid.unknown-type", expects=raises()), REACHES, ways=TRIED
    )
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
                    requirement("common.send.invalid.recoverable"))  # fmt: skip
    yield app.sends({"type": "http.response.body", "body": b"ok"}, requirement("common.send.invalid.recoverable"))
    yield client.gets(response(200, body=b"ok"), requirement("common.send.invalid.recoverable"))


@each(type=["harness.bogus", "http.bogus"])
def unknown_to_a_response(type):
    """A message of an unknown type raises in the response"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    yield app.sends(
        {"type": type}, requirement("common.send.invalid.unknown-type", expects=raises()), REACHES, ways=TRIED
    )
    yield app.sends({"type": "http.response.body", "body": b"ok"}, requirement("common.send.invalid.recoverable"))
    yield client.gets(response(200, body=b"ok"), requirement("common.send.invalid.recoverable"))


@each(type=["harness.bogus", "websocket.bogus"], needs="websocket")
def unknown_to_a_handshake(type):
    """A message of an unknown type raises before a WebSocket is accepted"""
    yield client.opens_websocket("/")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends(
        {"type": type}, requirement("common.send.invalid.unknown-type", expects=raises()), REACHES, ways=TRIED
    )


@each(type=["harness.bogus", "websocket.bogus"], needs="websocket")
def unknown_to_a_websocket(type):
    """A message of an unknown type raises on an open WebSocket"""
    yield client.opens_websocket("/")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.accept"})
    yield client.gets(handshake())
    yield app.sends(
        {"type": type}, requirement("common.send.invalid.unknown-type", expects=raises()), REACHES, ways=TRIED
    )


@each(event={"empty": {}, "status": {"status": 200}})
def no_type(event):
    """A message without a type raises"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"empty": {}, "status": {"status": 200}}[event],
                    requirement("common.send.invalid.missing-type", expects=raises()), REACHES, ways=TRIED)  # fmt: skip


case(
    "A message without a type raises on a WebSocket",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.sends({}, requirement("common.send.invalid.missing-type", expects=raises()), REACHES, ways=TRIED),
    needs="websocket",
)

case(
    "A start without a status raises, at the first body at the latest",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "headers": []}, REACHES, ways=TRIED),
    app.sends({"type": "http.response.body", "body": b"ok"},
              requirement("common.send.invalid.missing-key", expects=where("raised by now", raises_by_now)),
              ways=TRIED),
)  # fmt: skip

case(
    "A start without a status can be made good",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "headers": []}, REACHES, ways=TRIED),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
              requirement("common.send.invalid.recoverable")),
    app.sends({"type": "http.response.body", "body": b"ok"}, requirement("common.send.invalid.recoverable")),
    client.gets(response(200, body=b"ok"), requirement("common.send.invalid.recoverable")),
)  # fmt: skip

case(
    "A WebSocket message without content raises",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.sends({"type": "websocket.send"},
              requirement("common.send.invalid.missing-key", expects=raises()), REACHES, ways=TRIED),
    needs="websocket",
)  # fmt: skip

STARTS = {
    "status": {"status": "200", "headers": []},
    "header name": {"status": 200, "headers": [("x-a", b"b")]},
    "header value": {"status": 200, "headers": [(b"x-a", "b")]},
    "headers": {"status": 200, "headers": {"x-a": "b"}},
    "no status": {"status": None, "headers": []},
    "several": {"status": [200], "headers": []},
    "number": {"status": 200, "headers": [(b"x-a", 1)]},
    "triple": {"status": 200, "headers": [(b"x-a", b"1", b"2")]},
}


@each(wrong=STARTS)
def wrong_start(wrong):
    """A start with a value of a wrong type raises, at the first body at the latest"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", **STARTS[wrong]}, REACHES, ways=TRIED)
    yield app.sends(
        {"type": "http.response.body", "body": b"ok"},
        requirement("common.send.invalid.wrong-type", expects=where("raised by now", raises_by_now)),
        ways=TRIED,
    )


case(
    "A body of text raises",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": "text"},
              requirement("common.send.invalid.wrong-type", expects=raises()), REACHES, ways=TRIED),
)  # fmt: skip


@each(message={"None": None, "list": [], "text": "http.response.start"})
def no_dict(message):
    """A message that is no dict raises"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"None": None, "list": [], "text": "http.response.start"}[message],
                    requirement("common.send.invalid.wrong-type", expects=raises()), REACHES, ways=TRIED)  # fmt: skip


MESSAGES = {
    "text": {"type": "websocket.send", "text": b"bytes"},
    "bytes": {"type": "websocket.send", "bytes": "text"},
    "code": {"type": "websocket.close", "code": "1000"},
}


@each(wrong=MESSAGES, needs="websocket")
def wrong_message(wrong):
    """A WebSocket message with a value of a wrong type raises"""
    yield client.opens_websocket("/")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.accept"})
    yield client.gets(handshake())
    yield app.sends(
        MESSAGES[wrong], requirement("common.send.invalid.wrong-type", expects=raises()), REACHES, ways=TRIED
    )


case(
    "A subprotocol of bytes raises, and harms nobody else",
    client.opens_websocket("/", subprotocols=b"chat"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "subprotocol": b"chat"},
              requirement("common.send.invalid.wrong-type", expects=raises()), REACHES, ways=TRIED),
    app.returns(ways={"left": anything(), "ended": ended()}),
    client.gets(ways={"something": anything(), "silence": silence()}, within=0.2),
    another.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    next_call.is_called(requirement("common.error.app-exception.isolated"), on="/next",
                        ways={"called": scope(path="/next")}),
    note="""
    An application that cannot accept is at its end. Whatever the server tells the client then, the mistake of one
    application must not end the server for all others.
    """,
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- applications that fail

case(
    "An application that raises at once ends its request",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.raises(),
    client.gets(requirement("common.error.app-exception.terminates"), ways=AN_END),
)

case(
    "An application that raises after it has received ends its request",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(scope(type="http")),
    app.gets_body(),
    app.raises(),
    client.gets(requirement("common.error.app-exception.terminates"), ways=AN_END),
)

case(
    "An application that raises within its response ends the connection",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]}),
    app.sends({"type": "http.response.body", "body": b"half", "more_body": True}),
    client.gets(head(200)),
    app.raises(),
    client.gets(closed(after_anything=True), requirement("common.error.app-exception.terminates")),
)

case(
    "An application that raises before it accepts ends the handshake",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.raises(),
    client.gets(requirement("common.error.app-exception.terminates"), ways=AN_END),
    needs="websocket",
)

case(
    "An application that raises on an open WebSocket ends it",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.raises(),
    client.gets(requirement("common.error.app-exception.terminates"),
                ways={"close frame": close_frame(), "closed": closed(after_anything=True)}),
    needs="websocket",
)  # fmt: skip


@each(kind=["RuntimeError", "ExceptionGroup", "CancelledError"])
def failing_alone(kind):
    """An application that raises is the only one that ends"""
    yield streaming.sends(b"GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
    yield stream_call.is_called(on="/stream")
    yield stream_call.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    yield stream_call.sends({"type": "http.response.body", "body": b"one", "more_body": True})
    yield failing.sends(b"GET /fails HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(on="/fails")
    yield app.raises(kind)
    yield another.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n")
    yield next_call.is_called(requirement("common.error.app-exception.isolated"), on="/next")
    yield stream_call.sends(
        {"type": "http.response.body", "body": b"two"}, requirement("common.error.app-exception.isolated")
    )
    yield streaming.gets(response(200, body=b"onetwo"), requirement("common.error.app-exception.isolated"))


case(
    "The server tells of an application that raised",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/")),
    app.raises("RuntimeError", "the harness has lost its marbles"),
    client.gets(ways=AN_END),
    another.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    next_call.is_called(on="/next"),
    process.has_printed(requirement("common.error.surface"), ways={
        "printed": where("what was raised", lambda seen, heard: "the harness has lost its marbles" in seen.text),
        "not printed": note(anything()),
    }),
)  # fmt: skip
