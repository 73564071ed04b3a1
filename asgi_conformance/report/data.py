"""The run inside the page: compact JSON in which every text, exchange and judgement stands once.

Columns, rows and cases are arrays, and refer to each other by index; `templates/data.js` reads them. A timeline is
split into its shape (who did what), which many subjects share, and its times, which none do.
"""

import json
import re
import shlex
from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from asgi_conformance.report.capability import Capability
from asgi_conformance.report.deviation import around, first_line, here
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.knowledge import Knowledge, Rule
from asgi_conformance.report.marks import CAPABILITY_WORDS, MARKS
from asgi_conformance.report.matrix import Cell, Matrix, Row
from asgi_conformance.report.repeat import options, selection
from asgi_conformance.results import Check, Moment, Result, Run, Script
from asgi_conformance.verdict import Verdict

LONGEST_TEXT = 600
"""Characters of one foreign text; the run file has them all."""
SHORT_TEXT = 160
"""Characters of one where nothing went wrong, and few will look."""
LONGEST_TIMELINE = 60
"""Moments of one timeline."""

UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What could end the script element, or a line of JavaScript."""


UNSAFE_CHARACTER = re.compile(f"[{''.join(UNSAFE)}]")


class Pool:
    """Values by the index at which each was first met."""

    def __init__(self, *first: Hashable) -> None:
        self.indices: dict[Any, int] = {value: index for index, value in enumerate(first)}

    def __call__(self, value: Hashable) -> int:
        return self.indices.setdefault(value, len(self.indices))

    def values(self) -> list[Any]:
        return list(self.indices)


class Embedding:
    """One page's worth of pools."""

    def __init__(self, run: Run, matrix: Matrix) -> None:
        self.run, self.matrix = run, matrix
        self.texts = Pool("")
        self.moments = Pool()
        self.shapes = Pool()
        self.checks = Pool()
        self.cases: dict[tuple[str, Script | None], int] = {}
        self.titles: dict[str, str] = {}

    def text(self, text: str, longest: int = LONGEST_TEXT) -> int:
        """The index of a foreign text."""
        return self.texts(cut(visible(text), longest))

    def case(self, result: Result) -> int:
        self.titles.setdefault(result.case, result.title)
        return self.cases.setdefault((result.case, result.script), len(self.cases))

    def cell(self, cell: Cell) -> list[int]:
        """Case and check, case and check, ..."""
        return [index for result, check in cell.found for index in (self.case(result), self.check(check))]

    def check(self, check: Check) -> int:
        words = (check.how, check.behaviour, check.expected, check.observed)
        line = -1 if check.line is None else check.line
        baseline = () if check.baseline is None else (self.text(check.baseline),)
        longest = SHORT_TEXT if check.verdict is Verdict.PASS else LONGEST_TEXT
        found = (self.text(word, longest) for word in words)
        return self.checks((MARKS[check.verdict].css, line, *found, *baseline))

    def row(self, row: Row) -> list[list[int]]:
        return [self.cell(cell) for cell in row.cells]

    def exchange(self, result: Result) -> list[int]:
        """Shape, first deviating line and moment (-1: none), duration, time since the last moment (0.01 ms)."""
        line = first_line(result)
        marked = here(result.timeline, line)
        shown = around(len(result.timeline), marked, LONGEST_TIMELINE)
        longest = SHORT_TEXT if result.verdict is Verdict.PASS else LONGEST_TEXT
        shape: list[int] = []
        times, last = [], 0
        for index in shown:
            moment = None if index is None else result.timeline[index]
            missing = len(result.timeline) - len(shown) + shown.count(None)
            shape.append(self.moment(moment or Moment(0, "", "cut", f"{missing} more"), longest))
            now = last if moment is None else hundredths(moment.at)
            times.append(now - last)
            last = now
        place = shown.index(marked) if marked in shown and marked is not None else -1
        duration = hundredths(result.duration_ms * 1000)
        return [self.shapes(tuple(shape)), -1 if line is None else line, place, duration, *times]

    def moment(self, moment: Moment, longest: int) -> int:
        """The index of who, act and text."""
        return self.moments((self.text(moment.who), self.text(moment.act), self.text(moment.text, longest)))

    def script(self, case: str, own: Script | None) -> list[Any]:
        """`own`: that of a generated case."""
        script = own or self.run.scripts.get(case) or Script(self.titles[case], ())
        note = "\n".join(map(visible, script.note.split("\n")))
        lines = [self.text(line) for line in script.lines]
        shown, globbed = visible(case), visible(selection(case, generated=own is not None))
        return [shown, visible(script.title), note, lines, *([globbed] if globbed != f"'{shown}'" else [])]

    def subject(self, column: int) -> list[str]:
        subject = self.matrix.subjects[column]
        command = " ".join(["pytest", *map(shlex.quote, options(subject))])
        return [visible(text) for text in (self.matrix.labels[column], subject.version, subject.kind, command)]


def hundredths(microseconds: float) -> int:
    """Of a millisecond: no finer than the page shows."""
    return round(microseconds / 10)


def embedded(run: Run, matrix: Matrix, capabilities: Sequence[Capability], knowledge: Knowledge) -> str:
    """JSON that may stand in a `<script>` element."""
    page = Embedding(run, matrix)
    cells = [page.row(row) for row in matrix.rows]
    exchanges = [{page.case(r): page.exchange(r) for r in subject.results} for subject in run.subjects]
    rules = {row.rule.id: [*_rule(row.rule), row.level.value] for row in matrix.rows}
    for requirement in _rested_on(capabilities):
        rules.setdefault(requirement, [*_rule(knowledge.rule(requirement)), ""])
    numbers = {requirement: index for index, requirement in enumerate(rules)}
    document = {
        "verdicts": {mark.css: verdict.value for verdict, mark in MARKS.items()},
        "abilities": {name.lower(): word for name, word in CAPABILITY_WORDS.items()},
        "subjects": [page.subject(column) for column in range(len(run.subjects))],
        "rules": list(rules.values()),
        "cells": cells,
        "capabilities": [
            [
                capability.id,
                capability.title,
                [numbers[requirement] for requirement in capability.requirements],
                [[ability.mark.lower(), visible(ability.words)] for ability in capability.abilities],
            ]
            for capability in capabilities
        ],
        "cases": [page.script(*case) for case in page.cases],
        "exchanges": exchanges,
        "checks": page.checks.values(),
        "moments": page.moments.values(),
        "shapes": page.shapes.values(),
        "texts": page.texts.values(),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return UNSAFE_CHARACTER.sub(lambda match: UNSAFE[match[0]], text)


def _rule(rule: Rule) -> Iterable[str]:
    return [visible(text) for text in (rule.id, rule.title, rule.summary, rule.source, rule.url, rule.since)]


def _rested_on(capabilities: Sequence[Capability]) -> Iterable[str]:
    return (requirement for capability in capabilities for requirement in capability.requirements)
