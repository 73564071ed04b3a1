"""Websocket Connection Scope: headers (ASGI HTTP, "Websocket Connection Scope")."""

from asgi_conformance.authoring import (
    app,
    case,
    client,
    documented,
    header_pairs,
    note,
    plain,
    refused,
    requirement,
    scope,
    warn,
    where,
)


def only(seen, *names):
    """The headers with these names (in lower case), in their order."""
    return [
        (name.lower(), value) for name, value in header_pairs(getattr(seen, "scope", None)) if name.lower() in names
    ]


case(
    "Repeated headers arrive as often as they were sent",
    client.opens_websocket("/headers", (b"X-M", b"1"), (b"X-N", b"a"), (b"X-M", b"2"), (b"X-M", b"1")),
    app.is_called(
        where("x-m: 1, 2, 1", lambda seen, heard: [value for _, value in only(seen, b"x-m")] == [b"1", b"2", b"1"]
              or f"x-m is {only(seen, b'x-m')}"),
        requirement("websocket.scope.headers"),
    ),
    note="Duplicates must be preserved as they were received: one field with the values joined is another message.",
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
    app.is_called(
        scope(headers=are_pairs_of_bytes), requirement("websocket.scope.headers"), documented("websocket.scope.headers")
    ),
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
