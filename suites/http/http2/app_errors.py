"""HTTP/2: an application that fails ends its own stream and no other (RFC 9113, section 5.4.2)."""

from asgi_conformance.authoring import (
    Over,
    any_of,
    app,
    case,
    client,
    note,
    requirement,
    stream_reset,
    stream_response,
    stream_rest,
    warn,
    where,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")

case(
    "An exception in the middle of a response resets its stream",
    client.requests("GET", "/raises"),
    app.is_called(),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"abc", "more_body": True}),
    client.gets(stream_response(200, body=b"abc", ends=False)),
    app.raises(),
    client.gets(stream_reset(), requirement("http.app.exception-mid-response")),
    over=Over.HTTP2_TLS,
)

case(
    "An exception before the response is an error on its own stream",
    client.requests("GET", "/raises"),
    client.requests("GET", "/goes-on", stream="b"),
    app.is_called(on="/raises"),
    OTHER.is_called(on="/goes-on"),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    app.raises(),
    client.gets(requirement("h2.stream.app-error", ways={
        "500": stream_response(500),
        "another error": stream_response(any_of("400 to 599", lambda status: 400 <= status <= 599)),
        "reset": note(stream_reset(), "a client can tell, but learns no status"),
    })),
    OTHER.sends({"type": "http.response.body", "body": b"two"}, requirement("h2.stream.app-error")),
    client.gets(stream_response(200, body=b"one two", stream="b"), requirement("h2.stream.app-error")),
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "An exception in the middle of a response leaves the other streams alone",
    client.requests("GET", "/raises"),
    client.requests("GET", "/goes-on", stream="b"),
    app.is_called(on="/raises"),
    OTHER.is_called(on="/goes-on"),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"abc", "more_body": True}),
    client.gets(stream_response(200, body=b"abc", ends=False)),
    app.raises(),
    OTHER.sends({"type": "http.response.body", "body": b"two"}, requirement("h2.stream.app-error")),
    client.gets(stream_response(200, body=b"one two", stream="b"), requirement("h2.stream.app-error")),
    over=Over.HTTP2_TLS,
)

case(
    "A response that an application leaves unfinished is not made to look complete",
    client.requests("GET", "/leaves"),
    app.is_called(),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"abc", "more_body": True}),
    client.gets(stream_response(200, body=b"abc", ends=False)),
    app.returns(),
    client.gets(requirement("http.app.return-incomplete", ways={
        "reset": stream_reset(),
        "made to look complete": warn(stream_rest(b""), "the client cannot tell that the response is not whole"),
        "left open": warn(where("nothing", lambda seen, heard: not seen.events), "no rule is for returning early"),
    }), within=0.5),
    over=Over.HTTP2_TLS,
)  # fmt: skip
