"""Websocket Connection Scope: client and server (ASGI HTTP, "Websocket Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    any_of,
    app,
    case,
    client,
    documented,
    either,
    plain,
    requirement,
    scope,
    warn,
    where,
)


def address(host, port):
    """A predicate: absent, None, or these two items; `host` and `port` are predicates."""

    def fits(value):
        items = plain(value)
        if items is ABSENT or items is None:
            return True
        return isinstance(items, list | tuple) and len(items) == 2 and host(items[0]) and port(items[1])

    return fits


OWN = ("127.0.0.1", "::ffff:127.0.0.1")
LOCAL = any_of(
    "unknown, or 127.0.0.1 (in IPv6 form, too) and an int",
    address(lambda host: host in OWN, lambda port: type(port) is int),
)
LISTENING = any_of(
    "unknown, or 127.0.0.1 or every address and an int",
    address(lambda host: host in (*OWN, "0.0.0.0", "::"), lambda port: type(port) is int),
)
SOCKET = any_of(
    "unknown, or the path of the socket and None",
    address(lambda host: type(host) is str and host.endswith(".sock"), lambda port: port is None),
)

case(
    "The client and the server are an address and a port",
    client.opens_websocket("/addresses"),
    app.is_called(
        scope(client=LOCAL, server=LISTENING),
        requirement("websocket.scope.client-server"),
        documented("websocket.scope.client-server"),
    ),
    needs="websocket",
)


def has_the_addresses_of_the_first_call(seen, heard):
    """Its server, where both tell one, in whatever iterables. Each scope may leave out what is optional."""
    first, mine = (plain(plain(call.scope).get("server")) for call in (heard.timeline.calls()[0], seen))
    both = isinstance(first, list | tuple) and isinstance(mine, list | tuple)
    return not both or list(first) == list(mine) or f"the server is {mine} here and {first} for http"


case(
    "The client and the server are told as they are for http",
    client.named("http").sends(b"GET /http HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.named("http").is_called(scope(type="http")),
    client.opens_websocket("/addresses"),
    app.is_called(
        where("the same server, where both have one", has_the_addresses_of_the_first_call),
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
    note="The server is either a host and an int port, or the path of the socket and None. Left out, it is unknown.",
    over=Over.UNIX,
    needs="websocket",
)  # fmt: skip
