"""HTTP/2: what a request on a stream becomes (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    absent_or,
    any_of,
    app,
    case,
    client,
    each,
    either,
    header_pairs,
    plain,
    requirement,
    scope,
    stream_response,
    where,
    whole_body,
)

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]}
OTHER = app.named("other")
second = client.named("second")


def scopes(heard):
    """Identities of the scopes of the calls so far."""
    return {call.facts["ids"]["scope"] for call in heard.timeline.calls()}


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


@each(over=Over.HTTP2, path=["/prior"])
def prior_knowledge(path):
    """HTTP/2 without TLS works for a client that knows beforehand"""
    yield client.requests("GET", path, scheme=b"http")
    yield app.is_called(scope(type="http", http_version="2", path=path), requirement("http.scope.http-version.present"))
    yield app.gets(whole_body(b""))
    yield app.sends(OK)
    yield app.sends({"type": "http.response.body", "body": b"ok"})
    yield client.gets(stream_response(200, body=b"ok"))


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

# --------------------------------------------------------------------------- the authority and the host

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

# --------------------------------------------------------------------------- what else is in a scope


def is_mapped(found, known):
    return found == [f"::ffff:{known[0]}", known[1]]


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
