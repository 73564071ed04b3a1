"""HTTP/2: the header fields of a response, of which HTTP/2 allows fewer (RFC 9113, section 8.2)."""

from asgi_conformance.authoring import (
    Over,
    any_of,
    anything,
    app,
    case,
    client,
    each,
    ended,
    note,
    raises,
    requirement,
    returns,
    stream_reset,
    stream_response,
)

SERVER_ERROR = any_of("500 to 599", lambda status: 500 <= status <= 599)
RESPONDS = {"responds": returns(), "refuses": raises(), "call ended": ended()}

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

NOT_FOR_HTTP_2 = {
    "connection": (b"connection", b"close"),
    "keep-alive": (b"keep-alive", b"timeout=5"),
    "proxy-connection": (b"proxy-connection", b"keep-alive"),
    "upgrade": (b"upgrade", b"h2c"),
    "upper-case": (b"X-Upper", b"1"),
}


def response_with(field, settled):
    """The lines of a response with this field, which a server may leave out, correct or refuse."""
    yield client.requests("GET", "/fields")
    yield app.is_called()
    yield app.sends({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1"), field]}, ways=RESPONDS)
    yield app.sends({"type": "http.response.body", "body": b"ok"}, ways=RESPONDS)
    yield app.returns(ways={"returns": anything(), "call ended": ended()})
    yield client.gets(
        requirement(
            settled,
            ways={
                "left out or corrected": stream_response(200, body=b"ok", headers_in_order=[(b"x-a", b"1")]),
                "refused": stream_response(SERVER_ERROR),
                "reset": note(stream_reset(), "the client is not told what is wrong"),
            },
        )
    )


@each(over=Over.HTTP2_TLS, field=NOT_FOR_HTTP_2)
def fields_that_http_2_forbids(field):
    """A field that HTTP/2 has no place for does not make the response invalid

    Such fields are the application's mistake or a remainder of HTTP/1.1, and a server may leave them out, correct them
    or refuse the message; it must not generate a malformed response (RFC 9113, sections 8.2.1 and 8.2.2).
    """
    yield from response_with(NOT_FOR_HTTP_2[field], "http.http2.response-headers-valid")


NOT_FOR_ANY_WIRE = {
    "line-break": (b"x-b", b"a\r\nx-c: 1"),
    "nul": (b"x-b", b"a\x00"),
    "space-in-a-name": (b"x b", b"1"),
}


@each(over=Over.HTTP2_TLS, field=NOT_FOR_ANY_WIRE)
def fields_that_no_version_allows(field):
    """A field with octets that are forbidden everywhere does not reach the client

    HPACK would carry them, and whoever passes the response on as HTTP/1.1 would make two fields of one
    (RFC 9113, sections 8.2.1 and 10.3). The mistake is the application's first, so that it is warned of.
    """
    yield from response_with(NOT_FOR_ANY_WIRE[field], "http.response.start.headers.injection")
