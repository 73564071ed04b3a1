"""Events that an application receives: those with keys that it does not know, and those that are none (ASGI, "Error
Handling").

It should raise an exception for an event that is none, and is free to turn that into an error for the client. One that
does not ask for events has no occasion to notice. One that waits for a better event, or ends without a word, is noted:
the former is what the example of the lifespan specification does, and the latter may come of an exception.
"""

from asgi_conformance.authoring import (
    as_well_as,
    case,
    each,
    http_scope,
    only_noted,
    rejects,
    requirement,
    server,
    websocket_scope,
)

EXTRA_KEYS = requirement("common.receive.extra-keys-accepted")
UNKNOWN = requirement("common.receive.invalid.unknown-type")
MALFORMED = requirement("common.receive.invalid.malformed")

MORE = {"asgi_conformance.key": "value", "asgi_conformance.more": [1, None]}

REQUEST = {"type": "http.request", "body": b"abc", "more_body": False}
FIRST_PART = {"type": "http.request", "body": b"a", "more_body": True}
LEFT = {"type": "http.disconnect"}
CONNECT = {"type": "websocket.connect"}
MESSAGE = {"type": "websocket.receive", "text": "text"}
DISCONNECT = {"type": "websocket.disconnect", "code": 1000, "reason": ""}

usual = server.named("usual")

POST = http_scope("POST", headers=[(b"content-length", b"3")])
REQUESTS = {"request": (REQUEST,), "two parts": (FIRST_PART, REQUEST), "disconnect": (FIRST_PART, LEFT)}


@each(method=("GET", "POST"), events=REQUESTS, needs="http")
def events_of_a_request_may_have_further_keys(method, events):
    """Events of a request may have keys that nobody knows"""
    for who, more in ((usual, {}), (server, MORE)):
        yield who.calls({**POST, "method": method}, shares_state=True)
        yield who.delivers(*({**event, **more} for event in REQUESTS[events]))
        yield who.gets_answer(*() if who is usual else (as_well_as("usual"), EXTRA_KEYS))


DIALOGUES = {"connect": (CONNECT,), "message": (CONNECT, MESSAGE), "disconnect": (CONNECT, MESSAGE, DISCONNECT)}


@each(events=DIALOGUES, needs="websocket")
def events_of_a_websocket_may_have_further_keys(events):
    """Events of a WebSocket may have keys that nobody knows"""
    for who, more in ((usual, {}), (server, MORE)):
        yield who.calls(websocket_scope(), shares_state=True)
        yield who.delivers(*({**event, **more} for event in DIALOGUES[events]))
        yield who.gets_answer(*() if who is usual else (as_well_as("usual"), EXTRA_KEYS))


# --------------------------------------------------------------------------- what is no event

REJECTED = rejects(1)
NO_REQUESTS = {
    "unknown type": ({"type": "http.asgi_conformance"}, REJECTED, UNKNOWN),
    "event of another protocol": ({"type": "websocket.receive", "bytes": b"abc"}, REJECTED, UNKNOWN),
    "no type": ({"body": b"abc", "more_body": False}, REJECTED, MALFORMED),
    "body is a str": ({"type": "http.request", "body": "abc", "more_body": False}, only_noted(REJECTED), MALFORMED),
}


@each(event=NO_REQUESTS, needs="http")
def what_is_no_event_of_http_is_rejected(event):
    """What is no event of HTTP is rejected

    Whoever has no use for the body need not look at what it is: then that is noted.
    """
    bad, expected, owed = NO_REQUESTS[event]
    yield usual.calls(POST, shares_state=True)
    yield usual.delivers(REQUEST)
    yield usual.gets_answer()
    yield server.calls(POST, shares_state=True)
    yield server.delivers(bad)
    yield server.gets_answer(expected, owed)


case(
    "What is no event of HTTP is rejected within a body",
    usual.calls(POST, shares_state=True),
    usual.delivers(FIRST_PART, REQUEST),
    usual.gets_answer(),
    server.calls(POST, shares_state=True),
    server.delivers(FIRST_PART, {"type": "http.asgi_conformance"}),
    server.gets_answer(rejects(2), UNKNOWN),
    needs="http",
)


@each(type=("websocket.asgi_conformance", "http.request"), needs="websocket")
def what_is_no_opening_of_a_websocket_is_rejected(type):
    """What is not the first event of a WebSocket is rejected"""
    yield usual.calls(websocket_scope(), shares_state=True)
    yield usual.delivers(CONNECT)
    yield usual.gets_answer()
    yield server.calls(websocket_scope(), shares_state=True)
    yield server.delivers({"type": type})
    yield server.gets_answer(rejects(1), UNKNOWN)


NO_MESSAGES = {
    "unknown type": ({"type": "websocket.asgi_conformance"}, UNKNOWN),
    "event of another protocol": ({"type": "http.request", "body": b"abc"}, UNKNOWN),
    "neither text nor bytes": ({"type": "websocket.receive"}, MALFORMED),
    "None twice": ({"type": "websocket.receive", "text": None, "bytes": None}, MALFORMED),
}


@each(event=NO_MESSAGES, needs="websocket")
def what_is_no_message_is_rejected(event):
    """What is no event of an open WebSocket is rejected"""
    bad, owed = NO_MESSAGES[event]
    yield server.calls(websocket_scope(), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets({"type": "websocket.accept"})
    yield server.gets_answer()
    yield server.delivers(bad)
    yield server.gets_answer(rejects(2), owed)
