"""The rows of the page's matrix: what a row needs besides its cells, so that no script has to look for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asgi_conformance.report.columns import Group, folds
from asgi_conformance.report.comparison.compare import Change, Comparison
from asgi_conformance.report.marks import MARKS
from asgi_conformance.report.matrix import Cell, Matrix, Row, Section, Tally

NOT_ASKED, NOT_CHANGED = "x", "-"


@dataclass(frozen=True, slots=True)
class Place:
    """One cell."""

    cell: Cell
    fold: str
    """Its class among the configurations of its subject (`columns.folds`)."""
    change: Change | None


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement."""

    row: Row
    places: tuple[Place, ...]

    @property
    def verdicts(self) -> str:
        """A letter for each column (`marks.Mark.css`)."""
        return "".join(MARKS[cell.verdict].css if cell.verdict else NOT_ASKED for cell in self.row.cells)

    @property
    def answers(self) -> str:
        """A letter for each column; the same one where verdict and behaviour are the same."""
        seen: dict[object, str] = {}
        return "".join(
            seen.setdefault((cell.verdict, cell.behaviours), letter(len(seen))) if cell.found else NOT_CHANGED
            for cell in self.row.cells
        )

    @property
    def changes(self) -> str:
        """The first letter of each column's `compare.Kind`; empty where nothing has changed."""
        kinds = "".join(place.change.kind.value[0] if place.change else NOT_CHANGED for place in self.places)
        return kinds if kinds.strip(NOT_CHANGED) else ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One section with its lines."""

    section: Section
    lines: tuple[Line, ...]
    folds: tuple[str, ...]
    """Of its tallies."""

    @property
    def tallies(self) -> Iterable[tuple[Tally, str]]:
        return zip(self.section.tallies, self.folds, strict=True)


def letter(index: int) -> str:
    """`a` to `z`, and beyond them what is no mark-up either."""
    return chr((0x61 if index < 26 else 0x100) + index)


def chapters(matrix: Matrix, groups: Sequence[Group], comparison: Comparison | None) -> tuple[Chapter, ...]:
    """Of a subject that a run has in several versions, the last column is the one that was compared."""
    compared = {label.id: column for column, label in enumerate(matrix.subjects)}
    columns = {column: name for name, column in compared.items()}

    def line(row: Row) -> Line:
        changes = [
            comparison.change(columns[column], row.rule.id) if comparison and column in columns else None
            for column in range(len(row.cells))
        ]
        said = [
            (cell.verdict, cell.words, cell.known, change and change.kind)
            for cell, change in zip(row.cells, changes, strict=True)
        ]
        return Line(row, tuple(map(Place, row.cells, folds(groups, said), changes)))

    return tuple(
        Chapter(section, tuple(map(line, section.rows)), tuple(folds(groups, [_told(t) for t in section.tallies])))
        for section in matrix.sections
    )


def _told(tally: Tally) -> tuple[object, ...]:
    return (str(tally), *tally.others.items())
