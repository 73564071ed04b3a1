"""Several runs as one."""

from dataclasses import replace

import pytest

from asgi_conformance.report.merge import merge
from asgi_conformance.verdict import Verdict

from .samples import OTHER, REFUSAL, REFUSED, RUN, UVICORN, check, result

FIRST = replace(RUN, subjects=(UVICORN,), planned=9, performed=9)
SECOND = replace(
    RUN,
    subjects=(OTHER,),
    planned=7,
    performed=6,
    complete=False,
    started="2026-11-20T00:00:00Z",
    suite_version="0.2.0",
    spec=(("asgi-www", "2.5"), ("asgi-tls", "0.2")),
    environment={"python": "3.12"},
)


def test_one_run_stays_itself() -> None:
    assert merge([RUN]) is RUN


def test_no_run_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no run"):
        merge([])


def test_subjects_stand_side_by_side_and_the_rest_adds_up() -> None:
    merged = merge([FIRST, SECOND])
    assert merged.subjects == (UVICORN, OTHER)
    assert (merged.planned, merged.performed, merged.complete) == (16, 15, False)
    assert merged.started == "2026-11-20T00:00:00Z"
    assert merged.finished == RUN.finished
    assert merged.suite_version == "0.1.0, 0.2.0"
    assert merged.spec == (("asgi-www", "2.5"), ("asgi-lifespan", "2.0"), ("asgi-tls", "0.2"))
    assert merged.environment == {}


def test_of_the_same_subject_the_later_result_counts() -> None:
    again = replace(UVICORN, results=(result(REFUSED, check(REFUSAL, Verdict.PASS)),))
    merged = merge([FIRST, replace(FIRST, subjects=(again,))])
    (subject,) = merged.subjects
    assert len(subject.results) == len(UVICORN.results)
    assert next(r for r in subject.results if r.case == REFUSED).verdict is Verdict.PASS


def test_another_version_is_another_subject() -> None:
    newer = replace(UVICORN, version="0.55.0")
    assert merge([FIRST, replace(FIRST, subjects=(newer,))]).subjects == (UVICORN, newer)
