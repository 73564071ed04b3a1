"""Entries of a baseline that fit nothing are found, and only by a run that could have found what they name."""

from dataclasses import replace
from datetime import date

import pytest
from report.samples import RUN

from asgi_conformance.baseline import Baseline, Known
from asgi_conformance.results import Check, Result, Run, Script, Subject
from asgi_conformance.staleness import bundled_cases, stale
from asgi_conformance.suite_loader import load_all_properties, load_cases
from asgi_conformance.verdict import Level, Verdict

ORDER = "http/response_start/header-order-is-kept"
CASES = (ORDER, "http/scope/the-path-is-decoded[/]")


def result(case: str, *requirements: str, verdict: Verdict = Verdict.PASS) -> Result:
    return Result(case, case, 0, tuple(Check(name, Level.MUST, verdict) for name in requirements))


def run_of(*results: Result) -> Run:
    subject = Subject("mine", "asgi-server", "mine", "1", results=results)
    return replace(RUN, subjects=(subject, replace(subject, id="other", results=())), scripts={})


ALL = run_of(result(ORDER, "http.order", "http.start"), result(CASES[1], "http.path"))


def told(*keys: tuple[str, str, str], run: Run = ALL) -> list[str]:
    baseline = Baseline(tuple(Known(*key, "why", "https://example.org", date(2000, 1, 1)) for key in keys))
    return [str(one) for one in stale(baseline, run, lambda kind: CASES if kind == "asgi-server" else ())]


def test_what_fits_is_not_stale() -> None:
    assert told(("mine", ORDER, "http.order"), ("mine", CASES[1], "http.path")) == []


def test_a_case_with_another_name_is_found_by_what_it_settles() -> None:
    (line,) = told(("mine", "http/response_start/header-order-kept", "http.order"))
    assert line == (
        "stale in the baseline: mine, http/response_start/header-order-kept, http.order: there is no such case; "
        f"did you mean {ORDER}?; correct the entry or remove it (--asgi-baseline-update removes it)"
    )


def test_or_in_its_file() -> None:
    (line,) = told(("mine", "http/scope/the-path-is-decode[/x]", "http.gone"))
    assert f"did you mean {CASES[1]}?" in line


def test_a_case_that_is_like_no_other_is_stale_all_the_same() -> None:
    (line,) = told(("mine", "tls/x", "http.order"))
    assert "there is no such case; correct" in line


def test_a_requirement_that_the_case_settles_no_more() -> None:
    (line,) = told(("mine", ORDER, "http.ordre"))
    assert "that case says nothing of it; did you mean http.order?" in line


@pytest.mark.parametrize("verdict", [Verdict.ERROR, Verdict.BLOCKED, Verdict.NOT_RUN, Verdict.UNSUPPORTED])
def test_a_case_that_came_to_no_end_might_have_spoken_of_it(verdict: Verdict) -> None:
    run = run_of(result(ORDER, "http.start", verdict=verdict), result(CASES[1], "http.path"))
    assert told(("mine", ORDER, "http.order"), run=run) == []


def test_a_part_of_the_cases_makes_nothing_stale() -> None:
    part = run_of(result(ORDER, "http.order"))
    assert told(("mine", "http/scope/gone", "x.y"), ("mine", ORDER, "http.gone"), run=part) == []


def test_a_subject_that_is_not_there_makes_nothing_stale() -> None:
    assert told(("another", "http/scope/gone", "x.y")) == []


@pytest.mark.parametrize("case", ["tests/my_cases/gone[a/b]", "properties/requests/gone"])
def test_what_this_run_was_not_asked_for_is_not_stale(case: str) -> None:
    assert told(("mine", case, "http.order")) == []


def test_a_property_settles_what_it_draws() -> None:
    name = "properties/requests/any-request"
    results = (*ALL.subjects[0].results, result(name, "http.path"))
    run = replace(run_of(*results), scripts={name: Script("Any request", ())})
    assert told(("mine", name, "http.order"), run=run) == []


def test_nothing_of_a_hostile_entry_acts() -> None:
    (line,) = told(("mine", "http/\x1b[31m\n::error::", "http.order"))
    assert "\x1b" not in line and "\n" not in line


def test_cases_of_a_kind() -> None:
    servers, applications = bundled_cases("asgi-server"), bundled_cases("asgi-app")
    assert {case.id for case in load_cases()} > servers | applications
    assert servers and applications and not servers & applications
    assert not servers & {one.id for one in load_all_properties()}


def test_no_bundled_file_is_named_like_a_users() -> None:
    assert not [case.id for case in load_cases() if case.file.endswith("_cases")]
