"""Request: what the body is made of (ASGI HTTP, "Request - receive event" and "HTTP Connection Scope")."""

import random

from asgi_conformance.authoring import app, case, client, each, requirement, scope, where, whole_body

BODILESS = {
    "GET": b"GET / HTTP/1.1\r\nHost: test\r\n\r\n",
    "HEAD": b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n",
    "DELETE": b"DELETE / HTTP/1.1\r\nHost: test\r\n\r\n",
    "POST-of-length-0": b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n",
    "POST-chunked": b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@each(request=BODILESS)
def no_body(request):
    """A request without a body is an empty body that is complete"""
    yield client.sends(BODILESS[request])
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b""), requirement("http.request.no-body"))


PAYLOAD = random.Random(0).randbytes(200_000)
"""No two stretches of it are alike."""


@each(size=[1, 255, 65535, 65537, 200_000])
def a_sized_body(size):
    """The body is what the client sent"""
    yield client.begins_to_send(b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: %d\r\n\r\n" % size, PAYLOAD[:size])
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(PAYLOAD[:size]), requirement("http.request.body-complete"))


def chunked(body, size):
    """The body in chunks of this size."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@each(chunks=[999, 65536])
def a_chunked_body(chunks):
    """The body is what the client sent in chunks"""
    body = chunked(PAYLOAD[:65537], chunks)
    yield client.begins_to_send(b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n", body)
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(PAYLOAD[:65537]), requirement("http.request.body-complete"))


case(
    "The body is what the client sent in many small pieces",
    client.sends(
        b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 70\r\n\r\n", *[PAYLOAD[7 * n : 7 * n + 7] for n in range(10)]
    ),
    app.is_called(scope(type="http")),
    app.gets(whole_body(PAYLOAD[:70]), requirement("http.request.body-complete")),
)


# --------------------------------------------------------------------------- chunks

CHUNKED = {
    "extension": b'5;ext=1\r\nhello\r\n5;a="b;c";d\r\nworld\r\n0\r\n\r\n',
    "hex": b"0A\r\nhelloworld\r\n00\r\n\r\n",
    "lower-case-hex": b"a\r\nhelloworld\r\n0\r\n\r\n",
    "trailer": b"5\r\nhello\r\n5\r\nworld\r\n0\r\nX-Trailer: t\r\n\r\n",
    "two": b"5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n",
}


@each(with_=CHUNKED)
def chunks_are_decoded(with_):
    """A chunked body arrives decoded"""
    yield client.sends(b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED[with_])
    yield app.is_called(scope(type="http"))
    yield app.gets(whole_body(b"helloworld"), requirement("http.request.dechunked"))


case(
    "Data that looks like chunks is data",
    client.sends(
        b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"c\r\n\r\n0\r\n\r\n5\r\nhe\r\n2\r\n\r\n\r\n0\r\n\r\n",
    ),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"\r\n0\r\n\r\n5\r\nhe\r\n"), requirement("http.request.dechunked")),
)

case(
    "A chunked body that is cut anywhere by the network arrives decoded",
    client.sends(
        b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"5", b"\r", b"\nhe", b"llo\r", b"\n0", b"5;a", b"=b\r\nwor", b"ld\r\n", b"0\r\n", b"X: y", b"\r\n\r", b"\n",
    ),
    app.is_called(scope(type="http")),
    app.gets(whole_body(b"helloworld"), requirement("http.request.dechunked")),
)  # fmt: skip


def parts(seen):
    return [event.get("body", b"") for event in seen.events if isinstance(event, dict) and event.get("body")]


case(
    "Chunks map to events in some way",
    client.sends(
        b"POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"
    ),
    app.is_called(scope(type="http")),
    app.gets_body(
        requirement("http.request.chunk-mapping"),
        ways={
            "an event each": where("three parts", lambda seen, heard: parts(seen) == [b"one", b"two", b"three"]),
            "one event": where("one part", lambda seen, heard: parts(seen) == [b"onetwothree"]),
            "otherwise": where("some parts", lambda seen, heard: b"".join(parts(seen)) == b"onetwothree"),
        },
    ),
)
