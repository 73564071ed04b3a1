"""The two ends of a connection, and what they speak (PEP 3333, "environ Variables"; RFC 3875, section 4.1)."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    absent_or,
    any_of,
    case,
    client,
    each,
    either,
    environ,
    note,
    plain,
    refused,
    requirement,
    warn,
    where,
    wsgi_app,
)

NAME = any_of("a str, and not empty", lambda value: type(value) is str and value != "")
PORT = any_of("a str of digits", lambda value: type(value) is str and value.isascii() and value.isdigit())
UNSERVED = "a request without Host is not served"


def value_of(seen, name):
    return plain(seen.environ).get(name, ABSENT)


def ends_at(seen, heard, name, end):
    """Whether the variable is there and is other than this end of the connection, as the client sees it."""
    connected = heard.timeline.connected()
    actual = connected.peer if end == "server" else connected.own
    part = 1 if name.endswith("PORT") else 0
    return value_of(seen, name) is ABSENT or str(value_of(seen, name)) == str(actual[part])


# --------------------------------------------------------------------------- the server

SERVER_PORT = {
    "": where(
        "the port that was asked, as a str of digits",
        lambda seen, heard: (
            (PORT(value_of(seen, "SERVER_PORT")) and ends_at(seen, heard, "SERVER_PORT", "server"))
            or f"SERVER_PORT={value_of(seen, 'SERVER_PORT')!r}"
        ),
    ),
    "of the URL": note(environ({"SERVER_PORT": "80"}), "the port that the URL has, and not the one that was asked"),
    "of the client": warn(
        environ({"SERVER_PORT": PORT}), "a port that the client has named, and not the one it has asked"
    ),
}

case(
    "SERVER_NAME and SERVER_PORT are there",
    client.connects(),
    client.sends(b"GET /server/host HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/server/host"}),
        requirement("wsgi.environ.server-name", expects=environ({"SERVER_NAME": NAME})),
        requirement("wsgi.environ.server-port", ways=SERVER_PORT),
    ),
    note="The port on which the request came (RFC 3875, section 4.1.15), though some take the one that the URL has.",
)

case(
    "SERVER_PORT is the port of the server, and not the one in Host",
    client.connects(),
    client.sends(b"GET /server/other-port HTTP/1.1\r\nHost: test:8000\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/server/other-port"}), requirement("wsgi.environ.server-port", ways=SERVER_PORT)
    ),
)

case(
    "SERVER_NAME and SERVER_PORT are there where the request has no Host",
    client.connects(),
    client.sends(b"GET /server/no-host HTTP/1.0\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.server-name", ways={
            "": environ({"SERVER_NAME": NAME}),
            "refused": note(refused(), UNSERVED),
        }),
        requirement("wsgi.environ.server-port", ways={**SERVER_PORT, "refused": note(refused(), UNSERVED)}),
        ways={"called": environ({"PATH_INFO": "/server/no-host"}), "refused": refused()},
    ),
    needs="http/1.0",
)  # fmt: skip

case(
    "SERVER_NAME and SERVER_PORT are there over TLS",
    client.connects(),
    client.sends(b"GET /server/tls HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/server/tls"}),
        requirement("wsgi.environ.server-name", expects=environ({"SERVER_NAME": NAME})),
        requirement("wsgi.environ.server-port", ways={
            **SERVER_PORT,
            "of the URL": note(environ({"SERVER_PORT": "443"}), "the port of the URL, and not the one that was asked"),
        }),
    ),
    over=Over.TLS,
)  # fmt: skip

case(
    "SERVER_NAME and SERVER_PORT are there on a unix socket",
    client.sends(b"GET /server/unix HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/server/unix"}),
        requirement("wsgi.environ.server-name", expects=environ({"SERVER_NAME": NAME})),
        requirement("wsgi.environ.server-port", ways={
            "": environ({"SERVER_PORT": PORT}),
            "no number": warn(environ({"SERVER_PORT": NAME}), "a port is a number"),
        }),
    ),
    over=Over.UNIX,
    note="There is no name and no port, and yet both \"are required strings and must never be empty\".",
)  # fmt: skip

PROTOCOLS = {
    "1.1": b"GET /protocol/1.1 HTTP/1.1\r\nHost: test\r\n\r\n",
    "1.0": b"GET /protocol/1.0 HTTP/1.0\r\nHost: test\r\n\r\n",
}


@each(http=PROTOCOLS, needs=lambda http: f"http/{http}" if http == "1.0" else ())
def the_protocol_is_that_of_the_request(http):
    """SERVER_PROTOCOL is the version of HTTP in which the client asks

    Whatever the version is in which the server answers.
    """
    yield client.sends(PROTOCOLS[http])
    yield wsgi_app.is_called(
        environ({"PATH_INFO": f"/protocol/{http}"}),
        requirement("wsgi.environ.server-protocol", expects=environ({"SERVER_PROTOCOL": f"HTTP/{http}"})),
    )


# --------------------------------------------------------------------------- the client

FORWARDED = {
    "for": b"X-Forwarded-For: 198.51.100.1, 192.0.2.2",
    "real-ip": b"X-Real-Ip: 198.51.100.1",
    "client-ip": b"Client-Ip: 198.51.100.1",
    "forwarded": b"Forwarded: for=198.51.100.1, for=192.0.2.2",
}
OWN = requirement("wsgi.environ.remote-addr", expects=environ({"REMOTE_ADDR": either(ABSENT, "127.0.0.1", "::1")}))

case(
    "REMOTE_ADDR is the address of the client",
    client.sends(b"GET /remote HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/remote"}), OWN),
)


@each(by=FORWARDED)
def nobody_chooses_an_address(by):
    """A client cannot choose its address by a field of a proxy's

    Who connects from the same machine may pass for a proxy that is trusted by default: of two addresses the second is
    the one that this proxy has seen then, and the first may be anybody's word.
    """
    yield client.sends(b"GET /remote/%b HTTP/1.1\r\nHost: test\r\n%b\r\n\r\n" % (by.encode(), FORWARDED[by]))
    yield wsgi_app.is_called(
        requirement(
            "wsgi.environ.remote-addr",
            ways={
                "": environ({"REMOTE_ADDR": either(ABSENT, "127.0.0.1", "::1")}),
                "believed": note(
                    environ({"REMOTE_ADDR": "192.0.2.2"}), "whoever connects from this machine is trusted"
                ),
                "anybody's word": warn(environ()),
            },
        )
    )


case(
    "REMOTE_ADDR is not what other fields say over several proxies",
    client.sends(
        b"GET /remote/several HTTP/1.1\r\nHost: test\r\n"
        b"X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 192.0.2.2\r\n\r\n"
    ),
    wsgi_app.is_called(
        requirement("wsgi.environ.remote-addr", ways={
            "": environ({"REMOTE_ADDR": either(ABSENT, "127.0.0.1", "::1")}),
            "believed": note(environ({"REMOTE_ADDR": "192.0.2.2"}), "whoever connects from this machine is trusted"),
            "anybody's word": warn(environ()),
        }),
    ),
)  # fmt: skip

# --------------------------------------------------------------------------- what else CGI has

GATEWAY = any_of("absent, or like CGI/1.1", lambda value: value is ABSENT or value.startswith("CGI/"))
SOFTWARE = any_of("absent, or not empty", lambda value: value is ABSENT or value != "")
EXPECTED = ("REMOTE_ADDR", "SERVER_SOFTWARE", "GATEWAY_INTERFACE")


def plausible(seen, heard):
    """Whether what is there of CGI's other variables can be right."""
    return (
        GATEWAY(value_of(seen, "GATEWAY_INTERFACE"))
        and SOFTWARE(value_of(seen, "SERVER_SOFTWARE"))
        and all(ends_at(seen, heard, name, "client") for name in ("REMOTE_ADDR", "REMOTE_PORT"))
        and value_of(seen, "REMOTE_HOST") in (ABSENT, "", "localhost", *heard.timeline.connected().own[:1])
        or f"{ {name: value_of(seen, name) for name in (*EXPECTED, 'REMOTE_PORT', 'REMOTE_HOST')} }"
    )


case(
    "Other variables of CGI tell who asks and who serves",
    client.connects(),
    client.sends(b"GET /cgi HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.other-cgi", expects=where("what can be right, as far as it is there", plausible)),
        requirement("wsgi.environ.other-cgi", ways={
            "all": environ(dict.fromkeys(EXPECTED, NAME)),
            "the address": environ({"REMOTE_ADDR": NAME}),
            "neither": note(environ(), "none tells who asks"),
        }),
    ),
    note="As many as are applicable. Which of them are is the server's to say.",
)  # fmt: skip

# --------------------------------------------------------------------------- TLS

ON = any_of("on, or 1", lambda value: value in ("on", "1"))
OFF = any_of("absent, empty, off or 0", lambda value: value in (ABSENT, "", "off", "0"))

case(
    "HTTPS is off without TLS",
    client.sends(b"GET /tls/without HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/tls/without"}),
        requirement("wsgi.environ.tls-variables", expects=environ({"HTTPS": OFF, "SSL_PROTOCOL": absent_or("")})),
    ),
)

case(
    "HTTPS is on over TLS",
    client.sends(b"GET /tls/with HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.tls-variables", ways={
            "with the protocol": environ({"HTTPS": ON, "SSL_PROTOCOL": NAME}),
            "alone": environ({"HTTPS": ON, "SSL_PROTOCOL": ABSENT}),
            "none": warn(environ({"HTTPS": ABSENT}), "nothing but the scheme tells of TLS"),
            "otherwise": warn(environ()),
        }),
    ),
    over=Over.TLS,
)  # fmt: skip
