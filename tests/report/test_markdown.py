"""The report as Markdown."""

import re
from dataclasses import replace

from asgi_conformance.report.markdown import to_markdown

from . import synthetic
from .golden import agrees
from .samples import KNOWLEDGE, RUN, UVICORN


def test_the_whole_report() -> None:
    assert agrees("report.md", to_markdown(RUN, KNOWLEDGE))


def test_every_table_has_as_many_cells_in_each_row() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", to_markdown(RUN, KNOWLEDGE), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_nothing_a_subject_said_is_markup() -> None:
    text = to_markdown(RUN, KNOWLEDGE)
    assert "<script" not in text
    assert "<b>" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "](http://evil" not in text


def test_sections_in_which_all_is_well_are_only_counted() -> None:
    well = replace(UVICORN, results=UVICORN.results[1:2])
    text = to_markdown(replace(RUN, subjects=(well,)), KNOWLEDGE)
    assert "### " not in text
    assert "| http.response | 1/1 |" in text
    assert "<details><summary>http.response (1)</summary>" in text


def test_an_incomplete_run_is_marked() -> None:
    text = to_markdown(replace(RUN, complete=False, performed=3), KNOWLEDGE)
    assert "⚠️ 3 ASGI servers" in text
    assert "Incomplete: 3 of 30" in text


def test_a_run_of_nothing_is_a_report_too() -> None:
    assert "Nothing tested on" in to_markdown(replace(RUN, subjects=()), KNOWLEDGE)


def test_the_same_run_gives_the_same_bytes() -> None:
    first, second = (to_markdown(synthetic.run(30, 3), synthetic.knowledge(30)) for _ in range(2))
    assert first == second
