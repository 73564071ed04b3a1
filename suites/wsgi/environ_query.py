"""QUERY_STRING (PEP 3333, "environ Variables")."""

from asgi_conformance.authoring import (
    absent_or,
    any_of,
    case,
    client,
    closed,
    each,
    environ,
    note,
    refused,
    requirement,
    response,
    warn,
    wsgi_app,
)

SERVER_ERROR = response(any_of("5xx", lambda status: status >= 500))
OK = [("Content-Type", "text/plain"), ("Content-Length", "2")]
again = wsgi_app.named("again")
LATIN_1 = any_of("a str of Latin-1", lambda value: type(value) is str and all(ord(sign) < 256 for sign in value))

RAW = {
    "escapes": "a=%20&b=%C3%A9&c=%c3%a9&d=%41%2541",
    "plus": "a=1+2%2B3",
    "question-marks": "a=?&?b",
    "slashes": "d=/e/../f&//x",
    "order": "b=2&a=1&b=1",
    "empty-parts": "&&x=&&=",
    "no-pairs": "up;down,left",
}


@each(with_=RAW)
def the_query_is_raw(with_):
    """QUERY_STRING is what follows the first question mark, as it was sent"""
    yield client.sends(f"GET /query/{with_}?{RAW[with_]} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    yield wsgi_app.is_called(
        requirement("wsgi.environ.query-string.verbatim"),
        ways={
            "": environ({"QUERY_STRING": RAW[with_]}),
            "refused": note(refused(501), "the target is not served"),
        },
    )


NONE = {"no-question-mark": b"/no-query-string", "question-mark-alone": b"/no-query-string-mark?"}
NO_QUERY = {
    "none": environ({"QUERY_STRING": absent_or("")}),
    "a query": warn(environ(), "which nobody has sent"),
}


@each(target=NONE)
def no_query(target):
    """QUERY_STRING is empty or absent where there is no query"""
    yield client.sends(b"GET " + NONE[target] + b" HTTP/1.1\r\nHost: test\r\n\r\n")
    yield wsgi_app.is_called(requirement("wsgi.environ.query-string.absent"), ways=NO_QUERY)


case(
    "A query is of its own request alone",
    client.sends(b"GET /own-query/first?a=1 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"QUERY_STRING": "a=1"})),
    wsgi_app.starts("200 OK", OK),
    wsgi_app.returns(b"ok"),
    client.gets(response(200, body=b"ok")),
    client.sends(b"GET /own-query/second HTTP/1.1\r\nHost: test\r\n\r\n"),
    again.is_called(
        requirement("wsgi.environ.query-string.absent"),
        requirement("wsgi.environ.query-string.verbatim", expects=environ({"QUERY_STRING": absent_or("")})),
        ways=NO_QUERY,
    ),
    needs="keep-alive",
)

case(
    "Bytes beyond ASCII in the query arrive as Latin-1, or are refused",
    client.sends(b"GET /query-bytes?q=\xe9\xc3\xa9 HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(
        requirement("wsgi.environ.query-string.non-ascii"),
        ways={
            "latin-1": environ({"QUERY_STRING": "q=\xe9\xc3\xa9"}),
            "escaped": warn(environ({"QUERY_STRING": "q=%E9%C3%A9"}), "a target that was mended"),
            "otherwise": warn(environ({"QUERY_STRING": LATIN_1}), "other characters than stand for the bytes"),
            "refused": refused(),
            "server error": warn(SERVER_ERROR, "the fault is the client's"),
            "closed": warn(closed(), "without an answer"),
        },
    ),
    note="""A request target is ASCII. Who gets another one should answer 400, and should not mend it (RFC 9112, section
    3); who passes it on has no other way to say it than a string of its bytes (PEP 3333, "Unicode Issues"). It is no
    URL though, of which the PEP says what QUERY_STRING is: so other characters are no failure, as far as they are
    Latin-1.""",
)
