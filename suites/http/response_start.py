"""Response Start: how an application begins its answer (ASGI HTTP, "Response Start - send event").

A server may keep the head back until the first body event, so what it thinks of a start may show in either send: where
a refusal would break a requirement, both sends settle it.
"""

from asgi_conformance.authoring import (
    any_of,
    anything,
    app,
    case,
    client,
    closed,
    each,
    head,
    made,
    raises,
    requirement,
    response,
    returns,
    scope,
    silence,
    truncated_response,
    warn,
    where,
    whole_body,
)

server_error = any_of("500 to 599", lambda status: 500 <= status <= 599)


# --------------------------------------------------------------------------- status


@each(status=[299, 404, 418, 500, 599])
def the_status_is_kept(status):
    """The status becomes the status code of the response"""
    kept = requirement("http.response.start.status")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"1")]}, kept)
    yield app.sends({"type": "http.response.body", "body": b"x", "more_body": False}, kept)
    yield client.gets(response(status, body=b"x"), kept)


# --------------------------------------------------------------------------- headers


case(
    "Headers may be left out",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200}, requirement("http.response.start.headers.default")),
    app.sends({"type": "http.response.body", "body": b"", "more_body": False},
              requirement("http.response.start.headers.default")),
    app.returns(),
    client.gets(response(200, body=b""), requirement("http.response.start.headers.default")),
)  # fmt: skip

PAIRS = [(b"content-length", b"2"), (b"x-a", b"1"), (b"x-b", b"2")]
ITERABLES = {
    "list-of-lists": [list(pair) for pair in PAIRS],
    "tuple-of-tuples": tuple(PAIRS),
    "generator": made("generator", PAIRS),
    "iterator": made("iterator", PAIRS),
    "iterable": made("items", PAIRS),
    "dict-items": made("dict-items", PAIRS),
    "list-of-iterators": [made("iterator", list(pair)) for pair in PAIRS],
}


@each(headers=ITERABLES)
def any_iterable_of_pairs_will_do(headers):
    """Headers may be any iterable of two-item iterables

    The specification asks for no more than iterables, of the container and of each pair, so one that can be walked only
    once has to do as well: a server that refuses it, or loses fields of it, does not keep to the text.
    """
    accepted = requirement("http.response.start.headers.iterables")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": ITERABLES[headers]}, accepted)
    yield app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, accepted)
    yield app.returns()
    yield client.gets(response(200, body=b"ok", headers_in_order=[(b"x-a", b"1"), (b"x-b", b"2")]), accepted)


case(
    "Header order is kept on the wire",
    client.sends(b"GET /order HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http", path="/order")),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b"x-b", b"1"), (b"content-length", b"2"), (b"x-a", b"2"), (b"x-b", b"3")]}),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}),
    client.gets(response(200, headers_in_order=[(b"x-b", b"1"), (b"x-a", b"2"), (b"x-b", b"3")]),
                requirement("http.response.start.headers.order")),
    note="""Of a response's headers the text says that their order must be preserved in the HTTP response. The sentence
    that calls the order of names unimportant is about the headers of a request, so grouping by name breaks it.""",
)  # fmt: skip


REPEATED = {
    "set-cookie": [(b"set-cookie", b"a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT"), (b"set-cookie", b"b=2")],
    "x-d": [(b"x-d", b"1"), (b"x-d", b"2"), (b"x-d", b"2")],
}


@each(name=REPEATED)
def repeated_headers_stay_apart(name):
    """Repeated header fields stay separate fields"""
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    headers = [(b"content-length", b"2"), *REPEATED[name]]
    yield app.sends({"type": "http.response.start", "status": 200, "headers": headers})
    yield app.sends({"type": "http.response.body", "body": b"ok", "more_body": False})
    yield client.gets(
        response(200, headers_in_order=REPEATED[name]), requirement("http.response.start.headers.duplicates")
    )


VALUES = {"latin-1": b"caf\xe9", "utf-8": b"\xe2\x82\xac", "empty": b"", "two-spaces": b"a  b"}


@each(value=VALUES)
def header_values_are_exact(value):
    """Header values reach the wire as the bytes they are"""
    kept = requirement("http.response.start.headers.value-exact")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    headers = [(b"content-length", b"2"), (b"x-value", VALUES[value])]
    yield app.sends({"type": "http.response.start", "status": 200, "headers": headers}, kept)
    yield app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, kept)
    yield client.gets(response(200, headers_in_order=[(b"x-value", VALUES[value])]), kept)


case(
    "A Content-Length in mixed case is refused or understood",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b"Content-Length", b"5"), (b"X-Mixed", b"1")]},
              ways={"understood": returns(), "refused": raises()}),
    app.sends({"type": "http.response.body", "body": b"hello", "more_body": False},
              ways={"understood": returns(), "refused": raises()}),
    app.returns(),
    client.gets(requirement("http.response.start.headers.mixed-case-accepted", ways={
        "understood": response(200, body=b"hello", headers_in_order=[(b"content-length", b"5"), (b"x-mixed", b"1")]),
        "left out": warn(response(200, body=b"hello"), "not all of the fields are there"),
        "refused": response(server_error),
        "closed": closed(),
    })),
    note="Lower case is the application's duty, so refusing is lawful; a response with two framings is not.",
)  # fmt: skip

TRIED = {"refused": raises(), "taken": returns()}

case(
    "Pseudo headers of an application do not reach the wire",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b":status", b"201"), (b"content-length", b"2")]},
              requirement("http.response.start.headers.pseudo-rejected", ways=TRIED)),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, ways=TRIED),
    app.returns(),
    client.gets(requirement("http.response.start.headers.pseudo-rejected", ways={
        "kept off": response(any_of("another status than 201", lambda status: status != 201)),
        "closed": closed(),
        "nothing": silence(),
    }), within=0.5),
    note="Whatever comes of a refused start is well formed, for a line that begins with a colon is no field line.",
)  # fmt: skip


BREAKS = {
    "crlf-in-value": (b"x-a", b"1\r\nx-injected: 1"),
    "lf-in-value": (b"x-a", b"1\nx-injected: 1"),
    "cr-in-value": (b"x-a", b"1\rx-injected: 1"),
    "nul-in-value": (b"x-a", b"a\x00b"),
    "crlf-in-name": (b"x-a: 1\r\nx-injected", b"1"),
}


@each(header=BREAKS)
def nothing_is_injected(header):
    """Line breaks and NUL in headers do not reach the wire"""
    injection = "http.response.start.headers.injection"
    headers = [BREAKS[header], (b"content-length", b"2")]
    well_formed = {"kept off": response(without=[b"x-injected"]), "closed": closed(), "nothing": silence()}
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends(
        {"type": "http.response.start", "status": 200, "headers": headers}, requirement(injection, ways=TRIED)
    )
    yield app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, ways=TRIED)
    yield app.returns()
    yield client.gets(requirement(injection, ways=well_formed), within=0.5)


# --------------------------------------------------------------------------- codings

CODINGS = {
    "chunked-and-length": [(b"transfer-encoding", b"chunked"), (b"content-length", b"5")],
    "chunked": [(b"transfer-encoding", b"chunked")],
    "gzip": [(b"transfer-encoding", b"gzip")],
}


@each(headers=CODINGS)
def transfer_encoding_is_ignored(headers):
    """A Transfer-Encoding header from the application is ignored

    It may be sent and the server must ignore it, so refusing it is no way out. A server may choose chunks of its own
    accord, so only the result counts: one valid framing, no coding but chunked, and the body as it was given.
    """
    ignored = requirement("http.response.start.transfer-encoding-ignored")
    yield client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": CODINGS[headers]}, ignored)
    yield app.sends({"type": "http.response.body", "body": b"hello", "more_body": False}, ignored)
    yield app.returns()
    yield client.gets(response(200, body=b"hello"), ignored)


@each(headers=CODINGS, needs="http/1.0")
def transfer_encoding_is_ignored_for_http10(headers):
    """A Transfer-Encoding header from the application does not reach HTTP/1.0"""
    ignored = requirement("http.response.start.transfer-encoding-ignored")
    yield client.sends(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n")
    yield app.is_called(scope(type="http"))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": CODINGS[headers]}, ignored)
    yield app.sends({"type": "http.response.body", "body": b"hello", "more_body": False}, ignored)
    yield app.returns()
    yield client.gets(response(200, body=b"hello", without=[b"transfer-encoding"]), ignored)


ZIPPED = (
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x57\x28\xcf\x2f\xca\x49\x01\x00\x85\x11\x4a\x0d"
    b"\x0b\x00\x00\x00"
)

case(
    "Content-Encoding and the encoded body are left alone",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nAccept-Encoding: identity\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(ZIPPED))]}),
    app.sends({"type": "http.response.body", "body": ZIPPED, "more_body": False}),
    client.gets(response(200, body=ZIPPED, headers_in_order=[(b"content-encoding", b"gzip")]),
                requirement("http.response.start.content-encoding-kept")),
)  # fmt: skip

case(
    "A body without Content-Encoding is not encoded by the server",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b"content-type", b"text/plain"), (b"content-length", b"8400")]}),
    app.sends({"type": "http.response.body", "body": b"all work and no play " * 400, "more_body": False}),
    client.gets(response(200, body=b"all work and no play " * 400, without=[b"content-encoding"]),
                requirement("http.response.start.content-encoding-kept")),
)  # fmt: skip


# --------------------------------------------------------------------------- when, and how often

case(
    "The head may be sent at once or kept back",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}),
    client.gets_nothing(requirement("http.response.start.flush-timing", ways={"early": head(200), "late": silence()})),
    note="Recorded only: the text forbade an early head until 2023, and now allows both.",
)

case(
    "The head is sent with an empty body at the latest",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}),
    app.sends({"type": "http.response.body", "body": b"", "more_body": False}),
    client.gets(response(200, body=b""), requirement("http.response.start.flush-timing")),
)


def behind_the_head(data):
    """What follows the head of the response, which interim ones may precede."""
    head, _, rest = data.partition(b"\r\n\r\n")
    return behind_the_head(rest) if head[9:10] == b"1" else rest


def one_head(seen, heard):
    """Whether all that has come is one response, which begins with its head."""
    data = b"".join(getattr(entry.seen, "data", b"") for entry in heard.timeline.entries)
    return (data[:7] in (b"", b"HTTP/1.") and b"HTTP/1." not in behind_the_head(data)) or f"{data[:300]!r}"


TO_THE_END = client.gets(
    requirement("http.response.framing.one-head", expects=where("one head, and nothing before it", one_head)),
    ways={"the end": closed(after_anything=True), "left open": silence(), "more": anything()},
    within=0.1,
)

case(
    "A second start raises and changes nothing",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b"content-length", b"2"), (b"x-first", b"1")]}),
    app.sends({"type": "http.response.start", "status": 202, "headers": [(b"x-second", b"1")]},
              requirement("http.response.start.duplicate",
                          ways={"raises": raises(), "ignored": warn(returns(), "no exception")})),
    app.sends({"type": "http.response.body", "body": b"ok", "more_body": False}, ways=TRIED),
    app.returns(),
    client.gets(requirement("http.response.start.duplicate", ways={
        "the first response": response(200, body=b"ok", headers_in_order=[(b"x-first", b"1")], without=[b"x-second"]),
        "cut off": truncated_response(200),
        "error": response(server_error, without=[b"x-second"]),
        "closed": closed(),
    })),
    TO_THE_END,
    note="""That send raises is a recommendation, and derived for events that only come at the wrong time, so a server
    that ignores the second start is warned, and so is one that takes it in place of the first. A second head on the
    wire is no HTTP any more (RFC 9110, section 2.2).""",
)  # fmt: skip

case(
    "A start in the middle of a body raises and does not reach the wire",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    app.is_called(scope(type="http")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]}),
    app.sends({"type": "http.response.body", "body": b"one ", "more_body": True}),
    app.sends({"type": "http.response.start", "status": 202, "headers": []},
              requirement("http.response.start.duplicate",
                          ways={"raises": raises(), "ignored": warn(returns(), "no exception")})),
    app.sends({"type": "http.response.body", "body": b"two", "more_body": False}, ways=TRIED),
    app.returns(),
    client.gets(requirement("http.response.start.duplicate", ways={
        "the first response": response(200, body=b"one two"),
        "cut off": truncated_response(200),
        "closed": closed(),
    })),
    TO_THE_END,
)  # fmt: skip
