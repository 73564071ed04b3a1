"""What counts as what."""

from dataclasses import replace
from typing import Any

import pytest

from asgi_conformance.report.matrix import Cell, Matrix, Row, build, labels, section_of
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Level, Verdict

from .samples import HOSTILE, KNOWLEDGE, OTHER, REFUSAL, RUN, UVICORN


@pytest.fixture
def matrix() -> Matrix:
    return build(RUN, KNOWLEDGE)


def row(matrix: Matrix, requirement: str) -> Row:
    return next(row for row in matrix.rows if row.rule.id == requirement)


def cell(*checks: Check) -> Cell:
    return Cell(tuple((Result("a/b", "A", 0, checks), check) for check in checks))


def judged(verdict: Verdict, **fields: Any) -> Check:
    return Check("http.scope.type", Level.MUST, verdict, **fields)


@pytest.mark.parametrize(
    ("requirement", "section"),
    [
        ("http.scope.type", "http.scope"),
        ("http.response.start.headers.order", "http.response"),
        ("tls.scheme", "tls"),
        ("odd", "odd"),
    ],
)
def test_a_section_is_the_first_two_parts_of_longer_ids(requirement: str, section: str) -> None:
    assert section_of(requirement) == section


def test_rows_follow_the_catalogue_and_unknown_ones_come_last(matrix: Matrix) -> None:
    known = list(KNOWLEDGE.catalogue)
    assert [row.rule.id for row in matrix.rows] == [*known, "vendor.<b>.unheard-of"]
    assert [section.name for section in matrix.sections][:2] == ["http.scope", "http.response"]


def test_a_requirement_that_nobody_was_asked_has_no_row() -> None:
    few = build(replace(RUN, subjects=(HOSTILE,)), KNOWLEDGE)
    assert [row.rule.id for row in few.rows] == ["http.scope.type", REFUSAL, "vendor.<b>.unheard-of"]


def test_a_cell_has_the_worst_verdict_and_every_behaviour() -> None:
    both = cell(judged(Verdict.PASS, behaviour="403"), judged(Verdict.WARN, behaviour="closed", how="late"))
    assert both.verdict is Verdict.WARN
    assert both.behaviours == ("403", "closed")
    assert both.words == "closed", "what went wrong, not what went well beside it"
    assert both.counts == {Verdict.PASS: 1, Verdict.WARN: 1}


def test_without_behaviour_a_cell_says_how_it_was_broken() -> None:
    assert cell(judged(Verdict.FAIL, how="missing"), judged(Verdict.PASS, how="fine")).words == "missing"
    assert cell(judged(Verdict.PASS, how="fine")).words == ""
    assert cell(judged(Verdict.UNSUPPORTED, how="daphne does not serve HTTP/2 without TLS")).words == ""


def test_a_cell_without_checks_was_not_asked() -> None:
    assert Cell().verdict is None
    assert Cell().words == ""


def test_a_failure_is_known_when_all_of_it_stands_in_the_baseline(matrix: Matrix) -> None:
    assert row(matrix, "http.scope.state").cells[0].known
    assert not row(matrix, REFUSAL).cells[0].known
    assert not Cell().known


def test_subjects_differ_in_verdict_or_behaviour_and_silence_is_no_difference(matrix: Matrix) -> None:
    assert row(matrix, REFUSAL).differs
    assert not row(matrix, "http.scope.type").differs
    assert not row(matrix, "tls.scheme").differs


def test_summaries_count_requirements(matrix: Matrix) -> None:
    assert [str(summary) for summary in matrix.summaries] == [
        "MUST 4/5 · SHOULD 1/2 · blocked 1",
        "MUST 2/2 · SHOULD 1/1 · unsupported 1 · error 1 · not-run 1",
        "MUST 1/3",
    ]


def test_two_checks_of_one_requirement_count_once() -> None:
    twice = Result("a/b", "A", 0, (judged(Verdict.PASS), judged(Verdict.FAIL)))
    run = replace(RUN, subjects=(Subject("x", "asgi-server", "x", "1", results=(twice,)),))
    assert str(build(run, KNOWLEDGE).summaries[0]) == "MUST 0/1"


def test_sections_are_tallied_by_subject(matrix: Matrix) -> None:
    scope = matrix.sections[0]
    assert [str(tally) for tally in scope.tallies] == ["2/3", "1/1", "1/1"]
    assert scope.tallies[0].others == {Verdict.WARN: 1}
    assert str(matrix.sections[1].tallies[1]) == ""


def test_two_versions_of_one_subject_are_told_apart() -> None:
    assert labels((UVICORN, OTHER)) == ("uvicorn[ws=wsproto]", "hypercorn")
    newer = replace(UVICORN, version="0.55.0")
    assert labels((UVICORN, newer)) == ("uvicorn[ws=wsproto] 0.54.0", "uvicorn[ws=wsproto] 0.55.0")


def test_one_name_in_two_interfaces_is_told_apart() -> None:
    wsgi = replace(UVICORN, kind="wsgi-server")
    assert labels((UVICORN, OTHER, wsgi)) == ("uvicorn[ws=wsproto] (ASGI)", "hypercorn", "uvicorn[ws=wsproto] (WSGI)")
    newer = replace(wsgi, version="0.55.0")
    assert labels((wsgi, newer))[1] == "uvicorn[ws=wsproto] 0.55.0"
    assert labels((UVICORN, wsgi, newer))[1] == "uvicorn[ws=wsproto] 0.54.0 (WSGI)"


def test_a_run_of_nothing_has_an_empty_matrix() -> None:
    empty: Run = replace(RUN, subjects=())
    assert build(empty, KNOWLEDGE) == Matrix((), (), (), ())
