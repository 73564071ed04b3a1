"""A badge: the JSON that shields.io's endpoint reads."""

import json

from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.report.matrix import Matrix, build
from asgi_conformance.results import Run
from asgi_conformance.verdict import Verdict, worst

COLORS = {
    Verdict.ERROR: "lightgrey",
    Verdict.FAIL: "red",
    Verdict.WARN: "yellow",
    Verdict.BLOCKED: "orange",
    Verdict.NOT_RUN: "lightgrey",
}
"""By the worst verdict of any subject; whatever is not named leaves it green."""


def to_badge(run: Run, knowledge: Knowledge | None = None) -> str:
    """`MUST 231/238`, for several subjects with their names; grey for a run that is incomplete or came to nothing."""
    matrix = build(run, knowledge or published())
    badge = {
        "schemaVersion": 1,
        "label": _label(run),
        "message": _message(run, matrix),
        "color": _color(run, matrix),
    }
    return json.dumps(badge, ensure_ascii=True) + "\n"


def _label(run: Run) -> str:
    interfaces = sorted({subject.kind.partition("-")[0].upper() for subject in run.subjects}) or ["ASGI", "WSGI"]
    return " and ".join(interfaces)


def _message(run: Run, matrix: Matrix) -> str:
    counts = [summary.groups["MUST"] for summary in matrix.summaries]
    if not run.complete:
        return "incomplete"
    if not any(count.decided for count in counts):
        return "nothing decided"
    if len(counts) == 1:
        return f"MUST {counts[0]}"
    named = zip(matrix.labels, counts, strict=True)
    return ", ".join(f"{cut(visible(label), 40)} MUST {count}" for label, count in named if count.decided)


def _color(run: Run, matrix: Matrix) -> str:
    verdicts = [cell.verdict for row in matrix.rows for cell in row.cells if cell.verdict is not None]
    if not run.complete or not any(summary.groups["MUST"].decided for summary in matrix.summaries):
        return "lightgrey"
    return COLORS.get(worst(verdicts), "brightgreen")
