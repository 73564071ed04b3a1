"""How an application is called, and what `receive` and `send` are (ASGI, "Overview", "Applications").

What they return can be awaited, and is more than the text promises where it is a coroutine: a future, or an object with
nothing but `__await__`. Only the former is common enough to be warned about.
"""

from asgi_conformance.authoring import (
    as_well_as,
    case,
    conduct,
    each,
    http_scope,
    nothing_left,
    only_noted,
    requirement,
    server,
    websocket_scope,
    where,
)

REQUEST = {"type": "http.request", "body": b"abc", "more_body": False}
CONNECT = {"type": "websocket.connect"}
DIALOGUE = (
    CONNECT,
    {"type": "websocket.receive", "text": "text"},
    {"type": "websocket.disconnect", "code": 1000, "reason": ""},
)

usual = server.named("usual")
POST = http_scope("POST", headers=[(b"content-length", b"3")])

FOREIGN = (
    "asyncio.run() cannot be called from a running event loop",
    "This event loop is already running",
    "Cannot run the event loop while another loop is running",
    "must be called from async context",
)


def compatible(seen, heard):
    outcome = seen.outcome
    if outcome is None:
        return True
    if not outcome.awaitable:
        return f"what the call returned cannot be awaited: {outcome.value!r}"
    text = outcome.raised.text if outcome.raised else ""
    return not any(words in text for words in FOREIGN) or f"it raised {outcome.raised.type}: {text}"


SCOPES = {"http": (http_scope(), REQUEST), "websocket": (websocket_scope(), CONNECT)}


@each(protocol=SCOPES)
def a_call_is_awaited_in_the_loop_of_the_server(protocol):
    """A call can be awaited, in the event loop of the server"""
    scope, first = SCOPES[protocol]
    yield server.calls(scope, shares_state=True)
    yield server.delivers(first)
    yield server.gets_answer(
        where("something that the server's loop can await", compatible), requirement("common.app.asyncio-compatible")
    )


HOW = {"future": as_well_as("usual"), "object": only_noted(as_well_as("usual"))}


@each(kind=HOW, method=("GET", "POST"), needs="http")
def what_receive_and_send_return_is_no_coroutine(kind, method):
    """What receive and send return may be any awaitable"""
    yield usual.calls({**POST, "method": method}, shares_state=True)
    yield usual.delivers(REQUEST)
    yield usual.gets_answer()
    yield server.calls({**POST, "method": method}, awaitables=kind, shares_state=True)
    yield server.delivers(REQUEST)
    yield server.gets_answer(HOW[kind], requirement("common.receive.any-awaitable"))


@each(kind=HOW, needs="websocket")
def what_receive_and_send_return_in_a_websocket_is_no_coroutine(kind):
    """What receive and send of a WebSocket return may be any awaitable"""
    yield usual.calls(websocket_scope(), shares_state=True)
    yield usual.delivers(*DIALOGUE)
    yield usual.gets_answer()
    yield server.calls(websocket_scope(), awaitables=kind, shares_state=True)
    yield server.delivers(*DIALOGUE)
    yield server.gets_answer(HOW[kind], requirement("common.receive.any-awaitable"))


case(
    "receive and send may come back at once",
    usual.calls(POST, shares_state=True),
    usual.delivers(REQUEST),
    usual.gets_answer(),
    server.calls(POST, eager=True, shares_state=True),
    server.delivers(REQUEST),
    server.gets_answer(as_well_as("usual"), requirement("common.receive.any-awaitable")),
    needs="http",
)

case(
    "A call by keyword is a call",
    usual.calls(http_scope(), shares_state=True),
    usual.delivers(REQUEST),
    usual.gets_answer(),
    server.calls(http_scope(), keywords=True, shares_state=True),
    server.delivers(REQUEST),
    server.gets_answer(as_well_as("usual"), requirement("common.app.parameter-names")),
    needs="http",
)

case(
    "A WebSocket by keyword is a WebSocket",
    usual.calls(websocket_scope(), shares_state=True),
    usual.delivers(CONNECT),
    usual.gets_answer(),
    server.calls(websocket_scope(), keywords=True, shares_state=True),
    server.delivers(CONNECT),
    server.gets_answer(as_well_as("usual"), requirement("common.app.parameter-names")),
    needs="websocket",
)

case(
    "The call of a WebSocket returns None",
    server.calls(websocket_scope(), shares_state=True),
    server.delivers(*DIALOGUE),
    server.sees_the_end(*conduct("common.app.returns-none")),
    needs="websocket",
)

LIVES = {
    "http": (POST, (REQUEST, {"type": "http.disconnect"})),
    "websocket": (websocket_scope(), DIALOGUE),
}


@each(protocol=LIVES, needs=lambda protocol: protocol)
def tasks_end_with_the_call(protocol):
    """Tasks end with the call in which they began"""
    scope, events = LIVES[protocol]
    yield server.calls(scope, shares_state=True)
    yield server.delivers(*events)
    yield server.sees_the_end()
    yield server.waits(1.0)
    yield server.looks_around(nothing_left(), requirement("common.extra-coroutines.finish-with-app"))
