"""The report for a README, an issue or a pull request: GitHub-flavoured Markdown, readable as plain text."""

from collections.abc import Iterable, Sequence

from asgi_conformance.report.capability import Capability, assessed
from asgi_conformance.report.cross import Cross, Pair, cross
from asgi_conformance.report.escape import code, cut, markdown
from asgi_conformance.report.knowledge import Knowledge, published
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


def _table(rows: Iterable[Sequence[str]]) -> str:
    """The first row is the head. The cells are already escaped."""
    head, *body = rows
    lines = [head, ["---", *([":-:"] * (len(head) - 1))], *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _heads(matrix: Matrix) -> list[str]:
    return [code(cut(label, LONGEST)) for label in matrix.labels]


def _capabilities(matrix: Matrix, capabilities: Sequence[Capability]) -> list[str]:
    if not capabilities or not matrix.subjects:
        return []
    notes: list[str] = []
    rows = [["", *_heads(matrix)]]
    for capability in capabilities:
        cells = []
        for label, ability in zip(matrix.labels, capability.abilities, strict=True):
            mark = CAPABILITY[ability.mark]
            if ability.words and ability.mark not in ("UNKNOWN", "NONE"):
                name = code(cut(label, LONGEST))
                notes.append(f"{len(notes) + 1}. {markdown(capability.title)}, {name}: {markdown(ability.words)}\n")
                mark += f" <sup>{len(notes)}</sup>"
            cells.append(mark)
        rows.append([markdown(capability.title), *cells])
    legend = " · ".join(f"{mark} {CAPABILITY_WORDS[name]}" for name, mark in CAPABILITY.items())
    return ["## What works\n", _table(rows), f"{legend}\n", *(["".join(notes)] if notes else [])]


def _cross(table: Cross) -> list[str]:
    if not table.lines:
        return []
    rows = [["", *(code(cut(server, LONGEST)) for server in table.servers)]]
    for line in table.lines:
        rows.append([code(cut(line.application, LONGEST)), *map(_pair, line.pairs)])
    return ["## Applications on servers\n", _table(rows)]


def _pair(pair: Pair | None) -> str:
    if pair is None:
        return ABSENT
    others = [f"{MARKS[verdict].glyph}{count}" for verdict, count in pair.others.items()]
    return " ".join([f"{pair.kept}/{pair.decided}", *others])


def _summaries(matrix: Matrix) -> list[str]:
    if not matrix.subjects:
        return []
    lines = [
        f"- {code(cut(label, LONGEST))} {code(subject.version)}: {str(summary) or 'nothing decided'}\n"
        for label, subject, summary in zip(matrix.labels, matrix.subjects, matrix.summaries, strict=True)
    ]
    return ["## Requirements\n", "".join(lines)]


def _sections(matrix: Matrix) -> list[str]:
    if not matrix.sections:
        return []
    counts = [[markdown(section.name), *map(_tally, section.tallies)] for section in matrix.sections]
    parts = [_table([["section", *_heads(matrix)], *counts])]
    for section in matrix.sections:
        open_rows = [row for row in section.rows if not row.clean]
        if open_rows:
            parts += [f"### {markdown(section.name)}\n", _requirements(matrix, open_rows)]
    return [*parts, "## Every requirement\n", *(_full(matrix, section) for section in matrix.sections)]


def _full(matrix: Matrix, section: Section) -> str:
    summary = f"<summary>{markdown(section.name)} ({len(section.rows)})</summary>"
    return f"<details>{summary}\n\n{_requirements(matrix, section.rows)}\n</details>\n"


def _requirements(matrix: Matrix, rows: Iterable[Row]) -> str:
    return _table(
        [["requirement", *_heads(matrix)], *([_requirement(row), *map(_cell, row.cells)] for row in rows)],
    )


def _requirement(row: Row) -> str:
    title = markdown(row.rule.title)
    linked = f"[{title}](<{_address(row.rule.url)}>)" if row.rule.url else title
    return f"{linked}<br>{row.level.value} {code(row.rule.id)}"


def _address(url: str) -> str:
    return url.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")


def _cell(cell: Cell) -> str:
    if cell.verdict is None:
        return ABSENT
    words = code(cut(cell.words, LONGEST))
    if not words and cell.verdict is not Verdict.PASS:
        words = cell.verdict.value
    return " ".join(filter(None, [MARKS[cell.verdict].glyph, words, "(known)" if cell.known else ""]))


def _tally(tally: Tally) -> str:
    others = " ".join(f"{MARKS[verdict].glyph}{count}" for verdict, count in tally.others.items())
    return " ".join(filter(None, [str(tally), others])) or ABSENT


def _legend(matrix: Matrix) -> str:
    met = {cell.verdict for row in matrix.rows for cell in row.cells}
    known = [f"{mark.glyph} {verdict.value}: {mark.meaning}" for verdict, mark in MARKS.items() if verdict in met]
    return f"<sub>{' · '.join([*known, f'{ABSENT} not asked'])}</sub>\n"
