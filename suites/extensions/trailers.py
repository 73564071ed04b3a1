"""HTTP Trailers (ASGI extensions, "HTTP Trailers")."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    raises,
    requirement,
    response,
    returns,
    stream_response,
    where,
    whole_body,
)

TRAILERS = "extension:http.response.trailers"
START = {"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum, x-sum2")], "trailers": True}
FIELDS = [(b"x-sum", b"1"), (b"x-sum2", b"2"), (b"x-sum", b"3")]


def trailing_fields(seen):
    """The field sections after the response's first, on HTTP/2."""
    return [event.value for event in seen.events if event.kind == "headers"][1:]


case(
    "Trailing fields reach a client that accepts them, after the body",
    client.sends(b"GET /t HTTP/1.1\r\nHost: test\r\nTE: trailers\r\nConnection: TE\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends({"type": "http.response.body", "body": b"x"}),
    app.sends({"type": "http.response.trailers", "headers": FIELDS}),
    client.gets(
        response(200, body=b"x"),
        where(
            "the three fields in the trailer section",
            lambda seen, heard: seen.data.endswith(b"0\r\nx-sum: 1\r\nx-sum2: 2\r\nx-sum: 3\r\n\r\n"),
        ),
        requirement("ext.trailers.sent"),
    ),
    needs=TRAILERS,
)

case(
    "Trailing fields need not be declared in the trailer header",
    client.sends(b"GET /t HTTP/1.1\r\nHost: test\r\nTE: trailers\r\nConnection: TE\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-other")], "trailers": True}),
    app.sends({"type": "http.response.body", "body": b"x"}),
    app.sends({"type": "http.response.trailers", "headers": [(b"x-sum", b"1")]}),
    client.gets(
        response(200, body=b"x", headers_in_order=[(b"trailer", b"x-other")]),
        where("the field in the trailer section", lambda seen, heard: seen.data.endswith(b"0\r\nx-sum: 1\r\n\r\n")),
        requirement("ext.trailers.no-header-validation"),
    ),
    needs=TRAILERS,
)

case(
    "Trailing fields over HTTP/2 end the stream",
    client.requests("GET", "/t", (b"te", b"trailers")),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends({"type": "http.response.body", "body": b"x"}),
    app.sends({"type": "http.response.trailers", "headers": FIELDS}),
    client.gets(
        stream_response(200, body=b"x"),
        where("the three fields behind the body", lambda seen, heard: trailing_fields(seen) == [tuple(FIELDS)]),
        requirement("ext.trailers.sent"),
    ),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)

case(
    "The response waits for the trailers that were announced",
    client.requests("GET", "/t", (b"te", b"trailers")),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends({"type": "http.response.body", "body": b"x"}),
    client.gets(stream_response(200, body=b"x", ends=False), requirement("ext.trailers.wait")),
    app.sends({"type": "http.response.trailers", "headers": FIELDS}),
    client.gets(where("the stream ended", lambda seen, heard: any(event.kind == "end" for event in seen.events)), requirement("ext.trailers.wait")),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)

case(
    "Without TE no trailing field is sent, and the response is complete",
    client.requests("GET", "/t"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(START),
    app.sends({"type": "http.response.body", "body": b"x"}),
    app.sends({"type": "http.response.trailers", "headers": FIELDS}, requirement("ext.trailers.te-required")),
    client.gets(
        stream_response(200, body=b"x"),
        where("no trailing fields", lambda seen, heard: trailing_fields(seen) == []),
        requirement("ext.trailers.te-required"),
    ),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)

case(
    "Trailers that were not announced leave the response as it is",
    client.requests("GET", "/t", (b"te", b"trailers")),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"x"}),
    app.sends({"type": "http.response.trailers", "headers": FIELDS}, ways={"ignored": returns(), "raises": raises()}),
    client.gets(stream_response(200, body=b"x"), requirement("ext.trailers.unannounced")),
    needs=TRAILERS,
    over=Over.HTTP2_TLS,
)
