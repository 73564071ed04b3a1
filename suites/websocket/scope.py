"""Websocket Connection Scope: what makes a WebSocket, versions, scheme, offers, state (ASGI HTTP, "Websocket Connection
Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    absent_or,
    any_of,
    app,
    case,
    client,
    documented,
    each,
    either,
    note,
    plain,
    refused,
    requirement,
    response,
    scope,
    where,
)

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

    An opening handshake is a GET with `Upgrade: websocket` and `Connection: Upgrade` (RFC 6455, section 4.1). What
    lacks one of these is an ordinary request, for the application or for the server to answer. A server may also switch
    to HTTP/2 where it is asked to.
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
    yield app.is_called(scope(type="websocket"), requirement("websocket.scope.plain-http-unaffected"), within=0.5)


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
    yield client.gets(requirement("websocket.scope.invalid-handshake"), ways={
        "400": response(400),
        "426": response(426),
        "another 4xx": refused(),
    }, within=0.5)  # fmt: skip
    yield second.opens_websocket("/barrier")
    yield app.is_called(scope(path="/barrier"), requirement("websocket.scope.invalid-handshake"))


# --------------------------------------------------------------------------- versions and scheme


def declares(version):
    """`asgi` with this spec_version."""
    return any_of(
        f"with spec_version {version}",
        lambda asgi: isinstance(plain(asgi), dict) and plain(asgi).get("spec_version", ABSENT) == version,
    )


def is_newer(asgi):
    version = plain(asgi).get("spec_version")
    return isinstance(version, str) and version.startswith("2.") and version[2:].isdigit() and int(version[2:]) > 5


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
        "newer": note(scope(asgi=any_of("with a later spec_version", is_newer)), "later than the versions known here"),
    }),
    note="The enumeration in the text ends at 2.3, though later sections speak of 2.4; any 2.x is taken.",
    needs="websocket",
)  # fmt: skip

case(
    "The http_version of a handshake over HTTP/1.1 is absent or 1.1",
    client.opens_websocket("/http-version"),
    app.is_called(
        scope(http_version=absent_or("1.1")),
        requirement("websocket.scope.http-version"),
        documented("websocket.scope.http-version"),
    ),
    needs="websocket",
)

case(
    "The scheme of a plain connection is absent or ws",
    client.opens_websocket("/scheme"),
    app.is_called(
        scope(scheme=absent_or("ws")), requirement("websocket.scope.scheme"), documented("websocket.scope.scheme")
    ),
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

# --------------------------------------------------------------------------- subprotocols


def offers(*names):
    """A predicate: these texts, in any iterable."""
    return any_of(
        repr(list(names)),
        lambda value: (
            isinstance(plain(value), list | tuple)
            and [type(item) for item in plain(value)] == [str] * len(names)
            and list(plain(value)) == list(names)
        ),
    )


case(
    "The offers of a client are in subprotocols in their order",
    client.opens_websocket("/offers", subprotocols=b"chat.v2,  chat.v1 ,b"),
    app.is_called(
        scope(subprotocols=offers("chat.v2", "chat.v1", "b")),
        requirement("websocket.scope.subprotocols.value"),
        documented("websocket.scope.subprotocols.value"),
    ),
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
    client.opens_websocket(
        "/offers", (b"Sec-WebSocket-Protocol", b"chat.v2"), (b"Sec-WebSocket-Protocol", b"chat.v1, b")
    ),
    app.is_called(
        scope(subprotocols=offers("chat.v2", "chat.v1", "b")), requirement("websocket.scope.subprotocols.value")
    ),
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

OF_THE_LIFESPAN = any_of(
    "that of the lifespan", lambda state: isinstance(plain(state), dict) and "marker" in plain(state)
)


def shares_state_shallowly(seen, heard):
    """The values are those of the first call, the dict is not."""
    first, mine = heard.timeline.calls()[0].facts["ids"], seen.facts["ids"]
    if "state" not in mine:
        return "there is no state"
    if first.get("state") == mine["state"]:
        return "both calls have the same dict"
    return first.get("state.marker") == mine.get("state.marker") or "its values are not those of the other call"


case(
    "Every WebSocket has a shallow copy of the state of its own",
    client.named("first").opens_websocket("/first"),
    app.named("first").is_called(scope(path="/first", state=OF_THE_LIFESPAN)),
    client.opens_websocket("/second"),
    app.is_called(
        where("the same values in another dict", shares_state_shallowly), requirement("websocket.scope.state")
    ),
    needs=("websocket", "state"),
)

case(
    "A WebSocket has the state that http requests have",
    client.named("http").sends(b"GET /http HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("http").is_called(scope(type="http", state=OF_THE_LIFESPAN)),
    client.opens_websocket("/second"),
    app.is_called(
        where("the same values in another dict", shares_state_shallowly), requirement("websocket.scope.state")
    ),
    needs=("websocket", "state"),
)

case(
    "A websocket scope has no method",
    client.opens_websocket("/method"),
    app.is_called(scope(method=either(ABSENT)), requirement("websocket.scope.no-http-only-keys")),
    needs="websocket",
)
