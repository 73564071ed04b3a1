"""HTTP Connection Scope: path, raw_path and query_string (ASGI HTTP, "HTTP Connection Scope")."""

from asgi_conformance.authoring import (
    ABSENT,
    any_of,
    app,
    case,
    client,
    closed,
    each,
    either,
    note,
    pending,
    refused,
    requirement,
    response,
    scope,
    warn,
    where,
)

SERVER_ERROR = response(any_of("5xx", lambda status: status >= 500))
NO_OBJECTION = any_of("neither 400 nor 5xx", lambda status: 400 != status < 500)


def unless_refused(**keys):
    """The ways for a valid target: a server that does not serve it breaks no rule about what is in a scope."""
    return {"": scope(**keys), "refused": note(refused(501), "the target is not served")}


# --------------------------------------------------------------------------- path

case(
    "path is a str",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(path="/"), requirement("http.scope.path.type")),
)


QUERIES = {"empty": b"?", "one": b"?x=1", "second-question-mark": b"?x=1?y=2", "slash": b"?x=/../y"}


@each(query=QUERIES)
def the_path_has_no_query(query):
    """path ends before the first question mark"""
    yield client.sends(b"GET /p" + QUERIES[query] + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(requirement("http.scope.path.no-query"), ways=unless_refused(path="/p"))


case(
    "Percent-encoded sequences in path are decoded",
    client.sends(b"GET /a%20b%21/%7Euser/%41 HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.path.percent-decoded"), ways=unless_refused(path="/a b!/~user/A")),
)

case(
    "Percent-encoded UTF-8 in path is decoded to characters",
    client.sends(b"GET /caf%C3%A9/%E2%82%AC/%F0%9F%98%80 HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.path.utf8-decoded"), ways=unless_refused(path="/café/€/😀")),
)

case(
    "Percent-encoded UTF-8 in lower-case hex is decoded to characters",
    client.sends(b"GET /caf%c3%a9/%e2%82%ac/%f0%9f%98%80 HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.path.utf8-decoded"), ways=unless_refused(path="/café/€/😀")),
)

case(
    "UTF-8 that is not percent-encoded is decoded too, or refused",
    client.sends(b"GET /caf\xc3\xa9/%C3%A9 HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.path.raw-utf8-bytes"),
        ways={
            "decoded": scope(path="/café/é", raw_path=either(ABSENT, None, b"/caf\xc3\xa9/%C3%A9")),
            "refused": refused(),
            "server error": warn(SERVER_ERROR),
            "closed": warn(closed(), "without an answer"),
        },
    ),
    note="A request target is ASCII, so it may be refused; a server that takes it has to decode all of it as UTF-8.",
)

case(
    "An escaped slash in path is decoded",
    client.sends(b"GET /a%2Fb%2fc HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.path.encoded-slash"), ways=unless_refused(path="/a/b/c")),
)

case(
    "An escaped question mark or number sign belongs to path",
    client.sends(b"GET /a%3Fb%23c?q=1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.path.encoded-question-mark"), ways=unless_refused(path="/a?b#c", query_string=b"q=1")
    ),
)


ESCAPED_PERCENT = {"space": (b"/a%2520b", "/a%20b"), "letter": (b"/%2541", "/%41"), "alone": (b"/%25", "/%")}


@each(before=ESCAPED_PERCENT)
def path_is_decoded_once(before):
    """An escaped percent sign in path stays a percent sign"""
    target, path = ESCAPED_PERCENT[before]
    yield client.sends(b"GET " + target + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(requirement("http.scope.path.decoded-once"), ways=unless_refused(path=path))


case(
    "A plus sign in path stays a plus sign",
    client.sends(b"GET /a+b%2Bc HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(requirement("http.scope.path.plus-literal"), ways=unless_refused(path="/a+b+c")),
)


UNUSUAL = {"dots": "/a/./b/../c", "empty": "/a//b//", "empty-first": "//a/b"}


@each(segments=UNUSUAL)
def path_is_not_normalised(segments):
    """Dot segments and empty segments of path stay as they are"""
    yield client.sends(b"GET " + UNUSUAL[segments].encode() + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(requirement("http.scope.path.not-normalised"), ways=unless_refused(path=UNUSUAL[segments]))


RAW = either(ABSENT, None, b"/%ff%fe/x")
NOT_CALLED = {
    "answered by the server": note(where("no call", lambda seen, heard: not hasattr(seen, "scope"))),
    "silence": note(pending()),
}
"""The ways for what can only be seen in a scope, where there is none."""

case(
    "Escapes that are not UTF-8 do no harm",
    client.sends(b"GET /%ff%fe/x HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.path.invalid-utf8"),
        requirement("http.scope.raw-path.exact", ways={"exact or none": scope(raw_path=RAW), **NOT_CALLED}),
        ways={
            "replaced": scope(path="/\ufffd\ufffd/x", raw_path=RAW),
            "surrogates": scope(path="/\udcff\udcfe/x", raw_path=RAW),
            "latin-1": scope(path="/ÿþ/x", raw_path=RAW),
            "left escaped": scope(path="/%ff%fe/x", raw_path=RAW),
            "another str": scope(path=any_of("a str", lambda path: type(path) is str), raw_path=RAW),
            "refused": refused(),
            "damaged": warn(scope(), "the path is no str, or raw_path is not what was sent"),
            "server error": warn(SERVER_ERROR),
            "closed": warn(closed(after_anything=True), "the connection was cut"),
            "silence": warn(pending(), "a hang"),
        },
    ),
    note="""The text does not say what becomes of them in path (A07). The server has to survive, and raw_path is exact
    where it is given; that the request is answered at all should be, and no sentence demands it.""",
)


# --------------------------------------------------------------------------- other forms of the request target


case(
    "A target in absolute form arrives whole or reduced to its path",
    client.sends(b"GET http://test/a%20b?q=1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.path.absolute-form"),
        requirement(
            "h1.target.absolute-form",
            ways={
                "served": scope(),
                "answered by the server": note(response(NO_OBJECTION)),
            },
        ),
        requirement("http.scope.query-string.raw", ways={"as sent": scope(query_string=b"q=1"), **NOT_CALLED}),
        ways={
            "as sent": scope(path="http://test/a b"),
            "reduced to a path": scope(path="/a b"),
            "another path": note(scope()),
            "answered by the server": note(response()),
            "closed": note(closed(after_anything=True), "the connection was cut"),
            "silence": note(pending(), "a hang"),
        },
    ),
    note="""Whether path is all of the target or its path alone is open (A08). A server must accept this form (RFC 9112,
    section 3.2.2), which it does not if it calls it a bad request, fails or says nothing; and query_string is what it
    is for any other target.""",
)

NO_QUERY = either(ABSENT, None, b"")

case(
    "The target of OPTIONS * arrives as it is, or is answered",
    client.sends(b"OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.path.asterisk-form"),
        requirement("http.scope.query-string.type", ways={"none": scope(query_string=NO_QUERY), **NOT_CALLED}),
        ways={
            "*": scope(path="*"),
            "another path": note(scope()),
            "not implemented": note(refused(501)),
            "server error": warn(SERVER_ERROR),
            "answered by the server": note(response()),
            "closed": warn(closed(after_anything=True), "the connection was cut"),
            "silence": warn(pending(), "a hang"),
        },
    ),
)


# --------------------------------------------------------------------------- raw_path

RAW_PATHS = {
    "plain": b"/plain",
    "escapes": b"/a%2Fb%7e%C3%A9+%2B/x",
    "needless-escapes": b"/%41%2520/%7E",
    "delimiters": b"/;p=1,2/@:!$&'()*",
    "segments": b"/a//./b/../c",
}


@each(with_=RAW_PATHS)
def raw_path_is_exact(with_):
    """raw_path, where it is given, is the path as it was sent"""
    yield client.sends(b"GET " + RAW_PATHS[with_] + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.raw-path.exact"),
        ways={
            "exact": scope(raw_path=RAW_PATHS[with_]),
            "not given": scope(raw_path=either(ABSENT, None)),
            "refused": note(refused(501), "the target is not served"),
        },
    )


@each(query=QUERIES)
def raw_path_has_no_query(query):
    """raw_path, where it is given, ends before the first question mark"""
    yield client.sends(b"GET /p%20q" + QUERIES[query] + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(raw_path=either(ABSENT, None, b"/p%20q")), requirement("http.scope.raw-path.no-query"))


# --------------------------------------------------------------------------- query_string

TARGETS = {"none": b"/p", "empty": b"/p?"}


@each(query=TARGETS)
def query_string_is_empty_bytes(query):
    """query_string is empty bytes where there is no query"""
    yield client.sends(b"GET " + TARGETS[query] + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(query_string=b""), requirement("http.scope.query-string.type"))


RAW_QUERIES = {
    "escapes": b"b=%C3%A9&c=%c3%a9&y=%41",
    "plus": b"a=1+2%20%2B3",
    "order": b"b=2&a=1&b=1",
    "empty-parts": b"&&x=&&=",
    "question-marks": b"x=?&?",
    "slashes": b"/?/../a",
}


@each(with_=RAW_QUERIES)
def query_string_is_raw(with_):
    """query_string is what follows the first question mark, as it was sent"""
    yield client.sends(b"GET /p?" + RAW_QUERIES[with_] + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(
        requirement("http.scope.query-string.raw"), ways=unless_refused(query_string=RAW_QUERIES[with_])
    )


case(
    "A percent sign in the query that begins no escape is passed on or refused",
    client.sends(b"GET /p?y=%zz&z=% HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.query-string.raw"),
        ways={"as sent": scope(query_string=b"y=%zz&z=%"), "refused": refused()},
    ),
)

case(
    "Bytes beyond ASCII in the query are passed on or refused",
    client.sends(b"GET /p?q=\xc3\xa9\xff HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(
        requirement("http.scope.query-string.high-bytes"),
        ways={"as sent": scope(query_string=b"q=\xc3\xa9\xff"), "refused": refused()},
    ),
)
