"""CTRF, against its own schema."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from asgi_conformance.report.ctrf import to_ctrf
from asgi_conformance.results import Check, Run
from asgi_conformance.verdict import Verdict

from .golden import agrees
from .samples import HOSTILE, KNOWLEDGE, RUN, UVICORN, check, harmless, result, strings

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "ctrf-0.0.json").read_text("utf-8"))
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)
STRICT = frozenset({Verdict.FAIL, Verdict.WARN})
NAME = "http.scope.type"


def results(run: Run, bad: frozenset[Verdict] = frozenset({Verdict.FAIL})) -> Any:
    """Of a valid document whose counts are those of its tests."""
    document = json.loads(to_ctrf(run, KNOWLEDGE, bad))
    VALIDATOR.validate(document)
    told = document["results"]
    statuses = [test["status"] for test in told["tests"]]
    counts = {status: statuses.count(status) for status in ("passed", "failed", "skipped", "pending", "other")}
    assert told["summary"] == {**told["summary"], **counts, "tests": len(statuses)}
    assert len({test["testId"] for test in told["tests"]}) == len(statuses)
    return told


def only(*checks: Check, bad: frozenset[Verdict] = frozenset({Verdict.FAIL})) -> Any:
    subject = replace(UVICORN, results=(result("a/b", *checks),))
    (test,) = results(replace(RUN, subjects=(subject,)), bad)["tests"]
    return test


def test_the_whole_document() -> None:
    results(RUN)
    assert agrees("run.ctrf.json", to_ctrf(RUN, KNOWLEDGE))


@pytest.mark.parametrize(
    ("verdict", "status", "strict"),
    [
        (Verdict.PASS, "passed", "passed"),
        (Verdict.NOTE, "passed", "passed"),
        (Verdict.OPEN, "passed", "passed"),
        (Verdict.WARN, "passed", "failed"),
        (Verdict.FAIL, "failed", "failed"),
        (Verdict.ERROR, "failed", "failed"),
        (Verdict.BLOCKED, "skipped", "skipped"),
        (Verdict.UNSUPPORTED, "skipped", "skipped"),
        (Verdict.NOT_RUN, "pending", "pending"),
    ],
)
def test_a_status_is_the_outcome_in_pytest(verdict: Verdict, status: str, strict: str) -> None:
    assert only(check(NAME, verdict))["status"] == status
    assert only(check(NAME, verdict), bad=STRICT)["status"] == strict
    assert only(check(NAME, verdict))["rawStatus"] == verdict.value


def test_a_known_failure_is_another_matter() -> None:
    known = check(NAME, Verdict.FAIL, observed="nothing", baseline="the reason")
    test = only(known)
    assert test["status"] == "other"
    assert test["message"] == f"{NAME}: nothing (known: the reason)"
    assert test["extra"]["checks"][0]["baseline"] == "the reason"
    assert only(known, check(NAME, Verdict.FAIL))["status"] == "failed"


def test_what_is_fixed_fails() -> None:
    test = only(check(NAME, Verdict.PASS, baseline="the reason"))
    assert (test["status"], test["message"]) == ("failed", f"fixed: remove {NAME} from the baseline")
    assert "trace" not in test


def test_a_failure_is_explained() -> None:
    test = only(check(NAME, Verdict.FAIL, expected="str", observed="bytes", behaviour="b", line=None))
    assert test["message"] == f"{NAME}: expected str, got bytes"
    assert test["trace"].startswith("FAIL  B")
    assert test["extra"]["checks"] == [{"requirement": NAME, "level": "MUST", "verdict": "fail", "behaviour": "b"}]
    assert test["suite"] == [UVICORN.id, "a"]


def test_one_of_a_requirement_that_is_not_known_is_told_by_its_id() -> None:
    test = only(check("vendor.unheard-of", Verdict.FAIL, how="no"))
    assert test["message"] == "vendor.unheard-of: no"
    assert "trace" not in test


def test_a_mixture_that_passes() -> None:
    assert only(check(NAME, Verdict.PASS), check("http.scope.state", Verdict.BLOCKED))["status"] == "passed"


def test_times_are_milliseconds() -> None:
    told = results(RUN)
    assert told["summary"]["stop"] - told["summary"]["start"] == 4000
    assert {test["duration"] for test in told["tests"]} == {2}
    assert results(replace(RUN, started="yesterday"))["summary"]["start"] == 0


def test_nothing_a_subject_said_acts() -> None:
    text = to_ctrf(replace(RUN, subjects=(HOSTILE, replace(UVICORN, id="\ud800"))), KNOWLEDGE)
    assert [words for words in strings(json.loads(text)) if not all(map(harmless, words.split("\n")))] == []


def test_an_empty_run_is_a_document_too() -> None:
    assert results(replace(RUN, subjects=()))["summary"]["tests"] == 0
