"""A comparison as JSON."""

import json
from typing import Any

from asgi_conformance.report.comparison.compare import Change, Comparison, View
from asgi_conformance.results import Run, Subject

FORMAT = "asgi-conformance-comparison"
FORMAT_VERSION = 1


def to_json(comparison: Comparison) -> str:
    """The same runs give the same bytes."""
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "same_suites": comparison.same_suites,
        "old": _run(comparison.old),
        "new": _run(comparison.new),
        "subjects": [{"old": _subject(pair.old), "new": _subject(pair.new)} for pair in comparison.pairs],
        "only_old": [_subject(subject) for subject in comparison.gone],
        "only_new": [_subject(subject) for subject in comparison.come],
        "changes": [_change(change) for change in comparison.changes],
        "not_compared": [
            {
                "subject": untold.subject,
                "requirement": untold.requirement,
                "cases": list(untold.cases),
                "why": untold.why.value,
            }
            for untold in comparison.untold
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _run(run: Run) -> dict[str, Any]:
    return {
        "started": run.started,
        "complete": run.complete,
        "suite": {"version": run.suite_version, "digest": run.suite_digest},
    }


def _subject(subject: Subject) -> dict[str, str]:
    return {"id": subject.id, "version": subject.version}


def _change(change: Change) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "requirement": change.requirement,
        "kind": change.kind.value,
        "before": _view(change.before),
        "after": _view(change.after),
        "cases": [
            {"case": case.case, "before": _view(case.before), "after": _view(case.after)} for case in change.cases
        ],
    }


def _view(view: View | None) -> dict[str, str] | None:
    return {"verdict": view.verdict.value, "words": view.words} if view else None
