"""The environ as a whole: what it is, which values it may have, what a server adds to it (PEP 3333, "environ
Variables", "Unicode Issues" and "Specification Details")."""

import re

from asgi_conformance.authoring import (
    ABSENT,
    Over,
    any_of,
    case,
    client,
    closed,
    each,
    either,
    environ,
    not_offered,
    note,
    plain,
    refused,
    requirement,
    response,
    warn,
    where,
    wsgi_app,
)

OK = (("Content-Type", "text/plain"), ("Content-Length", "2"))
other = wsgi_app.named("other")


def of_type(seen):
    return type(seen).__name__ if not hasattr(seen, "type_name") else seen.type_name


# --------------------------------------------------------------------------- a dict that belongs to the application

REQUESTS = {
    "GET": b"GET /dict/GET HTTP/1.1\r\nHost: test\r\n\r\n",
    "HEAD": b"HEAD /dict/HEAD HTTP/1.1\r\nHost: test\r\n\r\n",
    "POST": b"POST /dict/POST HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nok",
}


@each(method=REQUESTS)
def it_is_a_dict(method):
    """The environ is a dict, and of no class derived from it"""
    yield client.sends(REQUESTS[method])
    yield wsgi_app.is_called(
        environ({"PATH_INFO": f"/dict/{method}"}),
        requirement(
            "wsgi.environ.builtin-dict",
            expects=where(
                "a dict",
                lambda seen, heard: type(seen.environ) is dict or f"an environ of type {of_type(seen.environ)}",
            ),
        ),
    )


MUTABLE = requirement("wsgi.environ.mutable")
WHENEVER = "The application may change it as it likes, so that a server has to keep what it needs later itself."

case(
    "A response is sent though the application has emptied the environ",
    client.sends(b"GET /mutable/clear HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/mutable/clear"})),
    wsgi_app.clears_environ(),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), MUTABLE),
    note=WHENEVER,
)

case(
    "A response goes on though the application empties the environ in the midst of it",
    client.sends(b"GET /mutable/clear/later HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/mutable/clear/later"})),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain")]),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b"one "),
    wsgi_app.is_asked(),
    wsgi_app.clears_environ(),
    wsgi_app.yields(b"two"),
    wsgi_app.stops(),
    client.gets(response(200, body=b"one two"), MUTABLE),
    note=WHENEVER,
)

case(
    "The next request is served though the application has emptied the environ",
    client.sends(b"POST /mutable/body HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody"),
    wsgi_app.is_called(environ({"PATH_INFO": "/mutable/body"})),
    wsgi_app.clears_environ(),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), MUTABLE),
    client.sends(b"GET /mutable/following HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.is_called(MUTABLE, ways={
        "called": environ({"PATH_INFO": "/mutable/following"}),
        "closed": note(closed(), "the server ends a connection whose body was not read"),
    }),
    needs="keep-alive",
    note="The body is still there unread, and the stream that leads to it is in the environ no longer.",
)  # fmt: skip

case(
    "A response to GET has a body though the application calls it HEAD",
    client.sends(b"GET /mutable/get HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/mutable/get"})),
    wsgi_app.sets_environ("REQUEST_METHOD", "HEAD"),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok"), MUTABLE),
)

# --------------------------------------------------------------------------- keys and values

FULL = (
    b"POST /typed/%b?a=1 HTTP/1.1\r\nHost: test:8000\r\nAuthorization: Basic dXNlcjpwYXNz\r\nCookie: a=1; b=2\r\n"
    b"Content-Type: text/plain\r\nX-Number: 1\r\nX-Empty:\r\nContent-Length: 2\r\n\r\nok"
)
TYPED = {
    "full": (FULL % b"full", "/typed/full"),
    "plain": (b"GET /typed/plain HTTP/1.1\r\nHost: test\r\n\r\n", "/typed/plain"),
}
CGI = re.compile(
    "HTTP_.*|AUTH_TYPE|CONTENT_(LENGTH|TYPE)|GATEWAY_INTERFACE|PATH_(INFO|TRANSLATED)|QUERY_STRING|REQUEST_METHOD"
    "|REMOTE_(ADDR|HOST|IDENT|USER)|SCRIPT_NAME|SERVER_(NAME|PORT|PROTOCOL|SOFTWARE)"
)
"""The variables that CGI defines (RFC 3875, section 4.1)."""


def keys_of(seen):
    return list(seen.environ if isinstance(seen.environ, dict) else seen.environ.value)


def values_of(seen):
    """The values of what is no variable of WSGI's or a server's own: those have a dot in their names."""
    found = seen.environ if isinstance(seen.environ, dict) else seen.environ.value
    return {key: value for key, value in found.items() if isinstance(key, str) and "." not in key}


def not_of(kinds, values):
    """Those that are of another type, in words; True where there is none. A class derived from str is `Foreign`."""
    wrong = [f"{key}={value!r}" for key, value in values.items() if not isinstance(value, kinds)]
    return not wrong or ", ".join(wrong)


def is_text(value):
    return isinstance(plain(value), str)


def odd_values(seen, cgi):
    """Variables that are neither a str nor derived from it, of CGI or besides."""
    values = values_of(seen).items()
    return [f"{key}={value!r}" for key, value in values if not is_text(value) and bool(CGI.fullmatch(key)) is cgi]


ALL_STR = where("every value a str", lambda seen, heard: not_of(str, values_of(seen)))
TYPES = {
    "": ALL_STR,
    "other variables": warn(
        where(
            "str for all that CGI defines",
            lambda seen, heard: not odd_values(seen, True) and bool(odd_values(seen, False)),
        ),
        "a variable that is named like those of CGI has a value of another type",
    ),
    "derived": warn(
        where("str, or a class derived from it", lambda seen, heard: not odd_values(seen, True)),
        "a class derived from str",
    ),
}
NATIVE_KEYS = {
    "": where(
        "every key a str",
        lambda seen, heard: (
            all(type(key) is str for key in keys_of(seen))
            or f"keys {[key for key in keys_of(seen) if type(key) is not str]}"
        ),
    ),
    "derived": warn(
        where("str, or a class derived from it", lambda seen, heard: all(map(is_text, keys_of(seen)))),
        "a class derived from str",
    ),
}


@each(request=TYPED, over=(Over.TCP, Over.UNIX, Over.TLS))
def all_is_text(request):
    """Every key, and every variable of CGI, is a str

    A variable that is not there is left out. For one that CGI does not define (REMOTE_PORT, SSL_CIPHER) the type is not
    said, and its name is that of the others. W01: to derive a class from str is no way to be one, and does little harm.
    """
    head, path = TYPED[request]
    yield client.sends(head)
    yield wsgi_app.is_called(
        environ({"PATH_INFO": path}),
        requirement("wsgi.environ.keys-native-str", ways=NATIVE_KEYS),
        requirement("wsgi.environ.values-native-str", ways=TYPES),
    )


def beyond(seen):
    """Keys and values with a character that stands for no byte."""
    pairs = ((plain(key), plain(value)) for key, value in plain(seen.environ).items())
    return [
        f"{key}={value!r}" for key, value in pairs if max(map(ord, f"{key}{value if type(value) is str else ''}")) > 255
    ]


BYTES_ONLY = where(
    "no character beyond U+00FF", lambda seen, heard: not beyond(seen) or f"characters beyond U+00FF: {beyond(seen)}"
)
HIGH = {
    "path": b"GET /latin/path/%E6%97%A5 HTTP/1.1\r\nHost: test\r\n\r\n",
    "broken-path": b"GET /latin/broken-path/%FF%FE HTTP/1.1\r\nHost: test\r\n\r\n",
    "query": b"GET /latin/query?q=%E6%97%A5 HTTP/1.1\r\nHost: test\r\n\r\n",
    "query-in-bytes": b"GET /latin/query-in-bytes?q=\xe6\x97\xa5\xff HTTP/1.1\r\nHost: test\r\n\r\n",
    "field": b"GET /latin/field HTTP/1.1\r\nHost: test\r\nX-City: caf\xc3\xa9 \xe6\x97\xa5\r\n\r\n",
    "broken-field": b"GET /latin/broken-field HTTP/1.1\r\nHost: test\r\nX-City: \xff\xfe\r\n\r\n",
    "type": b"POST /latin/type HTTP/1.1\r\nHost: test\r\nContent-Type: x/\xe6\x97\xa5\r\nContent-Length: 2\r\n\r\nok",
    "cookie": b"GET /latin/cookie HTTP/1.1\r\nHost: test\r\nCookie: a=\xe6\x97\xa5\r\n\r\n",
}


@each(of=HIGH)
def text_is_bytes(of):
    """No string in the environ has a character that stands for no byte

    What the request says is there as bytes in the guise of Latin-1, whatever its encoding is. Bytes that have no place
    in HTTP may be refused.
    """
    yield client.sends(HIGH[of])
    yield wsgi_app.is_called(
        requirement("wsgi.environ.latin1-only"),
        ways={
            "": BYTES_ONLY,
            "refused": note(refused(), "the request is not served"),
            "server error": warn(response(any_of("5xx", lambda status: status >= 500))),
            "closed": warn(closed(), "without an answer"),
        },
    )


# --------------------------------------------------------------------------- what is not there

PLACEHOLDERS = ("None", "-", "null", "undefined")


def placeholders(seen):
    values = values_of(seen)
    return [f"{key}={value!r}" for key, value in values.items() if value in PLACEHOLDERS and key not in taken(seen)]


def taken(seen):
    """The names of variables that come from the operating system."""
    return [name for name in seen.facts["from_system"] if not CGI.fullmatch(name)]


case(
    "What has no value is left out",
    client.sends(b"GET /left-out HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.missing-left-out", ways={
            "left out": environ({"REMOTE_USER": ABSENT, "REMOTE_IDENT": ABSENT, "AUTH_TYPE": ABSENT}),
            "empty": note(environ({name: either(ABSENT, "") for name in ("REMOTE_USER", "REMOTE_IDENT", "AUTH_TYPE")})),
        }),
        requirement("wsgi.environ.missing-left-out", expects=where(
            "no value that stands for none",
            lambda seen, heard: not placeholders(seen) or f"{', '.join(placeholders(seen))}",
        )),
    ),
    note="Nobody has said who they are. CGI lets AUTH_TYPE and others be empty then.",
)  # fmt: skip

# --------------------------------------------------------------------------- what a server adds

OWN = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
CAPITALS = re.compile("[A-Z][A-Z0-9_]*")
USUAL = re.compile(
    "HTTPS|SSL_.*|REDIRECT_.*|REMOTE_PORT|REQUEST_(URI|SCHEME)|DOCUMENT_(ROOT|URI)|SCRIPT_(FILENAME|URI|URL)|UNIQUE_ID|PATH"
    "|SERVER_(ADDR|ADMIN|SIGNATURE)|CONTEXT_(PREFIX|DOCUMENT_ROOT)"
)
"""Apache's, which others give as well."""


def named_otherwise(seen, *patterns):
    known = [*seen.facts["from_system"]]
    names = [key for key in keys_of(seen) if isinstance(key, str) and key not in known]
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in (OWN, CGI, USUAL, *patterns))]


case(
    "What a server defines itself has a prefix and lower-case letters",
    client.sends(b"GET /own-names HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.server-defined-names", ways={
            "": where(
                "names like server.some_variable",
                lambda seen, heard: not named_otherwise(seen) or f"names: {', '.join(named_otherwise(seen))}",
            ),
            "capitals": note(
                where("names like those of CGI", lambda seen, heard: not named_otherwise(seen, CAPITALS)),
                "a variable of the server's own is named like those of CGI",
            ),
        }),
    ),
    note="Beside the variables of CGI, those that Apache made usual, and what comes from the operating system.",
)  # fmt: skip


def handed_out(seen, kinds):
    """Keys of what leads past WSGI, by the names of their types."""
    found = plain(seen.environ).items()
    return [key for key, value in found if getattr(value, "type_name", "").rpartition(".")[2].lower() in kinds]


WRITERS = ("socket", "sslsocket", "transport", "streamwriter")

case(
    "Nothing in the environ leads past start_response and the environ",
    client.sends(b"GET /extensions HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.extension.bound-to-api", ways={
            "nothing": where(
                "no socket, and no other way to send",
                lambda seen, heard: (
                    not handed_out(seen, WRITERS)
                    and environ({"wsgi.early_hints": ABSENT, "asgi.scope": ABSENT}).judge(seen, heard).matches
                ),
            ),
            "a socket": warn(
                where("a socket", lambda seen, heard: bool(handed_out(seen, WRITERS))),
                "whoever has the connection's socket can send without start_response, past all middleware",
            ),
            "early hints": note(
                environ({"wsgi.early_hints": lambda value: value is not ABSENT}),
                "wsgi.early_hints sends a response (an interim one) and is not given start_response",
            ),
            "a scope": note(environ(), "asgi.scope has header fields that middleware cannot change in the environ"),
        }),
    ),
    note="""An API that sends should ask for start_response, and one that tells of header fields has to ask for the
    environ, so that middleware stays in control. A socket asks for neither. What it cannot tell from its kind or name
    the case does not know.""",
)  # fmt: skip

# --------------------------------------------------------------------------- what others add

case(
    "Variables of the operating system do not pass for those of a request",
    client.sends(b"GET /system HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.os-variables", ways={
            "not copied": environ({"QUERY_STRING": either(ABSENT, ""), "HTTP_X_SPOOF": ABSENT, "X_SYSTEM": ABSENT}),
            "copied": environ({"QUERY_STRING": either(ABSENT, ""), "HTTP_X_SPOOF": ABSENT, "X_SYSTEM": "1"}),
            "a field": warn(
                environ({"QUERY_STRING": either(ABSENT, ""), "HTTP_X_SPOOF": "1"}),
                "a variable of the operating system passes for a field that the client did not send",
            ),
            "displaced": warn(environ(), "a variable of the operating system displaces what the request says"),
        }),
    ),
    options={"variables": "HTTP_X_SPOOF=1 QUERY_STRING=spoof=1 X_SYSTEM=1"},
    note="""They may be there; an HTTP_ variable is to be there where the request has that field, and QUERY_STRING is
    what the URL says.""",
)  # fmt: skip

case(
    "Variables of the operating system have no character that stands for no byte",
    client.sends(b"GET /system/text HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/system/text"}), requirement("wsgi.environ.latin1-only", expects=BYTES_ONLY)
    ),
    options={"variables": "X_CITY=\u65e5\u672c"},
    note="Whatever the encoding is in which the system has them: in an environ they are bytes in the guise of Latin-1.",
)

case(
    "A deployer can put values into the environ",
    client.sends(b"GET /deployer HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.deployer-values", ways={
            "": environ({"conformance_deployer": "a value"}),
            "not there": not_offered(
                environ({"conformance_deployer": ABSENT}), "no way is known here to put a value into the environ"
            ),
        }),
    ),
    options={"environ": "conformance_deployer=a value"},
)  # fmt: skip
