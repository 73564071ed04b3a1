"""Any WebSocket dialogue: messages of every size and kind, in any frames, in both directions, and any lawful end."""

from typing import Any

from hypothesis import strategies as st

from asgi_conformance.authoring import (
    Opcode,
    app,
    client,
    close_frame,
    generated,
    handshake,
    message,
    requirement,
    scope,
)

TEXTS = st.text(max_size=12) | st.integers(1, 70_000).map(lambda size: "0123456789é" * (size // 11))
PAYLOADS = st.binary(max_size=16) | st.integers(1, 70_000).map(lambda size: b"\x00\xff" * (size // 2))
CODES = st.sampled_from((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999))
REASONS = st.text(max_size=20).filter(lambda text: len(text.encode()) <= 100)


def frames(draw, opcode, payload):
    """One message in one frame or several, with pings in between."""
    ends = sorted({draw(st.integers(0, len(payload))) for _ in range(draw(st.integers(0, 3)))})
    parts = [payload[start:end] for start, end in zip([0, *ends], [*ends, len(payload)], strict=True)]
    found: list[Any] = []
    for number, part in enumerate(parts):
        if number and draw(st.booleans()):
            found.append((Opcode.PING, b"p%d" % number))
        found.append((Opcode.CONTINUATION if number else opcode, part, number == len(parts) - 1))
    return found


def from_client(draw):
    if draw(st.booleans()):
        text = draw(TEXTS)
        yield client.sends_frames(*frames(draw, Opcode.TEXT, text.encode()))
        yield app.gets(requirement("websocket.receive.text", expects={"type": "websocket.receive", "text": text}))
    else:
        data = draw(PAYLOADS)
        yield client.sends_frames(*frames(draw, Opcode.BINARY, data))
        yield app.gets(requirement("websocket.receive.bytes", expects={"type": "websocket.receive", "bytes": data}))


def from_application(draw):
    if draw(st.booleans()):
        text = draw(TEXTS)
        yield app.sends({"type": "websocket.send", "text": text})
        yield client.gets(requirement("websocket.send.text", expects=message(text=text)))
    else:
        data = draw(PAYLOADS)
        yield app.sends({"type": "websocket.send", "bytes": data})
        yield client.gets(requirement("websocket.send.bytes", expects=message(data=data)))


@generated(needs="websocket")
def any_dialogue(draw):
    """Every message of a WebSocket arrives as it was sent, and so does the close code"""
    yield client.opens_websocket("/dialogue")
    yield app.is_called(scope(type="websocket"))
    yield app.gets({"type": "websocket.connect"})
    yield app.sends({"type": "websocket.accept"})
    yield client.gets(handshake())
    for speaks in draw(st.lists(st.sampled_from((from_client, from_application)), max_size=6)):
        yield from speaks(draw)
    code, reason = draw(CODES), draw(REASONS)
    if draw(st.booleans()):
        yield client.sends_close(code, reason.encode())
        yield app.gets(
            requirement(
                "websocket.disconnect.client-close-code", expects={"type": "websocket.disconnect", "code": code}
            )
        )
    else:
        yield app.begins_to_send({"type": "websocket.close", "code": code, "reason": reason})
        yield client.gets(
            requirement("websocket.close.after-accept.code", expects=close_frame(code)),
            requirement("websocket.close.reason", expects=close_frame(code, reason.encode())),
        )
