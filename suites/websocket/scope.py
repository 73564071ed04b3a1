"""Websocket Connection Scope: what the application is told of a handshake (ASGI HTTP, "Websocket Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT, Over, absent_or, any_of, app, case, client, documented, each, either, header_pairs, note, plain, refused, requirement,
    response, scope, warn, where,
)  # fmt: skip

KEY = b"Sec-WebSocket-Key: YXNnaS1jb25mb3JtYW5jZQ==\r\n"
VERSION = b"Sec-WebSocket-Version: 13\r\n"
UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\n"

# --------------------------------------------------------------------------- type

case(
    "A WebSocket handshake brings a scope of type websocket",
    client.opens_websocket("/type?a=1"),
    app.is_called(scope(type="websocket"), requirement("websocket.scope.type")),
    needs="websocket",
)

case(
    "A WebSocket handshake over TLS brings a scope of type websocket",
    client.opens_websocket("/type"),
    app.is_called(scope(type="websocket"), requirement("websocket.scope.type")),
    over=Over.TLS,
    needs="websocket",
)

NO_HANDSHAKES = {
    "h2c": b"GET /no HTTP/1.1\r\nHost: test\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "unknown-protocol": b"GET /no HTTP/1.1\r\nHost: test\r\nUpgrade: webdonkey\r\nConnection: Upgrade\r\n\r\n",
    "no-connection-upgrade": b"GET /no HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n" + KEY + VERSION + b"\r\n",
    "post": b"POST /no HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n" + UPGRADE + KEY + VERSION + b"\r\n",
}


@each(what=NO_HANDSHAKES, needs="websocket")
def no_handshake_stays_http(what):
    """A request that is no WebSocket handshake brings no websocket scope

    An opening handshake is a GET with `Upgrade: websocket` and `Connection: Upgrade` (RFC 6455, section 4.1). What lacks
    one of these is an ordinary request, for the application or for the server to answer. A server may also switch to
    HTTP/2 where it is asked to.
    """
    yield client.sends(NO_HANDSHAKES[what])
    yield app.is_called(requirement("websocket.scope.plain-http-unaffected"), ways={
        "http": scope(type="http"),
        "refused": refused(501),
        "switched to h2c": response(101, headers_in_order=[(b"upgrade", b"h2c")]),
    })  # fmt: skip


SPELLINGS = {
    "connection-list": b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n",
    "other-case": b"UPGRADE: WebSocket\r\nconnection: uPGRADE\r\n",
}


@each(what=SPELLINGS, needs="websocket")
def tokens_of_the_handshake(what):
    """The tokens of a handshake count in any case and among others

    `Connection` is a list, and both fields are compared without regard to case (RFC 6455, section 4.2.1).
    """
    yield client.sends(b"GET /yes HTTP/1.1\r\nHost: test\r\n" + SPELLINGS[what] + KEY + VERSION + b"\r\n")
    yield app.is_called(
        scope(type="websocket"), requirement("websocket.scope.plain-http-unaffected"), within=0.5
    )


BROKEN = {
    "no-key": UPGRADE + VERSION,
    "short-key": UPGRADE + VERSION + b"Sec-WebSocket-Key: c2hvcnQ=\r\n",
    "version-99": UPGRADE + KEY + b"Sec-WebSocket-Version: 99\r\n",
}


@each(what=BROKEN, needs="websocket")
def broken_handshake(what):
    """A broken handshake is refused before the application is called

    A server that does not get a key of 16 bytes, or a version that it knows, stops and answers with an HTTP error
    (RFC 6455, sections 4.2.1 and 4.2.2). The second connection is a barrier: its call is the first.
    """
    second = client.named("second")
    yield client.sends(b"GET /broken HTTP/1.1\r\nHost: test\r\n" + BROKEN[what] + b"\r\n")
    yield client.gets(requirement("websocket.scope.invalid-handshake"),
                      ways={"400": response(400), "426": response(426), "another 4xx": refused()}, within=0.5)  # fmt: skip
    yield second.opens_websocket("/barrier")
    yield app.is_called(scope(path="/barrier"), requirement("websocket.scope.invalid-handshake"))


# --------------------------------------------------------------------------- versions and scheme


def declares(version):
    """`asgi` with this spec_version."""
    return any_of(
        f"with spec_version {version}",
        lambda asgi: (asgi.get("spec_version", ABSENT) if isinstance(asgi, dict) else ABSENT) == version,
    )


case(
    "The spec_version is absent or one of 2.x",
    client.opens_websocket("/version"),
    app.is_called(requirement("websocket.scope.asgi.spec-version"), ways={
        "absent": scope(asgi=declares(ABSENT)),
        "2.0": scope(asgi=declares("2.0")),
        "2.1": scope(asgi=declares("2.1")),
        "2.2": scope(asgi=declares("2.2")),
        "2.3": scope(asgi=declares("2.3")),
        "2.4": scope(asgi=declares("2.4")),
        "2.5": scope(asgi=declares("2.5")),
    }),
    note="The enumeration in the text ends at 2.3, though later sections speak of 2.4; any 2.x is taken.",
    needs="websocket",
)  # fmt: skip

case(
    "The http_version of a handshake over HTTP/1.1 is absent or 1.1",
    client.opens_websocket("/http-version"),
    app.is_called(scope(http_version=absent_or("1.1")), requirement("websocket.scope.http-version"),
                  documented("websocket.scope.http-version")),
    needs="websocket",
)

case(
    "The scheme of a plain connection is absent or ws",
    client.opens_websocket("/scheme"),
    app.is_called(scope(scheme=absent_or("ws")), requirement("websocket.scope.scheme"),
                  documented("websocket.scope.scheme")),
    needs="websocket",
)

case(
    "The scheme of a TLS connection is wss",
    client.opens_websocket("/scheme"),
    app.is_called(scope(scheme="wss"), requirement("websocket.scope.scheme")),
    note="A missing scheme stands for ws. The client asked for wss, so over TLS it cannot be missing.",
    over=Over.TLS,
    needs="websocket",
)

# --------------------------------------------------------------------------- path and query

PATHS = {
    "escapes": (b"/a%20b%21/%7Euser", "/a b!/~user"),
    "utf-8": (b"/caf%C3%A9/%e2%82%ac/%F0%9F%98%80", "/café/€/😀"),
    "slash": (b"/a%2Fb%2fc", "/a/b/c"),
    "question-mark": (b"/a%3Fb%23c?q=1", "/a?b#c"),
    "empty-query": (b"/p?", "/p"),
    "two-question-marks": (b"/p?x=1?y=2", "/p"),
    "twice-escaped": (b"/a%2520b/%25", "/a%20b/%"),
    "plus": (b"/a+b%2Bc", "/a+b+c"),
}


@each(what=PATHS, needs="websocket")
def path_is_decoded(what):
    """The path is the target without its query, decoded once"""
    target, path = PATHS[what]
    yield client.opens_websocket(target)
    yield app.is_called(scope(path=path), requirement("websocket.scope.path"), documented("websocket.scope.path"))


case(
    "A path with UTF-8 bytes that are not escaped is decoded or refused",
    client.opens_websocket(b"/caf\xc3\xa9/%C3%A9"),
    app.is_called(requirement("websocket.scope.path"), ways={"decoded": scope(path="/café/é"), "refused": refused()}),
    note="RFC 3986 has no such bytes in a target, so 400 is a sound answer too.",
    needs="websocket",
)

case(
    "A path whose escapes are no UTF-8 does no harm",
    client.opens_websocket("/%ff%fe/x"),
    app.is_called(
        requirement("websocket.scope.path", ways={
            "replaced": scope(path="/\ufffd\ufffd/x"),
            "another text": scope(path=any_of("some text", lambda path: isinstance(plain(path), str))),
            "refused": refused(),
        }),
        requirement("websocket.scope.raw-path", ways={
            "exact": scope(raw_path=either(ABSENT, None, b"/%ff%fe/x")),
            "refused": refused(),
            "another answer": note(response(), "there is no raw_path to look at"),
        }),
        ways={"called": scope(type="websocket"), "refused": refused()},
    ),
    note="The text only speaks of UTF-8. Any text, or a refusal, will do; a crash or a damaged raw_path will not.",
    needs="websocket",
)  # fmt: skip

case(
    "A path is not normalised",
    client.opens_websocket("//a/./b/../c//"),
    app.is_called(
        requirement("websocket.scope.path"),
        ways={"as sent": scope(path="//a/./b/../c//"), "altered": warn(scope(type="websocket"))},
    ),
    note="The text has the target decoded, and nothing else done to it.",
    needs="websocket",
)

case(
    "A target in absolute form leaves the query in its place",
    client.opens_websocket("http://test/a%20b?q=1"),
    app.is_called(
        requirement("websocket.scope.query-string", ways={
            "kept": scope(query_string=b"q=1"),
            "refused": note(refused(501)),
        }),
        requirement("websocket.scope.path", ways={
            "its path": note(scope(path="/a b")),
            "the whole target": note(scope(path="http://test/a b")),
            "something else": note(scope(type="websocket")),
            "refused": note(refused(501)),
        }),
        ways={"called": scope(type="websocket"), "refused": refused(501)},
    ),
    note="What path means for an absolute target is not said, so it is only recorded.",
    needs="websocket",
)  # fmt: skip

case(
    "The raw_path is absent or the path as it was sent",
    client.opens_websocket("/a%2Fb%c3%a9?x=1"),
    app.is_called(scope(raw_path=either(ABSENT, None, b"/a%2Fb%c3%a9")), requirement("websocket.scope.raw-path"),
                  documented("websocket.scope.raw-path")),
    needs="websocket",
)

case(
    "The query_string is what stands behind the question mark",
    client.opens_websocket("/q?token=a%20b&x=?"),
    app.is_called(scope(query_string=b"token=a%20b&x=?"), requirement("websocket.scope.query-string"),
                  documented("websocket.scope.query-string")),
    needs="websocket",
)

case(
    "Without a query the query_string is empty",
    client.opens_websocket("/q"),
    app.is_called(requirement("websocket.scope.query-string"), ways={
        "empty": scope(query_string=b""),
        "absent": scope(query_string=either(ABSENT)),
        "None": note(scope(query_string=either(None))),
    }),
    needs="websocket",
)  # fmt: skip

case(
    "The root_path is absent or empty where none is configured",
    client.opens_websocket("/root"),
    app.is_called(scope(root_path=absent_or("")), requirement("websocket.scope.root-path"),
                  documented("websocket.scope.root-path")),
    needs="websocket",
)

case(
    "A configured root_path is in the scope",
    client.opens_websocket("/app/x"),
    app.is_called(scope(root_path="/app"), requirement("websocket.scope.root-path")),
    options={"root_path": "/app"},
    needs="websocket",
)

# --------------------------------------------------------------------------- headers


def only(seen, *names):
    """The headers with these names (in lower case), in their order."""
    return [(name.lower(), value) for name, value in header_pairs(getattr(seen, "scope", None)) if name.lower() in names]


case(
    "Repeated headers arrive as often as they were sent",
    client.opens_websocket("/headers", (b"X-M", b"1"), (b"X-N", b"a"), (b"X-M", b"2"), (b"X-M", b"1")),
    app.is_called(
        where("x-m: 1, 2, 1", lambda seen, heard: [value for _, value in only(seen, b"x-m")] == [b"1", b"2", b"1"]
              or f"x-m is {only(seen, b'x-m')}"),
        requirement("websocket.scope.headers"),
    ),
    needs="websocket",
)  # fmt: skip

case(
    "Header values arrive byte for byte",
    client.opens_websocket("/headers", (b"Cookie", b"a=1; b=\"2, 3\""), (b"X-Empty", b"")),
    app.is_called(
        where("cookie and x-empty as sent", lambda seen, heard: sorted(only(seen, b"cookie", b"x-empty"))
              == [(b"cookie", b"a=1; b=\"2, 3\""), (b"x-empty", b"")]
              or f"got {only(seen, b'cookie', b'x-empty')}"),
        requirement("websocket.scope.headers"),
    ),
    needs="websocket",
)  # fmt: skip

case(
    "A header value outside of ASCII arrives byte for byte",
    client.opens_websocket("/headers", (b"X-Latin", b"caf\xe9")),
    app.is_called(requirement("websocket.scope.headers"), ways={
        "as sent": where("x-latin: caf\\xe9", lambda seen, heard: only(seen, b"x-latin") == [(b"x-latin", b"caf\xe9")]
                         or f"got {seen}"),
        "refused": note(refused()),
    }),
    note="Such bytes are opaque data (RFC 9110, section 5.5), and the scope has the exact bytes of the client.",
    needs="websocket",
)  # fmt: skip

case(
    "The fields of the handshake are among the headers",
    client.opens_websocket("/headers"),
    app.is_called(
        where("host, upgrade and sec-websocket-key", lambda seen, heard:
              sorted(only(seen, b"host", b"upgrade", b"sec-websocket-key"))
              == [(b"host", b"test"), (b"sec-websocket-key", b"YXNnaS1jb25mb3JtYW5jZQ=="), (b"upgrade", b"websocket")]
              or f"got {header_pairs(seen.scope)}"),
        requirement("websocket.scope.headers"),
    ),
    needs="websocket",
)  # fmt: skip

case(
    "The field with the offers is among the headers",
    client.opens_websocket("/headers", subprotocols=b"chat"),
    app.is_called(requirement("websocket.scope.headers"), ways={
        "as sent": where("sec-websocket-protocol: chat", lambda seen, heard:
                         only(seen, b"sec-websocket-protocol") == [(b"sec-websocket-protocol", b"chat")]),
        "left out": warn(scope(type="websocket"), "a field of the request is left out"),
    }),
    note="The text excepts no field of the request. As subprotocols tells the same, leaving it out is only a warning.",
    needs="websocket",
)  # fmt: skip


def are_pairs_of_bytes(headers):
    """pairs of bytes"""
    return all(
        isinstance(plain(pair), list | tuple) and [type(part) for part in plain(pair)] == [bytes, bytes]
        for pair in plain(headers)
    )


case(
    "Headers are pairs of bytes",
    client.opens_websocket("/headers"),
    app.is_called(scope(headers=are_pairs_of_bytes), requirement("websocket.scope.headers"),
                  documented("websocket.scope.headers")),
    needs="websocket",
)

case(
    "Headers keep the order of the request",
    client.opens_websocket("/headers", (b"X-C", b"1"), (b"X-A", b"2"), (b"X-C", b"3"), (b"X-B", b"4")),
    app.is_called(
        where("x-c, x-a, x-c, x-b", lambda seen, heard: only(seen, b"x-a", b"x-b", b"x-c")
              == [(b"x-c", b"1"), (b"x-a", b"2"), (b"x-c", b"3"), (b"x-b", b"4")]
              or f"got {only(seen, b'x-a', b'x-b', b'x-c')}"),
        requirement("websocket.scope.headers.order"),
    ),
    needs="websocket",
)  # fmt: skip

case(
    "Header names are lower-case",
    client.opens_websocket("/headers", (b"X-MiXeD", b"1")),
    app.is_called(
        where("x-mixed", lambda seen, heard: (b"x-mixed", b"1") in header_pairs(seen.scope)),
        requirement("websocket.scope.headers.lowercase"),
    ),
    needs="websocket",
)

# --------------------------------------------------------------------------- addresses


def address(host, port):
    """A predicate: absent, None, or these two items; `host` and `port` are predicates."""

    def fits(value):
        items = plain(value)
        if items is ABSENT or items is None:
            return True
        return isinstance(items, list | tuple) and len(items) == 2 and host(items[0]) and port(items[1])

    return fits


LOCAL = any_of("unknown, or 127.0.0.1 and an int", address(lambda host: host == "127.0.0.1", lambda port: type(port) is int))
SOCKET = any_of(
    "unknown, or the path of the socket and None",
    address(lambda host: type(host) is str and host.endswith(".sock"), lambda port: port is None),
)

case(
    "The client and the server are an address and a port",
    client.opens_websocket("/addresses"),
    app.is_called(scope(client=LOCAL, server=LOCAL), requirement("websocket.scope.client-server"),
                  documented("websocket.scope.client-server")),
    needs="websocket",
)

case(
    "The client and the server are told as they are for http",
    client.named("http").sends(b"GET /http HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("http").is_called(scope(type="http")),
    client.opens_websocket("/addresses"),
    app.is_called(
        where("the server, and a client, where http requests have them", lambda seen, heard: [
            [plain(call.scope.get("server") or ()), bool(call.scope.get("client"))] for call in heard.timeline.calls()[:1]
        ] == [[plain(seen.scope.get("server") or ()), bool(seen.scope.get("client"))]]),
        requirement("websocket.scope.client-server"),
        on="/addresses",
    ),
    needs="websocket",
)  # fmt: skip

case(
    "Over a unix socket the server is its path, and the client is unknown",
    client.opens_websocket("/addresses"),
    app.is_called(requirement("websocket.scope.client-server"), ways={
        "client unknown": scope(client=either(ABSENT, None), server=SOCKET),
        "some client": warn(scope(server=SOCKET), "a client of a unix socket has no address"),
    }),
    over=Over.UNIX,
    needs="websocket",
)  # fmt: skip

# --------------------------------------------------------------------------- subprotocols


def offers(*names):
    """A predicate: these texts, in any iterable."""
    return any_of(
        repr(list(names)),
        lambda value: isinstance(plain(value), list | tuple)
        and [type(item) for item in plain(value)] == [str] * len(names)
        and list(plain(value)) == list(names),
    )


case(
    "The offers of a client are in subprotocols in their order",
    client.opens_websocket("/offers", subprotocols=b"chat.v2,  chat.v1 ,b"),
    app.is_called(scope(subprotocols=offers("chat.v2", "chat.v1", "b")), requirement("websocket.scope.subprotocols.value"),
                  documented("websocket.scope.subprotocols.value")),
    needs="websocket",
)

case(
    "A single offer of a client is in subprotocols",
    client.opens_websocket("/offers", subprotocols=b"chat"),
    app.is_called(scope(subprotocols=offers("chat")), requirement("websocket.scope.subprotocols.value")),
    needs="websocket",
)

case(
    "Offers on several header lines are all in subprotocols",
    client.opens_websocket("/offers", (b"Sec-WebSocket-Protocol", b"chat.v2"), (b"Sec-WebSocket-Protocol", b"chat.v1, b")),
    app.is_called(scope(subprotocols=offers("chat.v2", "chat.v1", "b")), requirement("websocket.scope.subprotocols.value")),
    note="""
        A client may spread the field over several lines, which mean the same as one (RFC 6455, section 11.3.4).
        A scope with the last line only does not tell what the client advertised.
    """,
    needs="websocket",
)

case(
    "Without offers subprotocols is absent or empty",
    client.opens_websocket("/offers"),
    app.is_called(
        scope(subprotocols=any_of("absent or empty", lambda value: value is ABSENT or offers()(value))),
        requirement("websocket.scope.subprotocols.default"),
        documented("websocket.scope.subprotocols.default"),
    ),
    needs="websocket",
)

# --------------------------------------------------------------------------- state and what is no key


def shares_state_shallowly(seen, heard):
    """The values are those of the first call, the dict is not."""
    first, mine = heard.timeline.calls()[0].facts["ids"], seen.facts["ids"]
    if "state" not in mine:
        return "there is no state"
    if first["state"] == mine["state"]:
        return "both calls have the same dict"
    return first["state.marker"] == mine.get("state.marker") or "its values are not those of the other call"


case(
    "Every WebSocket has a shallow copy of the state of its own",
    client.named("first").opens_websocket("/first"),
    app.named("first").is_called(scope(path="/first", state=any_of("a dict", lambda state: type(state) is dict))),
    client.opens_websocket("/second"),
    app.is_called(where("the same values in another dict", shares_state_shallowly), requirement("websocket.scope.state")),
    needs=("websocket", "state"),
)

case(
    "A WebSocket has the state that http requests have",
    client.named("http").sends(b"GET /http HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("http").is_called(scope(type="http", state=any_of("a dict", lambda state: type(state) is dict))),
    client.opens_websocket("/second"),
    app.is_called(where("the same values in another dict", shares_state_shallowly), requirement("websocket.scope.state")),
    needs=("websocket", "state"),
)

case(
    "A websocket scope has no method",
    client.opens_websocket("/method"),
    app.is_called(scope(method=either(ABSENT)), requirement("websocket.scope.no-http-only-keys")),
    needs="websocket",
)
