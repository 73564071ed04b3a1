"""Waiting: what a `receive` or a `send` waits for, and what it does not (ASGI, "Applications").

Reading A34: receiving while sending has to work. Reading A35: a cancelled receive that loses data is a warning.
Back-pressure is recorded only, but what waits for it may not wait for ever.
"""

from asgi_conformance.authoring import (
    anything,
    app,
    body_part,
    cancelled,
    case,
    client,
    closed,
    each,
    ended,
    handshake,
    note,
    pending,
    raises,
    requirement,
    response,
    returns,
    scope,
    where,
    whole_body,
)

slow = client.named("slow")
slow_call, second = app.named("slow"), app.named("second")
LEFT = {"left": anything(), "ended": ended()}
OPEN = (
    slow.opens_websocket("/slow"),
    slow_call.is_called(on="/slow"),
    slow_call.gets({"type": "websocket.connect"}),
    slow_call.sends({"type": "websocket.accept"}),
    slow.gets(handshake()),
)


# --------------------------------------------------------------------------- receiving and sending at once

DUPLEX = requirement("common.receive.concurrent-with-send")

case(
    "A response goes out while the body is still coming in",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 8\r\n\r\nhalf"),
    app.is_called(scope(type="http"), within=0.3),
    app.begins_to_receive_body("body"),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]}, DUPLEX),
    app.sends({"type": "http.response.body", "body": b"one", "more_body": True}, DUPLEX),
    client.gets(body_part(b"one"), DUPLEX),
    client.sends(b"rest"),
    app.finishes("body", whole_body(b"halfrest"), DUPLEX),
    app.sends({"type": "http.response.body", "body": b"two"}, DUPLEX),
    client.gets(body_part(b"two"), DUPLEX),
    note="A server that calls the application when it has the whole body has no such moment.",
    needs="early-call",
)

BODIES = {
    "long": (b"Content-Length: 3400000\r\n\r\n", b"GET /body HTTP/1.1\r\nHost: test\r\n\r\n" * 100000),
    "in-many-chunks": (b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 100 + b"0\r\n\r\n"),
}


@each(body=BODIES)
def an_unread_body(body):
    """A request whose body nobody reads is answered, and the body is no request

    To send is not to receive: `send` returns once the message is sent, however much of the body is waiting.
    """
    framing, content = BODIES[body]
    done = requirement("common.send.awaitable-single-argument")
    yield client.begins_to_send(b"POST /first HTTP/1.1\r\nHost: test\r\n" + framing, content)
    yield app.is_called(ways={"called": scope(path="/first")})
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]}, done)
    yield app.sends({"type": "http.response.body", "body": b"first"}, done)
    yield client.gets(response(200, body=b"first"), requirement("http.response.body.complete-on-final"))
    yield app.returns(ways=LEFT)
    yield client.sends(b"GET /second HTTP/1.1\r\nHost: test\r\n\r\n")
    yield second.is_called(requirement("http.scope.one-per-request"),
                               ways={"the next request": scope(path="/second"), "closed": closed()})  # fmt: skip


# --------------------------------------------------------------------------- a receive that is cancelled

SAFE = requirement("common.receive.cancel-safe")

case(
    "A cancelled receive loses nothing of a body",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 12\r\n\r\none "),
    app.is_called(scope(type="http")),
    app.begins_to_receive_body("some"),
    app.still_waits("some"),
    app.cancels("some"),
    app.finishes("some", cancelled(), SAFE),
    app.begins_to_receive("more"),
    app.still_waits("more"),
    app.cancels("more"),
    app.finishes("more", cancelled(), SAFE),
    client.sends(b"two "),
    client.sends(b"more"),
    app.gets_body(where("two more, or all", lambda seen, heard: seen.body in (b"two more", b"one two more")), SAFE),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(response(200, body=b"ok"), SAFE),
    note="A server that calls the application when it has the whole body has no such moment.",
    needs="early-call",
)


# --------------------------------------------------------------------------- clients that do not read


def was_blocked(seen, heard):
    """Whether the send was still waiting two lines earlier."""
    return pending().judge(heard.timeline.answer(heard.line - 2), heard).matches


case(
    "send on a WebSocket waits for a client that does not read, and not for one that has gone",
    *OPEN,
    slow.stops_reading(),
    slow_call.begins_to_send({"type": "websocket.send", "bytes": b"x" * 65536}, "flood", times=256),
    slow_call.still_waits("flood", requirement("common.send.backpressure-applied"), within=0.1,
                          ways={"waits": pending(), "takes it all": note(returns())}),
    slow.resets(),
    slow_call.finishes("flood", requirement("common.send.backpressure-unblocked-by-close"), ways={
        "never waited": note(where("done before the client went", lambda seen, heard: not was_blocked(seen, heard))),
        "returns": returns(),
        "raises": raises(),
    }),
    needs="websocket",
)  # fmt: skip
