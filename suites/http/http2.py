"""HTTP/2: what an HTTP/2 request becomes, and what its response may look like (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    absent_or,
    any_of,
    anything,
    app,
    case,
    client,
    each,
    either,
    ended,
    fail,
    header_pairs,
    never_called,
    note,
    nothing,
    pending,
    plain,
    raises,
    requirement,
    returns,
    scope,
    stream_reset,
    stream_response,
    stream_rest,
    warn,
    where,
    whole_body,
)  # fmt: skip

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")
SERVER_ERROR = any_of("500 to 599", lambda status: 500 <= status <= 599)
NEXT = app.named("next")
second = client.named("second")


def scopes(heard):
    """Identities of the scopes of the calls so far."""
    return {call.facts["ids"]["scope"] for call in heard.timeline.calls()}


def is_mapped(found, known):
    return found == [f"::ffff:{known[0]}", known[1]]


def is_cut_off(seen, heard):
    complete = [one for one in seen.events if one.get("type") == "http.request" and not one.get("more_body")]
    return (seen.events[-1].get("type") == "http.disconnect" and not complete) or f"{seen.events}"


CUT_OFF = where("http.disconnect, and no complete body", is_cut_off)


def hosts(scope_seen):
    return [value for name, value in header_pairs(scope_seen) if name.lower() == b"host"]


case(
    "An HTTP/2 request is an http scope of its own with http_version 2",
    client.requests("GET", "/a"),
    client.requests("GET", "/b", stream="b"),
    app.is_called(scope(type="http", http_version="2"), requirement("http.scope.http-version.present"), on="/a"),
    OTHER.is_called(
        scope(type="http", http_version="2", path="/b"),
        where("a scope dict of its own", lambda seen, heard: len({*scopes(heard), seen.facts["ids"]["scope"]}) == 2),
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
            lambda seen, heard: {name[:1] == b":" for name, _ in header_pairs(seen.scope)} == {False},
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
            lambda seen, heard: hosts(seen.scope) == [b"a.example"] == [header_pairs(seen.scope)[0][1]],
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

case(
    "Cookie fields arrive as they were sent",
    client.requests("GET", "/cookies", (b"cookie", b"a=1"), (b"cookie", b"b=2")),
    app.is_called(
        requirement(
            "http.scope.headers.cookie-unmodified",
            ways={
                "as sent": where("a=1, then b=2", lambda seen, heard: cookies(seen.scope) == [b"a=1", b"b=2"]),
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


# --------------------------------------------------------------------------- streams beside each other

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
    app.finishes("disconnect", {"type": "http.disconnect"}, requirement("http.disconnect.after-response")),
    note="""
    http.disconnect is sent when receive is called after a response has been sent: the stream, which is the connection
    of this call, is over for both sides, and nothing else can ever end the wait.
    """,
    over=Over.HTTP2_TLS,
)

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

# --------------------------------------------------------------------------- applications that fail

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
        "made to look complete": fail(stream_rest(b""), "the client cannot tell that the response is not whole"),
        "left open": warn(where("nothing", lambda seen, heard: not seen.events), "no rule is for returning early"),
    }), within=0.5),
    over=Over.HTTP2_TLS,
)  # fmt: skip

# --------------------------------------------------------------------------- the authority and the host

case(
    "An authority and the same host are one host header",
    client.requests("GET", "/both", (b"x-a", b"1"), (b"host", b"a.example"), authority=b"a.example"),
    app.is_called(
        where("one host, a.example", lambda seen, heard: hosts(seen.scope) == [b"a.example"]),
        requirement("http.http2.authority-to-host"),
    ),
    over=Over.HTTP2_TLS,
)

case(
    "A host without an authority stays what it is",
    client.requests("GET", "/host", (b"x-a", b"1"), (b"host", b"b.example"), authority=None),
    app.is_called(
        where("one host, b.example", lambda seen, heard: hosts(seen.scope) == [b"b.example"]),
        requirement("http.http2.authority-to-host"),
    ),
    note="A request that was made from one of HTTP/1.1 may come without :authority (RFC 9113, section 8.3.1).",
    over=Over.HTTP2_TLS,
)


case(
    "A host that differs from the authority is not what the application sees",
    client.requests("GET", "/differs", (b"host", b"b.example"), authority=b"a.example"),
    second.requests("GET", "/probe"),
    app.is_called(requirement("h2.scope.authority-host-mismatch", ways={
        "called with the authority": where(
            "host is a.example alone", lambda seen, heard: hosts(seen.scope) == [b"a.example"]
        ),
        "not called": scope(path="/probe"),
    })),
    note="""
    The authority replaces a host header, and RFC 9113, section 8.3.1, wants a request whose Host differs from it
    treated as malformed: by a stream error, by 400, or by the end of the connection.
    """,
    over=Over.HTTP2_TLS,
)  # fmt: skip

# --------------------------------------------------------------------------- header fields of responses

NOT_FOR_HTTP_2 = {
    "connection": (b"connection", b"close"),
    "keep-alive": (b"keep-alive", b"timeout=5"),
    "proxy-connection": (b"proxy-connection", b"keep-alive"),
    "upgrade": (b"upgrade", b"h2c"),
    "upper-case": (b"X-Upper", b"1"),
}
RESPONDS = {"responds": returns(), "refuses": raises(), "call ended": ended()}


@each(over=Over.HTTP2_TLS, field=NOT_FOR_HTTP_2)
def fields_that_http_2_forbids(field):
    """A field that HTTP/2 has no place for does not make the response invalid

    Such fields are the application's mistake or a remainder of HTTP/1.1, and a server may leave them out, correct them
    or refuse the message; it must not generate a malformed response (RFC 9113, sections 8.2.1 and 8.2.2).
    """
    headers = [(b"x-a", b"1"), NOT_FOR_HTTP_2[field]]
    yield client.requests("GET", "/fields")
    yield app.is_called()
    yield app.sends({"type": "http.response.start", "status": 200, "headers": headers}, ways=RESPONDS)
    yield app.sends({"type": "http.response.body", "body": b"ok"}, ways=RESPONDS)
    yield app.returns(ways={"returns": anything(), "call ended": ended()})
    yield client.gets(
        requirement(
            "http.http2.response-headers-valid",
            ways={
                "left out or corrected": stream_response(200, body=b"ok", headers_in_order=[(b"x-a", b"1")]),
                "refused": stream_response(SERVER_ERROR),
                "reset": note(stream_reset(), "the client is not told what is wrong"),
            },
        )
    )


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
    headers = [(b"x-a", b"1"), NOT_FOR_ANY_WIRE[field]]
    yield client.requests("GET", "/fields")
    yield app.is_called()
    yield app.sends({"type": "http.response.start", "status": 200, "headers": headers}, ways=RESPONDS)
    yield app.sends({"type": "http.response.body", "body": b"ok"}, ways=RESPONDS)
    yield app.returns(ways={"returns": anything(), "call ended": ended()})
    yield client.gets(
        requirement(
            "http.response.start.headers.injection",
            ways={
                "left out or corrected": stream_response(200, body=b"ok", headers_in_order=[(b"x-a", b"1")]),
                "refused": stream_response(SERVER_ERROR),
                "reset": note(stream_reset(), "the client is not told what is wrong"),
            },
        )
    )


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

# --------------------------------------------------------------------------- flow control

PIECE = b"x" * 65_535
FLOOD = {"type": "http.response.body", "body": b"x" * 65_536, "more_body": True}

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
    client.gets(stream_response(200, body=b"y" * 100_000, stream="b"), requirement("http.http2.multiplexed")),
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
    OTHER.is_called(requirement("h2.flow.receive-window"), on="/other"),
    client.resets_stream(),
    note="""
    The window of the connection may be full, which a request without a body does not mind. Whoever uses flow control
    has to go on reading frames as they come (RFC 9113, section 5.2.2): it is the windows that keep a client from
    sending too much, and where a server stops reading instead, all streams stand still. A tenth of a second is for the
    body to go as far as the server lets it.
    """,
    over=Over.HTTP2_TLS,
)

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

# --------------------------------------------------------------------------- what else is in a scope

case(
    "client and server are the ends of the connection that carries the stream",
    client.connects(),
    client.requests("GET", "/addresses"),
    app.is_called(
        requirement("http.scope.client.value", ways={
            "given": where(
                "the address and the port that the client connected from",
                lambda seen, heard: address(seen, "client") == list(heard.timeline.connected().own),
            ),
            "given, in IPv6 form": where(
                "the same with the IPv4 address mapped into IPv6",
                lambda seen, heard: is_mapped(address(seen, "client"), heard.timeline.connected().own),
            ),
            "not given": scope(client=either(ABSENT, None)),
        }),
        requirement("http.scope.server.value", ways={
            "given": where(
                "the address and the port that the client connected to",
                lambda seen, heard: address(seen, "server") == list(heard.timeline.connected().peer),
            ),
            "given, in IPv6 form": where(
                "the same with the IPv4 address mapped into IPv6",
                lambda seen, heard: is_mapped(address(seen, "server"), heard.timeline.connected().peer),
            ),
            "given, as every address": where(
                "0.0.0.0 or :: and the port that the server listens on",
                lambda seen, heard: address(seen, "server") in (
                    [host, heard.timeline.connected().peer[1]] for host in ("0.0.0.0", "::")
                ),
            ),
            "not given": scope(server=either(ABSENT, None)),
        }),
    ),
    over=Over.HTTP2_TLS,
)  # fmt: skip


def address(seen, key):
    return list(plain(plain(seen.scope)[key]))


case(
    "The state of the lifespan is in every scope on a connection, each time a copy of its own",
    client.requests("GET", "/a"),
    client.requests("GET", "/b", stream="b"),
    app.is_called(scope(state=any_of("with the marker", lambda state: "marker" in plain(state))), on="/a"),
    app.sets_scope(("state", "mine"), 1),
    OTHER.is_called(
        scope(state=any_of("with the marker", lambda state: "marker" in plain(state))),
        requirement("lifespan.state.copied-to-requests"),
        requirement("lifespan.state.request-changes-isolated", expects=scope(
            state=any_of("without the other's key", lambda state: "mine" not in plain(state))
        )),
        on="/b",
    ),
    needs="state",
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "What an application sends over HTTP/2 without TLS comes back, with the scheme http",
    client.requests("POST", "/clear?a=1", body=b"hello", scheme=b"http", authority=b"a.example"),
    app.is_called(
        scope(method="POST", path="/clear", query_string=b"a=1", scheme=absent_or("http"), http_version="2"),
        where("host: a.example", lambda seen, heard: hosts(seen.scope) == [b"a.example"]),
        requirement("http.http2.scheme-path-method"),
    ),
    app.gets(whole_body(b"hello"), requirement("http.http2.body-end-stream")),
    app.sends(OK),
    app.sends({"type": "http.response.body", "body": b"ok"}),
    client.gets(stream_response(200, body=b"ok"), requirement("http.http2.body-end-stream")),
    over=Over.HTTP2,
)
