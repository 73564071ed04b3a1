"""HTTP_ variables (PEP 3333, "environ Variables"; RFC 3875, section 4.1.18)."""

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    absent_or,
    any_of,
    case,
    client,
    closed,
    each,
    either,
    environ,
    fail,
    note,
    plain,
    refused,
    requirement,
    response,
    warn,
    where,
    wsgi_app,
)

SERVER_ERROR = response(any_of("5xx", lambda status: status >= 500))
OK = [("Content-Type", "text/plain"), ("Content-Length", "2")]
again = wsgi_app.named("again")


def variables(seen):
    """The names of all variables of header fields. HTTP_PROXY may be the operating system's, which may be there too."""
    return sorted(key for key in plain(seen.environ) if str(key).startswith("HTTP_") and key != "HTTP_PROXY")


def only(*names):
    """No other field has a variable."""
    words = f"of the HTTP_ variables {', '.join(names) or 'none'}"
    return where(words, lambda seen, heard: variables(seen) == sorted(names) or f"{', '.join(variables(seen))}")


# --------------------------------------------------------------------------- which there are

case(
    "Every field has a variable",
    client.sends(
        b"GET /fields HTTP/1.1\r\nHost: test\r\nAccept: a/b\r\nX-One: 1\r\nX-Two: 2\r\n"
        b"DNT: 0\r\nReferer: http://test/\r\n\r\n"
    ),
    wsgi_app.is_called(
        environ(
            {
                "HTTP_ACCEPT": "a/b",
                "HTTP_X_ONE": "1",
                "HTTP_X_TWO": "2",
                "HTTP_DNT": "0",
                "HTTP_REFERER": "http://test/",
            }
        ),
        requirement("wsgi.environ.http-vars.presence"),
    ),
    note="None with credentials is among them: CGI lets a server keep them to itself (RFC 3875, section 4.1.18).",
)

case(
    "A variable is of its own request alone",
    client.sends(b"GET /own-fields/first HTTP/1.1\r\nHost: test\r\nX-One: 1\r\n\r\n"),
    wsgi_app.is_called(environ({"HTTP_X_ONE": "1"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    client.sends(b"GET /own-fields/second HTTP/1.1\r\nHost: test\r\n\r\n"),
    again.is_called(environ({"HTTP_X_ONE": ABSENT}), requirement("wsgi.environ.http-vars.presence")),
    needs="keep-alive",
)

case(
    "There is no variable without a field",
    client.sends(b"GET /no-fields HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(only("HTTP_HOST"), requirement("wsgi.environ.http-vars.presence")),
)

case(
    "HTTP_HOST is missing where there is no Host",
    client.sends(b"GET /no-host HTTP/1.0\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.presence"),
        ways={"none": only(), "refused": note(refused(), "a request without Host is not served")},
    ),
    needs="http/1.0",
)

case(
    "The variable of an empty field is empty or absent",
    client.sends(b"GET /empty-field HTTP/1.1\r\nHost: test\r\nX-Empty:\r\n\r\n"),
    wsgi_app.is_called(environ({"HTTP_X_EMPTY": absent_or("")}), requirement("wsgi.environ.http-vars.presence")),
    note="A variable may be left out where its value is empty (W04).",
)


# --------------------------------------------------------------------------- their names

case(
    "The name of a variable is that of the field in capitals, with underscores",
    client.sends(
        b"GET /names HTTP/1.1\r\nHost: test\r\nx-Custom-header-3: v\r\nACCEPT: a/b\r\nsec-ch-ua-wow64: ?0\r\n\r\n"
    ),
    wsgi_app.is_called(
        environ({"HTTP_X_CUSTOM_HEADER_3": "v", "HTTP_ACCEPT": "a/b", "HTTP_SEC_CH_UA_WOW64": "?0"}),
        requirement("wsgi.environ.http-vars.name-mapping"),
    ),
)

case(
    "The name of an unusual field is mapped in the same way, or the field is not let through",
    client.sends(b"GET /unusual-names HTTP/1.1\r\nHost: test\r\nWeird.Name~: v\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.name-mapping"),
        ways={
            "mapped": environ({"HTTP_WEIRD.NAME~": "v"}),
            "dropped": only("HTTP_HOST"),
            "with more underscores": note(environ({"HTTP_WEIRD_NAME_": "v"})),
            "refused": refused(),
        },
    ),
)

UNDERSCORES = {
    "first": b"X_Client: 2\r\nX-Client: 1\r\n",
    "last": b"X-Client: 1\r\nX_Client: 2\r\n",
}


@each(underscores=UNDERSCORES)
def hyphen_wins(underscores):
    """A field with underscores does not pass for one with hyphens

    Both names are legal and CGI has one variable for them, so that a client can forge what a proxy has added: whoever
    implements the mapping is advised to mark, drop or refuse the ambiguous form (RFC 9110, section 17.10).
    """
    head = f"GET /underscores/{underscores} HTTP/1.1\r\nHost: test\r\n".encode()
    yield client.sends(head + UNDERSCORES[underscores] + b"\r\n")
    yield wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.underscore-ambiguity"),
        ways={"hyphens": environ({"HTTP_X_CLIENT": "1"}), "refused": refused()},
    )


case(
    "A field with underscores alone has no variable of one with hyphens",
    client.sends(b"GET /underscores/alone HTTP/1.1\r\nHost: test\r\nX_Client: 2\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.underscore-ambiguity"),
        ways={"dropped": environ({"HTTP_X_CLIENT": ABSENT}), "refused": refused()},
    ),
)

NO_PREFIX = {
    "Script-Name": "/evil",
    "Path-Info": "/evil",
    "Request-Method": "EVIL",
    "Query-String": "evil=1",
    "Server-Name": "evil.example",
    "Server-Port": "6666",
    "Server-Protocol": "EVIL/1.0",
    "Remote-Addr": "192.0.2.66",
    "Remote-User": "evil",
    "Auth-Type": "evil",
    "Https": "evil",
    "Gateway-Interface": "EVIL/1.1",
    "Script_Name": "/evil",
    "Remote_User": "evil",
    "Wsgi.Url_Scheme": "https",
}


@each(field=NO_PREFIX)
def no_field_sets_what_is_the_servers(field):
    """A field sets no variable without HTTP_

    These are the server's own, and applications trust them. A server may refuse such a field.
    """
    key = "wsgi.url_scheme" if field.startswith("Wsgi") else field.upper().replace("-", "_")
    untouched = any_of(f"not {NO_PREFIX[field]!r}", lambda value: value != NO_PREFIX[field])
    yield client.sends(f"GET /spoof/{field} HTTP/1.1\r\nHost: test\r\n{field}: {NO_PREFIX[field]}\r\n\r\n".encode())
    yield wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.hyphenated-cgi-spoof"),
        ways={"untouched": environ({key: untouched}), "refused": refused()},
    )


case(
    "A field called Proxy is none of the process's variables",
    client.sends(b"GET /proxy-field HTTP/1.1\r\nHost: test\r\nProxy: http://evil.example:1\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.proxy-header"),
        ways={
            "untouched": where(
                "os.environ without this HTTP_PROXY",
                lambda seen, heard: seen.facts["http_proxy"] != "http://evil.example:1",
            ),
            "refused": refused(),
        },
    ),
    note="Libraries take the proxy for requests of their own from there. In the environ of the request it may be.",
)


# --------------------------------------------------------------------------- their values

case(
    "Several fields of one name are joined by commas in their order",
    client.sends(b"GET /several HTTP/1.1\r\nHost: test\r\nX-A: 1\r\nX-B: z\r\nx-a: 2\r\nX-A: 3\r\n\r\n"),
    wsgi_app.is_called(
        environ({"HTTP_X_A": either("1,2,3", "1, 2, 3"), "HTTP_X_B": "z"}),
        requirement("wsgi.environ.http-vars.duplicates-joined"),
    ),
    note="""CGI must have one value with the same meaning (RFC 3875, section 4.1.18): all of them in their order, joined
    by commas (RFC 9110, section 5.3).""",
)

case(
    "Several Cookie fields are joined by semicolons",
    client.sends(b"GET /cookies HTTP/1.1\r\nHost: test\r\nCookie: a=1\r\nCookie: b=2; c=3\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.cookie-joined"),
        ways={
            "joined": environ({"HTTP_COOKIE": either("a=1; b=2; c=3", "a=1;b=2; c=3")}),
            "the first": note(environ({"HTTP_COOKIE": "a=1"}), "the others are dropped"),
            "refused": refused(),
        },
    ),
    note="""A comma makes one cookie of two, as commas may be in values. A client of HTTP/1.1 sends one such field only
    (RFC 6265, section 5.4), and clients of HTTP/2 behind a proxy several (RFC 9113, section 8.2.3).""",
)

case(
    "Several cookie fields of HTTP/2 are joined by a semicolon and a space",
    client.requests("GET", "/cookies-http2", (b"cookie", b"a=1"), (b"cookie", b"b=2; c=3")),
    wsgi_app.is_called(
        environ({"HTTP_COOKIE": "a=1; b=2; c=3"}),
        requirement("wsgi.environ.http-vars.cookie-joined-http2"),
    ),
    note="""Before they are passed to a generic HTTP server application they must be one, with these two octets between
    them (RFC 9113, section 8.2.3).""",
    over=Over.HTTP2_TLS,
)

HIGH = {"latin-1": b"caf\xe9", "utf-8": b"caf\xc3\xa9", "others": b"\x80\x9f \xa1\xff"}


@each(bytes_=HIGH)
def values_are_latin_1(bytes_):
    """Every byte of a value is a character of its own

    RFC 9110, section 5.5, has such bytes in values, opaque; strings of the environ hold bytes as the code points up to
    U+00FF (PEP 3333, "Unicode Issues"). A server may refuse them.
    """
    yield client.sends(f"GET /high/{bytes_} HTTP/1.1\r\nHost: test\r\nX-N: ".encode() + HIGH[bytes_] + b"\r\n\r\n")
    yield wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.latin1-values"),
        ways={
            "latin-1": environ({"HTTP_X_N": HIGH[bytes_].decode("latin-1")}),
            "refused": refused(),
            "server error": fail(SERVER_ERROR),
            "closed": warn(closed(), "without an answer"),
        },
    )


VALUES = {
    "outside": (b" \t a  b \t ", "a  b"),
    "inside": (b" a \t b", "a \t b"),
    "space-alone": (b"   ", absent_or("")),
    "quotes": (b' "a, b" ;c=%20+\\', '"a, b" ;c=%20+\\'),
}


@each(with_=VALUES)
def values_without_white_space(with_):
    """White space around a value is no part of it, and all within it is"""
    sent, value = VALUES[with_]
    yield client.sends(f"GET /white/{with_} HTTP/1.1\r\nHost: test\r\nX-V:".encode() + sent + b"\r\n\r\n")
    yield wsgi_app.is_called(environ({"HTTP_X_V": value}), requirement("wsgi.environ.http-vars.ows-stripped"))


LIKE_SPACE = {"no-break-space": b"\xa0", "next-line": b"\x85"}


@each(with_=LIKE_SPACE)
def what_looks_like_white_space(with_):
    """Bytes that are white space in Unicode only are part of a value

    White space is SP and HTAB (RFC 9110, section 5.6.3); str.strip() takes U+00A0 and U+0085 for it too. That such
    bytes are opaque data is a SHOULD (section 5.5), and so it is a warning.
    """
    space = LIKE_SPACE[with_]
    yield client.sends(
        f"GET /like-white/{with_} HTTP/1.1\r\nHost: test\r\nX-W: ".encode() + space + b"v" + space + b"\r\n\r\n"
    )
    yield wsgi_app.is_called(
        requirement("wsgi.environ.http-vars.ows-stripped"),
        ways={
            "kept": environ({"HTTP_X_W": f"{space.decode('latin-1')}v{space.decode('latin-1')}"}),
            "stripped": warn(environ({"HTTP_X_W": "v"}), "what is not white space in HTTP was removed"),
            "refused": refused(),
        },
    )


# --------------------------------------------------------------------------- HTTP_HOST

HOSTS = {
    "name-and-port": "Example.COM:8080",
    "address": "127.0.0.1:8000",
    "six": "[::1]:8000",
    "default-port": "test:80",
}


@each(host=HOSTS)
def the_host_is_kept(host):
    """HTTP_HOST is the value of Host, as it was sent"""
    yield client.sends(f"GET /host/{host} HTTP/1.1\r\nHost: {HOSTS[host]}\r\n\r\n".encode())
    yield wsgi_app.is_called(
        requirement("wsgi.environ.http-host"),
        ways={
            "as it was sent": environ({"HTTP_HOST": HOSTS[host]}),
            "in small letters": warn(environ({"HTTP_HOST": HOSTS[host].lower()}), "the same host, in other letters"),
            "refused": note(refused(), "the host is not served"),
        },
    )


case(
    "HTTP_HOST is that of a target in absolute form",
    client.sends(b"GET http://a.example/absolute-host HTTP/1.1\r\nHost: b.example\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.http-host"),
        ways={
            "of the target": environ({"HTTP_HOST": "a.example"}),
            "of the field": warn(environ({"HTTP_HOST": "b.example"}), "the application does not see the other"),
            "refused": refused(501),
        },
    ),
    note="""An origin server must ignore Host here (RFC 9112, section 3.2.2), and the application does not see the
    target. PEP 3333 though says only that HTTP_HOST corresponds to the field: so this is no failure.""",
)
