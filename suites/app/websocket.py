"""WebSockets: handshake, messages and their order (ASGI WebSocket, "Connect" to "Close").

An application may refuse every WebSocket. What is asked of those that accept one at `/` is `blocked` for others.
"""

from asgi_conformance.authoring import (
    as_well_as,
    conduct,
    each,
    events_of,
    requirement,
    server,
    warn,
    websocket_scope,
    where,
)

CONNECT = {"type": "websocket.connect"}
DISCONNECT = {"type": "websocket.disconnect", "code": 1000, "reason": ""}

usual = server.named("usual")


def opens(who):
    yield who.calls(websocket_scope(), shares_state=True)
    yield who.delivers(CONNECT)
    yield who.gets({"type": "websocket.accept"})
    yield who.gets_answer()


REPLIES = ("websocket.accept", "websocket.close", "websocket.http.response.start")


def replied(seen, heard):
    raised = seen.outcome is not None and seen.outcome.raised
    return bool(raised) or any(event.get("type") in REPLIES for event in events_of(seen)) or "neither accept nor close"


OPENINGS = {
    "ordinary": websocket_scope(),
    "nowhere": websocket_scope("/asgi-conformance/nowhere"),
    "not ASCII": websocket_scope("/caf\u00e9", raw_path=b"/caf%C3%A9"),
    "foreign origin": websocket_scope(headers=[(b"origin", b"https://foreign.test")]),
    "query": websocket_scope(query_string=b"token=%ff&a"),
    "protocols": websocket_scope(subprotocols=["asgi-conformance.a", "asgi-conformance.b"]),
    "HTTP/2": websocket_scope(http_version="2", scheme="wss"),
}


@each(opening=OPENINGS, needs="websocket")
def connect_is_answered(opening):
    """Connect is answered by accept or close, or by an exception

    How soon is not said, so one that takes its time is warned about at most.
    """
    yield server.calls(OPENINGS[opening], shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer(
        requirement("websocket.connect.app-must-reply", ways={
            "replied": where("accept, close or an exception", replied),
            "not yet": warn(where("the call goes on", lambda seen, heard: seen.outcome is None)),
        }),
        *conduct(
            "websocket.accept.subprotocol.app-choice",
            "websocket.accept.headers.app-format",
            "websocket.accept.headers.no-subprotocol-header",
        ),
    )  # fmt: skip


@each(opening=("ordinary", "nowhere", "foreign origin"), needs="websocket")
def a_refusal_is_the_last_word(opening):
    """A refusal is a close of the documented form, and the last word"""
    yield server.calls(OPENINGS[opening], shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer()
    yield server.delivers(DISCONNECT)
    yield server.gets_answer(*conduct("websocket.close.app-format", "websocket.close.app-once"))


@each(opening=("ordinary", "nowhere"), needs="websocket")
def nothing_is_answered_before_connect(opening):
    """Nothing is answered before connect was received"""
    yield server.calls(OPENINGS[opening], shares_state=True)
    yield server.gets_nothing(requirement("websocket.connect.app-waits"))


ORDER = conduct("websocket.send.app-exactly-one", "websocket.send.app-after-accept-only")

MESSAGES = {
    "text": ({"text": "hello"},),
    "bytes": ({"bytes": b"\x00\xff"},),
    "JSON": ({"text": '{"type": "a", "id": 1}'},),
    "several": ({"text": "1"}, {"bytes": b"2"}, {"text": "\u20ac\U0001f600"}, {"text": "x" * 5000}),
}


@each(messages=MESSAGES, needs="websocket")
def what_is_sent_is_in_order(messages):
    """What an application sends comes after accept and before close, with one content each"""
    yield server.calls(websocket_scope(), shares_state=True)
    yield server.delivers(CONNECT, *({"type": "websocket.receive", **message} for message in MESSAGES[messages]))
    yield server.gets_answer()
    yield server.delivers(DISCONNECT)
    yield server.gets_answer(*ORDER)


SHAPES = {
    "text and no bytes": ({"text": "hello"}, {"text": "hello", "bytes": None}),
    "bytes and no text": ({"bytes": b"hello"}, {"bytes": b"hello", "text": None}),
}


@each(shape=SHAPES, none=(True, False), needs="websocket")
def a_missing_content_is_none(shape, none):
    """A content that is missing from a message, and one that is None, are the same"""
    missing, is_none = SHAPES[shape]
    given, other = (is_none, missing) if none else (missing, is_none)
    yield from opens(usual)
    yield usual.delivers({"type": "websocket.receive", **other})
    yield usual.gets_answer()
    yield from opens(server)
    yield server.delivers({"type": "websocket.receive", **given})
    yield server.gets_answer(as_well_as("usual"), requirement("websocket.receive.app-none-and-missing"))


NAMES = ("'text'", "'bytes'")


def recognised(seen, heard):
    raised = seen.outcome.raised if seen.outcome else None
    if raised is not None:
        missed = raised.text in NAMES or "NoneType" in raised.text
        return not missed or f"it raised {raised.type}: {raised.text}"
    sent = [event for event in events_of(seen) if event.get("type") == "websocket.send"]
    empty = [event for event in sent if event.get("text") is None and event.get("bytes") is None]
    return not empty or "it takes the message for none at all"


def served(seen, heard):
    return recognised(seen, heard) is True and not (seen.outcome and seen.outcome.raised)


EMPTY = {
    "text": ({"text": ""}, {"text": "hello"}),
    "text, bytes None": ({"text": "", "bytes": None}, {"text": "hello", "bytes": None}),
    "bytes": ({"bytes": b""}, {"bytes": b"hello"}),
    "bytes, text None": ({"bytes": b"", "text": None}, {"bytes": b"hello", "text": None}),
}


@each(message=EMPTY, needs="websocket")
def an_empty_message_is_one(message):
    """An empty message is a message

    An application may refuse it, by an exception too, as it may refuse any that it cannot use. To miss the very content
    that is there, as if it were None, is another thing.
    """
    empty, other = EMPTY[message]
    yield from opens(usual)
    yield usual.delivers({"type": "websocket.receive", **other})
    yield usual.gets_answer(where("no exception, and a content in what is sent", served))
    yield from opens(server)
    yield server.delivers({"type": "websocket.receive", **empty})
    yield server.gets_answer(
        where("neither content missed", recognised),
        requirement("websocket.receive.app-empty"),
    )
