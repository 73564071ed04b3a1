"""Zero Copy Send (ASGI extensions, "Zero Copy Send")."""

from asgi_conformance.authoring import (
    Over,
    app,
    case,
    client,
    each,
    made,
    note,
    plain,
    raises,
    requirement,
    response,
    returns,
    stream_response,
    where,
    whole_body,
)

NEEDS = "extension:http.response.zerocopysend"
BEHAVES = requirement("ext.zerocopysend.behaves-as-body")
MORE = requirement("ext.zerocopysend.more-body")

CONTENT = bytes(range(256)) * 1200
UNSIZED = {"type": "http.response.start", "status": 200, "headers": []}
FILE = {"type": "http.response.zerocopysend", "file": made("file", b"FILE")}
GET = b"GET /file HTTP/1.1\r\nHost: test\r\n\r\n"
AGAIN = b"GET /again HTTP/1.1\r\nHost: test\r\n\r\n"


def sized(length):
    """A start with this length, so that no chunks are needed."""
    return {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % length)]}


def is_a_dict(seen, heard):
    return isinstance(plain(plain(plain(seen.scope)["extensions"])["http.response.zerocopysend"]), dict)


@each(needs=NEEDS, over=(Over.TCP, Over.TLS))
def advertised():
    """Where it is advertised a file can be sent, whatever lies beneath

    Over TLS nothing is sent without a copy, so that a server does not advertise it there or has another way.
    """
    offered = requirement("ext.zerocopysend.advertised")
    yield client.sends(GET)
    yield app.is_called(where("a dict", is_a_dict), offered)
    yield app.sends(sized(4))
    yield app.sends(FILE, offered)
    yield client.gets(response(200, body=b"FILE"), offered)


case(
    "Where it is advertised a file can be sent over HTTP/2",
    client.requests("GET", "/file"),
    app.is_called(where("a dict", is_a_dict), requirement("ext.zerocopysend.advertised")),
    app.sends(sized(4)),
    app.sends(FILE, requirement("ext.zerocopysend.advertised")),
    client.gets(stream_response(200, body=b"FILE"), requirement("ext.zerocopysend.advertised")),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)

case(
    "A file is sent from its position to its end over HTTP/2",
    client.requests("GET", "/file"),
    app.is_called(),
    app.sends(UNSIZED),
    app.begins_to_send({"type": "http.response.zerocopysend", "file": made("file-at", (CONTENT, 1000))}),
    client.gets(stream_response(200, body=CONTENT[1000:]), requirement("ext.zerocopysend.whole-file")),
    app.finishes("send", returns(), requirement("ext.zerocopysend.whole-file")),
    needs=NEEDS,
    over=Over.HTTP2_TLS,
)

case(
    "A file is sent from its position to its end",
    client.sends(GET),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(UNSIZED),
    app.sends({"type": "http.response.zerocopysend", "file": made("file-at", (CONTENT, 1000))}),
    client.gets(response(200, body=CONTENT[1000:]), requirement("ext.zerocopysend.whole-file"), MORE),
    needs=NEEDS,
)


@each(needs=NEEDS, offset=[0, 10], count=[0, 20, 400_000])
def a_part_of_a_file(offset, count):
    """Offset and count select a part of a file, wherever its position is

    What would lie beyond the end of the file is not there to be sent.
    """
    yield client.sends(GET)
    yield app.is_called()
    yield app.gets(whole_body(b""))
    yield app.sends(UNSIZED)
    part = {"file": made("file-at", (CONTENT, 500)), "offset": offset, "count": count}
    yield app.sends({"type": "http.response.zerocopysend", **part})
    yield client.gets(
        response(200, body=CONTENT[offset : offset + count]), requirement("ext.zerocopysend.offset-count")
    )


@each(needs=NEEDS, headers=["unsized", "sized"])
def parts_and_bodies(headers):
    """Parts of files and body events mix in one response"""
    length = [(b"content-length", b"18")] if headers == "sized" else []
    yield client.sends(GET)
    yield app.is_called()
    yield app.gets(whole_body(b""))
    yield app.sends({"type": "http.response.start", "status": 200, "headers": length})
    yield app.sends({"type": "http.response.body", "body": b"head", "more_body": True})
    part = {"type": "http.response.zerocopysend", "file": made("file", CONTENT), "more_body": True}
    yield app.sends({**part, "count": 5})
    yield app.sends({**part, "offset": 100, "count": 5})
    yield app.sends({"type": "http.response.body", "body": b"tail"})
    body = b"head" + CONTENT[:5] + CONTENT[100:105] + b"tail"
    yield client.gets(response(200, body=body), requirement("ext.zerocopysend.mixed"))


case(
    "A file with more to come leaves the response open",
    client.sends(GET),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(sized(4)),
    app.sends({**FILE, "more_body": True}),
    app.begins_to_receive(),
    app.still_waits("receive", MORE),
    app.sends({"type": "http.response.body", "body": b"", "more_body": False}),
    client.gets(response(200, body=b"FILE"), MORE),
    app.finishes("receive", {"type": "http.disconnect"}, MORE),
    needs=NEEDS,
)

# ---------------------------------------------------------------------- the file is the application's

case(
    "The file is still open when it has been sent",
    client.sends(GET),
    app.is_called(),
    app.sends(sized(10)),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", CONTENT), "count": 5, "more_body": True}),
    app.sends({"type": "http.response.zerocopysend", "file": made("same-file"), "offset": 100, "count": 5},
              requirement("ext.zerocopysend.fd-not-closed")),
    client.gets(response(200, body=CONTENT[:5] + CONTENT[100:105]), requirement("ext.zerocopysend.fd-not-closed")),
    needs=NEEDS,
)  # fmt: skip

case(
    "The file is not needed any more when send has returned",
    client.sends(GET),
    app.is_called(),
    app.sends(sized(256 * 8192)),
    app.sends({"type": "http.response.zerocopysend", "file": made("long-file", (bytes(range(256)), 8192)),
               "more_body": True}, spoil=True),
    app.sends({"type": "http.response.body"}, ways={"returns": returns(), "raises": raises()}),
    client.gets(response(200, body=bytes(range(256)) * 8192), requirement("ext.zerocopysend.completes-before-return")),
    note="The application empties and closes its file right behind the send.",
    needs=NEEDS,
)  # fmt: skip

NO_FILES = {
    "bytes-io": {"file": made("bytes-io", b"FILE")},
    "closed": {"file": made("closed-file", b"FILE")},
    "a-path": {"file": made("path", b"FILE")},
    "none": {},
    "negative-offset": {"file": made("file", b"FILE"), "offset": -1},
    "offset-as-text": {"file": made("file", b"FILE"), "offset": "0"},
}


@each(needs=NEEDS, file=NO_FILES)
def no_file(file):
    """What has no open descriptor raises, and so does an offset that is none"""
    yield client.sends(GET)
    yield app.is_called()
    yield app.sends(UNSIZED)
    event = {"type": "http.response.zerocopysend", **NO_FILES[file]}
    yield app.sends(event, requirement("ext.zerocopysend.invalid-file"), ways={"raises": raises()})


# ---------------------------------------------------------------------- otherwise like a body

case(
    "A file before the start raises",
    client.sends(GET),
    app.is_called(),
    app.sends(FILE, BEHAVES, ways={"raises": raises()}),
    needs=NEEDS,
)

case(
    "The answer to HEAD has nothing of the file",
    client.sends(b"HEAD /file HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}),
    app.sends(FILE),
    client.gets(response(200, head=True)),
    app.returns(),
    client.sends(AGAIN),
    app.named("again").is_called(),
    app.named("again").sends(sized(4)),
    app.named("again").sends({"type": "http.response.body", "body": b"next", "more_body": False}),
    client.gets(response(200, body=b"next"), BEHAVES),
    needs=(NEEDS, "keep-alive"),
)

case(
    "Sending a file ends when the client has gone",
    client.sends(GET),
    app.is_called(),
    client.stops_reading(),
    app.sends(UNSIZED),
    app.begins_to_send({"type": "http.response.zerocopysend", "file": made("long-file", (bytes(range(256)), 32768))}),
    app.still_waits("send", BEHAVES),
    client.resets(),
    app.finishes("send", BEHAVES, ways={"OSError": raises("OSError"), "returns": returns(), "raises": note(raises())}),
    note="Until it is gone send waits for the client, as it does with a body; its file is needed meanwhile.",
    needs=NEEDS,
)
