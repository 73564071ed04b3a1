"""HTTP Connection Scope: client and server (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    app,
    case,
    client,
    either,
    note,
    plain,
    requirement,
    scope,
    where,
)


def address(seen, key):
    """The two items as a tuple, whatever holds them; ABSENT or None as they are."""
    value = plain(plain(seen.scope).get(key, ABSENT))
    return tuple(value) if isinstance(value, list) else value


def is_address(seen, key, host, port):
    """Whether these are the two items, exact types included."""
    found = address(seen, key)
    fits = isinstance(found, tuple) and [(type(item), item) for item in found] == [(str, host), (type(port), port)]
    return fits or f"{key}: {found}"


def own(heard):
    return heard.timeline.connected().own


def listening(heard):
    return heard.timeline.connected().peer


CLIENT = {
    "given": where(
        "the address and the port that the client connected from",
        lambda seen, heard: is_address(seen, "client", *own(heard)),
    ),
    "given, in IPv6 form": where(
        "the same with the IPv4 address mapped into IPv6",
        lambda seen, heard: is_address(seen, "client", f"::ffff:{own(heard)[0]}", own(heard)[1]),
    ),
    "not given": scope(client=either(ABSENT, None)),
}

case(
    "client is where the client connected from",
    client.connects(),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.client.value"), ways=CLIENT),
)

case(
    "client is where the client connected from, over TLS too",
    client.connects(),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.client.value"), ways=CLIENT),
    over=Over.TLS,
)

case(
    "client is not given over a unix socket",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.client.unix"),
        ways={"absent": scope(client=either(ABSENT)), "None": scope(client=None)},
    ),
    over=Over.UNIX,
    note="The client's end of a unix socket has neither an IP address nor a port.",
)

SERVER = {
    "given": where(
        "the address and the port that the server listens on",
        lambda seen, heard: is_address(seen, "server", *listening(heard)),
    ),
    "given, in IPv6 form": where(
        "the same with the IPv4 address mapped into IPv6",
        lambda seen, heard: is_address(seen, "server", f"::ffff:{listening(heard)[0]}", listening(heard)[1]),
    ),
    "given, as every IPv4 address": where(
        "0.0.0.0 and the port that the server listens on",
        lambda seen, heard: is_address(seen, "server", "0.0.0.0", listening(heard)[1]),
    ),
    "given, as every IPv6 address": where(
        ":: and the port that the server listens on",
        lambda seen, heard: is_address(seen, "server", "::", listening(heard)[1]),
    ),
    "not given": scope(server=either(ABSENT, None)),
}

case(
    "server is where the server listens, whatever the Host header says",
    client.connects(),
    client.sends(b"GET / HTTP/1.1\r\nHost: elsewhere.example:81\r\n\r\n"),
    app.is_called(requirement("http.scope.server.value"), ways=SERVER),
)

case(
    "server is where the server listens, over TLS too",
    client.connects(),
    client.sends(b"GET / HTTP/1.1\r\nHost: elsewhere.example:81\r\n\r\n"),
    app.is_called(requirement("http.scope.server.value"), ways=SERVER),
    over=Over.TLS,
)


def is_a_path(seen, heard):
    return [type(item) for item in address(seen, "server")] == [str, type(None)]


case(
    "server is the path of a unix socket and None",
    client.connects(),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.server.unix"),
        ways={
            "given": where("the path and None", lambda seen, heard: is_address(seen, "server", listening(heard), None)),
            "another path": note(where("a path and None", is_a_path), "not the path that the socket is bound to"),
            "not given": scope(server=either(ABSENT, None)),
        },
    ),
    over=Over.UNIX,
)
