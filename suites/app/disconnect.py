"""Requests whose client leaves (ASGI HTTP, "Disconnect", "Disconnected Client"; ASGI, "Overview").

Since 2.4 `send` should raise an OSError on a closed connection, so whoever streams without asking for events learns of
it too. Before that it is silent, and an application that goes on until it has sent everything is only noted.
"""

from asgi_conformance.authoring import conduct, each, http_scope, note, requirement, server, where

POST = http_scope("POST", headers=[(b"content-length", b"4")])
OLD = {"version": "3.0", "spec_version": "2.3"}

PART = {"type": "http.request", "body": b"bo", "more_body": True}
REST = {"type": "http.request", "body": b"dy", "more_body": False}
EMPTY = {"type": "http.request", "body": b"", "more_body": False}
LEFT = {"type": "http.disconnect"}

PHASES = {
    "at once": (http_scope(), (LEFT,)),
    "within the body": (POST, (PART, LEFT)),
    "behind the body": (POST, (PART, REST, LEFT)),
    "behind the request": (http_scope(), (EMPTY, LEFT)),
}


@each(phase=PHASES, needs="http")
def the_call_ends_when_the_client_has_left(phase):
    """The call ends after the client has left"""
    scope, events = PHASES[phase]
    yield server.calls(scope, shares_state=True)
    yield server.fails_sends()
    yield server.delivers(*events)
    yield server.sees_the_end(requirement("common.app.lifetime.ends-eventually"))


@each(phase=PHASES, needs="http")
def the_call_ends_although_send_is_silent(phase):
    """The call ends after the client has left, of a server whose send says nothing about it"""
    scope, events = PHASES[phase]
    yield server.calls({**scope, "asgi": OLD}, shares_state=True)
    yield server.delivers(*events)
    yield server.sees_the_end(requirement("http.disconnect.app-stops"))


@each(method=("GET", "POST"), needs="http")
def the_call_ends_with_its_response(method):
    """The call ends after its response, for there is nothing to come but the disconnect"""
    yield server.calls(http_scope(method), shares_state=True)
    yield server.delivers(EMPTY)
    yield server.gets_answer()
    yield server.fails_sends()
    yield server.delivers(LEFT)
    yield server.sees_the_end(requirement("common.app.lifetime.ends-eventually"))


MOST = 10
"""More tries on a closed connection are too many, whoever may have its cleanup under way."""


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


@each(after=(0, 1, 2), method=("GET", "POST"), needs="http")
def an_error_of_send_ends_the_call(after, method):
    """An error that send raises is an end, and no reason to begin another response"""
    yield server.calls(http_scope(method), shares_state=True)
    yield server.fails_sends(after=after)
    yield server.delivers(EMPTY, LEFT)
    yield server.gets_answer(
        requirement("http.send.closed.app-handles", ways=HANDLED),
        *(conduct("http.response.start.app-first") if after else ()),
    )
