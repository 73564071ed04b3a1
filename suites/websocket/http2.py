"""WebSocket over HTTP/2: a stream in the place of a connection (RFC 8441; ASGI HTTP, "Websocket Connection Scope").

The specification knows no difference between the two but the version in the scope and the pseudo headers, so what is
looked at is the heart of the protocol once more. Details of it are settled over HTTP/1.1, in the other files.
"""

from asgi_conformance.authoring import (
    ABSENT,
    Opcode,
    Over,
    absent_or,
    any_of,
    app,
    case,
    client,
    close_frame,
    closed,
    each,
    either,
    handshake,
    header_pairs,
    message,
    messages,
    pending,
    plain,
    pong,
    raises,
    requirement,
    response,
    returns,
    scope,
    stream_response,
    warn,
    where,
    whole_body,
)  # fmt: skip

TUNNELS = ("websocket", "extended-connect")
OPEN = (
    client.opens_websocket("/two", stream="a"),
    app.is_called(scope(type="websocket"), on="/two"),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake()),
)
other = app.named("other")


def headers(seen, name):
    return [value for key, value in header_pairs(seen.scope) if key == name]


case(
    "Extended CONNECT is a websocket scope with http_version 2",
    client.opens_websocket("/ch%20at?x=%20", (b"x-a", b"1"), subprotocols=b"a, b", stream="a"),
    app.is_called(
        scope(
            type="websocket",
            path="/ch at",
            raw_path=either(ABSENT, None, b"/ch%20at"),
            query_string=b"x=%20",
            subprotocols=any_of("a and b", lambda names: list(plain(names)) == ["a", "b"]),
        ),
        where("x-a: 1", lambda seen, heard: headers(seen, b"x-a") == [b"1"]),
        requirement("h2.ws.connect"),
        requirement("websocket.scope.http-version", expects=scope(http_version="2")),
        requirement("websocket.scope.scheme", expects=scope(scheme="wss")),
    ),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)

case(
    "Pseudo headers are not among the headers of a WebSocket, and the authority is its host",
    client.opens_websocket("/two", (b"x-a", b"1"), authority=b"a.example", stream="a"),
    app.is_called(
        where(
            "no name begins with a colon",
            lambda seen, heard: not any(name.startswith(b":") for name, _ in header_pairs(seen.scope)),
        ),
        where("host: a.example is first", lambda seen, heard: header_pairs(seen.scope)[0] == (b"host", b"a.example")),
        where("there is no other host", lambda seen, heard: headers(seen, b"host") == [b"a.example"]),
        requirement("websocket.scope.headers.pseudo"),
    ),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)

case(
    "An accepted WebSocket is answered with 200, and carries messages both ways",
    client.opens_websocket("/two", subprotocols=b"a, b", stream="a"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept", "subprotocol": "b",
               "headers": [(b"set-cookie", b"a=1"), (b"x-b", b"2"), (b"set-cookie", b"c=3")]}),
    client.gets(
        handshake(subprotocol=b"b", without=[b"sec-websocket-accept", b"upgrade", b"connection"]),
        requirement("h2.ws.connect"),
        requirement("websocket.accept.headers.sent", expects=handshake(
            headers_in_order=[(b"set-cookie", b"a=1"), (b"x-b", b"2"), (b"set-cookie", b"c=3")])),
    ),
    client.sends_text("hé"),
    app.gets({"type": "websocket.receive", "text": "hé"}, requirement("h2.ws.connect")),
    client.sends_bytes(b"\x00\xff"),
    app.gets({"type": "websocket.receive", "bytes": b"\x00\xff"}, requirement("h2.ws.connect")),
    client.sends_frames((Opcode.PING, b"p")),
    client.gets(pong(b"p"), requirement("h2.ws.connect")),
    app.sends({"type": "websocket.send", "text": "hö"}),
    app.sends({"type": "websocket.send", "bytes": b"\xff\x00"}),
    client.gets(messages("hö", b"\xff\x00"), requirement("h2.ws.connect")),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "A message that is longer than a window comes whole, in both directions",
    *OPEN,
    client.sends_text("c" * 100_000),
    app.gets({"type": "websocket.receive", "text": "c" * 100_000}, requirement("h2.ws.connect")),
    app.begins_to_send({"type": "websocket.send", "text": "s" * 100_000}),
    client.gets(message(text="s" * 100_000), requirement("h2.ws.connect")),
    app.finishes("send", returns()),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)

# --------------------------------------------------------------------------- refused

case(
    "A WebSocket that is closed before it is accepted is answered with 403, and its stream ends",
    client.opens_websocket("/two", stream="a"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.begins_to_send({"type": "websocket.close"}),
    app.finishes("send", ways={"returns": returns(), "raises": raises(), "waits": pending()}, within=0.2),
    app.returns(),
    client.gets(response(403), requirement("h2.ws.reject")),
    client.gets(closed(after_anything=True), requirement("h2.ws.reject")),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)

case(
    "An application that raises before it accepts has its WebSocket refused",
    client.opens_websocket("/two", stream="a"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.raises(),
    client.gets(requirement("websocket.app.exception-before-accept"), ways={
        "500": response(500),
        "403": response(403),
        "another error": response(any_of("of another error", lambda status: status >= 400)),
        "closed": closed(),
    }),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "A WebSocket over HTTP/2 can be denied with a response of the application",
    client.opens_websocket("/two", stream="a"),
    app.is_called(scope(type="websocket")),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Basic")]}),
    app.sends({"type": "websocket.http.response.body", "body": b"de", "more_body": True}),
    app.sends({"type": "websocket.http.response.body", "body": b"nied"}),
    client.gets(
        response(401, body=b"denied", headers_in_order=[(b"www-authenticate", b"Basic")]),
        requirement("ext.denial.response-sent"),
    ),
    needs=(*TUNNELS, "extension:websocket.http.response"),
    over=Over.HTTP2_TLS,
)

# --------------------------------------------------------------------------- the end

case(
    "A close frame of the client is answered, and brings its code",
    *OPEN,
    client.sends_close(3000),
    client.gets(requirement("h2.ws.close-mapping"), ways={"same code": close_frame(3000), "another": close_frame()}),
    app.gets({"type": "websocket.disconnect", "code": 3000}, requirement("websocket.disconnect.client-close-code")),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)

case(
    "The stream of a WebSocket ends when both have closed",
    *OPEN,
    app.begins_to_send({"type": "websocket.close", "code": 3001, "reason": "done"}, "close"),
    client.gets(close_frame(3001), requirement("h2.ws.close-mapping")),
    client.sends_close(3001),
    client.gets(requirement("h2.ws.close-mapping", ways={
        "closed": closed(),
        "left open": warn(where("nothing", lambda seen, heard: not seen.data), "the client has to end the stream"),
    }), within=0.5),
    note="A server may wait for the client to go first, as over TCP, but should not wait for ever (RFC 6455, 7.1.1).",
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

ENDS = {
    "END_STREAM": client.sends_data(b"", ends=True),
    "RST_STREAM": client.resets_stream(),
    "connection": client.closes(),
}


@each(over=Over.HTTP2_TLS, needs=TUNNELS, end=ENDS)
def end_without_a_close_frame(end):
    """The end of the stream without a close frame is a disconnect with 1006

    END_STREAM stands for the orderly end of a TCP connection and RST_STREAM for a reset of it (RFC 8441, section 5),
    and 1006 for an end without a close frame (RFC 6455, section 7.1.5). What is sent afterwards is no error, or an
    OSError.
    """
    yield from OPEN
    yield app.begins_to_receive("end")
    yield ENDS[end]
    yield app.finishes("end", {"type": "websocket.disconnect", "code": 1006}, requirement("h2.ws.close-mapping"))
    yield app.sends(
        {"type": "websocket.send", "text": "late"},
        requirement(
            "h2.ws.close-mapping",
            ways={
                "OSError": raises("OSError"),
                "no-op": returns(),
                "another class": warn(raises(), "an exception that is no OSError"),
            },
        ),
    )


case(
    "An exception ends the WebSocket of its application and nothing else",
    *OPEN,
    client.requests("GET", "/beside", stream="b"),
    other.is_called(scope(type="http"), on="/beside"),
    app.raises(),
    client.gets(requirement("websocket.app.exception-after-accept", ways={
        "1011": close_frame(1011),
        "1000": close_frame(1000),
        "another code": close_frame(),
        "closed": closed(),
    })),
    other.gets(whole_body(b"")),
    other.sends({"type": "http.response.start", "status": 200, "headers": []}),
    other.sends({"type": "http.response.body", "body": b"beside"}),
    client.gets(stream_response(200, body=b"beside", stream="b"), requirement("h2.stream.app-error")),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)  # fmt: skip

case(
    "A WebSocket and requests share a connection",
    *OPEN,
    client.requests("GET", "/beside", stream="b"),
    other.is_called(scope(type="http", http_version="2"), on="/beside"),
    client.sends_text("1"),
    other.sends({"type": "http.response.start", "status": 200, "headers": []}),
    app.gets({"type": "websocket.receive", "text": "1"}, requirement("h2.stream.multiplexing")),
    app.sends({"type": "websocket.send", "text": "2"}),
    other.sends({"type": "http.response.body", "body": b"beside"}),
    client.gets(message(text="2"), requirement("h2.stream.multiplexing")),
    client.gets(stream_response(200, body=b"beside", stream="b"), requirement("h2.stream.multiplexing")),
    client.sends_text("3"),
    app.gets({"type": "websocket.receive", "text": "3"}, requirement("h2.stream.multiplexing")),
    needs=TUNNELS,
    over=Over.HTTP2_TLS,
)

case(
    "A WebSocket without TLS has the scheme ws, over HTTP/2 too",
    client.opens_websocket("/clear", stream="a", scheme=b"http"),
    app.is_called(
        scope(type="websocket", path="/clear"),
        requirement("h2.ws.connect"),
        requirement("websocket.scope.scheme", expects=scope(scheme=absent_or("ws"))),
    ),
    app.gets({"type": "websocket.connect"}),
    app.sends({"type": "websocket.accept"}),
    client.gets(handshake(), requirement("h2.ws.connect")),
    needs=TUNNELS,
    over=Over.HTTP2,
)
