"""The transition tables: complete, reachable, and the same as the machines written down in `schema.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.codec import Foreign
from asgi_conformance.spec import http, lifespan, order, websocket
from asgi_conformance.spec.catalogue import load as load_catalogue
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Flag, Machine, deviations
from asgi_conformance.spec.protocols import PROTOCOLS
from asgi_conformance.spec.schema import load as load_schema

MACHINES: dict[str, tuple[Machine[Any, Any], Mapping[str, Any]]] = {
    "http_request": (http.PROTOCOL.machines[0], http.MOVES),
    "http_response": (http.PROTOCOL.machines[1], http.MOVES),
    "websocket": (websocket.PROTOCOL.machines[0], websocket.MOVES),
    "lifespan": (lifespan.PROTOCOL.machines[0], lifespan.MOVES),
}
every_machine = pytest.mark.parametrize("name", MACHINES)


def spelled(moves: Mapping[str, Any]) -> dict[Enum, str]:
    """How `schema.toml` writes each move."""
    spelling: dict[Enum, str] = {}
    for type, move in moves.items():
        if isinstance(move, Flag):
            spelling |= {move.set: f"{type} {move.key}=True", move.unset: f"{type} {move.key}=False"}
        else:
            spelling[move] = type
    return spelling


def of_tables(machine: Machine[Any, Any], moves: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    spelling = spelled(moves)
    for direction, table in machine.tables.items():
        for state, row in table.items():
            for move, following in row.items():
                words = f"{direction.value} {spelling.get(move, '')}".strip()
                yield state.name.lower(), words, following.name.lower()


def of_schema(name: str) -> Iterator[tuple[str, str, str]]:
    machine, moves = MACHINES[name]
    data = tomllib.loads((Path(order.__file__).parent / "schema.toml").read_text())["machine"][name]
    assert data["initial"] == machine.initial.name.lower()
    assert set(data["transitions"]) == {state.name.lower() for state in machine.states}
    sent = machine.moves(Direction.SENT) if Direction.SENT in machine.tables else set()
    every_sent = [words for move, words in spelled(moves).items() if move in sent]
    for state, lines in data["transitions"].items():
        for line in lines:
            words, following = line.split(" -> ")
            meant = [f"sent {sent}" for sent in every_sent] if words == "sent *" else [words]
            yield from ((state, one, following) for one in meant)


@every_machine
def test_the_tables_are_those_of_the_schema(name: str) -> None:
    assert sorted(of_tables(*MACHINES[name])) == sorted(of_schema(name))


@every_machine
def test_every_state_has_a_row_in_every_table(name: str) -> None:
    machine, _ = MACHINES[name]
    for table in [*machine.tables.values(), *machine.breaches.values()]:
        assert list(table) == list(machine.states)


@every_machine
def test_every_state_is_reached(name: str) -> None:
    machine, _ = MACHINES[name]
    reached = {machine.initial}
    while True:
        following = {
            state for table in machine.tables.values() for at in reached for state in table[at].values()
        } - reached
        if not following:
            break
        reached |= following
    assert reached == set(machine.states)


@every_machine
def test_every_move_that_is_not_legal_has_an_owner(name: str) -> None:
    machine, _ = MACHINES[name]
    known = load_catalogue()
    for direction, table in machine.breaches.items():
        for state, row in table.items():
            legal = set(machine.tables[direction][state])
            assert legal.isdisjoint(row)
            assert legal | set(row) == machine.moves(direction)
            assert all(requirement in known for requirement in row.values())
    assert not machine.first_event or machine.first_event in known


def test_every_event_of_the_schema_is_classified() -> None:
    for event in load_schema().events.values():
        protocol = PROTOCOLS[event.scope]
        move = protocol.classify({"type": event.name})
        assert move is not None
        assert event.direction is not None
        assert any(
            move in machine.moves(event.direction) for machine in protocol.machines if event.direction in machine.tables
        )


@pytest.mark.parametrize(
    ("flag", "move"),
    [
        ({}, http.Move.LAST_REQUEST),
        ({"more_body": False}, http.Move.LAST_REQUEST),
        ({"more_body": None}, http.Move.LAST_REQUEST),
        ({"more_body": 0}, http.Move.LAST_REQUEST),
        ({"more_body": Foreign("mine.Flag", 0)}, http.Move.LAST_REQUEST),
        ({"more_body": True}, http.Move.REQUEST),
        ({"more_body": 1}, http.Move.REQUEST),
        ({"more_body": "no"}, http.Move.REQUEST),
        ({"more_body": Foreign("mine.Flag")}, http.Move.REQUEST),
    ],
)
def test_a_flag_is_taken_by_its_truth_value(flag: dict[str, Any], move: http.Move) -> None:
    assert http.classify({"type": "http.request"} | flag) is move
    assert http.classify(Foreign("mine.Event", {"type": Foreign("mine.Type", "http.request")} | flag)) is move


@pytest.mark.parametrize("message", [{}, [], None, {"type": b"http.request"}, {"type": []}, {"type": "http.bogus"}])
def test_what_the_protocol_does_not_know(message: Any) -> None:
    assert http.classify(message) is None


def test_an_unknown_event_is_wrong_by_its_name_space_or_as_the_first() -> None:
    def broken(*types: Any) -> list[tuple[int, str]]:
        events: list[tuple[Direction | str, Any]] = [("received", {"type": type}) for type in types]
        return [(deviation.index, deviation.requirement) for deviation in deviations(events, http.PROTOCOL)]

    assert broken("http.request", "http.vendor") == []
    assert broken("http.vendor", "http.request") == [(0, "http.request.first-event")]
    assert broken("http.request", "websocket.connect") == [(1, "common.event.type-namespaced")]
    assert broken("websocket.connect") == [(0, "common.event.type-namespaced"), (0, "http.request.first-event")]
    assert broken("http.response.start") == [(0, "http.request.first-event")]
    assert broken(b"http.request", None) == []


def test_a_deviation_says_where_and_when() -> None:
    request = {"type": "http.request"}
    events: list[tuple[Direction | str, Any]] = [("received", request), (Direction.RECEIVED, request)]
    (deviation,) = deviations(events, http.PROTOCOL)
    assert deviation == order.Deviation(
        index=1,
        state=http.Request.COMPLETE,
        move=http.Move.LAST_REQUEST,
        requirement="http.request.nothing-after-final",
        text="the final http.request while the request is complete",
    )


def test_only_one_direction_is_judged() -> None:
    events = [("sent", {"type": "http.response.body"}), ("received", {"type": "http.request"})]
    assert deviations(events, http.PROTOCOL) == []
    assert [deviation.index for deviation in deviations(events, http.PROTOCOL, Direction.SENT)] == [0]
