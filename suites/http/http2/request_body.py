"""HTTP/2: the body of a request, and where it ends (ASGI HTTP, "Request - receive event")."""

from asgi_conformance.authoring import (
    Over,
    anything,
    app,
    case,
    client,
    never_called,
    note,
    pending,
    requirement,
    scope,
    stream_response,
    stream_rest,
    where,
    whole_body,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}

case(
    "The end of the stream is the end of the body, in both directions",
    client.requests("POST", "/body", body=b"one", ends=False),
    app.is_called(),
    app.begins_to_receive_body(),
    client.sends_data(b"two"),
    app.still_waits("body", ways={"waits": pending(), "never called": never_called()}),
    client.sends_data(b"", ends=True),
    app.finishes("body", whole_body(b"onetwo"), requirement("http.http2.body-end-stream")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"a", "more_body": True}),
    client.gets(stream_response(200, body=b"a", ends=False)),
    app.sends({"type": "http.response.body", "body": b"", "more_body": False}),
    client.gets(stream_rest(b""), requirement("http.http2.body-end-stream")),
    needs="early-call",
    over=Over.HTTP2_TLS,
)

case(
    "A request that ends with its fields has an empty body",
    client.requests("GET", "/empty"),
    app.is_called(),
    app.gets(whole_body(b""), requirement("http.http2.body-end-stream")),
    over=Over.HTTP2_TLS,
)

INTERIM = where(
    "a section with :status 100, after which the stream goes on",
    lambda seen, heard: (
        [(event.kind, dict(event.value).get(b":status")) for event in seen.events] == [("headers", b"100")]
    ),
)

NOT_SENT = where("nothing", lambda seen, heard: not seen.events)

case(
    "A client that waits for 100 on a stream gets it, at the latest when the application asks for the body",
    client.requests("POST", "/continue", (b"expect", b"100-continue"), ends=False),
    app.is_called(ways={"at once": scope(), "not yet": pending()}, within=0.3),
    app.begins_to_receive_body(ways={"begun": anything(), "never called": never_called()}),
    client.gets(
        requirement(
            "http.request.expect-continue", ways={"100": INTERIM, "not sent": note(NOT_SENT, "and the client waits")}
        ),
        requirement("h2.response.interim", ways={"100": INTERIM, "not sent": note(NOT_SENT, "there is no form to it")}),
        within=0.5,
    ),
    client.sends_data(b"hello", ends=True),
    app.finishes("body", whole_body(b"hello")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(stream_response(200, body=b"ok"), requirement("h2.response.interim")),
    note="""
    An origin server has to answer the expectation, with 100 or with a final response, in every version from 1.1 on
    (RFC 9110, section 10.1.1); over HTTP/2 that is a section of fields without the end of the stream.
    """,
    needs="early-call",
    over=Over.HTTP2_TLS,
)
