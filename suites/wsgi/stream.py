"""Items on their way to the client (PEP 3333, "Buffering and Streaming").

The text offers servers two ways: to hand an item to the operating system before they ask for the next, or to have
another thread go on with it. Either way the client gets it while the application works on the next one, which is what
is asked for here; how far a server runs ahead of its client is told, and nothing more.
"""

from asgi_conformance.authoring import (
    Framing,
    anything,
    body_part,
    case,
    client,
    closed,
    each,
    environ,
    made,
    nothing,
    requirement,
    response,
    warn,
    wsgi_app,
)

TEXT = ("Content-Type", "text/plain")
HEADERS = {"announced": [TEXT, ("Content-Length", "9")], "not-announced": [TEXT]}
NOTHING_LEFT = {"nothing": nothing(), "closed": closed()}
following = wsgi_app.named("following")


def asks(path, version=b"1.1"):
    """A request, and the call that it leads to."""
    return (
        client.sends(b"GET %b HTTP/%b\r\nHost: test\r\n\r\n" % (path.encode(), version)),
        wsgi_app.is_called(environ({"PATH_INFO": path})),
    )


# --------------------------------------------------------------------------- without delay


@each(length=HEADERS)
def an_item_reaches_the_client_at_once(length):
    """An item reaches the client while the application works on the next"""
    yield from asks(f"/stream/early/{length}")
    yield wsgi_app.starts("200 OK", HEADERS[length])
    yield wsgi_app.returns_iterable()
    yield wsgi_app.yields(b"one")
    yield client.gets(body_part(b"one"), requirement("wsgi.stream.no-delay"))
    yield wsgi_app.yields(b"two")
    yield client.gets(body_part(b"two"), requirement("wsgi.stream.no-delay"))


case(
    "An item reaches a client of HTTP/1.0 while the application works on the next",
    *asks("/stream/early/old", b"1.0"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b"one"),
    client.gets(body_part(b"one"), requirement("wsgi.stream.no-delay")),
    needs="http/1.0",
)

case(
    "An item behind an empty one reaches the client while the application works on the next",
    *asks("/stream/early/empty"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b""),
    wsgi_app.yields(b"one"),
    wsgi_app.yields(b""),
    client.gets(body_part(b"one"), requirement("wsgi.stream.no-delay")),
)

case(
    "The end of a long item reaches the client while the application works on the next",
    *asks("/stream/early/long"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable(),
    wsgi_app.yields(b"x" * 50000 + b"one"),
    client.gets(body_part(b"xone"), requirement("wsgi.stream.no-delay")),
    note="No multiple of a size that buffers usually have.",
)

# --------------------------------------------------------------------------- in order and whole

LETTERS = [bytes([letter]) * 65536 for letter in range(97, 113)]
SPELT = [made("long-bytes", (letter[:1], 65536)) for letter in LETTERS]
LARGE = b"0123456789abcde\n" * (1 << 18)

case(
    "Items that a client does not read at once arrive in their order",
    *asks("/stream/waiting"),
    client.stops_reading(shrinks=False),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", str(4 << 20))]),
    wsgi_app.returns_iterable(blocks=SPELT, times=4),
    wsgi_app.is_asked(),
    client.reads_again(),
    client.gets(response(200, body=b"".join(LETTERS * 4)), requirement("wsgi.stream.complete-before-next"), within=5.0),
    note="4 MB. Whether they wait, or a thread takes them all and goes on sending, is left to servers.",
)

case(
    "A long item is sent to its end",
    *asks("/stream/large"),
    client.stops_reading(shrinks=False),
    wsgi_app.starts("200 OK", [TEXT, ("Content-Length", str(4 << 20))]),
    wsgi_app.returns(made("long-bytes", (b"0123456789abcde\n", 1 << 18))),
    client.reads_again(),
    client.gets(response(200, body=LARGE), requirement("wsgi.stream.large-block"), within=5.0),
    note="4 MB at once: more than the operating system takes.",
)

# --------------------------------------------------------------------------- empty items, and chunks

EMPTY = {
    "in-between": [b"ab", b"", b"cd"],
    "several": [b"", b"", b"ab", b"", b"", b"cd", b""],
    "at-the-end": [b"abcd", b""],
}


@each(empty=EMPTY)
def an_empty_item_ends_nothing(empty):
    """An empty item is not the end of the response"""
    path = f"/stream/empty/{empty}"
    yield from asks(path)
    yield wsgi_app.starts("200 OK", [TEXT])
    yield wsgi_app.returns_iterable(blocks=EMPTY[empty])
    yield client.gets(response(200, body=b"abcd"), requirement("wsgi.stream.empty-block"))
    yield client.sends(b"GET %b/following HTTP/1.1\r\nHost: test\r\n\r\n" % path.encode())
    yield following.is_called(
        requirement(
            "wsgi.stream.empty-block",
            ways={"called": environ({"PATH_INFO": f"{path}/following"}), "closed": closed()},
        )
    )
    yield client.gets_nothing(requirement("wsgi.stream.empty-block", ways=NOTHING_LEFT))


case(
    "Items may become chunks",
    *asks("/stream/chunks"),
    wsgi_app.starts("200 OK", [TEXT]),
    wsgi_app.returns_iterable(blocks=[b"one ", b"a second, longer item ", b"three"]),
    client.gets(requirement("wsgi.stream.chunk-per-block", ways={
        "chunked": response(200, body=b"one a second, longer item three", framing=Framing.CHUNKED),
        "otherwise framed": response(200, body=b"one a second, longer item three"),
        "not framed": warn(anything(), "no valid framing"),
    }), within=0.5),
)  # fmt: skip
