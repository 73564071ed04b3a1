"""The report for a README, an issue or a pull request: GitHub-flavoured Markdown, readable as plain text."""

from collections.abc import Iterable, Sequence

from asgi_conformance.report import known
from asgi_conformance.report.capability import Capability, assessed
from asgi_conformance.report.cross import Cross, Pair, cross
from asgi_conformance.report.escape import code, cut, markdown
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.report.markdown_table import link, table
from asgi_conformance.report.marks import ABSENT, CAPABILITY, CAPABILITY_WORDS, MARKS
from asgi_conformance.report.matrix import Cell, Matrix, Row, Section, Tally, build
from asgi_conformance.report.sentence import heading
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict

LONGEST = 60
"""Characters of a behaviour or a name in a cell."""


def to_markdown(run: Run, knowledge: Knowledge | None = None) -> str:
    """One row a requirement, one column a subject; sections in which all is well are counted, not listed."""
    knowledge = knowledge or published()
    matrix = build(run, knowledge)
    parts = [
        "# ASGI and WSGI conformance\n",
        f"{'' if run.complete else '⚠️ '}{markdown(heading(run))}\n",
        *_capabilities(matrix, assessed(matrix, knowledge)),
        *_cross(cross(matrix)),
        *_summaries(matrix),
        *_sections(matrix),
        _legend(matrix),
    ]
    return "\n".join(parts)


def to_capabilities(run: Run, knowledge: Knowledge | None = None) -> str:
    """What works, and nothing else: for a README."""
    knowledge = knowledge or published()
    matrix = build(run, knowledge)
    return "\n".join(_capabilities(matrix, assessed(matrix, knowledge))[1:])


def _heads(matrix: Matrix) -> list[str]:
    return [code(cut(label, LONGEST)) for label in matrix.labels]


def _capabilities(matrix: Matrix, capabilities: Sequence[Capability]) -> list[str]:
    if not capabilities or not matrix.subjects:
        return []
    notes: dict[str, int] = {}
    rows = [["", *_heads(matrix)]]
    for capability in capabilities:
        cells = []
        for ability in capability.abilities:
            mark = CAPABILITY[ability.mark]
            if ability.words and ability.mark not in ("UNKNOWN", "NONE"):
                mark += f" <sup>{notes.setdefault(ability.words, len(notes) + 1)}</sup>"
            cells.append(mark)
        rows.append([markdown(capability.title), *cells])
    listed = [f"{number}. {markdown(words)}\n" for words, number in notes.items()]
    legend = " · ".join(f"{mark} {CAPABILITY_WORDS[name]}" for name, mark in CAPABILITY.items())
    return ["## What works\n", table(rows, centred=True), f"{legend}\n", *(["".join(listed)] if listed else [])]


def _cross(found: Cross) -> list[str]:
    if not found.lines:
        return []
    rows = [["", *(code(cut(server, LONGEST)) for server in found.servers)]]
    for line in found.lines:
        rows.append([code(cut(line.application, LONGEST)), *map(_pair, line.pairs)])
    return ["## Applications on servers\n", table(rows, centred=True)]


def _pair(pair: Pair | None) -> str:
    if pair is None:
        return ABSENT
    others = [f"{MARKS[verdict].glyph}{count}" for verdict, count in pair.others.items()]
    return " ".join([f"{pair.kept}/{pair.decided}", *others])


def _summaries(matrix: Matrix) -> list[str]:
    if not matrix.subjects:
        return []
    lines = [
        f"- {code(cut(label, LONGEST))} {code(subject.version)}: {known.summary(matrix, column)}\n"
        for column, (label, subject) in enumerate(zip(matrix.labels, matrix.subjects, strict=True))
    ]
    return ["## Requirements\n", "".join(lines)]


def _sections(matrix: Matrix) -> list[str]:
    if not matrix.sections:
        return []
    counts = [[markdown(section.name), *map(_tally, section.tallies)] for section in matrix.sections]
    parts = [table([["section", *_heads(matrix)], *counts], centred=True)]
    for section in matrix.sections:
        open_rows = [row for row in section.rows if not row.clean]
        if open_rows:
            parts += [f"### {markdown(section.name)}\n", _requirements(matrix, open_rows)]
    return [*parts, "## Every requirement\n", *(_full(matrix, section) for section in matrix.sections)]


def _full(matrix: Matrix, section: Section) -> str:
    summary = f"<summary>{markdown(section.name)} ({len(section.rows)})</summary>"
    return f"<details>{summary}\n\n{_requirements(matrix, section.rows)}\n</details>\n"


def _requirements(matrix: Matrix, rows: Iterable[Row]) -> str:
    """The table, and below it what the baseline says of failures that it knows, each note once."""
    notes: dict[str, int] = {}
    lines = [[_requirement(row), *(_cell(cell, notes) for cell in row.cells)] for row in rows]
    listed = [f"{number}. known: {markdown(note)}\n" for note, number in notes.items()]
    return table([["requirement", *_heads(matrix)], *lines], centred=True) + ("\n" + "".join(listed) if listed else "")


def _requirement(row: Row) -> str:
    return f"{link(markdown(row.rule.title), row.rule.url)}<br>{row.level.value} {code(row.rule.id)}"


def _cell(cell: Cell, notes: dict[str, int]) -> str:
    if cell.verdict is None:
        return ABSENT
    words = code(cut(cell.words, LONGEST))
    if not words and cell.verdict is not Verdict.PASS:
        words = cell.verdict.value
    return " ".join(filter(None, [MARKS[cell.verdict].glyph, words, _known(cell, notes)]))


def _known(cell: Cell, notes: dict[str, int]) -> str:
    """`(known <sup>1</sup>)`, with the numbers of its notes."""
    numbers = [str(notes.setdefault(note, len(notes) + 1)) for note in known.notes(cell)]
    word = "known" if cell.known else "known in part"
    return f"({word} <sup>{', '.join(numbers)}</sup>)" if numbers else ""


def _tally(tally: Tally) -> str:
    others = " ".join(f"{MARKS[verdict].glyph}{count}" for verdict, count in tally.others.items())
    return " ".join(filter(None, [str(tally), others])) or ABSENT


def _legend(matrix: Matrix) -> str:
    met = {cell.verdict for row in matrix.rows for cell in row.cells}
    shown = [f"{mark.glyph} {verdict.value}: {mark.meaning}" for verdict, mark in MARKS.items() if verdict in met]
    return f"<sub>{' · '.join([*shown, f'{ABSENT} not asked'])}</sub>\n"
