"""HTTP/2: streams beside each other on one connection, and streams that end early (RFC 9113, section 5)."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    each,
    ended,
    never_called,
    pending,
    raises,
    requirement,
    returns,
    stream_response,
    warn,
    where,
    whole_body,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")


def is_cut_off(seen, heard):
    complete = [one for one in seen.events if one.get("type") == "http.request" and not one.get("more_body")]
    return (seen.events[-1].get("type") == "http.disconnect" and not complete) or f"{seen.events}"


CUT_OFF = where("http.disconnect, and no complete body", is_cut_off)


def nothing_elsewhere(seen, heard):
    """Whether only the stream that is listened to lacks something."""
    return not seen.enough and not any(event.stream != "b" and event.kind == "data" for event in seen.events)


HELD_UP = warn(where("not yet, and nothing on other streams", nothing_elsewhere), "one stream waits for another")

case(
    "Responses on one connection go back to their own streams, in whatever order they end",
    client.requests("GET", "/slow"),
    client.requests("GET", "/fast", stream="b"),
    app.is_called(on="/slow"),
    OTHER.is_called(on="/fast"),
    OTHER.gets(whole_body(b"")),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"fast" * 2000}),
    client.gets(requirement("http.http2.multiplexed"), ways={
        "at once": stream_response(200, body=b"fast" * 2000, stream="b"), "held up": HELD_UP,
    }),
    app.gets(whole_body(b"")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"slow"}),
    client.gets(stream_response(200, body=b"slow"), requirement("http.http2.multiplexed")),
    note="That a response comes on the stream of its request is a must; that none has to wait for another is a should.",
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "The bodies of two streams stay apart, in both directions",
    client.requests("POST", "/a", body=b"a1", ends=False),
    client.requests("POST", "/b", body=b"b1", stream="b", ends=False),
    client.sends_data(b"b2", stream="b"),
    client.sends_data(b"a2", ends=True),
    client.sends_data(b"b3", stream="b", ends=True),
    app.is_called(on="/a"),
    OTHER.is_called(on="/b"),
    OTHER.gets(whole_body(b"b1b2b3"), requirement("http.http2.multiplexed"), requirement("h2.stream.multiplexing")),
    app.gets(whole_body(b"a1a2"), requirement("http.http2.multiplexed"), requirement("h2.stream.multiplexing")),
    app.sends(OK),
    OTHER.sends(OK),
    app.sends({"type": "http.response.body", "body": b"A1", "more_body": True}),
    OTHER.sends({"type": "http.response.body", "body": b"B1", "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"A2"}),
    OTHER.sends({"type": "http.response.body", "body": b"B2"}),
    client.gets(stream_response(200, body=b"A1A2"), requirement("h2.stream.multiplexing")),
    client.gets(stream_response(200, body=b"B1B2", stream="b"), requirement("h2.stream.multiplexing")),
    needs="early-call",
    over=Over.HTTP2_TLS,
)

case(
    "The end of the connection is the end of every request on it",
    client.requests("GET", "/a"),
    client.requests("POST", "/b", stream="b", ends=False),
    app.is_called(on="/a"),
    OTHER.is_called(on="/b"),
    app.gets(whole_body(b"")),
    app.begins_to_receive("a"),
    OTHER.begins_to_receive_body("b"),
    client.closes(),
    app.finishes("a", {"type": "http.disconnect"}, requirement("h2.connection.lost")),
    OTHER.finishes("b", CUT_OFF, requirement("h2.connection.lost")),
    needs="early-call",
    over=Over.HTTP2_TLS,
)  # fmt: skip

# --------------------------------------------------------------------------- the client resets a stream

case(
    "A stream that the client resets is a disconnect for its request alone",
    client.requests("GET", "/reset"),
    client.requests("GET", "/stays", stream="b"),
    app.is_called(on="/reset"),
    OTHER.is_called(on="/stays"),
    app.gets(whole_body(b"")),
    app.begins_to_receive("wait"),
    client.resets_stream(),
    app.finishes("wait", {"type": "http.disconnect"}, requirement("http.http2.stream-reset-disconnect")),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"stays"}),
    client.gets(stream_response(200, body=b"stays", stream="b"), requirement("http.http2.stream-reset-disconnect")),
    over=Over.HTTP2_TLS,
)

AFTER_A_RESET = requirement(
    "h2.stream.rst-to-disconnect",
    ways={
        "OSError": raises("OSError"),
        "no-op": returns(),
        "another class": warn(raises(), "an exception that is no OSError"),
        "call ended": ended(),
    },
)


@each(over=Over.HTTP2_TLS, started=[False, True])
def sending_on_a_reset_stream(started):
    """A send on a stream that was reset raises an OSError or does nothing, and the connection goes on

    A stream is the connection of one application. What `send` owes a client that has gone is settled over HTTP/1.1,
    so that here only an exception of another class is warned of.
    """
    yield client.requests("GET", "/reset")
    yield app.is_called(on="/reset")
    yield app.gets(whole_body(b""))
    if started:
        yield app.sends(OK)
        yield app.sends({"type": "http.response.body", "body": b"some", "more_body": True})
        yield client.gets(stream_response(200, body=b"some", ends=False))
    yield client.resets_stream()
    yield app.gets({"type": "http.disconnect"}, requirement("h2.stream.rst-to-disconnect"))
    if not started:
        yield app.sends(OK, AFTER_A_RESET)
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": True}, AFTER_A_RESET)
    yield app.sends({"type": "http.response.body", "body": b""}, AFTER_A_RESET)
    yield client.requests("GET", "/next", stream="b")
    yield OTHER.is_called(on="/next")
    yield OTHER.sends(OK)
    yield OTHER.sends({"type": "http.response.body", "body": b"next"})
    yield client.gets(stream_response(200, body=b"next", stream="b"), requirement("h2.stream.rst-to-disconnect"))


case(
    "A request whose stream is reset before its body has ended is cut off, not completed",
    client.requests("POST", "/cut", body=b"abc", ends=False),
    app.is_called(),
    app.begins_to_receive_body("body"),
    app.still_waits("body", ways={"waits": pending(), "never called": never_called()}),
    client.resets_stream(),
    app.finishes("body", CUT_OFF, requirement("http.http2.stream-reset-disconnect")),
    needs="early-call",
    over=Over.HTTP2_TLS,
)  # fmt: skip
