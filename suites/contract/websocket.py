"""WebSockets of a framework, seen by a client (`frameworks/CONTRACT.md`, "WebSocket")."""

from asgi_conformance.authoring import (
    Opcode,
    any_of,
    case,
    client,
    close_frame,
    closed,
    each,
    handshake,
    if_accepted,
    if_offered,
    json_response,
    message,
    messages,
    note,
    requirement,
    response,
    warn,
)

other = client.named("other")
refusing = any_of("400 to 499", lambda status: 400 <= status < 500)
of_an_error = any_of("the code of an error", lambda code: code in (1006, 1011) or 3000 <= code <= 4999)
long = "0123456789" * 7000

case(
    "Text comes back as text and bytes as bytes",
    client.opens_websocket("/ws/echo"),
    client.gets(if_accepted(handshake())),
    client.sends_text("hello"),
    client.gets(message(text="hello"), requirement("contract.websocket.echo")),
    client.sends_bytes(b"\x00\xffhello"),
    client.gets(message(data=b"\x00\xffhello"), requirement("contract.websocket.echo")),
    client.sends_text("café €"),
    client.gets(message(text="café €"), requirement("contract.websocket.echo")),
    needs="contract",
)

case(
    "Messages come back in their order",
    client.opens_websocket("/ws/echo"),
    client.gets(if_accepted(handshake())),
    client.sends_frames(
        (Opcode.TEXT, b"one"), (Opcode.BINARY, b"two"), (Opcode.TEXT, b""), (Opcode.BINARY, b""), (Opcode.TEXT, b"end")
    ),
    client.gets(messages("one", b"two", "", b"", "end"), requirement("contract.websocket.echo")),
    needs="contract",
)

case(
    "A long message comes back whole",
    client.opens_websocket("/ws/echo"),
    client.gets(if_accepted(handshake())),
    client.sends_text(long),
    client.gets(message(text=long), requirement("contract.websocket.echo")),
    needs="contract",
)

case(
    "A handler speaks without being asked",
    client.opens_websocket("/ws/wait?key=ws-wait"),
    client.gets(if_accepted(handshake())),
    client.gets(message(text="ready"), requirement("contract.websocket.speaks-first")),
    other.sends(b"POST /gate?key=ws-wait HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"opened"))),
    client.gets(message(text="released"), requirement("contract.websocket.speaks-first")),
    client.gets(close_frame(1000), requirement("contract.websocket.speaks-first")),
    needs="contract",
)

# --------------------------------------------------------------------------- the handshake

case(
    "A handler chooses a subprotocol that the client offers",
    client.opens_websocket("/ws/subprotocol", subprotocols=b"soap, chat"),
    client.gets(
        requirement("websocket.accept.subprotocol.app-choice"),
        ways={
            "chosen": if_accepted(handshake(subprotocol=b"chat")),
            "none": warn(handshake(subprotocol=b""), "although one of them would do"),
        },
    ),
    needs="contract",
)

case(
    "A handler chooses no subprotocol that the client does not offer",
    client.opens_websocket("/ws/subprotocol", subprotocols=b"soap"),
    client.gets(if_accepted(handshake(subprotocol=b"")), requirement("websocket.accept.subprotocol.app-choice")),
    needs="contract",
)

case(
    "A field that a handler adds to the accept is in the response",
    client.opens_websocket("/ws/headers"),
    client.gets(
        if_accepted(handshake(headers_in_order=[(b"x-accepted", b"yes")])), requirement("contract.websocket.fields")
    ),
    needs="contract",
)

case(
    "A handler that refuses is not accepted",
    other.opens_websocket("/ws/echo"),
    other.gets(if_accepted(handshake())),
    client.opens_websocket("/ws/refuse"),
    client.gets(
        requirement("contract.websocket.refused"),
        ways={"403": response(403), "another 4xx": response(refusing)},
    ),
    needs="contract",
    note="A WebSocket without a route is refused too, so a framework without this route passes.",
)

# --------------------------------------------------------------------------- the end

case(
    "Code and reason of a close are the handler's",
    client.opens_websocket("/ws/close?code=3001&reason=bye"),
    client.gets(if_accepted(handshake())),
    client.gets(close_frame(3001, b"bye"), requirement("contract.websocket.close-code")),
    needs="contract",
)

case(
    "A close without a reason has the code that the handler gave",
    client.opens_websocket("/ws/close?code=1000&reason="),
    client.gets(if_accepted(handshake())),
    client.gets(close_frame(1000), requirement("contract.websocket.close-code")),
    needs="contract",
)


@each(code=[1000, 1001, 3456], needs="contract")
def _(code):
    """A handler is told that the client has closed, and with which code"""
    yield client.opens_websocket(f"/ws/echo?key=ws-{code}")
    yield client.gets(if_accepted(handshake()))
    yield client.sends_close(code)
    yield other.sends(b"GET /poll?key=ws-%d-left HTTP/1.1\r\nHost: test\r\n\r\n" % code)
    yield other.gets(if_offered(response(200, body=b"released")), requirement("contract.websocket.left"))
    yield other.sends(b"GET /journal?key=ws-%d HTTP/1.1\r\nHost: test\r\n\r\n" % code)
    yield other.gets(
        requirement("contract.websocket.left"),
        ways={
            "with the code": if_offered(json_response([f"left {code}"])),
            "without a code": note(json_response(["left"])),
        },
    )


case(
    "A handler is told that the connection was cut",
    client.opens_websocket("/ws/echo?key=ws-cut"),
    client.gets(if_accepted(handshake())),
    client.sends_text("hello"),
    client.gets(message(text="hello")),
    client.resets(),
    other.sends(b"GET /poll?key=ws-cut-left HTTP/1.1\r\nHost: test\r\n\r\n"),
    other.gets(if_offered(response(200, body=b"released")), requirement("contract.websocket.left")),
    needs="contract",
)

case(
    "An error in a handler ends its WebSocket as an error",
    client.opens_websocket("/ws/error"),
    client.gets(if_accepted(handshake())),
    client.gets(
        requirement("contract.websocket.error"),
        ways={"with a code": close_frame(of_an_error), "without a close frame": closed()},
    ),
    needs="contract",
)
