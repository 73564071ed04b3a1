"""WebSockets whose client leaves (ASGI WebSocket, "Disconnect", "Disconnected Client").

However an application's call ends then, by an exception too: it ends.
"""

from asgi_conformance.authoring import as_well_as, conduct, each, note, requirement, server, websocket_scope, where

CONNECT = {"type": "websocket.connect"}
TEXT = {"type": "websocket.receive", "text": "text"}
BYTES = {"type": "websocket.receive", "bytes": b"bytes"}
LEFT = {"type": "websocket.disconnect", "code": 1001, "reason": ""}
LOST = {"type": "websocket.disconnect", "code": 1006}

STOPS = requirement("websocket.disconnect.app-stops")

PHASES = {
    "instead of connect": (LEFT,),
    "before the reply": (CONNECT, LEFT),
    "behind a text": (CONNECT, TEXT, LEFT),
    "behind bytes": (CONNECT, BYTES, LEFT),
    "behind many": (CONNECT, *[TEXT] * 20, LEFT),
}


@each(phase=PHASES, needs="websocket")
def the_call_ends_when_the_client_has_left(phase):
    """The call ends after the client has left, and sends nothing more"""
    yield server.calls(websocket_scope(), shares_state=True)
    yield server.delivers(*PHASES[phase])
    yield server.sees_the_end(STOPS, *conduct("websocket.disconnect.app-stops"))


@each(last=(LEFT, LOST), needs="websocket")
def an_idle_call_ends_when_the_client_has_left(last):
    """The call of an idle WebSocket ends after the client has left, and sends nothing more"""
    yield server.calls(websocket_scope(), shares_state=True)
    yield server.delivers(CONNECT)
    yield server.gets_answer()
    yield server.delivers(last)
    yield server.sees_the_end(STOPS, requirement("common.app.lifetime.ends-eventually"), *conduct(
        "websocket.disconnect.app-stops"
    ))  # fmt: skip


MOST = 10


def tries(heard):
    return [step for log in heard.timeline.logs() for step in log.steps if step.what.name == "REFUSED"]


def soon(seen, heard):
    if seen.outcome is None:
        return "the call goes on"
    return len(tries(heard)) <= MOST or f"send was tried {len(tries(heard))} times"


def untried(seen, heard):
    return seen.outcome is None and not tries(heard)


HANDLED = {
    "ends": where("the call ends, without further sends", soon),
    "untried": note(where("the call goes on and nothing is sent", untried)),
}


@each(after=(0, 1), needs="websocket")
def an_error_of_send_ends_the_call(after):
    """An error that send raises is an end"""
    yield server.calls(websocket_scope(), shares_state=True)
    yield server.fails_sends(after=after)
    yield server.delivers(CONNECT, TEXT, BYTES, LOST)
    yield server.gets_answer(requirement("websocket.send.closed.app-handles", ways=HANDLED))


REASONS = {"missing": {}, "None": {"reason": None}, "empty": {"reason": ""}, "given": {"reason": "caf\u00e9"}}


@each(reason=REASONS, needs="websocket")
def a_reason_may_be_missing(reason):
    """The reason of a disconnect may be missing, or None"""
    usual = server.named("usual")
    for who, more in ((usual, {"reason": "bye"}), (server, REASONS[reason])):
        yield who.calls(websocket_scope(), shares_state=True)
        yield who.delivers(CONNECT)
        yield who.gets({"type": "websocket.accept"})
        yield who.delivers({"type": "websocket.disconnect", "code": 1000, **more})
        yield who.gets_answer(*() if who is usual else (
            as_well_as("usual"), requirement("websocket.disconnect.app-reason-default"),
        ))  # fmt: skip
