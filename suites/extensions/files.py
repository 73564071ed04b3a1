"""Zero Copy Send and Path Send (ASGI extensions)."""

from asgi_conformance.authoring import app, case, client, made, requirement, response, whole_body

CONTENT = bytes(range(256)) * 1200

case(
    "A path becomes the complete response body",
    client.sends(b"GET /path HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200,
               "headers": [(b"content-length", b"307200"), (b"content-type", b"application/x-test")]}),
    app.sends({"type": "http.response.pathsend", "path": made("path", CONTENT)}),
    client.gets(response(200, body=CONTENT, headers_in_order=[(b"content-type", b"application/x-test")]),
                requirement("ext.pathsend.sends-file"), requirement("ext.pathsend.headers-from-app")),
    app.gets({"type": "http.disconnect"}, requirement("ext.pathsend.sends-file")),
    needs="extension:http.response.pathsend",
)  # fmt: skip

case(
    "A file is sent from its position to its end",
    client.sends(b"GET /file HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"307200")]}),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", CONTENT)}),
    client.gets(response(200, body=CONTENT), requirement("ext.zerocopysend.whole-file")),
    needs="extension:http.response.zerocopysend",
)

case(
    "Offset and count select a part of the file, and parts mix with body events",
    client.sends(b"GET /part HTTP/1.1\r\nHost: test\r\n\r\n"),
    app.is_called(),
    app.gets(whole_body(b"")),
    app.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.sends({"type": "http.response.body", "body": b"head", "more_body": True}),
    app.sends({"type": "http.response.zerocopysend", "file": made("file", CONTENT), "offset": 10, "count": 20,
               "more_body": True}),
    app.sends({"type": "http.response.body", "body": b"tail"}),
    client.gets(response(200, body=b"head" + CONTENT[10:30] + b"tail"), requirement("ext.zerocopysend.mixed"),
                requirement("ext.zerocopysend.offset-count")),
    needs="extension:http.response.zerocopysend",
)  # fmt: skip
