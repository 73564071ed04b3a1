"""HTTP: what a server may deliver next and what an application may send next. No other file decides this.

ASGI HTTP, "Request", "Disconnect", "Response Start", "Response Body"; the extensions push, zero copy send, path send,
early hints, trailers and debug. When `http.disconnect` may come is a matter of time, not of order.
"""

from enum import Enum
from typing import Any

from asgi_conformance.spec import order
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Breaches, Flag, Machine, Protocol, Table


class Request(Enum):
    """How far the request has come. The values are what reports print."""

    INCOMPLETE = "the request is incomplete"
    COMPLETE = "the request is complete"
    CUT_OFF = "disconnected before the request was complete"
    GONE = "disconnected"


class Reply(Enum):
    """How far the response has come."""

    PENDING = "the response is not started"
    DEBUGGED = "the response is not started but its debug information sent"
    STARTED = "the response is started"
    BODY = "the response is in its body"
    STARTED_TRAILERS = "the response is started and has announced trailers"
    BODY_TRAILERS = "the response is in its body and has announced trailers"
    TRAILERS = "the response waits for trailers"
    DONE = "the response is complete"


class Move(Enum):
    """What an event does."""

    REQUEST = "http.request with more to come"
    LAST_REQUEST = "the final http.request"
    DISCONNECT = "http.disconnect"

    DEBUG = "http.response.debug"
    EARLY_HINT = "http.response.early_hint"
    START = "http.response.start"
    START_WITH_TRAILERS = "http.response.start with trailers to come"
    PUSH = "http.response.push"
    BODY = "http.response.body with more to come"
    LAST_BODY = "the final http.response.body"
    ZEROCOPYSEND = "http.response.zerocopysend with more to come"
    LAST_ZEROCOPYSEND = "the final http.response.zerocopysend"
    PATHSEND = "http.response.pathsend"
    TRAILERS = "http.response.trailers with more to come"
    LAST_TRAILERS = "the final http.response.trailers"


MOVES: dict[str, Move | Flag[Move]] = {
    "http.request": Flag("more_body", Move.REQUEST, Move.LAST_REQUEST),
    "http.disconnect": Move.DISCONNECT,
    "http.response.debug": Move.DEBUG,
    "http.response.early_hint": Move.EARLY_HINT,
    "http.response.start": Flag("trailers", Move.START_WITH_TRAILERS, Move.START),
    "http.response.push": Move.PUSH,
    "http.response.body": Flag("more_body", Move.BODY, Move.LAST_BODY),
    "http.response.zerocopysend": Flag("more_body", Move.ZEROCOPYSEND, Move.LAST_ZEROCOPYSEND),
    "http.response.pathsend": Move.PATHSEND,
    "http.response.trailers": Flag("more_trailers", Move.TRAILERS, Move.LAST_TRAILERS),
}


def classify(message: Any) -> Move | None:
    """The move that an event is; None if it is no event of HTTP."""
    return order.classify(message, MOVES)


# --------------------------------------------------------------------------- received

RECEIVED: Table[Request, Move] = {
    Request.INCOMPLETE: {
        Move.REQUEST: Request.INCOMPLETE,
        Move.LAST_REQUEST: Request.COMPLETE,
        # Also as the first event, if the client left at once:
        Move.DISCONNECT: Request.CUT_OFF,
    },
    Request.COMPLETE: {Move.DISCONNECT: Request.GONE},
    Request.CUT_OFF: {Move.DISCONNECT: Request.CUT_OFF},
    Request.GONE: {Move.DISCONNECT: Request.GONE},
}

_AFTER_FINAL = dict.fromkeys((Move.REQUEST, Move.LAST_REQUEST), "http.request.nothing-after-final")

NOT_RECEIVED: Breaches[Request, Move] = {
    Request.INCOMPLETE: {},
    Request.COMPLETE: _AFTER_FINAL,
    # The text does not say that a disconnect is the last word where the body was not (A17):
    Request.CUT_OFF: dict.fromkeys((Move.REQUEST, Move.LAST_REQUEST), "http.disconnect.queued-body-order"),
    Request.GONE: _AFTER_FINAL,
}

# --------------------------------------------------------------------------- sent

_SENT = tuple(move for move in Move if move not in (Move.REQUEST, Move.LAST_REQUEST, Move.DISCONNECT))

SENT: Table[Reply, Move] = {
    # Early hints: before the start as upstream has it since 2026-08-10, or after it as in the snapshot (A59).
    Reply.PENDING: {
        Move.DEBUG: Reply.DEBUGGED,
        Move.EARLY_HINT: Reply.PENDING,
        Move.START: Reply.STARTED,
        Move.START_WITH_TRAILERS: Reply.STARTED_TRAILERS,
    },
    Reply.DEBUGGED: {
        Move.EARLY_HINT: Reply.DEBUGGED,
        Move.START: Reply.STARTED,
        Move.START_WITH_TRAILERS: Reply.STARTED_TRAILERS,
    },
    Reply.STARTED: {
        Move.EARLY_HINT: Reply.STARTED,
        Move.PUSH: Reply.STARTED,
        Move.BODY: Reply.BODY,
        Move.LAST_BODY: Reply.DONE,
        Move.ZEROCOPYSEND: Reply.BODY,
        Move.LAST_ZEROCOPYSEND: Reply.DONE,
        Move.PATHSEND: Reply.DONE,
    },
    Reply.BODY: {
        Move.EARLY_HINT: Reply.BODY,
        Move.PUSH: Reply.BODY,
        Move.BODY: Reply.BODY,
        Move.LAST_BODY: Reply.DONE,
        Move.ZEROCOPYSEND: Reply.BODY,
        Move.LAST_ZEROCOPYSEND: Reply.DONE,
    },
    Reply.STARTED_TRAILERS: {
        Move.EARLY_HINT: Reply.STARTED_TRAILERS,
        Move.PUSH: Reply.STARTED_TRAILERS,
        Move.BODY: Reply.BODY_TRAILERS,
        Move.LAST_BODY: Reply.TRAILERS,
        Move.ZEROCOPYSEND: Reply.BODY_TRAILERS,
        Move.LAST_ZEROCOPYSEND: Reply.TRAILERS,
        Move.PATHSEND: Reply.TRAILERS,
    },
    Reply.BODY_TRAILERS: {
        Move.EARLY_HINT: Reply.BODY_TRAILERS,
        Move.PUSH: Reply.BODY_TRAILERS,
        Move.BODY: Reply.BODY_TRAILERS,
        Move.LAST_BODY: Reply.TRAILERS,
        Move.ZEROCOPYSEND: Reply.BODY_TRAILERS,
        Move.LAST_ZEROCOPYSEND: Reply.TRAILERS,
    },
    Reply.TRAILERS: {
        Move.TRAILERS: Reply.TRAILERS,
        Move.LAST_TRAILERS: Reply.DONE,
    },
    # Messages after the last one are to be ignored, so they are no error (Response Body):
    Reply.DONE: dict.fromkeys(_SENT, Reply.DONE),
}

_OWNERS = {
    Move.DEBUG: "ext.debug.app-once-before-start",
    Move.EARLY_HINT: "ext.early-hint.app-format",
    Move.START: "http.response.start.app-first",
    Move.START_WITH_TRAILERS: "http.response.start.app-first",
    Move.PUSH: "ext.push.app-format",
    Move.BODY: "http.response.start.app-first",
    Move.LAST_BODY: "http.response.start.app-first",
    Move.ZEROCOPYSEND: "ext.zerocopysend.app-format",
    Move.LAST_ZEROCOPYSEND: "ext.zerocopysend.app-format",
    Move.PATHSEND: "ext.pathsend.app-format",
    Move.TRAILERS: "ext.trailers.app-order",
    Move.LAST_TRAILERS: "ext.trailers.app-order",
}
_OWNERS_AFTER_BODY = _OWNERS | dict.fromkeys((Move.BODY, Move.LAST_BODY), "http.response.body.app-terminates")

NOT_SENT: Breaches[Reply, Move] = {
    reply: {
        move: owner
        for move, owner in (_OWNERS_AFTER_BODY if reply is Reply.TRAILERS else _OWNERS).items()
        if move not in row
    }
    for reply, row in SENT.items()
}

UNFINISHED = {
    Reply.PENDING: "http.response.start.app-first",
    Reply.DEBUGGED: "http.response.start.app-first",
    Reply.STARTED: "http.response.start.app-body-follows",
    Reply.STARTED_TRAILERS: "http.response.start.app-body-follows",
    Reply.BODY: "http.response.body.app-terminates",
    Reply.BODY_TRAILERS: "http.response.body.app-terminates",
    Reply.TRAILERS: "ext.trailers.app-order",
}

PROTOCOL = Protocol(
    name="http",
    classify=classify,
    machines=(
        Machine(
            states=Request,
            initial=Request.INCOMPLETE,
            tables={Direction.RECEIVED: RECEIVED},
            breaches={Direction.RECEIVED: NOT_RECEIVED},
            first_event="http.request.first-event",
        ),
        Machine(
            states=Reply,
            initial=Reply.PENDING,
            tables={Direction.SENT: SENT},
            breaches={Direction.SENT: NOT_SENT},
            unfinished=UNFINISHED,
        ),
    ),
)
