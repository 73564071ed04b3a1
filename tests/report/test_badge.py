"""The badge."""

import json
from dataclasses import replace
from typing import Any

import pytest

from asgi_conformance.report.badge import to_badge
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict

from .golden import agrees
from .samples import HOSTILE, KNOWLEDGE, RUN, UVICORN, check, result


def badge(run: Run) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(to_badge(run, KNOWLEDGE))
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


def test_wsgi_subjects_have_a_wsgi_badge() -> None:
    wsgi = replace(RUN, subjects=(replace(UVICORN, kind="wsgi-server"),))
    assert badge(wsgi)["label"] == "WSGI"
