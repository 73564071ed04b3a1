"""The published schema of the run file."""

import copy
import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from asgi_conformance.results import from_json, to_json

from . import synthetic
from .golden import agrees
from .samples import RUN

SCHEMA = json.loads((files("asgi_conformance.report") / "run.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_runs_are_valid_and_come_back_unchanged() -> None:
    for run in (RUN, synthetic.run(20, 3)):
        VALIDATOR.validate(json.loads(to_json(run)))
        assert from_json(to_json(run)) == run
    assert agrees("run.json", to_json(RUN))


def set_to(*path: str | int, value: Any) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


CHECK = ("subjects", 0, "results", 0, "checks", 0)
MOMENT = ("subjects", 0, "results", 0, "timeline", 0)


@pytest.mark.parametrize(
    "change",
    [
        set_to("format_version", value=2),
        set_to("extra", value=1),
        set_to("run", "started", value="yesterday"),
        set_to("run", "complete", value="yes"),
        set_to("suite", "cases", value=-1),
        set_to("subjects", 0, "kind", value="server"),
        set_to("subjects", 0, "declared", value={"extensions": "tls"}),
        set_to("scripts", value=[]),
        set_to(*CHECK, "verdict", value="passed"),
        set_to(*CHECK, "level", value="must"),
        set_to(*CHECK, "line", value=-1),
        set_to(*CHECK, "requirement", value="scope"),
        set_to(*CHECK, "note", value=""),
        set_to(*MOMENT, "act", value="send"),
        set_to(*MOMENT, "who", value="nobody"),
        set_to(*MOMENT, "at", value=1.5),
    ],
)
def test_a_wrong_field_is_found(change: Callable[[Any], None]) -> None:
    document = copy.deepcopy(json.loads(to_json(RUN)))
    change(document)
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize("path", [("suite",), ("scripts",), ("run", "seed"), (*CHECK, "baseline"), (*MOMENT, "data")])
def test_no_field_may_be_missing(path: tuple[str | int, ...]) -> None:
    document = json.loads(to_json(RUN))
    place = document
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    assert not VALIDATOR.is_valid(document)
