"""The order of events: how a transition table is walked, and what breaks it. The tables are in the protocols' files.

A table has a row for every state, even an empty one; a move that is not in the row is out of order. For each such move
a second table of the same form names the requirement it breaks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
    unfinished: Mapping[S, str] = field(default_factory=dict)
    """The requirement that an application breaks whose call returns in this state, while its client is there."""

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
    walk = Walk(protocol, judged)
    return [deviation for direction, message in events for deviation in walk.step(Direction(direction), message)]


class Walk:
    """One call of the application, event by event; each is judged when it comes."""

    def __init__(self, protocol: Protocol, judged: Direction) -> None:
        self._protocol, self._judged = protocol, judged
        self._states: list[Enum] = [machine.initial for machine in protocol.machines]
        self._steps = 0
        self._is_first = judged is Direction.RECEIVED

    @property
    def states(self) -> tuple[Enum, ...]:
        """Where the machines are; may be set back to what it was."""
        return tuple(self._states)

    @states.setter
    def states(self, states: Iterable[Enum]) -> None:
        self._states = list(states)

    def step(self, direction: Direction, message: Any) -> list[Deviation]:
        """The next event; what is out of order with it."""
        move = self._protocol.raised if direction is Direction.RAISED else self._protocol.classify(message)
        found = [
            deviation
            for number, machine in enumerate(self._protocol.machines)
            if direction in machine.tables
            for deviation in self._step(number, machine, direction, move, message)
        ]
        self._steps += 1
        self._is_first = self._is_first and direction is not self._judged
        return found

    def _step(
        self, number: int, machine: Machine[Any, Any], direction: Direction, move: Enum | None, message: Any
    ) -> Iterator[Deviation]:
        state = self._states[number]
        if move in (row := machine.tables[direction][state]):
            self._states[number] = row[move]
        elif direction is not self._judged:
            return
        elif move is not None and move in (broken := machine.breaches[direction][state]):
            yield Deviation(self._steps, state, move, broken[move], f"{move.value} while {state.value}")
        else:
            first_event = machine.first_event if self._is_first else ""
            for requirement in _broken_by_undefined(message, self._protocol, first_event):
                yield Deviation(self._steps, state, None, requirement, f"{type_of(message)} while {state.value}")

    def unfinished(self) -> list[tuple[Enum, str]]:
        """(state, requirement) of what an application owes that returns now."""
        walked = zip(self._protocol.machines, self._states, strict=True)
        return [(state, machine.unfinished[state]) for machine, state in walked if state in machine.unfinished]


def _broken_by_undefined(message: Any, protocol: Protocol, first_event: str) -> list[str]:
    """What an event breaks that the protocol does not know: only its place and its name space can be wrong."""
    kind = type_of(message)
    if kind is None:  # a matter of the schema
        return []
    foreign = kind.partition(".")[0] != protocol.name
    return [*([NAMESPACED] if foreign else []), *([first_event] if first_event else [])]
