"""HTTP/3: what a request over QUIC becomes (ASGI HTTP, "HTTP Connection Scope").

The specification names HTTP/3 where it speaks of pseudo headers and of the version, and what is true of a stream of
HTTP/2 it says of one of HTTP/3 too: the basics have to be the same.
"""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    event,
    header_pairs,
    note,
    pending,
    requirement,
    scope,
    stream_reset,
    stream_response,
    where,
    whole_body,
)  # fmt: skip

OK = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]}
OTHER = app.named("other")

case(
    "A request over HTTP/3 is served, and has http_version 3",
    client.requests("POST", "/three", body=b"hello"),
    app.is_called(
        scope(type="http", method="POST", path="/three", scheme="https"),
        requirement("http.http3.version", expects=scope(http_version="3")),
    ),
    app.gets(whole_body(b"hello")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(stream_response(200, body=b"ok", headers_in_order=[(b"x-a", b"1")])),
    over=Over.HTTP3,
)

case(
    "Pseudo headers of HTTP/3 are not among the headers, and the authority is the host",
    client.requests("GET", "/th%20ree?x=%20", (b"x-a", b"1"), authority=b"a.example"),
    app.is_called(
        scope(path="/th ree", query_string=b"x=%20"),
        where(
            "host: a.example first, x-a: 1, and no name with a colon",
            lambda seen, heard: (
                header_pairs(seen.scope)[:1] == [(b"host", b"a.example")]
                and (b"x-a", b"1") in header_pairs(seen.scope)
                and not any(name.startswith(b":") for name, _ in header_pairs(seen.scope))
            ),
        ),
        requirement("http.http3.version"),
    ),
    over=Over.HTTP3,
)

case(
    "Requests over HTTP/3 are answered on their own streams, in whatever order they end",
    client.requests("GET", "/slow"),
    client.requests("GET", "/fast", stream="b"),
    app.is_called(on="/slow"),
    OTHER.is_called(
        where("a scope of its own", lambda seen, heard: seen.facts["ids"]["scope"] not in {
            call.facts["ids"]["scope"] for call in heard.timeline.calls() if call is not seen
        }),
        requirement("http.http3.version"),
        on="/fast",
    ),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"fast" * 2000}),
    client.gets(stream_response(200, body=b"fast" * 2000, stream="b"), requirement("http.http3.version")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"slow"}),
    client.gets(stream_response(200, body=b"slow"), requirement("http.http3.version")),
    over=Over.HTTP3,
)  # fmt: skip

case(
    "A stream of HTTP/3 that the client resets is a disconnect for its request alone",
    client.requests("POST", "/reset", body=b"abc", ends=False),
    client.requests("GET", "/stays", stream="b"),
    app.is_called(on="/reset"),
    OTHER.is_called(on="/stays"),
    app.gets({"type": "http.request", "body": b"abc", "more_body": True}),
    app.begins_to_receive("wait"),
    client.resets_stream(),
    app.finishes("wait", requirement("http.http3.version"), within=0.5, ways={
        "told": event({"type": "http.disconnect"}),
        "not told": note(pending(), "the request does not learn of the reset"),
    }),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"stays"}),
    client.gets(stream_response(200, body=b"stays", stream="b"), requirement("http.http3.version")),
    over=Over.HTTP3,
)  # fmt: skip

case(
    "An exception in the middle of a response over HTTP/3 resets its stream",
    client.requests("GET", "/raises"),
    app.is_called(),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"abc", "more_body": True}),
    client.gets(stream_response(200, body=b"abc", ends=False)),
    app.raises(),
    client.gets(stream_reset(), requirement("http.http3.version"), within=0.5),
    over=Over.HTTP3,
)
