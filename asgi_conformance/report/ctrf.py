"""CTRF, the Common Test Report Format: a test for every case on every subject. https://ctrf.io"""

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from math import ceil
from typing import Any

from asgi_conformance.baseline import fixed, is_known
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.explain import explain
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Verdict

VERSION = "0.0.0"
"""Of the format."""
STATUSES = ("passed", "failed", "skipped", "pending", "other")
IDLE = (Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.NOT_RUN)
LONGEST = 1000


def to_ctrf(run: Run, knowledge: Knowledge | None = None, bad: Collection[Verdict] = (Verdict.FAIL,)) -> str:
    """Failures that the baseline knows are `other`; what was not run is `pending`. `bad`: the verdicts that fail."""
    knowledge = knowledge or published()
    tests = [_test(run, subject, result, bad, knowledge) for subject in run.subjects for result in subject.results]
    counts = Counter(test["status"] for test in tests)
    document = {
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "timestamp": run.finished,
        "generatedBy": f"asgi-conformance {run.suite_version}",
        "results": {
            "tool": {"name": "asgi-conformance", "version": run.suite_version},
            "summary": {
                "tests": len(tests),
                **{status: counts[status] for status in STATUSES},
                "start": _milliseconds(run.started),
                "stop": _milliseconds(run.finished),
                "extra": {"complete": run.complete, "planned": run.planned},
            },
            "tests": tests,
        },
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"


def _milliseconds(stamp: str) -> int:
    """Since 1970; 0 for a stamp that is no time, which a run file of somebody else's may have."""
    try:
        return int(datetime.fromisoformat(stamp).timestamp() * 1000)
    except ValueError:
        return 0


def _test(run: Run, subject: Subject, result: Result, bad: Collection[Verdict], knowledge: Knowledge) -> dict[str, Any]:
    status, told = _outcome(result, bad)
    return {
        "testId": visible(f"{result.case}[{subject.id}]"),
        "name": visible(f"{result.title} [{subject.id}]"),
        "status": status,
        "rawStatus": result.verdict.value,
        "duration": ceil(result.duration_ms),
        "suite": [visible(subject.id), *visible(result.case.partition("[")[0]).split("/")[:-1]],
        **_why(run, subject, result, told, knowledge),
        "extra": {
            "case": visible(result.case),
            "subject": visible(subject.id),
            "version": visible(subject.version),
            "checks": [_check(check) for check in result.checks],
        },
    }


def _outcome(result: Result, bad: Collection[Verdict]) -> tuple[str, list[Check]]:
    """The status, and the checks to which it is owed; the same as in pytest."""
    checks = result.checks
    if errors := [check for check in checks if check.verdict is Verdict.ERROR]:
        return "failed", errors
    failing = [check for check in checks if check.verdict in bad]
    if unknown := [check for check in failing if not is_known(check)]:
        return "failed", unknown
    if repaired := fixed(checks):
        return "failed", [check for check in checks if check.requirement in repaired]
    if failing:
        return "other", failing
    if all(check.verdict is Verdict.NOT_RUN for check in checks):
        return "pending", list(checks)
    return ("skipped", list(checks)) if all(check.verdict in IDLE for check in checks) else ("passed", [])


def _why(run: Run, subject: Subject, result: Result, told: list[Check], knowledge: Knowledge) -> dict[str, str]:
    if not told:
        return {}
    script = result.script or run.scripts.get(result.case)
    traces = [
        explain(result, check, script, subject, knowledge.catalogue[check.requirement])
        for check in told
        if check.verdict.is_bad and check.requirement in knowledge.catalogue
    ]
    return {"message": _message(told[0]), **({"trace": "\n\n".join(traces)} if traces else {})}


def _message(check: Check) -> str:
    if check.baseline is not None and not check.verdict.is_bad:
        return visible(f"fixed: remove {check.requirement} from the baseline")
    words = check.observed or check.how or check.behaviour or check.verdict.value
    expected = f"expected {visible(check.expected)}, got " if check.expected else ""
    known = f" (known: {visible(check.baseline)})" if check.baseline is not None else ""
    return f"{visible(check.requirement)}: {cut(expected + visible(words), LONGEST)}{known}"


def _check(check: Check) -> dict[str, str]:
    told = {
        "requirement": check.requirement,
        "level": check.level.value,
        "verdict": check.verdict.value,
        "behaviour": check.behaviour,
        **({"baseline": check.baseline} if check.baseline is not None else {}),
    }
    return {name: visible(value) for name, value in told.items()}
