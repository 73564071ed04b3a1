"""HTTP/2: windows hold back the stream that they belong to, and nothing else (RFC 9113, section 5.2)."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    pending,
    raises,
    requirement,
    returns,
    stream_response,
    stream_rest,
    warn,
    where,
    whole_body,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")
PIECE = b"x" * 65_535
FLOOD = {"type": "http.response.body", "body": b"x" * 65_536, "more_body": True}


def nothing_elsewhere(seen, heard):
    """Whether only the stream that is listened to lacks something."""
    return not seen.enough and not any(event.stream != "b" and event.kind == "data" for event in seen.events)


HELD_UP = warn(where("not yet, and nothing on other streams", nothing_elsewhere), "one stream waits for another")

case(
    "A client that opens no window gets what fits into it, and the rest when it does",
    client.announces(initial_window_size=10),
    client.stops_reading("a"),
    client.requests("GET", "/window"),
    app.is_called(),
    app.sends(OK),
    app.begins_to_send({"type": "http.response.body", "body": b"0123456789" * 10}, "send"),
    client.gets(stream_response(200, body=b"0123456789", ends=False), requirement("h2.flow.send-window")),
    client.gets_nothing(requirement("h2.flow.send-window")),
    client.reads_again("a"),
    app.finishes("send", returns(), requirement("h2.flow.send-window")),
    client.gets(stream_rest(b"0123456789" * 9), requirement("h2.flow.send-window")),
    over=Over.HTTP2_TLS,
)

case(
    "A stream whose window is full makes its own send wait, and no other stream",
    client.stops_reading("a"),
    client.requests("GET", "/full"),
    app.is_called(on="/full"),
    app.gets(whole_body(b"")),
    app.sends(OK),
    app.begins_to_send(FLOOD, "flood", times=32),
    client.gets(stream_response(200, body=PIECE, ends=False)),
    client.requests("GET", "/free", stream="b"),
    OTHER.is_called(on="/free"),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"y" * 100_000}),
    client.gets(requirement("http.http2.multiplexed"), ways={
        "at once": stream_response(200, body=b"y" * 100_000, stream="b"), "held up": HELD_UP,
    }),
    app.still_waits("flood", requirement("h2.flow.backpressure", ways={
        "waits": pending(),
        "takes it all": warn(returns(), "2 MiB were taken that cannot be sent"),
    })),
    client.reads_again("a"),
    app.finishes("flood", returns(), requirement("h2.flow.send-window")),
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "A send that waits for a full window ends when its stream is reset",
    client.stops_reading("a"),
    client.requests("GET", "/full"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(OK),
    app.begins_to_send(FLOOD, "flood", times=32),
    client.gets(stream_response(200, body=PIECE, ends=False)),
    client.resets_stream(),
    app.finishes("flood", requirement("h2.stream.rst-to-disconnect", ways={
        "returns": returns(),
        "OSError": raises("OSError"),
        "another class": warn(raises(), "an exception that is no OSError"),
    })),
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "Uploads are not held up by windows, one after the other on a connection",
    client.requests("POST", "/first", body=b"u" * 1_000_000),
    app.is_called(on="/first"),
    app.gets(whole_body(b"u" * 1_000_000), requirement("h2.flow.receive-window")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"1"}),
    client.gets(stream_response(200, body=b"1")),
    client.requests("POST", "/second", stream="b", body=b"v" * 300_000),
    OTHER.is_called(on="/second"),
    OTHER.gets(whole_body(b"v" * 300_000), requirement("h2.flow.receive-window")),
    over=Over.HTTP2_TLS,
)

case(
    "A body that nobody reads does not hold up other streams",
    client.requests("POST", "/unread", body=b"u" * 1_000_000),
    app.is_called(on="/unread"),
    OTHER.is_not_called(within=0.1),
    client.requests("GET", "/other", stream="b"),
    OTHER.is_called(requirement("h2.flow.reads-promptly"), on="/other"),
    client.resets_stream(),
    note="""
    The window of the connection may be full, which a request without a body does not mind. Whoever uses flow control
    has to go on reading frames as they come (RFC 9113, section 5.2.2): it is the windows that keep a client from
    sending too much, and where a server stops reading instead, all streams stand still. A tenth of a second is for the
    body to go as far as the server lets it.
    """,
    over=Over.HTTP2_TLS,
)
