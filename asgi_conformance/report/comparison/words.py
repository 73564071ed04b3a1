"""How a comparison is said, in every medium."""

from collections import Counter
from collections.abc import Iterator

from asgi_conformance.report.comparison.compare import Change, Comparison, Kind, Pair, View
from asgi_conformance.report.marks import ABSENT, MARKS
from asgi_conformance.report.sentence import completeness, plural, when
from asgi_conformance.results import Run

MEANINGS = {
    Kind.BROKEN: "was kept, is broken now",
    Kind.FIXED: "was broken, is kept now",
    Kind.CHANGED: "behaves otherwise, or is judged otherwise",
    Kind.NEW: "was not settled, is now",
    Kind.RETIRED: "was settled, is not any more",
}


def release(pair: Pair) -> str:
    """`uvicorn 0.30.0 → 0.34.0`; not escaped."""
    old, new = (f"{subject.id} {subject.version}".strip() for subject in (pair.old, pair.new))
    same = pair.old.id == pair.new.id
    return f"{old} → {pair.new.version if same else new}" if old != new else new


def verdict(view: View | None) -> str:
    """`✗ fail`"""
    return f"{MARKS[view.verdict].glyph} {view.verdict.value}" if view else ABSENT


def view(one: View | None) -> str:
    """`✗ fail: 500`; not escaped."""
    return f"{verdict(one)}: {one.words}" if one and one.words else verdict(one)


def cases(change: Change) -> dict[tuple[View | None, View | None], list[str]]:
    """The cases worth naming, by what became of them: where the requirement as a whole does not tell the story, and is
    not new or retired."""
    found: dict[tuple[View | None, View | None], list[str]] = {}
    for case in change.cases if change.kind not in (Kind.NEW, Kind.RETIRED) else ():
        found.setdefault((case.before, case.after), []).append(case.case)
    return found if list(found) != [(change.before, change.after)] or len(change.cases) > 1 else {}


def counts(comparison: Comparison, subject: str) -> str:
    """`2 broken, 1 fixed`; `nothing has changed`."""
    found = Counter(change.kind for change in comparison.of(subject))
    return ", ".join(f"{found[kind]} {kind.value}" for kind in Kind if found[kind]) or "nothing has changed"


def reservations(comparison: Comparison) -> Iterator[str]:
    """What a reader has to know before he believes any of it; not escaped."""
    if not comparison.same_suites:
        yield "The two runs are of different suites: a change may be theirs, and not the subject's."
    for name, run in (("old", comparison.old), ("new", comparison.new)):
        if not run.complete:
            yield f"The {name} run is not complete; what it did not come to is not compared. {completeness(run)}"
    if comparison.untold:
        told = plural(len(comparison.untold), "requirement")
        yield f"Of {told} some cases could not be compared: one of the runs did not settle them."
    for name, subjects in (("old", comparison.gone), ("new", comparison.come)):
        if subjects:
            yield f"In the {name} run only: {', '.join(f'{one.id} {one.version}'.strip() for one in subjects)}."
    if not comparison.pairs:
        yield "No subject is in both runs; name two that are the same with --subject OLD_ID=NEW_ID."


def dates(comparison: Comparison) -> str:
    """`From 21 November 2026, 14:03 UTC to …`"""
    return " to ".join(map(_date, (comparison.old, comparison.new)))


def _date(run: Run) -> str:
    return f"the run of {when(run.started)} (asgi-conformance {run.suite_version})"
