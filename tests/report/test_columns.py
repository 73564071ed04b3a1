"""Which columns belong together, and what folds."""

from dataclasses import replace

import pytest

from asgi_conformance.report.columns import Group, folds, gathered, groups
from asgi_conformance.results import Subject

from .samples import OTHER, RUN, UVICORN

PLAIN = replace(UVICORN, id="uvicorn", options={})
NEWER = replace(PLAIN, version="0.55.0")


def test_configurations_come_together_where_the_first_of_them_stood() -> None:
    run = gathered(replace(RUN, subjects=(UVICORN, OTHER, NEWER, PLAIN)))
    assert run.subjects == (UVICORN, PLAIN, OTHER, NEWER)
    assert gathered(RUN) == RUN


def test_one_group_for_each_kind_name_and_version() -> None:
    assert groups((UVICORN, PLAIN, OTHER)) == (
        Group("uvicorn", "0.54.0", range(2)),
        Group("hypercorn", "0.18.0", range(2, 3)),
    )
    assert [group.folds for group in groups((UVICORN, PLAIN, OTHER))] == [True, False]
    assert groups(()) == ()


@pytest.mark.parametrize(
    ("subjects", "names"),
    [
        ((PLAIN, NEWER, OTHER), ["uvicorn 0.54.0", "uvicorn 0.55.0", "hypercorn"]),
        ((PLAIN, replace(PLAIN, kind="wsgi-server")), ["uvicorn (ASGI)", "uvicorn (WSGI)"]),
    ],
)
def test_no_two_groups_have_the_same_name(subjects: tuple[Subject, ...], names: list[str]) -> None:
    assert [group.name for group in groups(subjects)] == names


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ("aaab", ["", "d", "d", ""]),
        ("aaba", ["s", "s", "s", ""]),
        ("abaa", ["s", "s", "s", ""]),
    ],
)
def test_a_group_of_one_mind_shows_its_first_cell(values: str, classes: list[str]) -> None:
    assert folds((Group("x", "1", range(3)), Group("y", "1", range(3, 4))), values) == classes
