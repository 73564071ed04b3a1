"""HTTP Connection Scope: client and server (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    app,
    case,
    client,
    each,
    either,
    note,
    plain,
    requirement,
    scope,
    where,
)


def pair(seen, key):
    """The address as a tuple; ABSENT or None as it is. Any iterable may hold the two items."""
    value = plain(plain(seen.scope).get(key, ABSENT))
    return tuple(value) if isinstance(value, list) else value


def is_pair(address, host, port):
    """Whether these are the two items, exact types included."""
    return isinstance(address, tuple) and [(type(item), item) for item in address] == [(str, host), (type(port), port)]


GIVEN = where(
    "the address and the port that the client connected from",
    lambda seen, heard: is_pair(pair(seen, "client"), *heard.timeline.connected().own) or f"{pair(seen, 'client')}",
)


@each(over=Over.TCP, transport=["tcp"])
def the_client(transport):
    """client is where the client connected from"""
    yield client.connects()
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.client.value"),
        ways={"given": GIVEN, "not given": scope(client=either(ABSENT, None))},
    )


@each(over=Over.TLS, transport=["tls"])
def the_client_over_tls(transport):
    """client is where the client connected from"""
    yield client.connects()
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.client.value"),
        ways={"given": GIVEN, "not given": scope(client=either(ABSENT, None))},
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

LISTENING = where(
    "the address and the port that the server listens on",
    lambda seen, heard: is_pair(pair(seen, "server"), *heard.timeline.connected().peer) or f"{pair(seen, 'server')}",
)


@each(over=Over.TCP, transport=["tcp"])
def the_server(transport):
    """server is where the server listens, whatever the Host header says"""
    yield client.connects()
    yield client.sends(b"GET / HTTP/1.1\r\nHost: elsewhere.example:81\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.server.value"),
        ways={"given": LISTENING, "not given": scope(server=either(ABSENT, None))},
    )


@each(over=Over.TLS, transport=["tls"])
def the_server_over_tls(transport):
    """server is where the server listens, whatever the Host header says"""
    yield client.connects()
    yield client.sends(b"GET / HTTP/1.1\r\nHost: elsewhere.example:81\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.server.value"),
        ways={"given": LISTENING, "not given": scope(server=either(ABSENT, None))},
    )


case(
    "server is the path of a unix socket and None",
    client.connects(),
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.server.unix"),
        ways={
            "given": where(
                "the path and None",
                lambda seen, heard: (
                    is_pair(pair(seen, "server"), heard.timeline.connected().peer, None) or f"{pair(seen, 'server')}"
                ),
            ),
            "not given": scope(server=either(ABSENT, None)),
            "another path": note(
                where(
                    "a path and None",
                    lambda seen, heard: (
                        isinstance(pair(seen, "server"), tuple)
                        and [type(item) for item in pair(seen, "server")] == [str, type(None)]
                    ),
                ),
                "not the path that the socket is bound to",
            ),
        },
    ),
    over=Over.UNIX,
)
