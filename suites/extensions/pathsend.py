"""Path Send (ASGI extensions, "Path Send").

The event has no `more_body`: with the file the response is complete (A64).
"""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    closed,
    each,
    ended,
    made,
    note,
    plain,
    raises,
    refused,
    requirement,
    response,
    returns,
    stream_response,
    truncated_response,
    warn,
    where,
    whole_body,
)

NEEDS = "extension:http.response.pathsend"
REUSE = (NEEDS, "keep-alive")
BEHAVES = requirement("ext.pathsend.behaves-as-body")
ALONE = requirement("ext.pathsend.once-and-alone")
ANY = {"raises": raises(), "returns": returns()}

CONTENT = bytes(range(256)) * 1200
OWN = [(b"content-length", b"307200"), (b"content-type", b"application/x-test")]
UNSIZED = {"type": "http.response.start", "status": 200, "headers": []}
SIZED = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}
FILE = {"type": "http.response.pathsend", "path": made("path", b"FILE")}
GET = b"GET /path HTTP/1.1\r\nHost: test\r\n\r\n"
AGAIN = b"GET /again HTTP/1.1\r\nHost: test\r\n\r\n"


def is_a_dict(seen, heard):
    return isinstance(plain(plain(plain(seen.scope)["extensions"])["http.response.pathsend"]), dict)


def has_its_own_headers(seen, heard):
    """Over HTTP/2, if there is a response at all, and whatever becomes of its body."""
    names = {name for name, _ in OWN}
    fields = [field for event in seen.events if event.kind == "headers" for field in event.value]
    return not fields or [field for field in fields if field[0] in names] == OWN or f"headers: {fields!r}"


def has_no_body(seen, heard):
    """A client that knows of its HEAD takes bytes of a body for an error."""
    return [event for event in seen.events if event.kind == "broken" or (event.kind == "data" and event.value)] == []


@each(needs=NEEDS, over=(Over.TCP, Over.TLS))
def a_path():
    """A path becomes the complete response body"""
    yield client.sends(GET)
    yield app.is_called(where("a dict", is_a_dict), requirement("ext.pathsend.advertised"))
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": OWN})
    yield app.sends({"type": "http.response.pathsend", "path": made("path", CONTENT)})
    yield client.gets(
        requirement("ext.pathsend.sends-file", expects=response(200, body=CONTENT)),
        requirement("ext.pathsend.headers-from-app", expects=response(headers_in_order=OWN)),
    )
    yield app.gets({"type": "http.disconnect"}, requirement("ext.pathsend.sends-file"))


case(
    "A path becomes the complete response body over HTTP/2",
    client.requests("GET", "/path"),
    app.is_called(where("a dict", is_a_dict), requirement("ext.pathsend.advertised")),
    app.sends({"type": "http.response.start", "status": 200, "headers": OWN}),
    app.begins_to_send({"type": "http.response.pathsend", "path": made("path", CONTENT)}),
    client.gets(
        requirement("ext.pathsend.sends-file", expects=stream_response(200, body=CONTENT)),
        requirement("ext.pathsend.headers-from-app", expects=where("its headers", has_its_own_headers)),
    ),
    app.finishes("send", returns(), requirement("ext.pathsend.sends-file")),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)


@each(needs=NEEDS, times=[0, 1, 5000])
def sizes(times):
    """Files of every size are sent whole, with or without a length from the application"""
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(UNSIZED)
    yield app.sends({"type": "http.response.pathsend", "path": made("long-path", (bytes(range(100)), times))})
    yield client.gets(response(200, body=bytes(range(100)) * times), requirement("ext.pathsend.sends-file"))


# ---------------------------------------------------------------------- once, and alone


@each(needs=REUSE, second=["path", "body"])
def a_second_message(second):
    """Nothing follows the file

    The response is complete then, and what comes after a complete response is ignored; to raise is no harm.
    """
    body = {"type": "http.response.body", "body": b"MORE"}
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(SIZED)
    yield app.sends(FILE)
    yield app.sends(FILE if second == "path" else body, ways={"ignored": returns(), "raises": raises()})
    yield client.gets(response(200, body=b"FILE"))
    yield app.returns()
    yield client.sends(AGAIN)
    yield app.named("again").is_called()
    yield app.named("again").sends(SIZED)
    yield app.named("again").sends({"type": "http.response.body", "body": b"next", "more_body": False})
    yield client.gets(response(200, body=b"next"), ALONE)


case(
    "A path does not come after a part of a body",
    client.sends(GET),
    app.is_called(),
    app.sends(SIZED),
    app.sends({"type": "http.response.body", "body": b"body", "more_body": True}),
    app.sends({"type": "http.response.pathsend", "path": made("path", b"")}, ALONE, ways={"raises": raises()}),
    app.sends({"type": "http.response.body", "body": b"", "more_body": False}, ways=ANY),
    client.gets(ALONE, ways={"the body": response(200, body=b"body"), "cut": truncated_response()}),
    needs=NEEDS,
)

# ---------------------------------------------------------------------- otherwise like a body

case(
    "A path before the start raises",
    client.sends(GET),
    app.is_called(),
    app.sends(FILE, BEHAVES, ways={"raises": raises()}),
    needs=NEEDS,
)

case(
    "The answer to HEAD has the headers of the file alone",
    client.sends(b"HEAD /path HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.sends(SIZED),
    app.sends(FILE),
    client.gets(response(200, head=True)),
    app.returns(),
    client.sends(AGAIN),
    app.named("again").is_called(),
    app.named("again").sends(SIZED),
    app.named("again").sends({"type": "http.response.body", "body": b"next", "more_body": False}),
    client.gets(response(200, body=b"next"), BEHAVES),
    needs=REUSE,
)

case(
    "The answer to HEAD has the headers of the file alone, over HTTP/2",
    client.requests("HEAD", "/path"),
    app.is_called(),
    app.sends(SIZED),
    app.sends(FILE),
    client.gets(
        stream_response(200, body=b""),
        BEHAVES,
        requirement("http.response.framing.head", expects=where("no byte of a body", has_no_body)),
    ),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)


def was_told(seen, heard):
    """Whether the send of two lines earlier raised."""
    return heard.timeline.answer(heard.line - 2).raised is not None


@each(needs=NEEDS, path=["missing-path", "folder"])
def no_file(path):
    """What is no file is no success

    An error that the client or the application can see, whichever (A64): what becomes of an application that lets the
    error pass is another matter.
    """
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(UNSIZED)
    yield app.sends({"type": "http.response.pathsend", "path": made(path)}, ways=ANY)
    yield app.reraises(ways={"raises": where("the call over", lambda seen, heard: True), "over": ended()})
    yield client.gets(
        requirement(
            "ext.pathsend.behaves-as-body",
            ways={
                "error": refused(500, 501, 502, 503, 504),
                "cut": truncated_response(),
                "closed": closed(),
                "empty": warn(response(200), "a success without content"),
                "raised": where("the application told", was_told),
            },
        )
    )


@each(needs=NEEDS, path=["path-in-bytes", "relative-path"])
def another_form(path):
    """A path that is no str raises, and one that is relative may

    The key is a Unicode string, of another type it is invalid. What a relative path is relative to, nobody says.
    """
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(UNSIZED)
    yield app.sends(
        {"type": "http.response.pathsend", "path": made(path, b"FILE")},
        BEHAVES,
        ways={"raises": raises()} if path == "path-in-bytes" else {"raises": raises(), "takes it": note(returns())},
    )


case(
    "Sending a file ends when the client has gone",
    client.sends(GET),
    app.is_called(),
    client.stops_reading(),
    app.sends(UNSIZED),
    app.begins_to_send({"type": "http.response.pathsend", "path": made("long-path", (bytes(range(256)), 8192))}),
    client.resets(),
    app.finishes("send", BEHAVES, ways={"returns": returns(), "OSError": raises("OSError"), "raises": note(raises())}),
    needs=NEEDS,
)
