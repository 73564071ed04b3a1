"""What an invocation has planned and found so far, and the run and the files that are made of it."""

import json
import os
import platform
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from asgi_conformance import suite_loader
from asgi_conformance.campaign import Candidate
from asgi_conformance.results import (
    Result,
    Run,
    Script,
    Subject,
    result_from_json,
    result_to_json,
    script_from_json,
    script_to_json,
)
from asgi_conformance.script import Case, Property
from asgi_conformance.spec.documents import DOCUMENTS
from asgi_conformance.verdict import Verdict


def now() -> str:
    """UTC, to the second: `2026-11-21T14:00:00Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Harvest:
    """Of one process, or of all processes of one invocation."""

    started: str = field(default_factory=now)
    planned: int = 0
    """How many performances: a case on two subjects counts twice."""
    checks: int = 0
    scripts: dict[str, Script] = field(default_factory=dict)
    """Of the cases that are planned, by case id."""
    declared: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a subject declares, by its id."""
    results: dict[str, dict[str, Result]] = field(default_factory=dict)
    """By subject id and case id."""

    def plan(self, cases: Iterable[Case | Property]) -> None:
        """What is going to be performed, a case for every subject that it is performed on."""
        every = list(cases)
        distinct = {case.id: case for case in every}
        self.planned = len(every)
        self.checks = sum(case.checks() for case in distinct.values() if isinstance(case, Case))
        self.scripts = {name: script_of(case) for name, case in distinct.items()}

    def add(self, subject: str, result: Result) -> None:
        self.results.setdefault(subject, {})[result.case] = result

    def knowledge(self) -> str:
        """All but the results, for the process that gathers it."""
        scripts = {name: script_to_json(script) for name, script in self.scripts.items()}
        return json.dumps([self.planned, self.checks, scripts, self.declared])

    def learn(self, knowledge: str) -> None:
        """What another process knows. All of them plan the same, but one that dies tells nothing."""
        self.planned, self.checks, scripts, declared = json.loads(knowledge)
        self.scripts = {name: script_from_json(script) for name, script in scripts.items()}
        self.declared = {**declared, **self.declared}

    def run(self, candidates: Iterable[Candidate], *, finished: bool, seed: int) -> Run:
        """The immutable value of which every report is made. `finished`: nothing has cut the invocation short."""
        subjects = tuple(
            subject_of(candidate, self.declared.get(candidate.id, {}), self.results.get(candidate.id, {}).values())
            for candidate in candidates
        )
        performed = sum(len(subject.results) for subject in subjects)
        return Run(
            suite_version=suite_version(),
            suite_digest=suite_loader.digest(),
            cases=len(self.scripts),
            checks=self.checks,
            spec=DOCUMENTS,
            started=self.started,
            finished=now(),
            planned=self.planned,
            performed=performed,
            complete=finished and performed == self.planned,
            seed=seed,
            environment=environment(),
            subjects=subjects,
            scripts=self.scripts,
        )


def packed(subject: str, result: Result) -> str:
    """A result on its way from one process to another; text, for a subject may say anything."""
    return json.dumps([subject, result_to_json(result)])


def unpacked(text: str) -> tuple[str, Result]:
    subject, data = json.loads(text)
    return subject, result_from_json(data)


def subject_of(candidate: Candidate, declared: Mapping[str, Any], results: Iterable[Result]) -> Subject:
    """The column of the report."""
    return Subject(
        id=candidate.id,
        kind=candidate.subject.kind,
        name=candidate.subject.name,
        version=candidate.version,
        options=dict(candidate.subject.options),
        declared=dict(declared),
        results=tuple(sorted(results, key=lambda result: result.case)),
    )


def script_of(case: Case | Property) -> Script:
    """The case as reports show it; a property has no lines before it is drawn."""
    if isinstance(case, Property):
        return Script(case.title, (), case.note)
    return Script(case.title, tuple(line.says() for line in case.lines), case.note)


def suite_version() -> str:
    """Version of this distribution."""
    try:
        return version("asgi-conformance")
    except PackageNotFoundError:
        return "0+checkout"


def environment() -> dict[str, Any]:
    """Where the run took place, as far as a reader needs it."""
    return {
        "python": platform.python_version(),
        "os": f"{platform.system()} {platform.release()}",
        "cpus": os.cpu_count(),
    }


@dataclass(frozen=True, slots=True)
class Written:
    """What has become of the files of a run: a line for each."""

    done: tuple[str, ...]
    failed: tuple[str, ...]


def written(run: Run, files: Mapping[str, Path], bad: Collection[Verdict], workspace: Path) -> Written:
    """Write the reports, by the option that names each file. One that cannot be written keeps no other from it."""
    from asgi_conformance.report import formats

    done, failed = [], []
    for option, path in files.items():
        form = option.removeprefix("asgi-")
        try:
            path.write_bytes(formats.content(form, run, path, bad=bad, workspace=workspace))
            done.append(f"wrote {form}: {path}")
        except OSError as error:
            failed.append(f"cannot write {form}: {path}: {error.strerror}")
    return Written(tuple(done), tuple(failed))
