"""The summary that pytest prints at its end: sections down, subjects across, a line of counts for each subject."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asgi_conformance.report import known
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.report.marks import ABSENT, MARKS, paint
from asgi_conformance.report.matrix import Matrix, Tally, build
from asgi_conformance.report.sentence import completeness
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict

GAP = "  "
LONGEST_NAME = 22
GOOD, BAD, DIM, BOLD = "32", "31;1", "2", "1"
URGENT = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN, Verdict.BLOCKED, Verdict.NOT_RUN)
"""What a section shows beside its score; the rest only where there is no score (the summary has it all)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A few characters in one colour."""

    text: str
    ansi: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One subject: its name, an option a line, and a tally for each section."""

    name: tuple[str, ...]
    cells: tuple[tuple[Piece, ...], ...]

    @property
    def width(self) -> int:
        return max([*map(len, self.name), *(len(_joined(cell, color=False)) for cell in self.cells)], default=0)


def to_terminal(run: Run, width: int, color: bool = False, *, knowledge: Knowledge | None = None) -> list[str]:
    """Lines of at most `width` columns, unless a single subject needs more. `color`: with SGR escapes of our own."""
    matrix = build(run, knowledge or published())
    heads = [section.name for section in matrix.sections]
    columns = [_column(matrix, number) for number in range(len(matrix.subjects))]
    lines: list[str] = []
    for block in _blocks(columns, width - max(map(len, heads), default=0)):
        lines += [*_block(heads, block, color=color), ""]
    lines += _summaries(matrix, width, color=color)
    if not run.complete:
        lines.append(paint(completeness(run), BAD, color=color))
    return lines


def _column(matrix: Matrix, number: int) -> Column:
    """Its head is `uvicorn`, `http=h11`, `ws=wsproto`."""
    label = visible(matrix.labels[number])
    name, _, options = label.partition("[")
    words = [name, *options.removesuffix("]").split(",")] if label.endswith("]") else [label]
    cells = tuple(_tally(section.tallies[number]) for section in matrix.sections)
    return Column(tuple(cut(word, LONGEST_NAME) for word in words if word), cells)


def _tally(tally: Tally) -> tuple[Piece, ...]:
    """`33/35  ✗2 ⚠1`"""
    if not tally.counts:
        return (Piece(ABSENT, DIM),)
    score = [Piece(str(tally), GOOD if tally.passed == tally.decided else "")] if tally.decided else []
    others = {v: count for v, count in tally.others.items() if v in URGENT or not tally.decided}
    return (
        *score,
        *(Piece(f"{MARKS[verdict].glyph}{count}", MARKS[verdict].ansi) for verdict, count in others.items()),
    )


def _joined(cell: Sequence[Piece], *, color: bool) -> str:
    first, *others = (paint(piece.text, piece.ansi, color=color) for piece in cell)
    return f"{first}{GAP}{' '.join(others)}" if others else first


def _blocks(columns: Sequence[Column], width: int) -> Iterator[Sequence[Column]]:
    """As many columns side by side as the terminal holds, and always at least one."""
    block: list[Column] = []
    for column in columns:
        if block and sum(len(GAP) + other.width for other in (*block, column)) > width:
            yield block
            block = []
        block.append(column)
    if block:
        yield block


def _block(heads: Sequence[str], columns: Sequence[Column], *, color: bool) -> list[str]:
    first = max(map(len, heads), default=0)
    tallest = max(len(column.name) for column in columns)
    names = [(*column.name, *[""] * (tallest - len(column.name))) for column in columns]
    lines = [
        GAP.join([" " * first, *(f"{name[line]:{column.width}}" for name, column in zip(names, columns, strict=True))])
        for line in range(tallest)
    ]
    for row, head in enumerate(heads):
        lines.append(GAP.join([f"{head:{first}}", *(_padded(column, row, color=color) for column in columns)]))
    return [line.rstrip() for line in lines]


def _padded(column: Column, row: int, *, color: bool) -> str:
    bare = _joined(column.cells[row], color=False)
    return _joined(column.cells[row], color=color) + " " * (column.width - len(bare))


def _summaries(matrix: Matrix, width: int, *, color: bool) -> list[str]:
    """A line for each subject; two where one would be too long."""
    names = [cut(visible(label), 2 * LONGEST_NAME) for label in matrix.labels]
    texts = [known.summary(matrix, column) for column in range(len(names))]
    widest = max(map(len, names), default=0)
    lines = []
    for name, text in zip(names, texts, strict=True):
        if widest + len(GAP) + max(map(len, texts)) <= width:
            lines.append(f"{paint(f'{name:{widest}}', BOLD, color=color)}{GAP}{text}")
        else:
            lines += [paint(name, BOLD, color=color), f"{GAP}{text}"]
    return lines
