"""SCRIPT_NAME and PATH_INFO (PEP 3333, "environ Variables"; RFC 3875, sections 4.1.5 and 4.1.13)."""

from asgi_conformance.authoring import (
    ABSENT,
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
    refused,
    requirement,
    response,
    silence,
    warn,
    wsgi_app,
)

SERVER_ERROR = response(any_of("5xx", lambda status: status >= 500))
ABSOLUTE = any_of("absent, empty or with a slash at its beginning", lambda path: path in (ABSENT, "") or path[0] == "/")
NO_BARE_SLASH = any_of(
    "absent, empty, or with a slash at its beginning and none at its end",
    lambda script: script in (ABSENT, "") or (script[0] == "/" and script[-1] != "/"),
)


def unless_refused(**keys):
    """The ways for a valid target: a server that does not serve it breaks no rule about what is in an environ."""
    return {"": environ(keys), "refused": note(refused(501), "the target is not served")}


# --------------------------------------------------------------------------- an application at the root

case(
    "SCRIPT_NAME is empty or absent at the root of the server",
    client.sends(b"GET /script/at-root HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"SCRIPT_NAME": absent_or(""), "PATH_INFO": "/script/at-root"}),
        requirement("wsgi.environ.script-name.value"),
        requirement("wsgi.environ.script-name.leading-slash", expects=environ({"SCRIPT_NAME": NO_BARE_SLASH})),
    ),
)

PATHS = {
    "parameters": "/present/a/b;v=1/c;w",
    "delimiters": "/present/@:!$&'()*,=~",
    "slash-at-the-end": "/present/x/",
    "long": "/present/" + "0123456789abcdef" * 100,
}


@each(with_=PATHS)
def the_path_is_whole(with_):
    """PATH_INFO is the rest of the path, with all that belongs to it"""
    yield client.sends(b"GET " + PATHS[with_].encode() + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield wsgi_app.is_called(requirement("wsgi.environ.path-info.present"), ways=unless_refused(PATH_INFO=PATHS[with_]))


case(
    "PATH_INFO of the root is a slash",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"PATH_INFO": "/"}),
        requirement("wsgi.environ.path-info.present"),
        requirement("wsgi.environ.path-info.leading-slash", expects=environ({"PATH_INFO": ABSOLUTE})),
    ),
    note="It may be empty where the URL has no slash at its end. This one has.",
)

case(
    "PATH_INFO begins with a slash",
    client.sends(b"GET /leading/slash HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": ABSOLUTE}), requirement("wsgi.environ.path-info.leading-slash")),
)


# --------------------------------------------------------------------------- escapes

ESCAPES = {
    "space": (b"/escape/a%20b", "/escape/a b"),
    "plus": (b"/escape/a+b%2Bc", "/escape/a+b+c"),
    "lower-case-hex": (b"/escape/%7euser%40", "/escape/~user@"),
    "needless": (b"/escape/%41%62", "/escape/Ab"),
    "percent-before-digits": (b"/escape/%2541", "/escape/%41"),
    "percent-alone": (b"/escape/%25", "/escape/%"),
}


@each(with_=ESCAPES)
def the_path_is_decoded_once(with_):
    """Escapes in the path are decoded once, and nothing else is"""
    target, path = ESCAPES[with_]
    yield client.sends(b"GET " + target + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield wsgi_app.is_called(requirement("wsgi.environ.path-info.percent-decoded"), ways=unless_refused(PATH_INFO=path))


BEYOND_ASCII = {
    "two-bytes": (b"/beyond/%C3%A9", "/beyond/\xc3\xa9"),
    "three-bytes": (b"/beyond/%E6%97%A5", "/beyond/\xe6\x97\xa5"),
    "four-bytes": (b"/beyond/%f0%9f%98%80", "/beyond/\xf0\x9f\x98\x80"),
}


@each(character=BEYOND_ASCII)
def utf8_is_latin1(character):
    """Every byte of UTF-8 in the path is a character of its own

    Strings of the environ hold bytes, as the code points up to U+00FF (PEP 3333, "Unicode Issues").
    """
    target, path = BEYOND_ASCII[character]
    yield client.sends(b"GET " + target + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield wsgi_app.is_called(requirement("wsgi.environ.path-info.utf8-as-latin1"), ways=unless_refused(PATH_INFO=path))


NO_UTF8 = {"latin-1": (b"/bytes/caf%E9", "/bytes/caf\xe9"), "cut-off": (b"/bytes/%FF%C3", "/bytes/\xff\xc3")}


@each(with_=NO_UTF8)
def other_bytes_survive(with_):
    """Bytes in the path that are not UTF-8 arrive as they are, or are refused

    Any two hexadecimal digits make an escape (RFC 3986, section 2.1), and for every byte there is a character in a
    string of the environ. So no server has a reason to fail; one may refuse such a path by policy.
    """
    target, path = NO_UTF8[with_]
    yield client.sends(b"GET " + target + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield wsgi_app.is_called(
        requirement("wsgi.environ.path-info.invalid-utf8"),
        ways={
            "as they are": environ({"PATH_INFO": path}),
            "refused": refused(),
            "server error": fail(SERVER_ERROR),
            "closed": warn(closed(), "without an answer"),
        },
    )


AS_SENT = {key: either(ABSENT, "/slash/a%2Fb") for key in ("REQUEST_URI", "RAW_URI")}

case(
    "An escaped slash is decoded, kept or refused",
    client.sends(b"GET /slash/a%2Fb HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.path-info.encoded-slash"),
        ways={
            "decoded": environ({"PATH_INFO": "/slash/a/b", **AS_SENT}),
            "kept": environ({"PATH_INFO": "/slash/a%2Fb", **AS_SENT}),
            "another path": note(environ()),
            "refused": refused(),
            "server error": warn(SERVER_ERROR),
            "closed": warn(closed(), "without an answer"),
            "silence": warn(silence(), "a hang"),
        },
    ),
    note="""CGI lets a server refuse it (RFC 3875, section 4.1.5); what becomes of it else is open (W07). REQUEST_URI
    and RAW_URI are in no specification: where they are, they are what was sent.""",
)


# --------------------------------------------------------------------------- where the path begins and ends

case(
    "Two slashes at the beginning of the path are no authority",
    client.sends(b"GET //evil.example/double HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.path-info.double-slash"),
        ways={
            "as sent": environ({"PATH_INFO": "//evil.example/double", "HTTP_HOST": "test"}),
            "with one slash": environ({"PATH_INFO": "/evil.example/double", "HTTP_HOST": "test"}),
            "refused": note(refused(501), "the target is not served"),
            "redirected": note(response(any_of("3xx", lambda status: 300 <= status < 400))),
        },
    ),
    note="""A target that begins with a slash is a path, and no URL without a scheme (RFC 9112, section 3.2.1). Whether
    empty segments are kept is open (W07).""",
)

case(
    "PATH_INFO ends before the first question mark that is not escaped",
    client.sends(b"GET /no-query/a%3Fb?c=1?d HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.path-info.no-query"),
        ways=unless_refused(PATH_INFO="/no-query/a?b", QUERY_STRING="c=1?d"),
    ),
)

case(
    "A target in absolute form is reduced to its path",
    client.sends(b"GET http://test/absolute/a%20b?y=1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.path-info.absolute-form"),
        ways={
            "": environ({"PATH_INFO": "/absolute/a b", "QUERY_STRING": "y=1"}),
            "refused": warn(refused(501), "a form that every server has to accept"),
            "server error": warn(SERVER_ERROR),
        },
    ),
    note="""PATH_INFO is of the path of the URL, whichever form the target has. A server must accept this one (RFC 9112,
    section 3.2.2), but that is no rule about environs.""",
)

case(
    "The target of OPTIONS * arrives in a form of its own, or is answered",
    client.sends(b"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.path-info.asterisk"),
        ways={
            "*": environ({"PATH_INFO": "*"}),
            "empty": environ({"PATH_INFO": absent_or("")}),
            "/*": environ({"PATH_INFO": "/*"}),
            "another path": note(environ(), "not to be told from a request for that path"),
            "refused": refused(501),
            "server error": warn(SERVER_ERROR),
            "answered by the server": response(),
            "closed": warn(closed(), "without an answer"),
            "silence": warn(silence(), "a hang"),
        },
    ),
    note="It has no path (W06).",
)


# --------------------------------------------------------------------------- a mounted application

case(
    "A mounted application gets the mount in SCRIPT_NAME and the rest in PATH_INFO",
    client.sends(b"GET /app/x%20y/z HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"SCRIPT_NAME": "/app", "PATH_INFO": "/x y/z"}),
        requirement("wsgi.environ.script-name.value"),
        requirement("wsgi.environ.script-name.leading-slash", expects=environ({"SCRIPT_NAME": NO_BARE_SLASH})),
        requirement("wsgi.environ.path-info.leading-slash", expects=environ({"PATH_INFO": ABSOLUTE})),
    ),
    options={"root_path": "/app"},
)

case(
    "The mount is taken from the path once",
    client.sends(b"GET /app/app/x/app HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"SCRIPT_NAME": "/app", "PATH_INFO": "/app/x/app"}),
        requirement("wsgi.environ.script-name.segment-boundary"),
    ),
    options={"root_path": "/app"},
)

case(
    "A path is below the mount only if a segment ends there",
    client.sends(b"GET /application/x HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.script-name.segment-boundary"),
        ways={
            "outside of the mount": environ({"PATH_INFO": "/application/x", "SCRIPT_NAME": absent_or("")}),
            "not served": refused(),
            "put behind the mount": environ({"SCRIPT_NAME": "/app", "PATH_INFO": "/application/x"}),
            "server error": warn(SERVER_ERROR, "not served, but for a fault of the client's"),
        },
    ),
    options={"root_path": "/app"},
    note="""Both variables together are the path that the client asked for. A server that puts the mount before what was
    sent serves clients of a proxy that cuts it off: /app/application/x is what they asked for.""",
)

case(
    "PATH_INFO is empty where the URL is the mount",
    client.sends(b"GET /app HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.path-info.empty-at-mount"),
        requirement(
            "wsgi.environ.script-name.segment-boundary",
            ways={"called": environ({"SCRIPT_NAME": "/app", "PATH_INFO": either(ABSENT, "", "/")}), "": response()},
        ),
        ways={
            "empty": environ({"SCRIPT_NAME": "/app", "PATH_INFO": absent_or("")}),
            "redirected": response(any_of("301, 302, 307 or 308", lambda status: status in (301, 302, 307, 308))),
            "a slash": warn(environ({"SCRIPT_NAME": "/app", "PATH_INFO": "/"}), "which the client did not send"),
            "refused": note(refused(), "the mount is not served without a slash"),
        },
    ),
    options={"root_path": "/app"},
)

case(
    "PATH_INFO is a slash where the URL is the mount with a slash",
    client.sends(b"GET /app/ HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        environ({"SCRIPT_NAME": "/app", "PATH_INFO": "/"}),
        requirement("wsgi.environ.path-info.empty-at-mount"),
        requirement("wsgi.environ.script-name.segment-boundary"),
    ),
    options={"root_path": "/app"},
)
