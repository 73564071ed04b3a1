"""HTTP/2: what an HTTP/2 request becomes, and what its response may look like (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    Over,
    any_of,
    app,
    case,
    client,
    each,
    header_pairs,
    requirement,
    scope,
    stream_reset,
    stream_response,
    where,
    whole_body,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")


def hosts(scope_seen):
    return [value for name, value in header_pairs(scope_seen) if name.lower() == b"host"]


case(
    "An HTTP/2 request is an http scope of its own with http_version 2",
    client.requests("GET", "/a"),
    client.requests("GET", "/b", stream="b"),
    app.is_called(scope(type="http", http_version="2"), requirement("http.scope.http-version.present"), on="/a"),
    OTHER.is_called(
        scope(type="http", http_version="2", path="/b"),
        where("a scope dict of its own", lambda seen, heard: len({call.facts["ids"]["scope"] for call in heard.timeline.calls()} | {seen.facts["ids"]["scope"]}) == 2),
        requirement("http.http2.scope-per-stream"),
        on="/b",
    ),
    over=Over.HTTP2_TLS,
)

case(
    "Responses on one connection go back to their own streams, in whatever order they end",
    client.requests("GET", "/slow"),
    client.requests("GET", "/fast", stream="b"),
    app.is_called(on="/slow"),
    OTHER.is_called(on="/fast"),
    OTHER.gets(whole_body(b"")),
    OTHER.sends(OK),
    OTHER.sends({"type": "http.response.body", "body": b"fast" * 2000}),
    client.gets(stream_response(200, body=b"fast" * 2000, stream="b"), requirement("http.http2.multiplexed")),
    app.gets(whole_body(b"")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"slow"}),
    client.gets(stream_response(200, body=b"slow"), requirement("http.http2.multiplexed")),
    over=Over.HTTP2_TLS,
)

case(
    "Pseudo-header fields are not in the scope's headers",
    client.requests("GET", "/pseudo", (b"x-a", b"1")),
    app.is_called(
        where(
            "no header name begins with a colon",
            lambda seen, heard: not any(name.startswith(b":") for name, _ in header_pairs(seen.scope)) and header_pairs(seen.scope) != [],
        ),
        requirement("http.http2.pseudo-headers-removed"),
    ),
    over=Over.HTTP2_TLS,
)

case(
    "The authority becomes the host header, before all others",
    client.requests("GET", "/authority", (b"x-a", b"1"), authority=b"a.example"),
    app.is_called(
        where(
            "host: a.example first, and no other",
            lambda seen, heard: header_pairs(seen.scope)[:1] == [(b"host", b"a.example")] and hosts(seen.scope) == [b"a.example"],
        ),
        requirement("http.http2.authority-to-host"),
    ),
    over=Over.HTTP2_TLS,
)

case(
    "Method, path and scheme come from the pseudo-header fields",
    client.requests("POST", "/a%20b?x=%20", body=b"hello"),
    app.is_called(
        scope(
            method="POST",
            path="/a b",
            raw_path=any_of("absent or the path as sent", lambda got: not isinstance(got, bytes) or got == b"/a%20b"),
            query_string=b"x=%20",
            scheme="https",
        ),
        requirement("http.http2.scheme-path-method"),
    ),
    over=Over.HTTP2_TLS,
)

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

case(
    "A response over HTTP/2 has only fields that HTTP/2 allows",
    client.requests("GET", "/fields"),
    app.is_called(),
    app.sends({
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"transfer-encoding", b"chunked")],
    }),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(
        stream_response(200, body=b"ok", headers_in_order=[(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]),
        requirement("http.http2.response-headers-valid"),
    ),
    note="Transfer-Encoding has to be ignored by every server, and must not occur in HTTP/2 (RFC 9113, section 8.2.2).",
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "The end of the stream is the end of the body, in both directions",
    client.requests("POST", "/body", body=b"one", ends=False),
    client.sends_data(b"two"),
    client.sends_data(b"", ends=True),
    app.is_called(),
    app.gets(whole_body(b"onetwo"), requirement("http.http2.body-end-stream")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"a", "more_body": True}),
    client.gets(stream_response(200, body=b"a", ends=False)),
    app.sends({"type": "http.response.body", "body": b"", "more_body": False}),
    client.gets(where("the stream ended", lambda seen, heard: any(event.kind == "end" for event in seen.events)), requirement("http.http2.body-end-stream")),
    over=Over.HTTP2_TLS,
)

case(
    "Cookie fields arrive as they were sent",
    client.requests("GET", "/cookies", (b"cookie", b"a=1"), (b"cookie", b"b=2")),
    app.is_called(
        requirement(
            "http.scope.headers.cookie-unmodified",
            ways={
                "as sent": where("two cookie headers in order", lambda seen, heard: cookies(seen.scope) == [b"a=1", b"b=2"]),
                "joined": where("joined with '; '", lambda seen, heard: cookies(seen.scope) == [b"a=1; b=2"]),
            },
        ),
    ),
    note="RFC 9113, section 8.2.3, lets a recipient join cookie fields with '; ', so that way is lawful too.",
    over=Over.HTTP2_TLS,
)


def cookies(scope_seen):
    return [value for name, value in header_pairs(scope_seen) if name.lower() == b"cookie"]


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


@each(over=Over.HTTP2, path=["/prior"])
def prior_knowledge(path):
    """HTTP/2 without TLS works for a client that knows beforehand"""
    yield client.requests("GET", path, scheme=b"http")
    yield app.is_called(scope(type="http", http_version="2", path=path), requirement("http.scope.http-version.present"))
    yield app.gets(whole_body(b""))
    yield app.sends(OK)
    yield app.sends({"type": "http.response.body", "body": b"ok"})
    yield client.gets(stream_response(200, body=b"ok"))
