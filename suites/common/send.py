"""send: one event, taken over when it returns (ASGI, "Applications", "Error Handling").

Reading A19: below version 2.4 of the specification a send to nobody does nothing; an OSError is only noted then.
Reading A34: sends from several tasks at once need not keep any order, but each message stays whole.
"""

from asgi_conformance.authoring import (
    anything,
    app,
    case,
    client,
    close_frame,
    ended,
    handshake,
    message,
    note,
    pending,
    process,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    warn,
    where,
    whole_body,
)

other = client.named("other")
next_call = app.named("next")
ONE, TWO, THREE = "1" * 65536, "2" * 65536, "3" * 65536

AN_AWAITABLE = where("an awaitable that yields None", lambda seen, heard: seen.awaitable and seen.value is None)
TRIED = {"raises": raises(), "no-op": returns(), "ended": ended()}
NO_OP = {"no-op": returns(), "OSError": note(raises("OSError")), "another class": warn(raises())}
WHOLE = {"one": message(text=ONE), "two": message(text=TWO), "three": message(text=THREE)}


def was_blocked(seen, heard):
    """Whether the send was still waiting two lines earlier."""
    return pending().judge(heard.timeline.answer(heard.line - 2), heard).matches


def not_logged(seen, heard):
    """No traceback since an earlier line looked at what the process had printed."""
    before = next(entry.seen.text for entry in heard.timeline.entries if entry.who == "process")
    return "Traceback" not in seen.text.removeprefix(before) or "a traceback"


case(
    "send takes an event by position and is awaited",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
              returns(), AN_AWAITABLE, requirement("common.send.awaitable-single-argument")),
    app.sends({"type": "http.response.body", "body": b"ok"},
              returns(), AN_AWAITABLE, requirement("common.send.awaitable-single-argument")),
    client.gets(response(200, body=b"ok")),
    app.sends({"type": "http.response.body", "body": b"late"}, AN_AWAITABLE,
              requirement("common.send.awaitable-single-argument")),
)  # fmt: skip

case(
    "An event belongs to the application again when send has returned",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 201, "headers": [[b"content-length", b"6"], [b"x-a", b"1"]]},
              spoil=True),
    app.sends({"type": "http.response.body", "body": b"one", "more_body": True},
              requirement("common.send.event-consumed-on-return"), spoil=True),
    app.sends({"type": "http.response.body", "body": b"two"},
              requirement("common.send.event-consumed-on-return"), spoil=True),
    client.gets(response(201, body=b"onetwo", headers_in_order=[(b"content-length", b"6"), (b"x-a", b"1")]),
                requirement("common.send.event-consumed-on-return")),
)  # fmt: skip

case(
    "send waits for a client that does not read, and not for one that has gone",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    client.stops_reading(),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.begins_to_send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True}, "flood", times=256),
    app.still_waits("flood", requirement("common.send.backpressure-applied"), within=0.1,
                    ways={"waits": pending(), "takes it all": note(returns())}),
    client.resets(),
    app.finishes("flood", requirement("common.send.backpressure-unblocked-by-close"), ways={
        "never waited": note(where("done before the client went", lambda seen, heard: not was_blocked(seen, heard))),
        "returns": returns(),
        "raises": raises(),
    }),
)  # fmt: skip

case(
    "Messages of several tasks stay whole",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.begins_to_send({"type": "websocket.send", "text": ONE}, "one"),
    app.begins_to_send({"type": "websocket.send", "text": TWO}, "two"),
    app.begins_to_send({"type": "websocket.send", "text": THREE}, "three"),
    client.gets(requirement("common.send.concurrent-sends"), ways=WHOLE),
    client.gets(requirement("common.send.concurrent-sends"), ways=WHOLE),
    client.gets(requirement("common.send.concurrent-sends"), ways=WHOLE),
    needs="websocket",
)

case(
    "Keys that nobody knows do no harm in a response",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")], "x-other": 1},
              requirement("common.send.extra-keys-accepted")),
    app.sends({"type": "http.response.body", "body": b"ok", "x-conformance": "é"},
              requirement("common.send.extra-keys-accepted")),
    client.gets(response(200, body=b"ok"), requirement("common.send.extra-keys-accepted")),
)  # fmt: skip

case(
    "Keys that nobody knows do no harm on a WebSocket",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "x-conformance": 1}, requirement("common.send.extra-keys-accepted")),
    client.gets(handshake(), requirement("common.send.extra-keys-accepted")),
    app.sends(
        {"type": "websocket.send", "text": "a", "x-conformance": 1}, requirement("common.send.extra-keys-accepted")
    ),
    client.gets(message(text="a"), requirement("common.send.extra-keys-accepted")),
    app.begins_to_send({"type": "websocket.close", "x-conformance": 1}, "close"),
    client.gets(close_frame(1000), requirement("common.send.extra-keys-accepted")),
    client.sends_close(1000),
    client.closes(),
    app.finishes("close", returns(), requirement("common.send.extra-keys-accepted")),
    note="A send of a close may wait for the client's answer to it: that is when the send has been completed.",
    needs="websocket",
)

case(
    "A response to nobody is nothing below version 2.4",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    client.closes(),
    app.gets({"type": "http.disconnect"}),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
              requirement("common.send.after-close.noop-default", until="2.4"), ways=NO_OP),
    app.sends({"type": "http.response.body", "body": b"ok"},
              requirement("common.send.after-close.noop-default", until="2.4"), ways=NO_OP),
)  # fmt: skip

case(
    "A message to nobody is nothing below version 2.4",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    client.sends_close(1000),
    client.gets(ways={"answered": close_frame(), "not before the application receives": silence()}, within=0.2),
    client.closes(),
    app.gets({"type": "websocket.disconnect"}),
    app.sends({"type": "websocket.send", "text": "a"},
              requirement("common.send.after-close.noop-default", until="2.4"), ways=NO_OP),
    needs="websocket",
)  # fmt: skip

case(
    "A server is not upset by its own exception",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    process.has_printed(anything()),
    client.resets(),
    app.gets({"type": "http.disconnect"}),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}, ways=TRIED),
    app.sends_last({"type": "http.response.body", "body": b"ok"}, ways=TRIED),
    other.sends(b"GET /next HTTP/1.1\r\nHost: test\r\n\r\n"),
    next_call.is_called(scope(path="/next"), requirement("common.send.error-class-handled")),
    next_call.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    next_call.sends({"type": "http.response.body", "body": b"ok"}),
    other.gets(response(200, body=b"ok"), requirement("common.send.error-class-handled")),
    process.has_printed(where("no traceback", not_logged), requirement("common.send.error-class-handled")),
)
