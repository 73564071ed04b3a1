"""HTTP/2: what a response consists of, and when it ends (ASGI HTTP, "Response Body"; RFC 9113, section 8.1)."""

from asgi_conformance.authoring import (
    Over,
    any_of,
    anything,
    app,
    case,
    client,
    each,
    ended,
    event,
    nothing,
    pending,
    raises,
    requirement,
    returns,
    stream_reset,
    stream_response,
    stream_rest,
    warn,
    where,
    whole_body,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")
NEXT = app.named("next")
SERVER_ERROR = any_of("500 to 599", lambda status: 500 <= status <= 599)
RESPONDS = {"responds": returns(), "refuses": raises(), "call ended": ended()}
BODILESS = {"HEAD": ("HEAD", 200), "204": ("GET", 204), "304": ("GET", 304)}


@each(over=Over.HTTP2_TLS, exchange=BODILESS)
def responses_without_a_body(exchange):
    """A response that has no body has none over HTTP/2 either

    The body that the application sends all the same is left out, and the stream ends (RFC 9110, section 6.4.1).
    """
    method, status = BODILESS[exchange]
    yield client.requests(method, "/none")
    yield app.is_called()
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": status, "headers": [(b"x-a", b"1")]})
    yield app.sends({"type": "http.response.body", "body": b"none"}, ways=RESPONDS)
    yield client.gets(
        stream_response(status, body=b"", headers_in_order=[(b"x-a", b"1")]), requirement("h2.response.no-content")
    )


MISMATCHES = {"too much": (b"3", b"too much"), "too little": (b"10", b"abc")}


def told_by_the_library(seen, heard):
    """That the response does not keep to its length ends our connection."""
    return any("InvalidBodyLength" in str(event.value) for event in seen.events if event.kind == "broken")


@each(over=Over.HTTP2_TLS, body=MISMATCHES)
def content_length_and_body(body):
    """A response that does not keep to its content-length does not end as if it did

    What the application said of the length is wrong, and nothing in ASGI says what then. A response whose length is
    not that of its data is malformed for the client (RFC 9113, section 8.1.1); cutting what is too much, a reset or an
    error are in order. The reading is that of HTTP/1.1: as the mistake is the application's, it is warned of.
    """
    length, data = MISMATCHES[body]
    headers = [(b"content-length", length)]
    yield client.requests("GET", "/length")
    yield app.is_called()
    yield app.sends({"type": "http.response.start", "status": 200, "headers": headers})
    yield app.sends({"type": "http.response.body", "body": data}, ways=RESPONDS)
    yield app.returns(ways={"returns": anything(), "call ended": ended()})
    yield client.gets(
        requirement(
            "h2.response.content-length",
            ways={
                "sent as it is": warn(where("a response that is not as long as it says", told_by_the_library)),
                "cut": stream_response(200, body=b"too"),
                "corrected": stream_response(200, body=data, without=[b"content-length"]),
                "error": stream_response(SERVER_ERROR),
                "reset": stream_reset(),
                "left open": warn(where("no end", lambda seen, heard: not seen.enough), "the client goes on waiting"),
            },
        ),
        within=0.5,
    )


case(
    "Trailing fields come after the body, and the stream ends with them",
    client.requests("GET", "/trailers", (b"te", b"trailers")),
    app.is_called(),
    app.sends({"type": "http.response.start", "status": 200, "headers": [], "trailers": True}),
    app.sends({"type": "http.response.body", "body": b"x"}),
    app.sends({"type": "http.response.trailers", "headers": [(b"x-t", b"1"), (b"x-u", b"2")]}),
    client.gets(
        stream_response(200, body=b"x"),
        where(
            "x-t and x-u in a section of their own, then the end",
            lambda seen, heard: (
                [(event.kind, event.value) for event in seen.events if event.stream == "a"][-2:]
                == [("headers", ((b"x-t", b"1"), (b"x-u", b"2"))), ("end", None)]
            ),
        ),
        requirement("h2.response.trailers"),
    ),
    needs="extension:http.response.trailers",
    over=Over.HTTP2_TLS,
)

# --------------------------------------------------------------------------- the end of a response

case(
    "A receive that waits when a response over HTTP/2 ends gets http.disconnect",
    client.requests("GET", "/waits"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.begins_to_receive("disconnect"),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(stream_response(200, body=b"ok")),
    app.finishes("disconnect", requirement("http.disconnect.after-response"), within=0.5, ways={
        "told": event({"type": "http.disconnect"}),
        "not told": warn(pending(), "it waits on, though its stream is over"),
    }),
    note="""
    http.disconnect is sent when receive is called after a response has been sent. The text does not speak of a receive
    that waits already, so one that waits on is warned of: the stream is over for both sides, and nothing else can ever
    end the wait.
    """,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "A receive after a response over HTTP/2 gets http.disconnect",
    client.requests("GET", "/after"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(stream_response(200, body=b"ok")),
    app.gets({"type": "http.disconnect"}, requirement("http.disconnect.after-response")),
    over=Over.HTTP2_TLS,
)

# --------------------------------------------------------------------------- a response before the end of its request

case(
    "A response can be complete before its request is",
    client.requests("POST", "/early", body=b"u" * 300_000),
    app.is_called(on="/early"),
    app.sends(OK),
    app.begins_to_send({"type": "http.response.body", "body": b"done"}),
    client.gets(stream_response(200, body=b"done"), requirement("h2.response.early"), within=0.5),
    client.resets_stream(),
    over=Over.HTTP2_TLS,
)

case(
    "A response that comes before the end of its request leaves other streams alone",
    client.requests("GET", "/other", stream="b"),
    OTHER.is_called(on="/other"),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    client.requests("POST", "/early", body=b"u" * 300_000),
    app.is_called(on="/early"),
    app.sends(OK),
    app.begins_to_send({"type": "http.response.body", "body": b"done"}),
    client.gets(stream_response(200, body=b"done"), requirement("h2.stream.multiplexing")),
    app.returns(ways={"returns": anything(), "call ended": ended()}),
    client.gets_nothing(ways={"nothing": nothing(), "told that no more is wanted": stream_rest(b"", ends=False)}),
    client.requests("GET", "/next", stream="c"),
    NEXT.is_called(requirement("h2.stream.multiplexing"), on="/next"),
    OTHER.sends({"type": "http.response.body", "body": b"two"}),
    client.gets(stream_response(200, body=b"one two", stream="b"), requirement("h2.stream.multiplexing")),
    note="""
    Data that is under way when a stream is closed is to be expected, and counts for the connection's window only
    (RFC 9113, sections 5.1 and 6.9): an upload that is refused with 413 must not end the other requests.
    """,
    over=Over.HTTP2_TLS,
)
