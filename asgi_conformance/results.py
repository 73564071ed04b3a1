"""The run: one immutable value that every report is made from, and its JSON form.

The JSON field names are a published contract (`asgi_conformance/report/run.schema.json`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from asgi_conformance.verdict import Level, Verdict

FORMAT = "asgi-conformance-run"
FORMAT_VERSION = 1


class UnreadableRun(Exception):
    """A run file that cannot be read. The message says why, for the person who named the file."""


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement settled by one line of a case."""

    requirement: str
    level: Level
    verdict: Verdict
    how: str = ""
    """In which way it was broken or kept, in a word or two: `missing`, `wrong type`, `2.3 < 2.5`."""
    behaviour: str = ""
    """Short name for how the subject answered (`403`, `raises OSError`); empty where there is only one way."""
    expected: str = ""
    observed: str = ""
    line: int | None = None
    """Index into the case's script; None for what the generic schema-and-order judgement found."""
    baseline: str | None = None
    """What the baseline says, if this failure is known there: the reason, with link and expiry where it has them."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the recorded timeline as reports show it."""

    at: int
    """Microseconds since the case began."""
    who: str
    """`client`, `app`, `process`; with a colon and a name where there are several: `client:second`."""
    act: str
    """`sends` (→) for what we did, `gets` (←) for what the subject did."""
    text: str
    line: int | None = None
    """Index of the script line that this answers; None for what came unasked."""
    data: Any = None
    """What was recorded, JSON-able (see `asgi_conformance.codec`); large bytes are cut."""


@dataclass(frozen=True, slots=True)
class Script:
    """A case as reports show it: how it reads, line by line, and why it reads the text as it does."""

    title: str
    lines: tuple[str, ...]
    note: str = ""
    """The case's docstring or comment: the reading taken, the proof."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case performed on one subject."""

    case: str
    """`http/response_start/header-order-is-kept-on-the-wire`"""
    title: str
    duration_ms: float
    checks: tuple[Check, ...] = ()
    timeline: tuple[Moment, ...] = ()
    script: Script | None = None
    """Of a generated case, which no other subject need have met."""

    @property
    def verdict(self) -> Verdict:
        """The worst of its checks."""
        return min((check.verdict for check in self.checks), key=lambda v: v.rank, default=Verdict.NOT_RUN)


@dataclass(frozen=True, slots=True)
class Subject:
    """The implementation under test, with its options."""

    id: str
    """`uvicorn[http=h11,ws=wsproto]`"""
    kind: str
    """`asgi-server`, `asgi-app`, `asgi-stack`, `wsgi-server`, `wsgi-app`, ..."""
    name: str
    version: str
    options: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)
    """What it says of itself: `asgi`, `http`, `websocket`, `lifespan` versions (str or None), `extensions` (list)."""
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one invocation planned, did and found."""

    suite_version: str
    suite_digest: str
    cases: int
    checks: int
    spec: tuple[tuple[str, str], ...]
    """(name, version) of each document judged against."""
    started: str
    finished: str
    planned: int
    performed: int
    complete: bool
    seed: int
    environment: Mapping[str, Any] = field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    scripts: Mapping[str, Script] = field(default_factory=dict)
    """By case id."""


def check_to_json(check: Check) -> dict[str, Any]:
    return {
        "requirement": check.requirement,
        "level": check.level.value,
        "verdict": check.verdict.value,
        "how": check.how,
        "behaviour": check.behaviour,
        "expected": check.expected,
        "observed": check.observed,
        "line": check.line,
        "baseline": check.baseline,
    }


def check_from_json(data: Mapping[str, Any]) -> Check:
    fields = {**data, "level": Level(data["level"]), "verdict": Verdict(data["verdict"])}
    return Check(**fields)


def moment_to_json(moment: Moment) -> dict[str, Any]:
    return {name: getattr(moment, name) for name in ("at", "who", "act", "text", "line", "data")}


def result_to_json(result: Result) -> dict[str, Any]:
    """JSON-able; also the form in which results travel from a pytest-xdist worker."""
    fields = {
        "case": result.case,
        "title": result.title,
        "duration_ms": result.duration_ms,
        "checks": [check_to_json(check) for check in result.checks],
        "timeline": [moment_to_json(moment) for moment in result.timeline],
    }
    return fields if result.script is None else {**fields, "script": script_to_json(result.script)}


def script_to_json(script: Script) -> dict[str, Any]:
    return {"title": script.title, "lines": list(script.lines), "note": script.note}


def script_from_json(data: Mapping[str, Any]) -> Script:
    return Script(data["title"], tuple(data["lines"]), data["note"])


def result_from_json(data: Mapping[str, Any]) -> Result:
    return Result(
        case=data["case"],
        title=data["title"],
        duration_ms=data["duration_ms"],
        checks=tuple(check_from_json(check) for check in data["checks"]),
        timeline=tuple(Moment(**moment) for moment in data["timeline"]),
        script=script_from_json(data["script"]) if "script" in data else None,
    )


def subject_to_json(subject: Subject) -> dict[str, Any]:
    return {
        "id": subject.id,
        "kind": subject.kind,
        "name": subject.name,
        "version": subject.version,
        "options": dict(subject.options),
        "declared": dict(subject.declared),
        "results": [result_to_json(result) for result in subject.results],
    }


def subject_from_json(data: Mapping[str, Any]) -> Subject:
    results = tuple(result_from_json(result) for result in data["results"])
    return Subject(**{**data, "results": results})


def to_json(run: Run) -> str:
    """The run file. The same run gives the same bytes."""
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "suite": {
            "version": run.suite_version,
            "digest": run.suite_digest,
            "cases": run.cases,
            "checks": run.checks,
        },
        "spec": [{"name": name, "version": version} for name, version in run.spec],
        "run": {
            "started": run.started,
            "finished": run.finished,
            "planned": run.planned,
            "performed": run.performed,
            "complete": run.complete,
            "seed": run.seed,
        },
        "environment": dict(run.environment),
        "scripts": {case: script_to_json(script) for case, script in sorted(run.scripts.items())},
        "subjects": [subject_to_json(subject) for subject in run.subjects],
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"


def from_json(text: str) -> Run:
    """Read a run file; raises `UnreadableRun` with a sentence for its owner."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UnreadableRun(f"it is not JSON ({error})") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UnreadableRun(f'it is not a run file (its "format" is not "{FORMAT}")')
    if data.get("format_version") != FORMAT_VERSION:
        raise UnreadableRun(
            f"its format_version is {data.get('format_version')!r}; this release reads {FORMAT_VERSION}"
        )
    try:
        return _run_from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableRun(f"a field is missing or malformed ({error!r})") from None


def _run_from_json(data: Mapping[str, Any]) -> Run:
    suite, run = data["suite"], data["run"]
    return Run(
        suite_version=suite["version"],
        suite_digest=suite["digest"],
        cases=suite["cases"],
        checks=suite["checks"],
        spec=tuple((entry["name"], entry["version"]) for entry in data["spec"]),
        started=run["started"],
        finished=run["finished"],
        planned=run["planned"],
        performed=run["performed"],
        complete=run["complete"],
        seed=run["seed"],
        environment=data["environment"],
        subjects=tuple(subject_from_json(subject) for subject in data["subjects"]),
        scripts={case: script_from_json(script) for case, script in data.get("scripts", {}).items()},
    )


def with_results(subject: Subject, results: Iterable[Result]) -> Subject:
    """The same subject holding these results, in the order of their case ids."""
    return replace(subject, results=tuple(sorted(results, key=lambda result: result.case)))
