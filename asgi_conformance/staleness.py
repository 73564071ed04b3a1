"""Which entries of a baseline fit nothing any more: what they name has gone, or has another name.

A baseline may hold several subjects, and a run a part of them, or a part of the cases. So only a subject on which every
bundled case was performed tells anything, and only of itself. A case in a user's own file is performed only where that
file is named: that it was not says nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from asgi_conformance import suite_loader
from asgi_conformance.baseline import Baseline, Known
from asgi_conformance.report.escape import visible
from asgi_conformance.results import Result, Run, Script
from asgi_conformance.verdict import Verdict

UNDECIDED = (Verdict.ERROR, Verdict.BLOCKED, Verdict.NOT_RUN, Verdict.UNSUPPORTED)
"""What leaves open whether a requirement would have been heard of."""


@dataclass(frozen=True, slots=True)
class Stale:
    """One entry that fits nothing."""

    entry: Known
    why: str

    def __str__(self) -> str:
        """One line: which, why, and what to do."""
        words = f"stale in the baseline: {', '.join(self.entry.key)}: {self.why}"
        return visible(f"{words}; correct the entry or remove it (--asgi-baseline-update removes it)")


def stale(baseline: Baseline, run: Run, bundled: Callable[[str], Collection[str]]) -> list[Stale]:
    """Those that fit nothing in the run. `bundled`: the ids of all cases for a kind of subject."""
    found = []
    for subject in run.subjects:
        results = {result.case: result for result in subject.results}
        mine = [entry for entry in baseline.entries if entry.subject == subject.id]
        if not mine or not results.keys() >= set(bundled(subject.kind)):
            continue
        found += [Stale(entry, why) for entry in mine if (why := _why(entry, results, run.scripts))]
    return found


def _why(entry: Known, results: Mapping[str, Result], scripts: Mapping[str, Script]) -> str:
    """Empty if the entry fits, or nobody can tell."""
    result = results.get(entry.case)
    if result is None:
        return "" if _may_be_elsewhere(entry.case) else f"there is no such case{_nearest_case(entry, results)}"
    settled = {check.requirement for check in result.checks}
    if entry.requirement in settled or _is_property(scripts.get(entry.case)):
        return ""
    if any(check.verdict in UNDECIDED for check in result.checks):
        return ""
    return f"that case says nothing of it{_meant(entry.requirement, settled)}"


def _may_be_elsewhere(case: str) -> bool:
    """Whether it may be in a file that this run was not asked for: somebody's own, or one of properties."""
    file = _file(case)
    return file.endswith("_cases") or file.startswith("properties/")


def _file(case: str) -> str:
    """`http/scope`; what stands in brackets may have slashes too."""
    return case.partition("[")[0].rpartition("/")[0]


def _is_property(script: Script | None) -> bool:
    """Which requirements a property settles depends on what it draws; it has no lines of its own."""
    return script is not None and not script.lines


def _nearest_case(entry: Known, results: Mapping[str, Result]) -> str:
    """A case with a new name settles what it settled before, or is in the same file still."""
    same = [name for name, result in results.items() if any(c.requirement == entry.requirement for c in result.checks)]
    return _meant(entry.case, same or [name for name in results if _file(name) == _file(entry.case)])


def _meant(word: str, possible: Iterable[str]) -> str:
    close = get_close_matches(word, list(possible), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def bundled_cases(kind: str) -> frozenset[str]:
    """The ids of every bundled case for this kind of subject; properties, which are asked for by a number, are none."""
    return frozenset(case.id for case in suite_loader.load_cases() if kind in case.kinds)
