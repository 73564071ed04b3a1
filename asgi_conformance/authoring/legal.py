"""Legal dialogues: what a server may deliver next, drawn from the transition tables that judge servers."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from asgi_conformance.script import Draw
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.protocols import PROTOCOLS

Choose = Callable[[list[Any]], Any]
"""Of a list the strategy that draws one of it."""


def legal_moves(kind: str, draw: Draw, choose: Choose, answer: str = "", most: int = 6) -> Iterator[str]:
    """What a server delivers in one call of this scope type, move by move, as the tables name the moves.

    `answer`: the move that the application makes as soon as it has got
    its first event (`websocket.accept`). Ends where nothing is legal any more, or after so many.
    """
    machine = next(one for one in PROTOCOLS[kind].machines if Direction.RECEIVED in one.tables)
    state: Enum = machine.initial
    for number in range(most):
        row = machine.tables[Direction.RECEIVED].get(state, {})
        if not row:
            return
        move = draw(choose(list(row)))
        yield str(move.value)
        repeats = row[move] is state and "disconnect" in str(move.value)
        state = row[move]
        if repeats:
            return
        replies = machine.tables.get(Direction.SENT, {}).get(state, {})
        if number == 0 and (reply := next((one for one in replies if one.value == answer), None)):
            state = replies[reply]
