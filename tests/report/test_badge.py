"""The badge."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from asgi_conformance.report.badge import to_badge
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict

from .golden import agrees
from .samples import HOSTILE, KNOWLEDGE, RUN, UVICORN, check, result

ENDPOINT = {
    "type": "object",
    "required": ["schemaVersion", "label", "message"],
    "additionalProperties": False,
    "properties": {
        "schemaVersion": {"const": 1},
        "label": {"type": "string"},
        "message": {"type": "string", "minLength": 1},
        "color": {
            "enum": ["brightgreen", "green", "yellowgreen", "yellow", "orange", "red", "blue", "lightgrey"],
        },
    },
}
"""What shields reads of an endpoint (shields.io/badges/endpoint-badge), as far as it concerns us."""


def badge(run: Run) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(to_badge(run, KNOWLEDGE))
    Draft202012Validator(ENDPOINT).validate(loaded)
    return loaded


def only(*verdicts: Verdict) -> Run:
    checks = [check("http.scope.type", verdict) for verdict in verdicts]
    return replace(RUN, subjects=(replace(UVICORN, results=(result("a/b", *checks),)),))


def test_one_subject_is_its_count() -> None:
    assert agrees("badge.json", to_badge(replace(RUN, subjects=(UVICORN,)), KNOWLEDGE))


def test_several_subjects_are_named() -> None:
    assert badge(replace(RUN, subjects=(UVICORN, HOSTILE)))["message"] == (
        r'uvicorn[ws=wsproto] MUST 4/5, <b>&|"\x1b[31m MUST 1/3'
    )


@pytest.mark.parametrize("verdict", Verdict)
def test_whatever_the_verdict_it_is_a_badge(verdict: Verdict) -> None:
    badge(only(verdict, Verdict.PASS))
    badge(replace(only(verdict), subjects=()))


@pytest.mark.parametrize(
    ("verdict", "color"),
    [(Verdict.PASS, "brightgreen"), (Verdict.WARN, "yellow"), (Verdict.FAIL, "red"), (Verdict.ERROR, "lightgrey")],
)
def test_the_worst_verdict_colours_it(verdict: Verdict, color: str) -> None:
    assert badge(only(verdict))["color"] == color


def test_an_incomplete_run_is_grey() -> None:
    grey = badge(replace(only(Verdict.PASS), complete=False))
    assert (grey["message"], grey["color"]) == ("incomplete", "lightgrey")


def test_a_run_that_decided_nothing_is_grey() -> None:
    grey = badge(only(Verdict.UNSUPPORTED))
    assert (grey["message"], grey["color"]) == ("nothing decided", "lightgrey")


@pytest.mark.parametrize(
    ("kinds", "label"),
    [
        (("asgi-server",), "ASGI"),
        (("asgi-framework", "asgi-app"), "ASGI"),
        (("asgi-stack",), "ASGI"),
        (("wsgi-middleware",), "WSGI"),
        (("wsgi-server", "wsgi-stack"), "WSGI"),
        (("wsgi-server", "asgi-middleware"), "ASGI and WSGI"),
        ((), "ASGI and WSGI"),
    ],
)
def test_the_label_names_the_interface(kinds: tuple[str, ...], label: str) -> None:
    subjects = tuple(replace(UVICORN, id=f"{number}", kind=kind) for number, kind in enumerate(kinds))
    assert badge(replace(RUN, subjects=subjects))["label"] == label


def test_what_is_known_is_broken_all_the_same() -> None:
    known = result("a/b", check("http.scope.type", Verdict.FAIL, baseline="the reason"))
    told = badge(replace(RUN, subjects=(replace(UVICORN, results=(known,)),)))
    assert (told["message"], told["color"]) == ("MUST 0/1", "red")
