"""The order of events: how a transition table is walked, and what breaks it. The tables are in the protocols' files.

A table has a row for every state, even an empty one; a move that is not in the row is out of order. For each such move
a second table of the same form names the requirement it breaks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.messages import NAMESPACED
from asgi_conformance.spec.shapes import plain

S = TypeVar("S", bound=Enum)
M = TypeVar("M", bound=Enum)

Table = Mapping[S, Mapping[M, S]]
Breaches = Mapping[S, Mapping[M, str]]


@dataclass(frozen=True, slots=True)
class Flag(Generic[M]):
    """An event type that is two moves, told apart by a key."""

    key: str
    set: M
    unset: M
    """Also if the key is missing."""


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, M]):
    """States and what leads from one to the next. A direction without table leaves the state as it is."""

    states: Iterable[S]
    initial: S
    tables: Mapping[Direction, Table[S, M]]
    breaches: Mapping[Direction, Breaches[S, M]]
    """The requirement that each illegal move breaks."""
    first_event: str = ""
    """The requirement that something undefined breaks where it is the first event received."""

    def moves(self, direction: Direction) -> set[M]:
        """Every move that the direction has, legal somewhere or not."""
        rows = [*self.tables[direction].values(), *self.breaches.get(direction, {}).values()]
        return {move for row in rows for move in row}


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a scope type brings with it."""

    name: str
    classify: Callable[[Any], Enum | None]
    machines: tuple[Machine[Any, Any], ...]
    raised: Enum | None = None
    """The move that an exception of the application is."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """An event that should not have come where it came."""

    index: int
    """Of the event among those given."""
    state: Enum
    move: Enum | None
    """None for an event that the protocol does not know."""
    requirement: str
    text: str


def classify(message: Any, moves: Mapping[str, M | Flag[M]]) -> M | None:
    """The move that an event is, its flags taken by their truth value (A74); None if the protocol does not know it."""
    kind = type_of(message)
    move = moves.get(kind) if kind is not None else None
    if not isinstance(move, Flag):
        return move
    flag = plain(message).get(move.key)
    truth = plain(flag) if plain(flag) is not None else flag  # an object nothing is known of is true
    return move.set if truth else move.unset


def type_of(message: Any) -> str | None:
    """What an event calls itself; None if it does not."""
    event = plain(message)
    kind = plain(event.get("type")) if isinstance(event, dict) else None
    return kind if isinstance(kind, str) else None


def deviations(
    events: Iterable[tuple[Direction | str, Any]], protocol: Protocol, judged: Direction = Direction.RECEIVED
) -> list[Deviation]:
    """What is out of order in one call of the application, in the direction that is judged.

    `events`: ("received", event), ("sent", event) and ("raised", anything), in the order in which the application got
    the one and *began* to send the other; without the sends that the server refused by an exception. An illegal move
    leaves the state as it is, so the next one is judged on its own.
    """
    walked = [(Direction(direction), message) for direction, message in events]
    found = [deviation for machine in protocol.machines for deviation in _walk(walked, protocol, machine, judged)]
    return sorted(found, key=lambda deviation: deviation.index)


def _walk(
    events: list[tuple[Direction, Any]], protocol: Protocol, machine: Machine[Any, Any], judged: Direction
) -> Iterator[Deviation]:
    state = machine.initial
    first_event = machine.first_event if judged is Direction.RECEIVED else ""
    for index, (direction, message) in enumerate(events):
        if direction not in machine.tables:
            continue
        move = protocol.raised if direction is Direction.RAISED else protocol.classify(message)
        if move in (row := machine.tables[direction][state]):
            state = row[move]
        elif direction is judged and move is not None and move in (broken := machine.breaches[direction][state]):
            yield Deviation(index, state, move, broken[move], f"{move.value} while {state.value}")
        elif direction is judged:
            for requirement in _broken_by_undefined(message, protocol, first_event):
                yield Deviation(index, state, None, requirement, f"{type_of(message)} while {state.value}")
        if direction is judged:
            first_event = ""


def _broken_by_undefined(message: Any, protocol: Protocol, first_event: str) -> list[str]:
    """What an event breaks that the protocol does not know: only its place and its name space can be wrong."""
    kind = type_of(message)
    if kind is None:  # a matter of the schema
        return []
    foreign = kind.partition(".")[0] != protocol.name
    return [*([NAMESPACED] if foreign else []), *([first_event] if first_event else [])]
