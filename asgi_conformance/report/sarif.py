"""SARIF 2.1.0, for code scanning: what applications break, beside the lines that broke it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from asgi_conformance.report import place
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.knowledge import Knowledge, Rule, published
from asgi_conformance.report.repeat import command
from asgi_conformance.report.sentence import plural
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import BROKEN, Level, Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Verdict.FAIL: "error", Verdict.WARN: "warning", Verdict.NOTE: "note"}
"""Of a result. What is not here is none: it is kept, was not decided, or is left open by the text."""
MOST = 25_000
"""Results of one run; GitHub refuses a file with more."""
LONGEST = 1000
"""Characters of one text; GitHub cuts what is longer than 1024."""
ROOT = "%SRCROOT%"


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement broken at one place: the cases that say so are one result, or code scanning would repeat it."""

    subject: Subject
    requirement: str
    file: str
    line: int | None
    """None for a failure of which only the module is known."""
    number: int
    """From 1: which of those that one subject has for one requirement in one file."""
    found: tuple[tuple[Result, Check], ...]

    @property
    def worst(self) -> tuple[Result, Check]:
        return min(self.found, key=lambda pair: pair[1].verdict.rank)

    @property
    def notes(self) -> list[str]:
        """Of the baseline, if it knows all of it."""
        notes = [check.baseline for _, check in self.found if check.baseline is not None]
        return list(dict.fromkeys(notes)) if len(notes) == len(self.found) else []


def to_sarif(run: Run, knowledge: Knowledge | None = None, workspace: Path = Path()) -> str:
    """Subjects that no file of a repository stands for, such as servers, are left out, and told of as notifications.

    `workspace`: the repository's folder. Paths are told from there; a module is looked for there.
    """
    knowledge = knowledge or published()
    findings = sorted(_findings(run, workspace), key=lambda finding: finding.worst[1].verdict.rank)
    rules = knowledge.rules({finding.requirement for finding in findings[:MOST]})
    index = {rule.id: number for number, rule in enumerate(rules)}
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run, rules, findings)},
                "automationDetails": {"id": _text(f"asgi-conformance/{', '.join(s.id for s in run.subjects)}/")},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {ROOT: {"description": {"text": "The folder of the repository."}}},
                "invocations": [_invocation(run, findings, workspace)],
                "results": [_result(finding, index[finding.requirement]) for finding in findings[:MOST]],
            }
        ],
    }
    return json.dumps(document, ensure_ascii=True, indent=1) + "\n"


def _findings(run: Run, workspace: Path) -> Iterator[Finding]:
    for subject in run.subjects:
        if not (home := place.home(subject, workspace)):
            continue
        found: dict[tuple[str, str, int | None], list[tuple[Result, Check]]] = {}
        for result, check in _checks(subject):
            at = place.of(check, workspace)
            # A file outside the repository, of a framework say, is nothing that code scanning could show.
            file, line = (at.file, at.line) if at and not Path(at.file).is_absolute() else (home, None)
            found.setdefault((check.requirement, file, line), []).append((result, check))
        seen: Counter[tuple[str, str]] = Counter()
        for (requirement, file, line), pairs in found.items():
            seen[requirement, file] += 1
            yield Finding(subject, requirement, file, line, seen[requirement, file], tuple(pairs))


def _checks(subject: Subject) -> Iterator[tuple[Result, Check]]:
    return ((result, check) for result in subject.results for check in result.checks if check.verdict in LEVELS)


def _driver(run: Run, rules: Iterable[Rule], findings: Iterable[Finding]) -> dict[str, Any]:
    levels = {finding.requirement: finding.worst[1].level for finding in findings}
    return {
        "name": "asgi-conformance",
        "version": run.suite_version,
        "rules": [_rule(rule, levels[rule.id]) for rule in rules],
    }


def _rule(rule: Rule, level: Level) -> dict[str, Any]:
    summary = _text(rule.summary or rule.title)
    where = f"\n\n{visible(rule.source)}" if rule.source else ""
    return {
        "id": visible(rule.id),
        "shortDescription": {"text": _text(rule.title)},
        "fullDescription": {"text": summary},
        "help": {"text": f"{level.value}: {summary}{where}"},
        **({"helpUri": quote(rule.url, safe=":/#?&=%~+,;@!$'()*")} if rule.url else {}),
        "defaultConfiguration": {"level": LEVELS[BROKEN[level.group]]},
        "properties": {"tags": [visible(rule.id.partition(".")[0]), level.value], "precision": "very-high"},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result, check = finding.worst
    return {
        "ruleId": visible(finding.requirement),
        "ruleIndex": index,
        "level": LEVELS[check.verdict],
        "message": {"text": _message(finding)},
        "locations": [_location(finding)],
        "partialFingerprints": {"asgiConformance/v1": _fingerprint(finding)},
        "occurrenceCount": len(finding.found),
        "suppressions": [
            {"kind": "external", "status": "accepted", "justification": _text(note)} for note in finding.notes
        ],
        "properties": {
            "verdict": check.verdict.value,
            "behaviour": _text(check.behaviour),
            "case": visible(result.case),
            "reproduce": _text(command(finding.subject, result.case, generated=result.script is not None)),
        },
    }


def _message(finding: Finding) -> str:
    result, check = finding.worst
    got = check.observed or check.how or check.behaviour or "nothing"
    expected = f"expected {visible(check.expected)}, " if check.expected else ""
    more = len({result.case for result, _ in finding.found}) - 1
    others = f" (and {plural(more, 'more case')})" if more else ""
    words = f"{visible(finding.subject.id)}: {visible(result.title)}: {expected}got {visible(got)}"
    return _text(words) + others


def _location(finding: Finding) -> dict[str, Any]:
    line = finding.line or 1
    physical = {
        "artifactLocation": {"uri": quote(finding.file), "uriBaseId": ROOT},
        "region": {"startLine": line, "startColumn": 1, "endLine": line},
    }
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": _text(finding.subject.id), "kind": "module"}],
    }


def _fingerprint(finding: Finding) -> str:
    """The same while a subject breaks a rule in a file as often as before, whatever moves in it."""
    words = f"{finding.subject.id}\0{finding.requirement}\0{finding.file}"
    return f"{hashlib.sha256(words.encode('utf-8', 'backslashreplace')).hexdigest()}:{finding.number}"


def _invocation(run: Run, findings: Sequence[Finding], workspace: Path) -> dict[str, Any]:
    notifications = [*_errors(run), *_left_out(run, workspace)]
    if len(findings) > MOST:
        notifications.append(_notification("warning", f"{plural(len(findings) - MOST, 'more result')} left out"))
    return {
        "executionSuccessful": run.complete,
        "startTimeUtc": run.started,
        "endTimeUtc": run.finished,
        "toolExecutionNotifications": notifications,
    }


def _errors(run: Run) -> Iterator[dict[str, Any]]:
    for subject in run.subjects:
        for result in subject.results:
            for check in result.checks:
                if check.verdict is Verdict.ERROR:
                    words = f"{visible(subject.id)}: {visible(result.title)}: {visible(check.how or check.observed)}"
                    yield _notification("error", words)


def _left_out(run: Run, workspace: Path) -> Iterator[dict[str, Any]]:
    for subject in run.subjects:
        broken = {check.requirement for _, check in _checks(subject)}
        if broken and place.home(subject, workspace) is None:
            words = f"no file of a repository stands for {visible(subject.id)}"
            yield _notification("note", f"{words}: {plural(len(broken), 'finding')} left out; the HTML report has all")


def _notification(level: str, words: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _text(words)}}


def _text(words: str) -> str:
    """Plain text, in which no link comes alive."""
    return cut(visible(words), LONGEST).replace("](", "] (")
