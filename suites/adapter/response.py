"""What an adapter makes of a WSGI application's response (ASGI HTTP, "WSGI Compatibility"; PEP 3333, "The
start_response() Callable" and "Specification Details")."""

from asgi_conformance.authoring import (
    answer,
    anything,
    case,
    each,
    events_of,
    header_pairs,
    http_scope,
    json_response,
    pending,
    requirement,
    server,
    where,
)

no_body = {"type": "http.request", "body": b"", "more_body": False}


def asked(*request, **keys):
    """A request without a body, as `http_scope` has it."""
    return server.calls(http_scope(*request, **keys), shares_state=True), server.delivers(no_body)


journal = server.named("journal")
FOUR = [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1"), (b"x-between", b"b"), (b"set-cookie", b"c=3")]


def fields(seen):
    """Header fields of the first event, but for what an adapter may add; names in lower case."""
    pairs = [(name.lower(), value) for name, value in header_pairs(events_of(seen)[0])]
    return [(name, value) for name, value in pairs if name in (b"content-type", b"set-cookie", b"x-between")]


def pieces(seen):
    """The content of each body event that has some."""
    bodies = (event.get("body", b"") for event in events_of(seen) if event.get("type") == "http.response.body")
    return [body for body in bodies if body]


def names(seen):
    return {name.lower() for name, value in header_pairs(events_of(seen)[0])}


def started(seen):
    return any(event.get("type") == "http.response.start" and event.get("status") == 200 for event in events_of(seen))


# --------------------------------------------------------------------------- start_response

case(
    "The status is a number, without its reason phrase",
    *asked(path="/wsgi/start"),
    server.gets_answer(answer(404, body=b"none"), requirement("http.wsgi.start-response")),
    needs="wsgi-adapter",
)

case(
    "Header fields are all there, in their order and each for itself",
    *asked(path="/wsgi/start"),
    server.gets_answer(
        where("the four fields", lambda seen, heard: fields(seen) == FOUR),
        requirement("http.wsgi.start-response"),
    ),
    needs="wsgi-adapter",
)

case(
    "Header fields outside ASCII are sent as Latin-1",
    *asked(path="/wsgi/start/latin-1"),
    server.gets_answer(answer(200, fields=[(b"x-latin", b"caf\xe9")]), requirement("http.wsgi.start-response")),
    needs="wsgi-adapter",
    note="Strings of WSGI hold code points of ISO-8859-1 (WSGI encoding differences), each of which has its byte.",
)

case(
    "Nothing is sent before the application yields something",
    *asked(path="/wsgi/start/error"),
    server.gets_answer(
        where("no response with 200", lambda seen, heard: not started(seen)),
        requirement("wsgi.start-response.defer-headers"),
    ),
    needs="wsgi-adapter",
    note="The application raises after start_response: whether that becomes a 500 or is left to the server is open.",
)

case(
    "An error before the first piece replaces status and header fields",
    *asked(path="/wsgi/start/again"),
    server.gets_answer(
        answer(503, body=b"busy", fields=[(b"x-second", b"2")]),
        where("nothing of the first", lambda seen, heard: b"x-first" not in names(seen)),
        requirement("wsgi.start-response.exc-info-replace"),
    ),
    needs="wsgi-adapter",
)

case(
    "start_response returns a function that writes",
    *asked(path="/wsgi/write"),
    server.gets_answer(answer(200, body=b"written, yielded"), requirement("wsgi.start-response.returns-write")),
    needs="wsgi-adapter",
)

# --------------------------------------------------------------------------- the body

case(
    "What is yielded is sent piece by piece, and then the response ends",
    *asked(path="/wsgi/body/pieces"),
    server.gets_answer(
        answer(200, body=b"ab"),
        where("each piece for itself", lambda seen, heard: pieces(seen) == [b"a", b"b"]),
        requirement("http.wsgi.body"),
    ),
    needs="wsgi-adapter",
    note="""Between the pieces pass 20 ms, and no piece may be held back for so long (PEP 3333, Buffering and
    Streaming). The empty one has no event of its own, or an empty one.""",
)

case(
    "A response without any piece is complete and empty",
    *asked(path="/wsgi/body/none"),
    server.gets_answer(answer(200, body=b""), requirement("http.wsgi.body")),
    needs="wsgi-adapter",
)

case(
    "What was yielded before an error is sent before it",
    *asked(path="/wsgi/body/error"),
    server.gets_answer(
        where("the first piece", lambda seen, heard: pieces(seen)[:1] == [b"first\n"]), requirement("http.wsgi.body")
    ),
    needs="wsgi-adapter",
)


@each(how=["pieces", "none", "error"], needs="wsgi-adapter")
def _(how):
    """The iterable is closed at the end, whatever the end is"""
    query = b"key=wsgi-close-" + how.encode()
    yield from asked(path=f"/wsgi/body/{how}", query_string=query)
    yield server.gets_answer()
    yield server.waits(0.1)
    yield journal.calls(http_scope(path="/journal", query_string=query), shares_state=True)
    yield journal.delivers(no_body)
    yield journal.gets_answer(json_response(["closed"]), requirement("http.wsgi.body"))


case(
    "The iterable is closed when the client leaves in the middle of it",
    server.calls(http_scope(path="/wsgi/body/many", query_string=b"key=wsgi-close-left"), shares_state=True),
    server.delivers(no_body, {"type": "http.disconnect"}),
    server.fails_sends(after=3),
    server.sees_the_end(ways={"ends": anything(), "goes on": pending()}),
    server.waits(0.1),
    journal.calls(http_scope(path="/journal", query_string=b"key=wsgi-close-left"), shares_state=True),
    journal.delivers(no_body),
    journal.gets_answer(json_response(["closed"]), requirement("http.wsgi.body")),
    needs="wsgi-adapter",
    note="PEP 3333, Specification Details: also where the response ends early because the client has left.",
)
