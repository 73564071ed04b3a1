"""A comparison in the terminal."""

from collections.abc import Iterator

from asgi_conformance.report.comparison.compare import Change, Comparison, Kind
from asgi_conformance.report.comparison.words import MEANINGS, cases, counts, dates, release, reservations, view
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.marks import paint

LONGEST = 100
"""Characters of a subject's words."""
COLOURS = {Kind.BROKEN: "31;1", Kind.FIXED: "32", Kind.CHANGED: "33", Kind.NEW: "34", Kind.RETIRED: "2"}
BOLD = "1"


def to_text(comparison: Comparison, *, color: bool = False) -> list[str]:
    """Lines; subject by subject, the worst first."""
    lines = [f"From {visible(dates(comparison))}", *map(visible, reservations(comparison))]
    for pair in comparison.pairs:
        head = f"{cut(visible(release(pair)), LONGEST)}: {counts(comparison, pair.new.id)}"
        lines += ["", paint(head, BOLD, color=color)]
        for kind in Kind:
            changes = [change for change in comparison.of(pair.new.id) if change.kind is kind]
            if changes:
                lines.append(f"  {paint(kind.value, COLOURS[kind], color=color)} ({MEANINGS[kind]})")
                lines += [f"    {line}" for change in changes for line in _change(change)]
    return lines


def _change(change: Change) -> Iterator[str]:
    yield visible(change.requirement)
    yield f"    {_said(view(change.before))} → {_said(view(change.after))}"
    for (before, after), names in cases(change).items():
        if (before, after) != (change.before, change.after):
            yield f"    {_said(view(before))} → {_said(view(after))} in"
        yield from (f"      {_said(name)}" for name in names)


def _said(text: str) -> str:
    return cut(visible(text), LONGEST)
