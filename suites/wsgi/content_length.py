"""How long a response is (PEP 3333, "Handling the Content-Length Header"; RFC 9112, section 6).

A server that closes its connections leaves a client to find out where a response ends, and so does one that keeps them:
after each of the doubtful responses the client asks for another one, which may begin where the first one ends only.
"""

from asgi_conformance.authoring import (
    Framing,
    any_of,
    anything,
    case,
    client,
    closed,
    each,
    environ,
    gives,
    note,
    nothing,
    only_warned,
    pending,
    raises,
    requirement,
    response,
    returns,
    truncated_response,
    warn,
    where,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)
following = wsgi_app.named("following")
TEXT = ("Content-Type", "text/plain")
TRIED = {"returns": returns(), "raises": raises()}


def sized(length):
    return [TEXT, ("Content-Length", str(length))]


def asks(path, version=b"1.1", *fields, method=b"GET"):
    """A request, and the call that it leads to."""
    head = b"".join(field + b"\r\n" for field in fields)
    return (
        client.sends(b"%b %b HTTP/%b\r\nHost: test\r\n%b\r\n" % (method, path.encode(), version, head)),
        wsgi_app.is_called(environ({"PATH_INFO": path})),
    )


def next_one_begins_cleanly(path, settled):
    """The lines that show that nothing of a response is behind its end: neither bytes nor, on an open connection, what
    keeps the server from the next request."""
    return (
        client.sends(b"GET %b/following HTTP/1.1\r\nHost: test\r\n\r\n" % path.encode()),
        following.is_called(
            requirement(
                settled,
                ways={
                    "called": environ({"PATH_INFO": f"{path}/following"}),
                    "closed": closed(),
                    "not served": note(pending(), "no response to the next request"),
                },
            ),
            within=0.5,
        ),
        client.gets_nothing(requirement(settled, ways={"nothing": nothing(), "closed": closed()})),
    )


# --------------------------------------------------------------------------- more than announced

SURPLUS = {"in-another-item": [b"abc", b"SURPLUS"], "in-the-same-item": [b"abcSURPLUS"]}


@each(surplus=SURPLUS)
def no_more_is_sent_than_was_announced(surplus):
    """No more is sent than Content-Length says

    A server may cut it off, refuse the response, or frame it otherwise.
    """
    path = f"/content-length/overrun/{surplus}"
    yield from asks(path)
    yield wsgi_app.starts("200 OK", sized(3))
    yield wsgi_app.returns_iterable(blocks=SURPLUS[surplus])
    yield client.gets(
        requirement(
            "wsgi.content-length.overrun",
            ways={
                "as long as it said": response(200, body=b"abc"),
                "otherwise framed": response(200, body=b"abcSURPLUS"),
                "500": response(server_error),
                "cut off": truncated_response(200),
                "closed": closed(),
            },
        )
    )
    yield from next_one_begins_cleanly(path, "wsgi.content-length.overrun")


case(
    "Iteration ends where Content-Length bytes have been sent",
    *asks("/content-length/enough"),
    wsgi_app.starts("200 OK", sized(5)),
    wsgi_app.returns_iterable(blocks=[b"x"], times=50),
    client.gets(ways={"whole": response(), "cut off": truncated_response(), "closed": closed()}),
    wsgi_app.was_used(
        where("not asked for all 50 items", lambda seen, heard: seen.all.count("next") < 50),
        requirement("wsgi.content-length.stop-iterating"),
        later=True,
    ),
    note="It may ask for some more: for one to see whether there is too much, or ahead of what it sends.",
)

WRITTEN = {"afterwards": ([b"abc"], b"d"), "at-once": ([], b"abcd")}


@each(surplus=WRITTEN)
def write_past_content_length_raises(surplus):
    """write() past Content-Length raises"""
    before, last = WRITTEN[surplus]
    path = f"/content-length/write/{surplus}"
    yield from asks(path)
    yield wsgi_app.starts("200 OK", sized(3), gives("write"))
    yield from map(wsgi_app.writes, before)
    yield wsgi_app.writes(last, raises("Exception"), requirement("wsgi.content-length.write-overrun"))
    yield wsgi_app.returns()
    yield client.gets(
        requirement(
            "wsgi.content-length.write-overrun",
            ways={
                "as long as it said": response(200, body=b"abc"),
                "500": response(server_error),
                "cut off": truncated_response(200),
                "closed": closed(),
            },
        ),
        within=0.5,
    )
    yield from next_one_begins_cleanly(path, "wsgi.content-length.write-overrun")


# --------------------------------------------------------------------------- less than announced

SHORT = {"one-item": [b"abc"], "several": [b"a", b"b", b"", b"c"], "none": []}


@each(items=SHORT)
def less_than_announced_ends_the_connection(items):
    """Less than Content-Length says ends the connection"""
    path = f"/content-length/underrun/{items}"
    yield from asks(path)
    yield wsgi_app.starts("200 OK", sized(10))
    yield wsgi_app.returns(*SHORT[items])
    yield client.gets(
        requirement(
            "wsgi.content-length.underrun",
            ways={
                "cut off": truncated_response(200),
                "500": response(server_error),
                "closed": closed(),
                "left waiting": warn(where("left waiting", lambda seen, heard: not seen.enough), "left waiting"),
            },
        ),
        within=0.5,
    )


# --------------------------------------------------------------------------- nothing announced


def framed(body):
    """Any valid framing of this body."""
    return {
        "content-length": response(200, body=body, framing=Framing.LENGTH),
        "chunked": response(200, body=body, framing=Framing.CHUNKED),
        "until close": response(200, body=body, framing=Framing.CLOSE),
    }


case(
    "The length of a single item may be that of the response",
    *asks("/content-length/single"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns(b"hello"),
    client.gets(requirement("wsgi.content-length.single-item", ways={
        **framed(b"hello"),
        "wrong": warn(anything(), "no valid framing"),
    }), requirement("wsgi.content-length.absent-framing", ways=framed(b"hello")), within=0.5),
    *next_one_begins_cleanly("/content-length/single", "wsgi.content-length.absent-framing"),
)  # fmt: skip


def absent_or_five(seen, heard):
    """Whether the head announces what a GET would have had, or nothing."""
    announced = [line for line in seen.data.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return [line.split(b":")[1].strip() for line in announced] in ([], [b"5"]) or repr(announced)


case(
    "The length of a single item is that of the response to HEAD, if any",
    *asks("/content-length/single/head", method=b"HEAD"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns(b"hello"),
    client.gets(response(200, head=True), requirement(
        "wsgi.content-length.single-item",
        expects=only_warned(where("no Content-Length but 5", absent_or_five)),
    )),
)  # fmt: skip

BROKEN = {"longer": [b"abc", b"def"], "shorter": []}


@each(result=BROKEN)
def a_wrong_length_of_the_result_does_not_corrupt_the_response(result):
    """A wrong length of the result does not corrupt the response

    Its len() is 1. A server may rely on that; what it makes of it is a response all the same.
    """
    path = f"/content-length/len/{result}"
    body = b"".join(BROKEN[result])
    yield from asks(path)
    yield wsgi_app.starts("200 OK", [TEXT])
    yield wsgi_app.returns_iterable("sized", length=1, blocks=BROKEN[result])
    yield client.gets(
        requirement(
            "wsgi.content-length.len-mismatch",
            ways={
                **framed(body),
                "the first item": response(200, body=body[:3]),
                "500": response(server_error),
                "cut off": truncated_response(),
                "closed": closed(),
            },
        )
    )
    yield from next_one_begins_cleanly(path, "wsgi.content-length.len-mismatch")


PROTOCOLS = {
    "1.1": (b"1.1",),
    "1.1-close": (b"1.1", b"Connection: close"),
    "1.0": (b"1.0",),
    "1.0-keep-alive": (b"1.0", b"Connection: keep-alive"),
}


def what_it_needs(protocol, **others):
    """HTTP/1.0 is not served by everybody."""
    return "http/1.0" if protocol.startswith("1.0") else ()


@each(protocol=PROTOCOLS, needs=what_it_needs)
def a_body_of_unknown_length_is_framed(protocol):
    """A body of unknown length is framed by the server

    In chunks for HTTP/1.1 only; else by the end of the connection, which then has to come.
    """
    without = [b"transfer-encoding"] if protocol.startswith("1.0") else []
    yield from asks(f"/content-length/absent/{protocol}", *PROTOCOLS[protocol])
    yield wsgi_app.starts("200 OK", [TEXT])
    yield wsgi_app.returns_iterable(blocks=[b"one ", b"two"])
    yield client.gets(
        response(200, body=b"one two", without=without), requirement("wsgi.content-length.absent-framing"), within=1.0
    )


EMPTY = {"nothing": [], "an-empty-item": [b""], "empty-items": [b"", b""]}


@each(result=EMPTY, protocol=["1.1", "1.0-keep-alive"], needs=what_it_needs)
def an_empty_body_is_framed(result, protocol):
    """An empty body is framed by the server"""
    yield from asks(f"/content-length/empty/{result}/{protocol}", *PROTOCOLS[protocol])
    yield wsgi_app.starts("200 OK", [TEXT])
    yield wsgi_app.returns(*EMPTY[result])
    yield client.gets(
        requirement(
            "wsgi.content-length.empty-list", ways={**framed(b""), "not so": warn(anything(), "no empty body")}
        ),
        requirement("wsgi.content-length.absent-framing", ways={**framed(b""), "500": note(response(server_error))}),
        within=1.0,
    )


# --------------------------------------------------------------------------- what is no length

INVALID = {
    "letters": ["abc"],
    "negative": ["-3"],
    "signed": ["+3"],
    "empty": [""],
    "decimal": ["3.0"],
    "list": ["3, 4"],
    "underscore": ["1_0"],
    "two": ["3", "4"],
}


@each(value=INVALID)
def an_invalid_content_length_is_not_sent(value):
    """An invalid Content-Length of the application is not sent

    It is an error of the application, at start_response or later; or the header is left out.
    """
    yield from asks(f"/content-length/invalid/{value}")
    yield wsgi_app.starts("200 OK", [TEXT, *(("Content-Length", each_one) for each_one in INVALID[value])], ways=TRIED)
    yield wsgi_app.returns(b"abc")
    yield client.gets(
        requirement(
            "wsgi.content-length.invalid-from-app",
            ways={
                "500": response(server_error),
                "well framed": response(200, body=b"abc"),
                "closed": closed(),
            },
        ),
        within=0.5,
    )
