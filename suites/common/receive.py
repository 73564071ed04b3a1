"""receive: a new event when there is one, and until then a wait (ASGI, "Overview", "Applications").

Reading A34: another task of the same loop, and receiving while sending, have to work; what several receives at once
get is only noted. Reading A35: a cancelled receive that loses data, or that is not cancelled, is a warning.
"""

from asgi_conformance.authoring import (
    anything,
    app,
    cancelled,
    case,
    client,
    ended,
    event,
    handshake,
    never_called,
    no_message,
    note,
    pending,
    requirement,
    response,
    returns,
    scope,
    where,
    whole_body,
)

BEGUN = {"begun": anything(), "never called": never_called()}


def another_dict(seen, heard):
    """Not a dict that was received before."""
    earlier = {
        entry.seen.id for entry in heard.timeline.entries if hasattr(entry.seen, "id") and entry.line < heard.line
    }
    return seen.id not in earlier or "the very same dict as an earlier event"


case(
    "receive takes no arguments and is awaited",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets({"type": "http.request"}, requirement("common.receive.awaitable-callable")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    app.gets(requirement("common.receive.awaitable-callable"), within=0.05,
             ways={"disconnect": event({"type": "http.disconnect"}), "waits": pending(), "ended": ended()}),
)  # fmt: skip

case(
    "receive waits for a body that is still to come",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\n"),
    app.is_called(ways={"at once": scope(type="http"), "not yet": pending()}, within=0.3),
    app.begins_to_receive_body("body", ways=BEGUN),
    app.still_waits("body", requirement("common.receive.blocks-until-available"), within=0.12,
                    ways={"waits": pending(), "called at the end of the body": note(never_called())}),
    client.sends(b"body"),
    app.finishes("body", requirement("common.receive.blocks-until-available"), ways={
        "waits": whole_body(b"body"),
        "called at the end of the body": note(never_called()),
    }),
    note="A body has its end when it has come; how many events there are before that, empty ones too, is open.",
)  # fmt: skip

case(
    "receive waits for a message of a silent WebSocket",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.begins_to_receive("message"),
    app.still_waits("message", requirement("common.receive.blocks-until-available"), within=0.12),
    client.sends_text("hello"),
    app.finishes("message", {"type": "websocket.receive", "text": "hello"},
                 requirement("common.receive.blocks-until-available")),
    needs="websocket",
)  # fmt: skip

case(
    "Every message is an event of its own",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    client.sends_text("same", "same"),
    app.gets({"type": "websocket.receive"}),
    app.gets(event({"type": "websocket.receive"}), requirement("common.receive.new-event-each-time",
                                                                expects=where("another dict", another_dict))),
    needs="websocket",
)  # fmt: skip

case(
    "Every disconnect is an event of its own",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets_body(),
    client.closes(),
    app.gets({"type": "http.disconnect"}),
    app.gets(requirement("common.receive.new-event-each-time"), within=0.02,
             ways={"repeated": where("another dict", another_dict), "not repeated": pending()}),
)  # fmt: skip

case(
    "receive and send work in tasks that the application has begun",
    client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    app.is_called(scope(type="http")),
    app.begins_to_receive_body("body"),
    app.finishes("body", whole_body(b"body"), requirement("common.receive.other-task")),
    app.begins_to_send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}, "start"),
    app.finishes("start", returns(), requirement("common.receive.other-task")),
    app.begins_to_send({"type": "http.response.body", "body": b"ok"}, "end"),
    app.finishes("end", returns(), requirement("common.receive.other-task")),
    client.gets(response(200, body=b"ok"), requirement("common.receive.other-task")),
)

case(
    "A response goes out while the application waits for a disconnect",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]}),
    app.sends({"type": "http.response.body", "body": b"one", "more_body": True}),
    app.begins_to_receive("disconnect"),
    app.still_waits("disconnect", requirement("common.receive.concurrent-with-send")),
    app.sends({"type": "http.response.body", "body": b"two"}, requirement("common.receive.concurrent-with-send")),
    client.gets(response(200, body=b"onetwo"), requirement("common.receive.concurrent-with-send")),
    client.closes(),
    app.finishes("disconnect", {"type": "http.disconnect"}, requirement("common.receive.concurrent-with-send")),
)  # fmt: skip

case(
    "Two receives at once get two messages",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.begins_to_receive("first"),
    app.begins_to_receive("second"),
    client.sends_text("one"),
    app.finishes("first", {"type": "websocket.receive", "text": "one"},
                 requirement("common.receive.concurrent-receives"), within=0.5),
    app.still_waits("second", requirement("common.receive.concurrent-receives")),
    client.sends_text("two"),
    app.finishes("second", {"type": "websocket.receive", "text": "two"},
                 requirement("common.receive.concurrent-receives"), within=0.5),
    needs="websocket",
)  # fmt: skip

case(
    "A cancelled receive is no disconnect, and loses none",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"")),
    app.begins_to_receive("disconnect"),
    app.cancels("disconnect"),
    app.finishes("disconnect", cancelled(), requirement("common.receive.cancel-safe")),
    client.closes(),
    app.gets({"type": "http.disconnect"}, requirement("common.receive.cancel-safe")),
)

case(
    "A cancelled receive loses no message",
    client.opens_websocket("/"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
    app.begins_to_receive("message"),
    app.cancels("message"),
    app.finishes("message", cancelled(), requirement("common.receive.cancel-safe")),
    client.gets_nothing(no_message()),
    client.sends_text("hello"),
    app.gets({"type": "websocket.receive", "text": "hello"}, requirement("common.receive.cancel-safe")),
    needs="websocket",
)
