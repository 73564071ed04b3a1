"""Zero Copy Send and Path Send (ASGI extensions)."""

from asgi_conformance.authoring import app, case, client, each, made, requirement, response, whole_body

CONTENT = bytes(range(256)) * 1200
OWN = [(b"content-length", b"307200"), (b"content-type", b"application/x-test")]

case(
    "A path becomes the complete response body",
    client.sends(b"GET /path HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": OWN}),
    app.sends({"type": "http.response.pathsend", "path": made("path", CONTENT)}),
    client.gets(requirement("ext.pathsend.sends-file", expects=response(200, body=CONTENT)),
                requirement("ext.pathsend.headers-from-app", expects=response(headers_in_order=OWN))),
    app.gets({"type": "http.disconnect"}, requirement("ext.pathsend.sends-file")),
    needs="extension:http.response.pathsend",
)  # fmt: skip

ZERO_COPY = "extension:http.response.zerocopysend"
UNSIZED = {"type": "http.response.start", "status": 200, "headers": []}

case(
    "A file is sent from its position to its end",
    client.sends(b"GET /file HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(UNSIZED),
    app.sends({"type": "http.response.zerocopysend", "file": made("file-at", (CONTENT, 1000))}),
    client.gets(response(200, body=CONTENT[1000:]), requirement("ext.zerocopysend.whole-file"),
                requirement("ext.zerocopysend.more-body")),
    needs=ZERO_COPY,
)  # fmt: skip


@each(needs=ZERO_COPY, offset=[0, 10], count=[0, 20])
def a_part_of_a_file(offset, count):
    """Offset and count select a part of a file, wherever its position is"""
    yield client.sends(b"GET /part HTTP/1.1\r\nHost: test\r\n\r\n")
    yield app.is_called()
    yield app.gets(whole_body(b""))
    yield app.sends(UNSIZED)
    part = {"file": made("file-at", (CONTENT, 500)), "offset": offset, "count": count}
    yield app.sends({"type": "http.response.zerocopysend", **part})
    yield client.gets(
        response(200, body=CONTENT[offset : offset + count]), requirement("ext.zerocopysend.offset-count")
    )


case(
    "Parts of files and body events mix in one response",
    client.sends(b"GET /mixed HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends(UNSIZED),
    app.sends({"type": "http.response.body", "body": b"head", "more_body": True}),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", CONTENT), "count": 5, "more_body": True}),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", CONTENT), "offset": 100, "count": 5,
               "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"tail"}),
    client.gets(response(200, body=b"head" + CONTENT[:5] + CONTENT[100:105] + b"tail"),
                requirement("ext.zerocopysend.mixed")),
    needs=ZERO_COPY,
)  # fmt: skip
