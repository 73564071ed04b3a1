"""What a baseline says beside the verdicts, which stay what they are."""

from asgi_conformance.report.matrix import Cell, Matrix


def notes(cell: Cell) -> tuple[str, ...]:
    """What is known of the failures in a cell, each note once."""
    return tuple(dict.fromkeys(check.baseline for _, check in cell.found if check.baseline and check.verdict.is_bad))


def summary(matrix: Matrix, column: int) -> str:
    """One subject in one line: `MUST 231/238 · SHOULD 40/52 · known 3`, requirements whose failures are all known."""
    known = sum(row.cells[column].known for row in matrix.rows)
    words = str(matrix.summaries[column]) or "nothing decided"
    return f"{words} · known {known}" if known else words
