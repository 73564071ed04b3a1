"""The first sentence of a report."""

from dataclasses import replace

import pytest

from asgi_conformance.report.sentence import heading, plural, subjects, when

from .samples import RUN, UVICORN


def test_it_says_what_was_run_when_and_with_what() -> None:
    assert heading(RUN) == (
        "3 ASGI servers tested on 21 November 2026, 14:03 UTC with asgi-conformance 0.1.0"
        " against asgi-www 2.5, asgi-lifespan 2.0. Complete: all 30 planned cases performed."
    )


def test_an_incomplete_run_says_so() -> None:
    assert heading(replace(RUN, performed=12, complete=False)).endswith("Incomplete: 12 of 30 planned cases performed.")


def test_kinds_are_counted_apart() -> None:
    app = replace(UVICORN, kind="wsgi-app")
    stack = replace(UVICORN, kind="asgi-stack")
    assert subjects(replace(RUN, subjects=(UVICORN, app, app, stack))) == (
        "1 ASGI server, 2 WSGI applications and 1 served ASGI application"
    )
    assert subjects(replace(RUN, subjects=())) == "Nothing"


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2026-01-02T03:04:05Z", "2 January 2026, 03:04 UTC"),
        ("2026-12-31T23:59:59.5+00:00", "31 December 2026, 23:59 UTC"),
        ("yesterday", "yesterday"),
    ],
)
def test_times_are_told_in_words(stamp: str, shown: str) -> None:
    assert when(stamp) == shown


def test_large_numbers_are_grouped() -> None:
    assert plural(1, "case") == "1 case"
    assert plural(9999, "case") == "9999 cases"
    assert plural(12345, "case") == "12\u202f345 cases"
