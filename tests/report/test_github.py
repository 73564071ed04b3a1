"""What GitHub Actions is told: a summary that fits, and annotations that command nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from asgi_conformance.report.github import LARGEST, SHOWN, annotations, summary
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Level, Verdict

from .samples import RUN

PLACE = Path("/home/me/shop")
FAILS = Check(
    "http.response.body.app-types",
    Level.MUST,
    Verdict.FAIL,
    "wrong type",
    expected="bytes",
    observed="body: str 'a' (wrong type) at /home/me/shop/views/cart.py:12",
)


def run_of(*checks: Check) -> Run:
    result = Result("app/response/a-case", "A title", 1.0, checks)
    subject = Subject("shop.main:app", "asgi-app", "shop.main:app", "unknown", results=(result,))
    return replace(RUN, subjects=(subject,))


def told(*checks: Check, bad: Any = (Verdict.FAIL,)) -> list[str]:
    return annotations(run_of(*checks), bad, PLACE)


def test_a_failure_stands_beside_the_line_that_broke_the_rule() -> None:
    (line,) = told(FAILS)
    assert line.startswith("::error title=http.response.body.app-types (MUST),file=views/cart.py,line=12::")
    assert "shop.main%3A" not in line
    assert "shop.main:app: A title: expected bytes, got body: str 'a'" in line


def test_a_place_elsewhere_keeps_its_path() -> None:
    elsewhere = replace(FAILS, observed="wrong at /lib/framework.py:3 instead of bytes")
    assert "file=/lib/framework.py,line=3::" in told(elsewhere)[0]


def test_what_has_no_place_has_no_file() -> None:
    assert "file=" not in told(replace(FAILS, observed="nothing came"))[0]


def test_what_passes_or_is_known_is_not_told() -> None:
    assert told(replace(FAILS, verdict=Verdict.PASS), replace(FAILS, baseline="known")) == []


def test_warnings_are_told_where_they_fail() -> None:
    warns = replace(FAILS, verdict=Verdict.WARN)
    assert told(warns) == []
    assert told(warns, bad=(Verdict.FAIL, Verdict.WARN))[0].startswith("::warning ")


def test_a_baseline_entry_that_is_fixed_is_told() -> None:
    (line,) = told(replace(FAILS, verdict=Verdict.PASS, baseline="a reason"))
    assert line.startswith("::error title=fixed::") and "remove it from the baseline" in line


def test_one_that_is_broken_elsewhere_in_the_case_is_not_fixed() -> None:
    known = replace(FAILS, baseline="a reason")
    assert told(known, replace(known, verdict=Verdict.PASS)) == []


def test_a_baseline_entry_that_fits_nothing_is_told_first() -> None:
    lines = annotations(run_of(*[FAILS] * 50), (Verdict.FAIL,), PLACE, stale=["one: gone", "two\n::error::"])
    assert lines[:2] == ["::error title=stale::one: gone", "::error title=stale::two%0A::error::"]
    assert len(lines) == SHOWN and lines[-1].endswith("::43 more failures; the summary of the job has them")


def test_no_more_than_github_shows() -> None:
    lines = told(*[FAILS] * 50)
    assert len(lines) == SHOWN
    assert lines[-1].endswith(f"::{50 - SHOWN + 1} more failures; the summary of the job has them")


def test_a_subject_commands_nothing() -> None:
    hostile = replace(FAILS, observed="a\n::set-output name=x::y\r%25\x1b[31m\ud800 at /home/me/shop/a,b:c.py:1")
    (line,) = told(hostile)
    assert "\n" not in line and "\r" not in line and "\x1b" not in line and "\ud800" not in line
    assert "%0A::set-output" in line and "%2525" in line
    assert "file=a%2Cb%3Ac.py,line=1::" in line


def test_a_summary_is_the_markdown_report() -> None:
    text = summary(run_of(FAILS))
    assert text.startswith("# ASGI and WSGI conformance") and "shop.main:app" in text


def test_a_summary_that_is_too_long_is_cut_at_the_end_of_a_line() -> None:
    names = [f"subject-{number}-é" + "x" * 40 for number in range(12_000)]
    subjects = tuple(Subject(name, "asgi-app", name, "1") for name in names)
    text = summary(replace(RUN, subjects=subjects))
    assert len(text.encode()) < LARGEST + 200
    assert text.splitlines()[-1].startswith("… cut:")
