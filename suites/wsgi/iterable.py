"""What an application may return, and how a server may use it (PEP 3333, "Specification Details", "Unicode Issues")."""

from asgi_conformance.authoring import (
    any_of,
    case,
    client,
    closed,
    each,
    environ,
    head,
    made,
    requirement,
    response,
    truncated_response,
    used,
    warn,
    where,
    wsgi_app,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)


def sized(length):
    """Headers that say how long the body is, so that no framing of the server's plays a part."""
    return [("Content-Type", "text/plain"), ("Content-Length", str(length))]


# --------------------------------------------------------------------------- kinds

RESULTS = {
    "list": [b"one ", b"two ", b"three"],
    "tuple": (b"one ", b"two ", b"three"),
    "generator": made("generator", [b"one ", b"two ", b"three"]),
    "list-iterator": made("iterator", [b"one ", b"two ", b"three"]),
    "only-iter": made("items", [b"one ", b"two ", b"three"]),
    "dict": {b"one ": 1, b"two ": 2, b"three": 3},
    "empty-tuple": (),
    "empty-generator": made("generator", []),
}
BODIES = {"empty-tuple": b"", "empty-generator": b""}


@each(result=RESULTS)
def any_kind_of_iterable_is_a_response(result):
    """Any kind of iterable is a response"""
    body = BODIES.get(result, b"one two three")
    yield client.sends(b"GET /iterable/kind/%b HTTP/1.1\r\nHost: test\r\n\r\n" % result.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/iterable/kind/{result}"}))
    yield wsgi_app.starts("200 OK", sized(len(body)))
    yield wsgi_app.returns_value(RESULTS[result])
    yield client.gets(response(200, body=body), requirement("wsgi.iterable.any-kind"))


@each(shape=["closable", "plain", "separate", "items"])
def any_object_that_iterates_is_a_response(shape):
    """Any object that iterates is a response

    An iterator of its own with and without close(), one whose iterator is another object, and one that is iterated in
    the old way, by the numbers of its items.
    """
    yield client.sends(b"GET /iterable/shape/%b HTTP/1.1\r\nHost: test\r\n\r\n" % shape.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/iterable/shape/{shape}"}))
    yield wsgi_app.starts("200 OK", sized(13))
    yield wsgi_app.returns_iterable(shape, blocks=[b"one ", b"two ", b"three"])
    yield client.gets(response(200, body=b"one two three"), requirement("wsgi.iterable.any-kind"))


case(
    "An iterable that knows how many items it has is iterated once",
    client.sends(b"GET /iterable/sized HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/iterable/sized"})),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain")]),
    wsgi_app.returns_iterable("sized", length=3, blocks=[b"one ", b"two ", b"three"]),
    client.gets(response(200, body=b"one two three"), requirement("wsgi.iterable.iterate-all"), within=1.0),
    note="It is an iterator as well: its items come once.",
)

case(
    "An iterable that counts as false is iterated",
    client.sends(b"GET /iterable/falsy HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/iterable/falsy"})),
    wsgi_app.starts("200 OK", sized(2)),
    wsgi_app.returns_iterable("falsy", blocks=[b"ok"]),
    client.gets(response(200, body=b"ok"), requirement("wsgi.iterable.falsy")),
)

# --------------------------------------------------------------------------- items

ITEMS = [bytes([65 + number % 26]) * (number % 97) for number in range(300)]
"""From none to 96 bytes long: every 97th of them is empty, the first is too."""


@each(length=["announced", "not-announced"])
def every_item_is_sent_in_order(length):
    """Every item is sent, in order and once"""
    body = b"".join(ITEMS)
    headers = {"announced": sized(len(body)), "not-announced": [("Content-Type", "text/plain")]}
    yield client.sends(b"GET /iterable/all/%b HTTP/1.1\r\nHost: test\r\n\r\n" % length.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/iterable/all/{length}"}))
    yield wsgi_app.starts("200 OK", headers[length])
    yield wsgi_app.returns_value(made("generator", ITEMS))
    yield client.gets(response(200, body=body), requirement("wsgi.iterable.iterate-all"))


EVERY_BYTE = bytes(range(256))
LINES = b"\n\r\r\n\n\r \t\r\n line\x00\x1a\r\n\xef\xbb\xbf\xff \n "

case(
    "Bytes are sent as they are",
    client.sends(b"GET /iterable/bytes HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/iterable/bytes"})),
    wsgi_app.starts("200 OK", sized(len(EVERY_BYTE) + len(LINES))),
    wsgi_app.returns(EVERY_BYTE, LINES),
    client.gets(response(200, body=EVERY_BYTE + LINES), requirement("wsgi.iterable.binary-unaltered")),
)

OTHERS = {"text": ("text", b"text"), "none": (None, b"None"), "number": (4, b"\0\0\0\0"), "list": ([116], b"t")}


@each(item=OTHERS, place=["first", "second"])
def an_item_that_is_not_bytes_is_an_error(item, place):
    """An item that is not bytes is an error

    What a server would have to guess is not sent. With a Content-Length, so that a client sees what is missing.
    """
    before = {"first": [], "second": [b"ok"]}[place]
    length = len(b"".join(before)) + len(OTHERS[item][1])
    yield client.sends(
        b"GET /iterable/not-bytes/%b/%b HTTP/1.1\r\nHost: test\r\n\r\n" % (item.encode(), place.encode())
    )
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/iterable/not-bytes/{item}/{place}"}))
    yield wsgi_app.starts("200 OK", sized(length))
    yield wsgi_app.returns(*before, OTHERS[item][0])
    yield client.gets(
        requirement(
            "wsgi.iterable.server-rejects-non-bytes",
            ways={
                "500": response(server_error),
                "cut off": truncated_response(200),
                "closed": closed(),
                "made bytes of it": warn(response(200), "taken for bytes"),
            },
        ),
        within=0.5,
    )


# --------------------------------------------------------------------------- what else it has


def untouched(seen, heard):
    """Whether nothing was used of it but what the specification names."""
    others = [use for use in seen.all if use.startswith("attribute")]
    return not others or ", ".join(others)


case(
    "Nothing of the result is used but iteration, its length and close()",
    client.sends(b"GET /iterable/decoys HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/iterable/decoys"})),
    wsgi_app.starts("200 OK", sized(2)),
    wsgi_app.returns_iterable("decoys", blocks=[b"ok"]),
    wsgi_app.is_closed(),
    wsgi_app.was_used(where("no other attribute", untouched), requirement("wsgi.iterable.no-other-attributes")),
    client.gets(response(200, body=b"ok"), requirement("wsgi.iterable.no-other-attributes")),
    note="It has `fileno()`, `read()`, `name` and `__getitem__` as well, none of which gives what iteration does.",
)

case(
    "Nothing of the result is looked for but iteration, its length and close()",
    client.sends(b"GET /iterable/strict HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/iterable/strict"})),
    wsgi_app.starts("200 OK", sized(2)),
    wsgi_app.returns_iterable("strict", blocks=[b"ok"]),
    wsgi_app.is_closed(),
    wsgi_app.was_used(requirement("wsgi.iterable.no-other-attributes", ways={
        "not looked for": where("no other attribute", untouched),
        "looked for": warn(used("close"), "asks for attributes that the result has not got"),
    })),
    client.gets(response(200, body=b"ok")),
    note="To ask whether it has an attribute uses none, where it has not got it: a warning.",
)  # fmt: skip

# --------------------------------------------------------------------------- after close()


def over(seen, heard):
    """Whether nothing was asked for once it was closed."""
    return "next" not in seen.all[seen.all.index("close") :]


UNTIL: dict[str, list[object]] = {
    "all-is-given": [b"ab", b"cd"],
    "length-is-reached": [b"ab", b"cd", b"ef", b"gh"],
    "error": [b"ab", "cd", b"ef"],
}


@each(until=UNTIL)
def nothing_is_asked_for_after_close(until):
    """Nothing is asked for after close()"""
    yield client.sends(b"GET /iterable/closed/%b HTTP/1.1\r\nHost: test\r\n\r\n" % until.encode())
    yield wsgi_app.is_called(environ({"PATH_INFO": f"/iterable/closed/{until}"}))
    yield wsgi_app.starts("200 OK", sized(4))
    yield wsgi_app.returns_iterable(blocks=UNTIL[until])
    yield wsgi_app.is_closed()
    yield wsgi_app.was_used(
        where("no next() after close()", over), requirement("wsgi.iterable.after-close"), later=True
    )


case(
    "Nothing is asked for after close() when the client has left",
    client.sends(b"GET /iterable/closed/left HTTP/1.1\r\nHost: test\r\n\r\n"),
    wsgi_app.is_called(environ({"PATH_INFO": "/iterable/closed/left"})),
    wsgi_app.starts("200 OK", [("Content-Type", "text/plain")]),
    wsgi_app.returns_iterable(blocks=[b"x" * 65536], times=400),
    client.gets(head(200)),
    client.resets(),
    wsgi_app.is_closed(within=5.0),
    wsgi_app.was_used(where("no next() after close()", over), requirement("wsgi.iterable.after-close"), later=True),
)
