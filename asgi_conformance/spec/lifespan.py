"""Lifespan: what a server may deliver next and what an application may send next. No other file decides this.

ASGI Lifespan, "Scope", "Startup", "Shutdown". Both directions walk through the same states, and so does an exception of
the application, which says that it does not support the protocol.
"""

from enum import Enum
from typing import Any

from asgi_conformance.spec import order
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Breaches, Flag, Machine, Protocol, Table


class State(Enum):
    """How far the lifespan has come. The values are what reports print."""

    CREATED = "lifespan.startup was not received"
    STARTED_EARLY = "startup was completed before lifespan.startup was received"
    STARTING = "lifespan.startup is not answered"
    RUNNING = "running"
    INTERRUPTED = "told to shut down before startup was completed"
    STOPPING = "lifespan.shutdown is not answered"
    FAILED = "startup has failed"
    UNSUPPORTED = "the application has raised an exception"
    ENDED = "ended"


class Move(Enum):
    """What an event, or an exception, does."""

    STARTUP = "lifespan.startup"
    SHUTDOWN = "lifespan.shutdown"

    STARTUP_COMPLETE = "lifespan.startup.complete"
    STARTUP_FAILED = "lifespan.startup.failed"
    SHUTDOWN_COMPLETE = "lifespan.shutdown.complete"
    SHUTDOWN_FAILED = "lifespan.shutdown.failed"

    RAISE = "an exception"


MOVES: dict[str, Move | Flag[Move]] = {move.value: move for move in Move if move is not Move.RAISE}


def classify(message: Any) -> Move | None:
    """The move that an event is; None if it is no event of the lifespan protocol."""
    return order.classify(message, MOVES)


# --------------------------------------------------------------------------- received

RECEIVED: Table[State, Move] = {
    State.CREATED: {Move.STARTUP: State.STARTING},
    State.STARTED_EARLY: {Move.STARTUP: State.RUNNING},
    # A server may be told to stop while the application is still starting; the text does not forbid to pass that on:
    State.STARTING: {Move.SHUTDOWN: State.INTERRUPTED},
    State.RUNNING: {Move.SHUTDOWN: State.STOPPING},
    State.INTERRUPTED: {},
    State.STOPPING: {},
    # It may have failed before it received the event:
    State.FAILED: {Move.STARTUP: State.FAILED},
    State.UNSUPPORTED: {},
    State.ENDED: {},
}

_FIRST = {Move.STARTUP: "lifespan.startup.event"}
_ONCE = {Move.SHUTDOWN: "lifespan.shutdown.event"}

NOT_RECEIVED: Breaches[State, Move] = {
    State.CREATED: {Move.SHUTDOWN: "lifespan.startup.event"},
    State.STARTED_EARLY: {Move.SHUTDOWN: "lifespan.startup.event"},
    State.STARTING: _FIRST,
    State.RUNNING: _FIRST,
    State.INTERRUPTED: _FIRST | _ONCE,
    State.STOPPING: _FIRST | _ONCE,
    State.FAILED: {Move.SHUTDOWN: "lifespan.startup.failed.no-shutdown-event"},
    State.UNSUPPORTED: dict.fromkeys((Move.STARTUP, Move.SHUTDOWN), "lifespan.unsupported.no-events"),
    State.ENDED: _FIRST | _ONCE,
}

# --------------------------------------------------------------------------- sent

SENT: Table[State, Move] = {
    State.CREATED: {Move.STARTUP_COMPLETE: State.STARTED_EARLY, Move.STARTUP_FAILED: State.FAILED},
    State.STARTED_EARLY: {},
    State.STARTING: {Move.STARTUP_COMPLETE: State.RUNNING, Move.STARTUP_FAILED: State.FAILED},
    State.RUNNING: {},
    State.INTERRUPTED: {
        Move.STARTUP_COMPLETE: State.STOPPING,
        Move.STARTUP_FAILED: State.ENDED,
        Move.SHUTDOWN_COMPLETE: State.ENDED,
        Move.SHUTDOWN_FAILED: State.ENDED,
    },
    State.STOPPING: {Move.SHUTDOWN_COMPLETE: State.ENDED, Move.SHUTDOWN_FAILED: State.ENDED},
    State.FAILED: {},
    State.UNSUPPORTED: {},
    State.ENDED: {},
}

_STARTUP_REPLIES = dict.fromkeys((Move.STARTUP_COMPLETE, Move.STARTUP_FAILED), "lifespan.startup.complete-shape")
_SHUTDOWN_REPLIES = dict.fromkeys((Move.SHUTDOWN_COMPLETE, Move.SHUTDOWN_FAILED), "lifespan.shutdown.app-replies")

NOT_SENT: Breaches[State, Move] = {
    state: {move: owner for move, owner in (_STARTUP_REPLIES | _SHUTDOWN_REPLIES).items() if move not in row}
    for state, row in SENT.items()
}

# --------------------------------------------------------------------------- raised

RAISED: Table[State, Move] = {
    State.CREATED: {Move.RAISE: State.UNSUPPORTED},
    State.STARTED_EARLY: {Move.RAISE: State.ENDED},
    State.STARTING: {Move.RAISE: State.UNSUPPORTED},
    State.RUNNING: {Move.RAISE: State.ENDED},
    State.INTERRUPTED: {Move.RAISE: State.ENDED},
    State.STOPPING: {Move.RAISE: State.ENDED},
    State.FAILED: {Move.RAISE: State.FAILED},
    State.UNSUPPORTED: {},
    State.ENDED: {Move.RAISE: State.ENDED},
}

UNFINISHED = {
    State.CREATED: "lifespan.unsupported.app-raises",
    State.STARTING: "lifespan.startup.complete-shape",
    State.STARTED_EARLY: "lifespan.app.keeps-waiting",
    State.RUNNING: "lifespan.app.keeps-waiting",
    State.INTERRUPTED: "lifespan.startup.complete-shape",
    State.STOPPING: "lifespan.shutdown.app-replies",
}

PROTOCOL = Protocol(
    name="lifespan",
    classify=classify,
    machines=(
        Machine(
            states=State,
            initial=State.CREATED,
            tables={Direction.RECEIVED: RECEIVED, Direction.SENT: SENT, Direction.RAISED: RAISED},
            breaches={Direction.RECEIVED: NOT_RECEIVED, Direction.SENT: NOT_SENT},
            first_event="lifespan.startup.event",
            unfinished=UNFINISHED,
        ),
    ),
    raised=Move.RAISE,
)
