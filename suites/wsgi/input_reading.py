"""`wsgi.input`: its methods, reading by size, and the end of the body (PEP 3333, "Input and Error Streams").

A server need not read past Content-Length; it should then simulate the end. One that does not blocks whoever asks for
more than there is. So what is a MUST is asked of bytes that there are, and the end is asked for where it is the point.
"""

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    closed,
    each,
    environ,
    gives,
    note,
    pending,
    plain,
    raises,
    requirement,
    response,
    where,
    wsgi_app,
)

other_call = wsgi_app.named("other")


def lacking(seen):
    """Which of the four methods are not there."""
    missing = [name for name in seen.facts["missing"] if name.startswith("wsgi.input.")]
    return not missing or f"there is no {', '.join(missing)}"


METHODS = {
    "sized": b"POST /input/methods/sized HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nbody",
    "chunked": b"POST /input/methods/chunked HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"4\r\nbody\r\n0\r\n\r\n",
}


@each(body=METHODS, needs=lambda body: ["chunked-requests"] if body == "chunked" else [])
def methods(body):
    """The input has the four methods that applications may use"""
    yield client.sends(METHODS[body])
    yield wsgi_app.is_called(
        environ({"PATH_INFO": f"/input/methods/{body}"}),
        requirement(
            "wsgi.input.methods",
            expects=where("read, readline, readlines and __iter__", lambda seen, heard: lacking(seen)),
        ),
    )


# --------------------------------------------------------------------------- types

A_BYTES = gives(any_of("an object of type bytes", lambda value: type(value) is bytes))
BYTES_IN_A_LIST = gives(any_of("a list of objects of type bytes", lambda value: {*map(type, value)} <= {bytes}))
NO_END = note(pending(), "waits for more than there is")
RAISES = note(raises(), "an exception")

case(
    "What is read is of type bytes",
    client.sends(b"POST /input/type HTTP/1.1\r\nHost: test\r\nContent-Length: 16\r\n\r\nabcdefg\nhi\nj\nkl\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/input/type"})),
    wsgi_app.reads(A_BYTES, requirement("wsgi.input.bytes-type"), size=3),
    wsgi_app.reads_line(A_BYTES, requirement("wsgi.input.bytes-type")),
    wsgi_app.iterates_input(BYTES_IN_A_LIST, requirement("wsgi.input.bytes-type"), items=1),
    wsgi_app.reads_lines(
        requirement("wsgi.input.bytes-type", ways={"": BYTES_IN_A_LIST, "no end": NO_END, "an exception": RAISES}),
        within=0.5,
    ),
)

case(
    "What is read at the end is of type bytes",
    client.sends(b"POST /input/type/end HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab"),
    wsgi_app.is_called(environ({"PATH_INFO": "/input/type/end"})),
    wsgi_app.reads(gives(b"ab"), size=2),
    wsgi_app.reads(
        requirement(
            "wsgi.input.bytes-type",
            ways={"": A_BYTES, "no end": NO_END, "an exception": RAISES},
        ),
        size=1,
        within=0.5,
    ),
)


# --------------------------------------------------------------------------- sizes

PATTERN = bytes(number % 251 for number in range(70_000))
"""No two pieces of 7919 bytes are alike."""


def in_pieces(seen):
    """Whether no piece is longer than it may be, and together they are the pattern."""
    pieces = [plain(piece) for piece in plain(seen.value)]
    longest = max(map(len, pieces))
    if longest > 7919:
        return f"{longest} bytes at once"
    return b"".join(pieces) == PATTERN or f"other bytes than were sent, {sum(map(len, pieces))} in all"


case(
    "A read gives no more than it is asked for, and nothing is lost between two",
    client.begins_to_send(
        b"POST /input/sizes HTTP/1.1\r\nHost: test\r\nContent-Length: 70000\r\n\r\n" + PATTERN,
    ),
    wsgi_app.is_called(environ({"PATH_INFO": "/input/sizes"})),
    wsgi_app.reads_to_end(
        where("all 70000 bytes in their order, 7919 at a time at most", lambda seen, heard: in_pieces(seen)),
        requirement("wsgi.input.read-size"),
        size=7919,
        up_to=70_000,
    ),
)

case(
    "A read of no bytes takes nothing",
    client.sends(b"POST /input/zero HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc"),
    wsgi_app.is_called(environ({"PATH_INFO": "/input/zero"})),
    wsgi_app.reads(gives(b""), requirement("wsgi.input.read-zero"), size=0, within=0.5),
    wsgi_app.reads(gives(b"abc"), requirement("wsgi.input.read-zero"), size=3),
)

case(
    "A read without a size gives the rest of the body",
    client.sends(b"POST /input/rest HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello"),
    wsgi_app.is_called(environ({"PATH_INFO": "/input/rest"})),
    wsgi_app.reads(gives(b"he"), size=2),
    wsgi_app.reads(gives(b"llo"), requirement("wsgi.input.read-no-arg"), within=0.5),
)


@each(size=[-1, None])
def reading_by_no_size(size):
    """A read of a negative size, or of None, gives the whole body"""
    yield client.sends(
        b"POST /input/size/%s HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello" % repr(size).encode()
    )
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/input/size/{size}"}))
    yield wsgi_app.reads(gives(b"hello"), requirement("wsgi.input.read-negative"), size=size, within=0.5)


# --------------------------------------------------------------------------- the end


@each(next_request=["in-the-same-segment", "later"])
def reading_on(next_request):
    """A read beyond the body ends with it

    The next request has come by then, so whoever reads on reads into it. A server may close the connection after a
    response, and leave the next request without an answer (RFC 9112, section 9.3).
    """
    path = b"/input/beyond/" + next_request.encode()
    body = b"POST %b HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello" % path
    behind = b"GET %b/next HTTP/1.1\r\nHost: test\r\n\r\n" % path
    at_once = next_request == "in-the-same-segment"
    yield client.sends(body + behind if at_once else body)
    yield wsgi_app.is_called(environ({"PATH_INFO": path.decode()}))
    yield client.sends(b"" if at_once else behind)
    yield wsgi_app.reads_to_end(
        where("hello, and then the end", lambda seen, heard: b"".join(map(plain, seen.value)) == b"hello"),
        requirement("wsgi.input.eof-at-content-length"),
        size=1000,
        within=0.5,
    )
    yield wsgi_app.starts("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    yield wsgi_app.returns(b"ok")
    yield client.gets(response(200, body=b"ok"))
    yield other_call.is_called(
        requirement("wsgi.input.eof-at-content-length"),
        ways={
            "the next request is served": environ({"REQUEST_METHOD": "GET", "PATH_INFO": f"{path.decode()}/next"}),
            "the connection is closed": closed(),
        },
    )


EXHAUSTED = requirement("wsgi.input.exhausted-empty")

case(
    "A body that was read to its end gives nothing, however often and by whatever method",
    client.sends(b"POST /input/exhausted HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nab"),
    wsgi_app.is_called(environ({"PATH_INFO": "/input/exhausted"})),
    wsgi_app.reads(gives(b"ab"), size=2),
    wsgi_app.reads(gives(b""), EXHAUSTED, within=0.5),
    wsgi_app.reads(gives(b""), EXHAUSTED, size=5, within=0.5),
    wsgi_app.reads_line(gives(b""), EXHAUSTED, within=0.5),
    wsgi_app.reads_lines(gives([]), EXHAUSTED, within=0.5),
    wsgi_app.iterates_input(gives([]), EXHAUSTED, within=0.5),
    wsgi_app.reads(gives(b""), EXHAUSTED, within=0.5),
    wsgi_app.reads(gives(b""), EXHAUSTED, size=5, within=0.5),
    wsgi_app.reads_line(gives(b""), EXHAUSTED, within=0.5),
    wsgi_app.reads_lines(gives([]), EXHAUSTED, within=0.5),
    wsgi_app.iterates_input(gives([]), EXHAUSTED, within=0.5),
)

BODILESS = {
    "GET": b"GET /input/none/GET HTTP/1.1\r\nHost: test\r\n\r\n",
    "DELETE": b"DELETE /input/none/DELETE HTTP/1.1\r\nHost: test\r\n\r\n",
    "POST-of-length-0": b"POST /input/none/POST-of-length-0 HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
}


@each(request=BODILESS)
def no_body(request):
    """A request without a body has an empty input"""
    yield client.sends(BODILESS[request])
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/input/none/{request}"}))
    yield wsgi_app.reads(gives(b""), requirement("wsgi.input.empty-body"), within=0.5)
    yield wsgi_app.reads(gives(b""), requirement("wsgi.input.empty-body"), size=5, within=0.5)
    yield wsgi_app.reads_line(gives(b""), requirement("wsgi.input.empty-body"), within=0.5)
    yield wsgi_app.iterates_input(gives([]), requirement("wsgi.input.empty-body"), within=0.5)
