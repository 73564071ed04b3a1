"""Several runs as one: what `render` shows side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from asgi_conformance.results import Run, Subject, with_results


def merge(runs: Sequence[Run]) -> Run:
    """One run with the subjects of all, in order of appearance; raises ValueError for no run at all.

    A subject that appears twice in the same version is one subject: what a later run says of a case replaces what an
    earlier one said.
    """
    if not runs:
        raise ValueError("there is no run to merge")
    if len(runs) == 1:
        return runs[0]
    first = runs[0]
    return replace(
        first,
        suite_version=_several(run.suite_version for run in runs),
        suite_digest=_several(run.suite_digest for run in runs),
        cases=max(run.cases for run in runs),
        checks=max(run.checks for run in runs),
        spec=tuple(dict.fromkeys(entry for run in runs for entry in run.spec)),
        started=min(run.started for run in runs),
        finished=max(run.finished for run in runs),
        planned=sum(run.planned for run in runs),
        performed=sum(run.performed for run in runs),
        complete=all(run.complete for run in runs),
        environment=first.environment if all(run.environment == first.environment for run in runs) else {},
        subjects=_subjects(runs),
        scripts={case: script for run in runs for case, script in run.scripts.items()},
    )


def _several(values: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(values))


def _subjects(runs: Sequence[Run]) -> tuple[Subject, ...]:
    merged: dict[tuple[str, str, str], Subject] = {}
    for subject in (subject for run in runs for subject in run.subjects):
        key = (subject.kind, subject.id, subject.version)
        earlier = merged[key].results if key in merged else ()
        results = {result.case: result for result in (*earlier, *subject.results)}
        merged[key] = with_results(subject, results.values()) if earlier else subject
    return tuple(merged.values())
