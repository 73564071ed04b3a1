"""The report as Markdown."""

import re
from dataclasses import replace

from asgi_conformance.report.markdown import to_markdown
from asgi_conformance.verdict import Verdict

from . import synthetic
from .golden import agrees
from .samples import KNOWLEDGE, RUN, UVICORN, check, result


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


def test_a_note_of_the_baseline_stands_beside_the_true_verdict_once() -> None:
    note = "upstream has | it (https://example.org/1, until 2027-01-31)"
    known = [check(name, Verdict.FAIL, baseline=note) for name in ("http.scope.type", "http.scope.method.upper")]
    partly = check("http.scope.state", Verdict.WARN, baseline="another"), check("http.scope.state", Verdict.WARN)
    subject = replace(UVICORN, results=(result("a/b", *known, *partly),))
    text = to_markdown(replace(RUN, subjects=(subject,)), KNOWLEDGE)
    assert "MUST 0/2 · SHOULD 0/1 · known 2" in text
    assert text.count("| ✗ fail (known <sup>1</sup>) |") == 4
    assert text.count("| ⚠ warn (known in part <sup>2</sup>) |") == 2
    listed = "1. known: upstream has &#124; it (https://example.org/1, until 2027-01-31)\n2. known: another\n"
    assert text.count(listed) == 2


def test_an_incomplete_run_is_marked() -> None:
    text = to_markdown(replace(RUN, complete=False, performed=3), KNOWLEDGE)
    assert "⚠️ 3 ASGI servers" in text
    assert "Incomplete: 3 of 30" in text


def test_a_run_of_nothing_is_a_report_too() -> None:
    assert "Nothing tested on" in to_markdown(replace(RUN, subjects=()), KNOWLEDGE)


def test_the_same_run_gives_the_same_bytes() -> None:
    first, second = (to_markdown(synthetic.run(30, 3), synthetic.knowledge(30)) for _ in range(2))
    assert first == second
