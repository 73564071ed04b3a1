"""The run inside the page: compact JSON in which every text, exchange and judgement stands once, compressed.

Columns, rows and cases are arrays, and refer to each other by index; `templates/data.js` reads them.
"""

import base64
import gzip
import json
import shlex
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from asgi_conformance.report.capability import Capability
from asgi_conformance.report.comparison.compare import Change, Comparison
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.exchange import LONGEST_TEXT, SHORT_TEXT, Exchanges, Pool, Texts
from asgi_conformance.report.knowledge import Knowledge, Rule
from asgi_conformance.report.marks import CAPABILITY_WORDS, MARKS
from asgi_conformance.report.matrix import Cell, Matrix, Row
from asgi_conformance.report.repeat import options, selection
from asgi_conformance.report.sentence import when
from asgi_conformance.results import Check, Result, Run, Script, Subject
from asgi_conformance.verdict import Verdict

Kits = Callable[[Subject, Result], str | None]
"""The stand-alone reproduction of a result, as text; None where there is none."""

LONGEST_NAME = 200
"""Characters of an id, a version, a title; they stand in the page as often as they are spoken of."""
LONGEST_LINE = 4000
"""Of a command line, a summary, a note."""
LONGEST_KIT = 100_000
"""Of a reproduction. A longer one is left out, for half of it would be none."""
LONGEST_SCRIPT = 200
"""Lines."""


class Embedding:
    """One page's worth of pools."""

    def __init__(self, run: Run, matrix: Matrix) -> None:
        self.run, self.matrix = run, matrix
        self.texts = Texts()
        self.exchange = Exchanges(self.texts)
        self.code = Pool()
        self.checks = Pool()
        self.cases: dict[tuple[str, Script | None], int] = {}
        self.titles: dict[str, str] = {}

    def case(self, result: Result) -> int:
        self.titles.setdefault(result.case, result.title)
        return self.cases.setdefault((result.case, result.script), len(self.cases))

    def row(self, row: Row) -> list[list[int]]:
        return [self.cell(cell) for cell in row.cells]

    def cell(self, cell: Cell) -> list[int]:
        """Case and check, case and check, ..."""
        return [index for result, check in cell.found for index in (self.case(result), self.check(check))]

    def check(self, check: Check) -> int:
        longest = SHORT_TEXT if check.verdict is Verdict.PASS else LONGEST_TEXT
        words = (check.how, check.behaviour, check.expected, check.observed)
        found = (self.texts.text(word, longest) for word in words)
        line = -1 if check.line is None else check.line
        baseline = () if check.baseline is None else (self.texts.text(check.baseline),)
        return self.checks((MARKS[check.verdict].css, line, *found, *baseline))

    def script(self, case: str, own: Script | None) -> list[Any]:
        """`own`: that of a generated case. The pattern that selects it is last, where it is not the id itself."""
        script = own or self.run.scripts.get(case) or Script(self.titles[case], ())
        lines = [self.texts.text(line) for line in script.lines[:LONGEST_SCRIPT]]
        if missing := len(script.lines) - len(lines):
            lines.append(self.texts.text(f"… {missing} more lines …"))
        note = self.texts.lines(script.note, LONGEST_LINE)
        shown, globbed = visible(case), line(selection(case, generated=own is not None))
        named = [] if globbed == f"'{shown}'" and len(shown) <= LONGEST_NAME else [globbed]
        return [name(case), name(script.title), note, lines, *named]

    def kit(self, text: str) -> list[int]:
        """Lines, as first index and number of each series that follows one upon another in the pool."""
        series: list[int] = []
        for line in map(self.code, map(visible, text.split("\n"))):
            if series and line == series[-2] + series[-1]:
                series[-1] += 1
            else:
                series += [line, 1]
        return series

    def kits(self, subject: Subject, kits: Kits) -> dict[int, list[int]]:
        """By case, of what is broken; empty where one is too long to stand here."""
        texts = {
            self.case(result): kits(subject, result)
            for result in subject.results
            if any(check.verdict.is_bad for check in result.checks)
        }
        return {
            case: self.kit(text) if len(text) <= LONGEST_KIT else [] for case, text in texts.items() if text is not None
        }

    def change(self, change: Change) -> list[Any]:
        """Kind; verdict and words before and after, where there were any."""
        views = [
            [] if view is None else [MARKS[view.verdict].css, self.texts.text(view.words)]
            for view in (change.before, change.after)
        ]
        return [change.kind.value, *views]

    def subject(self, column: int) -> list[str]:
        """Label, the version where the label has it not, kind, command."""
        subject = self.matrix.subjects[column]
        command = " ".join(["pytest", *map(shlex.quote, options(subject))])
        label = self.matrix.labels[column]
        version = "" if label.endswith(f" {subject.version}") else subject.version
        return [name(label), name(version), name(subject.kind), line(command)]


def embedded(
    run: Run,
    matrix: Matrix,
    capabilities: Sequence[Capability],
    knowledge: Knowledge,
    *,
    comparison: Comparison | None = None,
    kits: Kits | None = None,
) -> str:
    """JSON, in which everything foreign is visible."""
    page = Embedding(run, matrix)
    cells = [page.row(row) for row in matrix.rows]
    exchanges = [{page.case(r): page.exchange(r) for r in subject.results} for subject in run.subjects]
    rules = {row.rule.id: [*_rule(row.rule), row.level.value] for row in matrix.rows}
    for requirement in _rested_on(capabilities):
        rules.setdefault(requirement, [*_rule(knowledge.rule(requirement)), ""])
    numbers = {requirement: index for index, requirement in enumerate(rules)}
    document = {
        "verdicts": {mark.css: verdict.value for verdict, mark in MARKS.items()},
        "abilities": {ability.lower(): word for ability, word in CAPABILITY_WORDS.items()},
        "subjects": [page.subject(column) for column in range(len(run.subjects))],
        "rules": list(rules.values()),
        "cells": cells,
        "capabilities": [_capability(capability, numbers) for capability in capabilities],
        "changes": _changes(page, comparison) if comparison else {},
        "since": name(when(comparison.old.started)) if comparison else "",
        "exchanges": exchanges,
        "kits": [page.kits(subject, kits) for subject in run.subjects] if kits else [],
        "cases": [page.script(*case) for case in page.cases],
        "checks": page.checks.values(),
        "moments": page.exchange.moments.values(),
        "shapes": page.exchange.shapes.values(),
        "texts": page.texts.values(),
        "code": page.code.values(),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def packed(text: str) -> str:
    """As it stands in the page: gzip in base64, which no markup can be in. The same text gives the same bytes."""
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def name(text: str) -> str:
    """A short foreign text that stands where it is used."""
    return visible(cut(text, LONGEST_NAME))


def line(text: str) -> str:
    """A longer one."""
    return visible(cut(text, LONGEST_LINE))


def _rule(rule: Rule) -> Iterable[str]:
    return [name(rule.id), name(rule.title), *map(line, (rule.summary, rule.source, rule.url, rule.since))]


def _capability(capability: Capability, numbers: dict[str, int]) -> list[Any]:
    return [
        capability.id,
        capability.title,
        [numbers[requirement] for requirement in capability.requirements],
        [[ability.mark.lower(), line(ability.words)] for ability in capability.abilities],
    ]


def _changes(page: Embedding, comparison: Comparison) -> dict[int, dict[int, list[Any]]]:
    """By row and column."""
    found = {
        row: {
            column: page.change(change)
            for column, subject in enumerate(page.matrix.subjects)
            if (change := comparison.change(subject.id, requirement.rule.id))
        }
        for row, requirement in enumerate(page.matrix.rows)
    }
    return {row: changes for row, changes in found.items() if changes}


def _rested_on(capabilities: Sequence[Capability]) -> Iterable[str]:
    return (requirement for capability in capabilities for requirement in capability.requirements)
