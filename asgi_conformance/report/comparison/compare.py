"""Two runs as one value: what has changed on each subject, requirement by requirement and case by case.

Only what both runs *settled* is compared. `error` and `not-run` say nothing of a subject, and `blocked` says only that
something else went wrong first: a check that came to one of them is left out on both sides, so it can neither break nor
mend anything. What cannot be compared for it is listed apart (`Comparison.untold`), never silently dropped.

Two answers are the same if verdict and behaviour are. In which way exactly a rule was broken (`Check.how`) is shown,
and is no change: where a server races with its client it may be one way today and another tomorrow.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.report.matrix import Cell
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Verdict, worst

UNPERFORMED = (Verdict.ERROR, Verdict.NOT_RUN)
"""Not tried, whoever is to blame."""
UNSETTLED = (*UNPERFORMED, Verdict.BLOCKED)
"""What tells nothing of the requirement."""
GOOD = (Verdict.PASS, Verdict.NOTE, Verdict.OPEN)
"""Tried, and not broken. `unsupported` is neither good nor bad: it was not owed."""


class Kind(Enum):
    """What became of a requirement. The values are what reports print; the order is the one they are told in."""

    BROKEN = "broken"
    """It was not broken, and is now; or a case that was well is broken now, whatever the others are."""
    FIXED = "fixed"
    """It was broken, and nothing of it is now."""
    CHANGED = "changed"
    """Anything else: another behaviour, another verdict (`unsupported` to `pass`, `warn` to `fail`), broken in fewer
    cases."""
    NEW = "new"
    """Settled now; the old run did not settle it."""
    RETIRED = "retired"
    """Settled by the old run; not settled any more."""


@dataclass(frozen=True, slots=True)
class View:
    """How a requirement stands, as a cell of the matrix says it, of what could be compared."""

    verdict: Verdict
    words: str = ""


@dataclass(frozen=True, slots=True)
class CaseChange:
    """What became of the requirement in one case."""

    case: str
    before: View | None
    after: View | None


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement on one subject."""

    subject: str
    """Its id in the new run."""
    requirement: str
    kind: Kind
    before: View | None
    after: View | None
    cases: tuple[CaseChange, ...]
    """Those in which something changed; all that settle it where it is new or retired."""


@dataclass(frozen=True, slots=True)
class Untold:
    """Cases that one run settled and the other did not, so that nothing is known of a change."""

    subject: str
    requirement: str
    cases: tuple[str, ...]
    why: Verdict
    """What they came to where they were not settled, the worst of them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One subject in both runs."""

    old: Subject
    new: Subject


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed from one run to another."""

    old: Run
    new: Run
    pairs: tuple[Pair, ...]
    gone: tuple[Subject, ...]
    """In the old run only."""
    come: tuple[Subject, ...]
    """In the new run only."""
    by_cell: Mapping[tuple[str, str], Change] = field(default_factory=dict)
    """By subject id (of the new run) and requirement, in the order of the new run and of the catalogue."""
    untold: tuple[Untold, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(self.by_cell.values())

    @property
    def same_suites(self) -> bool:
        """If not, a change may be the suites' and not the subject's."""
        return self.old.suite_digest == self.new.suite_digest

    def change(self, subject: str, requirement: str) -> Change | None:
        """None: nothing has changed, as far as both runs tell."""
        return self.by_cell.get((subject, requirement))

    def of(self, subject: str) -> tuple[Change, ...]:
        """The changes of one subject of the new run."""
        return tuple(change for change in self.changes if change.subject == subject)


def compare(old: Run, new: Run, knowledge: Knowledge, renamed: Mapping[str, str] | None = None) -> Comparison:
    """What has changed on each subject that both runs have. `renamed`: ids of the old run to those of the new.

    Of a subject that a run has in several versions, the last one counts.
    """
    before = {(renamed or {}).get(subject.id, subject.id): subject for subject in old.subjects}
    after = {subject.id: subject for subject in new.subjects}
    pairs = tuple(Pair(before[name], subject) for name, subject in after.items() if name in before)
    found: dict[tuple[str, str], Change] = {}
    untold: list[Untold] = []
    for pair in pairs:
        for told in _told(pair, old, new, knowledge):
            if isinstance(told, Change):
                found[told.subject, told.requirement] = told
            else:
                untold.append(told)
    gone = tuple(subject for name, subject in before.items() if name not in after)
    come = tuple(subject for name, subject in after.items() if name not in before)
    return Comparison(old, new, pairs, gone, come, found, tuple(untold))


Cases = Mapping[str, Sequence[tuple[Result, Check]]]
"""The checks of one requirement, by case."""


def _told(pair: Pair, old: Run, new: Run, knowledge: Knowledge) -> Iterator[Change | Untold]:
    """In catalogue order."""
    before, after = _by_requirement(pair.old), _by_requirement(pair.new)
    left_out = _left_out(pair.old, old), _left_out(pair.new, new)
    for rule in knowledge.rules([*before, *after]):
        about = pair.new.id, rule.id
        yield from _compared(about, before.get(rule.id, {}), after.get(rule.id, {}), left_out)


def _by_requirement(subject: Subject) -> Mapping[str, Cases]:
    found: dict[str, dict[str, list[tuple[Result, Check]]]] = {}
    for result in subject.results:
        for check in result.checks:
            found.setdefault(check.requirement, {}).setdefault(result.case, []).append((result, check))
    return found


def _left_out(subject: Subject, run: Run) -> frozenset[str]:
    """Cases that an incomplete run planned and did not come to."""
    return frozenset() if run.complete else frozenset(run.scripts).difference(one.case for one in subject.results)


def _compared(
    about: tuple[str, str], old: Cases, new: Cases, left_out: tuple[frozenset[str], frozenset[str]]
) -> Iterator[Change | Untold]:
    """What is to be told of one requirement on one subject."""
    before = {case: checks for case, checks in old.items() if _is_settled(checks)}
    after = {case: checks for case, checks in new.items() if _is_settled(checks)}
    lost = {case: _silence(case, new, left_out[1]) for case in before if case not in after}
    found = {case: _silence(case, old, left_out[0]) for case in after if case not in before}
    silent = {case: why for case, why in {**lost, **found}.items() if why is not None}
    shared = [case for case in before if case in after]
    if before and after:
        if change := _changed(about, before, after, shared):
            yield change
    elif (before or after) and not any(why in UNPERFORMED for why in silent.values()):
        yield _appeared(about, old, after) if after else _retired(about, before, new)
        return
    if silent:
        yield Untold(*about, tuple(sorted(silent)), worst(list(silent.values())))


def _is_settled(checks: Sequence[tuple[Result, Check]]) -> bool:
    """Whether a case tells of the requirement: all of its checks came to something, or one was broken."""
    verdicts = [check.verdict for _, check in checks]
    return any(verdict.is_bad for verdict in verdicts) or not any(verdict in UNSETTLED for verdict in verdicts)


def _silence(case: str, other: Cases, left_out: frozenset[str]) -> Verdict | None:
    """Why the other run does not tell of a case that it was to perform; None: it was not to."""
    if case in other:
        return worst([check.verdict for _, check in other[case]])
    return Verdict.NOT_RUN if case in left_out else None


def _changed(about: tuple[str, str], before: Cases, after: Cases, shared: Sequence[str]) -> Change | None:
    """Case by case; where the two runs settled the requirement by different cases alone, all of the one with all of the
    other."""
    if not shared:
        views = _view(before.values()), _view(after.values())
        same = _ways(*before.values()) == _ways(*after.values())
        return None if same else Change(*about, _kind(*views), *views, ())
    cases = tuple(
        CaseChange(case, _view([before[case]]), _view([after[case]]))
        for case in shared
        if _ways(before[case]) != _ways(after[case])
    )
    if not cases:
        return None
    views = _view(before[case] for case in shared), _view(after[case] for case in shared)
    worse = any(case.before and case.after and _kind(case.before, case.after) is Kind.BROKEN for case in cases)
    return Change(*about, Kind.BROKEN if worse else _kind(*views), *views, cases)


def _kind(before: View, after: View) -> Kind:
    if before.verdict in GOOD and after.verdict.is_bad:
        return Kind.BROKEN
    return Kind.FIXED if before.verdict.is_bad and after.verdict in GOOD else Kind.CHANGED


def _appeared(about: tuple[str, str], old: Cases, after: Cases) -> Change:
    cases = tuple(CaseChange(case, None, _view([checks])) for case, checks in after.items())
    return Change(*about, Kind.NEW, _blocked(old), _view(after.values()), cases)


def _retired(about: tuple[str, str], before: Cases, new: Cases) -> Change:
    cases = tuple(CaseChange(case, _view([checks]), None) for case, checks in before.items())
    return Change(*about, Kind.RETIRED, _view(before.values()), _blocked(new), cases)


def _blocked(cases: Cases) -> View | None:
    return View(Verdict.BLOCKED) if cases else None


def _ways(*cases: Sequence[tuple[Result, Check]]) -> frozenset[tuple[Verdict, str]]:
    """Every answer: more than the worst, for that may hide another."""
    checks = (check for found in cases for _, check in found)
    return frozenset((check.verdict, check.behaviour) for check in checks if check.verdict not in UNSETTLED)


def _view(cases: Iterable[Sequence[tuple[Result, Check]]]) -> View:
    """As the matrix says it, of what was settled."""
    cell = Cell(tuple(one for checks in cases for one in checks if one[1].verdict not in UNSETTLED))
    return View(worst([check.verdict for _, check in cell.found]), cell.words)
