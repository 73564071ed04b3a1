"""What a WSGI application finds in its environ behind an adapter (ASGI HTTP, "WSGI Compatibility"; PEP 3333, "environ
Variables").

A variable whose value would be empty may be left out (PEP 3333), but for SERVER_NAME and SERVER_PORT.
"""

from asgi_conformance.authoring import (
    ABSENT,
    answer,
    any_of,
    case,
    each,
    either,
    http_scope,
    json_response,
    note,
    requirement,
    server,
    warn,
)

no_body = {"type": "http.request", "body": b"", "more_body": False}


def asked(*request, **keys):
    """A request without a body, as `http_scope` has it."""
    return server.calls(http_scope(*request, **keys), shares_state=True), server.delivers(no_body)


refused = any_of("400 to 499", lambda status: 400 <= status < 500)
empty = either("", ABSENT)
a_name = any_of("a str that is not empty", lambda value: isinstance(value, str) and value != "")
roots = {"empty": "", "absent": ABSENT}
unknown = {"absent": ABSENT, "None": None}
digits = any_of("a number as str", lambda value: isinstance(value, str) and value.isdecimal())


def environ(**wanted):
    """A response with these variables in the environ; `wsgi_` stands for `wsgi.`."""

    def have(found):
        for name, value in wanted.items():
            got = found.get(name.replace("wsgi_", "wsgi."), ABSENT)
            if not (value(got) if callable(value) else type(got) is type(value) and got == value):
                return f"{name} is {'missing' if got is ABSENT else repr(got)}"
        return True

    told = (f"{name}: {value.__doc__ if callable(value) else repr(value)}" for name, value in wanted.items())
    have.__doc__ = ", ".join(told)
    return json_response(have)


# --------------------------------------------------------------------------- the request

case(
    "The environ has the method and the query of the request",
    *asked("PUT", "/wsgi/environ", query_string=b"a=%20&b"),
    server.gets_answer(environ(REQUEST_METHOD="PUT", QUERY_STRING="a=%20&b"), requirement("http.wsgi.environ.request")),
    needs="wsgi-adapter",
)

case(
    "The query of a request without one is empty in the environ",
    *asked(path="/wsgi/environ"),
    server.gets_answer(environ(QUERY_STRING=empty), requirement("http.wsgi.environ.request")),
    needs="wsgi-adapter",
)

case(
    "A query that is no ASCII reaches the environ as Latin-1",
    *asked(path="/wsgi/environ", query_string=b"a=\xc3\xa9"),
    server.gets_answer(
        requirement("http.scope.app-query-bytes"),
        ways={
            "latin-1": environ(QUERY_STRING="a=\xc3\xa9"),
            "percent-encoded": environ(QUERY_STRING="a=%C3%A9"),
            "refused": answer(refused),
        },
    ),
    needs="wsgi-adapter",
    note="Such a query should have been percent-encoded, but servers hand on what clients send.",
)


@each(version=["1.0", "1.1", "2", "3"], needs="wsgi-adapter")
def _(version):
    """SERVER_PROTOCOL is the version of HTTP"""
    yield from asked(path="/wsgi/environ", http_version=version)
    yield server.gets_answer(
        environ(SERVER_PROTOCOL=either(f"HTTP/{version}", f"HTTP/{version}.0")),
        requirement("http.wsgi.environ.request"),
    )


@each(scheme=["http", "https"], needs="wsgi-adapter")
def _(scheme):
    """wsgi.url_scheme is the scheme of the request"""
    yield from asked(path="/wsgi/environ", scheme=scheme)
    yield server.gets_answer(environ(wsgi_url_scheme=scheme), requirement("http.wsgi.environ.request"))


case(
    "wsgi.url_scheme is http where the scope has no scheme",
    *asked(path="/wsgi/environ", scheme=ABSENT),
    server.gets_answer(environ(wsgi_url_scheme="http"), requirement("http.wsgi.environ.request")),
    needs="wsgi-adapter",
)

# --------------------------------------------------------------------------- the path

case(
    "PATH_INFO is the path as the bytes of its UTF-8, without the root path",
    *asked(path="/app/wsgi/environ/café/€", root_path="/app"),
    server.gets_answer(
        environ(SCRIPT_NAME="/app", PATH_INFO="/wsgi/environ/caf\xc3\xa9/\xe2\x82\xac"),
        requirement("http.wsgi.environ.path"),
    ),
    needs="wsgi-adapter",
    note="Strings of WSGI hold a byte in each character (PEP 3333, Unicode Issues).",
)

case(
    "SCRIPT_NAME is the root path as the bytes of its UTF-8",
    *asked(path="/é/wsgi/environ", root_path="/é"),
    server.gets_answer(
        environ(SCRIPT_NAME="/\xc3\xa9", PATH_INFO="/wsgi/environ"), requirement("http.wsgi.environ.path")
    ),
    needs="wsgi-adapter",
)


@each(root_path=list(roots), needs="wsgi-adapter")
def _(root_path):
    """PATH_INFO is the whole path where there is no root path"""
    yield from asked(path="/wsgi/environ/x", root_path=roots[root_path])
    yield server.gets_answer(
        environ(SCRIPT_NAME=empty, PATH_INFO="/wsgi/environ/x"), requirement("http.wsgi.environ.path")
    )


case(
    "PATH_INFO is not decoded once more",
    server.calls(
        http_scope(path="/wsgi/environ/100%25", raw_path=b"/wsgi/environ/100%2525"),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(environ(PATH_INFO="/wsgi/environ/100%25"), requirement("http.wsgi.environ.path")),
    needs="wsgi-adapter",
)

case(
    "The root path is no part of a longer segment",
    *asked(path="/application/wsgi/environ", root_path="/app"),
    server.gets_answer(
        requirement("http.wsgi.environ.path"),
        ways={
            "the whole path": environ(PATH_INFO="/application/wsgi/environ"),
            "cut in its middle": warn(environ(PATH_INFO="lication/wsgi/environ"), "PATH_INFO begins with no slash"),
            "otherwise": note(environ()),
        },
    ),
    needs="wsgi-adapter",
    note="A server that has this root path would have no such path: A06.",
)

# --------------------------------------------------------------------------- header fields

case(
    "CONTENT_TYPE and CONTENT_LENGTH are those of the header fields",
    server.calls(
        http_scope(
            "POST",
            "/wsgi/environ",
            headers=[(b"content-type", b"text/plain; a=b"), (b"content-length", b"2")],
        ),
        shares_state=True,
    ),
    server.delivers({"type": "http.request", "body": b"ok", "more_body": False}),
    server.gets_answer(
        environ(CONTENT_TYPE="text/plain; a=b", CONTENT_LENGTH="2"), requirement("http.wsgi.environ.headers")
    ),
    needs="wsgi-adapter",
)

case(
    "Header fields are variables with HTTP_ before their names",
    server.calls(
        http_scope(path="/wsgi/environ", headers=[(b"x-some-name", b"value"), (b"x-latin", b"caf\xe9")]),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(
        environ(HTTP_HOST="test", HTTP_X_SOME_NAME="value", HTTP_X_LATIN="caf\xe9"),
        requirement("http.wsgi.environ.headers"),
    ),
    needs="wsgi-adapter",
)

case(
    "The values of a repeated header field are joined by commas",
    server.calls(
        http_scope(path="/wsgi/environ", headers=[(b"x-a", b"1"), (b"x-b", b"3"), (b"x-a", b"2")]),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(environ(HTTP_X_A=either("1,2", "1, 2"), HTTP_X_B="3"), requirement("http.wsgi.environ.headers")),
    needs="wsgi-adapter",
)

case(
    "Cookies of several fields are joined by a semicolon",
    server.calls(
        http_scope(path="/wsgi/environ", http_version="2", headers=[(b"cookie", b"a=1"), (b"cookie", b"b=2; c=3")]),
        shares_state=True,
    ),
    server.delivers(no_body),
    server.gets_answer(
        requirement("http.wsgi.environ.headers"),
        ways={
            "semicolon": environ(HTTP_COOKIE="a=1; b=2; c=3"),
            "comma": warn(
                environ(HTTP_COOKIE=either("a=1,b=2; c=3", "a=1, b=2; c=3")),
                "a comma does not divide cookies (RFC 9113, section 8.2.3)",
            ),
        },
    ),
    needs="wsgi-adapter",
)

case(
    "Names of header fields may have capitals",
    server.calls(
        http_scope("POST", "/wsgi/environ", headers=[(b"Content-Type", b"text/x"), (b"X-A", b"1")]), shares_state=True
    ),
    server.delivers(no_body),
    server.gets_answer(environ(CONTENT_TYPE="text/x", HTTP_X_A="1"), requirement("http.scope.app-header-case")),
    needs="wsgi-adapter",
    note="Servers should send names in lower case; the text asks no more of them.",
)

# --------------------------------------------------------------------------- addresses

case(
    "The environ has the addresses of server and client",
    *asked(path="/wsgi/environ"),
    server.gets_answer(
        environ(SERVER_NAME="127.0.0.1", SERVER_PORT="8000", REMOTE_ADDR="127.0.0.1"),
        requirement("http.wsgi.environ.addresses"),
    ),
    needs="wsgi-adapter",
)

case(
    "The environ has the port of the client",
    *asked(path="/wsgi/environ"),
    server.gets_answer(
        requirement("http.wsgi.environ.addresses"),
        ways={"REMOTE_PORT": environ(REMOTE_PORT="51234"), "left out": note(environ(REMOTE_PORT=either(ABSENT)))},
    ),
    needs="wsgi-adapter",
    note="REMOTE_PORT is no variable of CGI; an adapter may leave it out, but a port that it gives is a str.",
)


@each(address=list(unknown), needs="wsgi-adapter")
def _(address):
    """The environ has a server and no client where the addresses are not known"""
    given = unknown[address]
    yield from asked(path="/wsgi/environ", server=given, client=given)
    yield server.gets_answer(
        environ(SERVER_NAME=a_name, SERVER_PORT=digits, REMOTE_ADDR=empty), requirement("http.wsgi.environ.addresses")
    )


case(
    "The environ has a port also of a server on a unix socket",
    *asked(path="/wsgi/environ", server=["/run/socket", None], client=None),
    server.gets_answer(environ(SERVER_NAME=a_name, SERVER_PORT=digits), requirement("http.wsgi.environ.addresses")),
    needs="wsgi-adapter",
)
