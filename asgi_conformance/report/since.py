"""What has changed since an older run, as the page tells it on top."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from asgi_conformance.report.comparison.compare import Change, Comparison, Kind
from asgi_conformance.report.matrix import Matrix
from asgi_conformance.report.sentence import when
from asgi_conformance.results import Subject

GLYPHS = {Kind.BROKEN: "▼", Kind.FIXED: "▲", Kind.CHANGED: "↻", Kind.NEW: "＋", Kind.RETIRED: "−"}
"""A shape for each, so that nothing depends on colour."""


@dataclass(frozen=True, slots=True)
class Since:
    """The line below the heading."""

    date: str
    counts: Mapping[Kind, int]
    """Cells; kinds that occur, in the order of `Kind`."""
    versions: tuple[tuple[str, str, str], ...]
    """(id, old version, new version) of those that have another one now."""
    come: tuple[Subject, ...]
    gone: tuple[Subject, ...]
    retired: tuple[Change, ...]
    """Those that the matrix has no row for."""
    same_suites: bool
    untold: int
    """How many requirements on a subject could not be compared."""


def since(comparison: Comparison, matrix: Matrix) -> Since:
    counts = Counter(change.kind for change in comparison.changes)
    shown = {row.rule.id for row in matrix.rows}
    pairs = [(pair.new.id, pair.old.version, pair.new.version) for pair in comparison.pairs]
    return Since(
        date=when(comparison.old.started),
        counts={kind: counts[kind] for kind in Kind if counts[kind]},
        versions=tuple(pair for pair in pairs if pair[1] != pair[2]),
        come=comparison.come,
        gone=comparison.gone,
        retired=tuple(change for change in comparison.changes if change.requirement not in shown),
        same_suites=comparison.same_suites,
        untold=len(comparison.untold),
    )


def was(change: Change) -> str:
    """`was fail: 500`"""
    if change.before is None:
        return "not settled before"
    return f"was {change.before.verdict.value}{': ' if change.before.words else ''}{change.before.words}"
