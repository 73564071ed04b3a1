"""WebSocket Denial Response (ASGI extensions, "Websocket Denial Response")."""

from asgi_conformance.authoring import app, case, client, requirement, response, where

DENIAL = ("websocket", "extension:websocket.http.response")
COOKIES = [(b"www-authenticate", b"Basic"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]

case(
    "The application's response takes the place of the 403",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": COOKIES}),
    app.sends({"type": "websocket.http.response.body", "body": b"denied"}),
    client.gets(response(401, body=b"denied", headers_in_order=COOKIES), requirement("ext.denial.response-sent")),
    needs=DENIAL,
)

case(
    "Headers may be left out of a denial response",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 404}, requirement("ext.denial.structure")),
    app.sends({"type": "websocket.http.response.body", "body": b"denied"}, requirement("ext.denial.structure")),
    client.gets(response(404, body=b"denied"), requirement("ext.denial.structure")),
    needs=DENIAL,
)

case(
    "The body may be left out of a denial response",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 404, "headers": []}),
    app.sends({"type": "websocket.http.response.body"}, requirement("ext.denial.structure")),
    client.gets(response(404, body=b""), requirement("ext.denial.structure")),
    needs=DENIAL,
)

case(
    "A denial response may come in pieces",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": []}),
    app.sends({"type": "websocket.http.response.body", "body": b"a", "more_body": True},
              requirement("ext.denial.streaming")),
    app.sends({"type": "websocket.http.response.body", "body": b"", "more_body": True},
              requirement("ext.denial.streaming")),
    app.sends({"type": "websocket.http.response.body", "body": b"b"}, requirement("ext.denial.streaming")),
    client.gets(response(401, body=b"ab"), requirement("ext.denial.streaming")),
    needs=DENIAL,
)  # fmt: skip

case(
    "A denied application can receive the disconnect",
    client.opens_websocket("/denied"),
    app.is_called(),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": []}),
    app.sends({"type": "websocket.http.response.body", "body": b"denied"}),
    client.gets(response(401)),
    client.closes(),
    app.gets({"type": "websocket.disconnect"}, requirement("ext.denial.disconnect-event"), within=0.5),
    needs=DENIAL,
)

case(
    "The advertisement of denial responses is a dict",
    client.opens_websocket("/"),
    app.is_called(
        where(
            "absent or a dict",
            lambda seen, heard: isinstance((seen.scope.get("extensions") or {}).get("websocket.http.response", {}), dict),
        ),
        requirement("ext.denial.advertised"),
    ),
    needs="websocket",
)
