"""WebSocket: what a server may deliver next and what an application may send next. No other file decides this.

ASGI WebSocket, "Connect" to "Close", and the extension denial response. Both directions walk through the same states.
"""

from enum import Enum
from typing import Any

from asgi_conformance.spec import order
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Breaches, Flag, Machine, Protocol, Table


class State(Enum):
    """How far the connection has come. The values are what reports print."""

    OPENING = "websocket.connect was not received"
    CONNECTING = "websocket.connect is not answered"
    ACCEPTED_EARLY = "accepted before websocket.connect was received"
    OPEN = "open"
    CLOSED = "closed by the application"
    REJECTED = "rejected by the application"
    DENYING = "the denial response is in its body"
    DENIED = "the denial response is complete"
    GONE = "disconnected"


class Move(Enum):
    """What an event does."""

    CONNECT = "websocket.connect"
    RECEIVE = "websocket.receive"
    DISCONNECT = "websocket.disconnect"

    ACCEPT = "websocket.accept"
    SEND = "websocket.send"
    CLOSE = "websocket.close"
    DENIAL_START = "websocket.http.response.start"
    DENIAL_BODY = "websocket.http.response.body with more to come"
    LAST_DENIAL_BODY = "the final websocket.http.response.body"


MOVES: dict[str, Move | Flag[Move]] = {
    "websocket.connect": Move.CONNECT,
    "websocket.receive": Move.RECEIVE,
    "websocket.disconnect": Move.DISCONNECT,
    "websocket.accept": Move.ACCEPT,
    "websocket.send": Move.SEND,
    "websocket.close": Move.CLOSE,
    "websocket.http.response.start": Move.DENIAL_START,
    "websocket.http.response.body": Flag("more_body", Move.DENIAL_BODY, Move.LAST_DENIAL_BODY),
}


def classify(message: Any) -> Move | None:
    """The move that an event is; None if it is no event of WebSocket."""
    return order.classify(message, MOVES)


# --------------------------------------------------------------------------- received

RECEIVED: Table[State, Move] = {
    # A disconnect may be the first event, if the client left at once:
    State.OPENING: {Move.CONNECT: State.CONNECTING, Move.DISCONNECT: State.GONE},
    State.CONNECTING: {Move.DISCONNECT: State.GONE},
    State.ACCEPTED_EARLY: {Move.CONNECT: State.OPEN, Move.DISCONNECT: State.GONE},
    State.OPEN: {Move.RECEIVE: State.OPEN, Move.DISCONNECT: State.GONE},
    # What was queued before the application closed may still come, the connect event too if it replied early (A37):
    State.CLOSED: {Move.CONNECT: State.CLOSED, Move.RECEIVE: State.CLOSED, Move.DISCONNECT: State.GONE},
    State.REJECTED: {Move.CONNECT: State.REJECTED, Move.DISCONNECT: State.GONE},
    State.DENYING: {Move.CONNECT: State.DENYING, Move.DISCONNECT: State.GONE},
    State.DENIED: {Move.CONNECT: State.DENIED, Move.DISCONNECT: State.GONE},
    # Whether it is repeated is left open (A41):
    State.GONE: {Move.DISCONNECT: State.GONE},
}

_FIRST_AND_ONCE = "websocket.connect.first-event"

NOT_RECEIVED: Breaches[State, Move] = {
    State.OPENING: {Move.RECEIVE: _FIRST_AND_ONCE},
    State.CONNECTING: {
        Move.CONNECT: _FIRST_AND_ONCE,
        Move.RECEIVE: "websocket.connect.no-receive-before-reply",
    },
    State.ACCEPTED_EARLY: {Move.RECEIVE: _FIRST_AND_ONCE},
    State.OPEN: {Move.CONNECT: _FIRST_AND_ONCE},
    State.CLOSED: {},
    State.REJECTED: {Move.RECEIVE: "websocket.disconnect.after-reject"},
    State.DENYING: {Move.RECEIVE: "ext.denial.disconnect-event"},
    State.DENIED: {Move.RECEIVE: "ext.denial.disconnect-event"},
    State.GONE: {Move.CONNECT: _FIRST_AND_ONCE, Move.RECEIVE: "websocket.disconnect.last-event"},
}

# --------------------------------------------------------------------------- sent

SENT: Table[State, Move] = {
    # Whether the application has to receive the connect event before it replies is left open (A37):
    State.OPENING: {
        Move.ACCEPT: State.ACCEPTED_EARLY,
        Move.CLOSE: State.REJECTED,
        Move.DENIAL_START: State.DENYING,
    },
    State.CONNECTING: {
        Move.ACCEPT: State.OPEN,
        Move.CLOSE: State.REJECTED,
        Move.DENIAL_START: State.DENYING,
    },
    State.ACCEPTED_EARLY: {Move.SEND: State.ACCEPTED_EARLY, Move.CLOSE: State.CLOSED},
    State.OPEN: {Move.SEND: State.OPEN, Move.CLOSE: State.CLOSED},
    State.CLOSED: {},
    State.REJECTED: {},
    State.DENYING: {Move.DENIAL_BODY: State.DENYING, Move.LAST_DENIAL_BODY: State.DENIED},
    State.DENIED: {},
    # To close what has just gone is tolerated:
    State.GONE: {Move.CLOSE: State.GONE},
}

_REPLIES = (Move.ACCEPT, Move.SEND, Move.CLOSE)
_DENIAL = dict.fromkeys((Move.DENIAL_START, Move.DENIAL_BODY, Move.LAST_DENIAL_BODY), "ext.denial.app-order")
_UNANSWERED = {Move.SEND: "websocket.send.app-after-accept-only"} | _DENIAL
_ANSWERED = {Move.ACCEPT: "websocket.send.app-after-accept-only"} | _DENIAL
_CLOSED = dict.fromkeys(_REPLIES, "websocket.close.app-once") | _DENIAL
_DENIED = dict.fromkeys(_REPLIES, "ext.denial.app-order") | _DENIAL
_OWNERS: Breaches[State, Move] = {
    State.OPENING: _UNANSWERED,
    State.CONNECTING: _UNANSWERED,
    State.ACCEPTED_EARLY: _ANSWERED,
    State.OPEN: _ANSWERED,
    State.CLOSED: _CLOSED,
    State.REJECTED: _CLOSED,
    State.DENYING: _DENIED,
    State.DENIED: _DENIED,
    State.GONE: dict.fromkeys(_CLOSED, "websocket.disconnect.app-stops"),
}

NOT_SENT: Breaches[State, Move] = {
    state: {move: owner for move, owner in owners.items() if move not in SENT[state]}
    for state, owners in _OWNERS.items()
}

UNFINISHED = {
    State.OPENING: "websocket.connect.app-must-reply",
    State.CONNECTING: "websocket.connect.app-must-reply",
    State.DENYING: "ext.denial.app-order",
}

PROTOCOL = Protocol(
    name="websocket",
    classify=classify,
    machines=(
        Machine(
            states=State,
            initial=State.OPENING,
            tables={Direction.RECEIVED: RECEIVED, Direction.SENT: SENT},
            breaches={Direction.RECEIVED: NOT_RECEIVED, Direction.SENT: NOT_SENT},
            first_event="websocket.connect.first-event",
            unfinished=UNFINISHED,
        ),
    ),
)
