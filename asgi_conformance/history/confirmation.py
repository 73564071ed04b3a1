"""A change between two neighbouring releases counts if both show the same again; else it is told as unsteady."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from asgi_conformance.history.environments import NotTested
from asgi_conformance.report.comparison.compare import compare
from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.results import Run

Again = Callable[[str, Sequence[str]], Run]
"""(version, cases): performs them once more; raises `NotTested`."""


def concerned(runs: Mapping[str, Run], knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """By version, oldest first: the cases that came to something else in the release before or after."""
    cases: dict[str, set[str]] = {version: set() for version in runs}
    for older, newer in pairwise(runs):
        for change in compare(runs[older], runs[newer], knowledge).changes:
            for one in (older, newer):
                cases[one].update(told.case for told in change.cases if _has(runs[one], told.case))
    return {version: tuple(sorted(some)) for version, some in cases.items()}


def unsteady(runs: Mapping[str, Run], again: Again, knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """By version: the requirements of which a second run tells something else than the first."""
    found = {}
    for version, cases in concerned(runs, knowledge).items():
        first = _only(runs[version], cases)
        try:
            second = again(version, cases) if cases else first
        except NotTested:
            second = _only(first, ())
        found[version] = differing(first, second, knowledge)
    return found


def differing(first: Run, second: Run, knowledge: Knowledge) -> frozenset[str]:
    """The requirements that two runs of the same cases do not agree on, or that one of them does not settle."""
    comparison = compare(first, second, knowledge)
    changed = {change.requirement for change in comparison.changes}
    return frozenset(changed.union(untold.requirement for untold in comparison.untold))


def _has(run: Run, case: str) -> bool:
    return any(result.case == case for subject in run.subjects for result in subject.results)


def _only(run: Run, cases: Sequence[str]) -> Run:
    """What it says of these cases."""
    wanted = frozenset(cases)
    subjects = tuple(
        replace(subject, results=tuple(result for result in subject.results if result.case in wanted))
        for subject in run.subjects
    )
    return replace(run, subjects=subjects)
