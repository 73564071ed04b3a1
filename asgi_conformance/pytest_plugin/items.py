"""Cases as pytest sees them: files, and an item for every subject and case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from asgi_conformance.baseline import fixed, is_known
from asgi_conformance.campaign import is_chosen
from asgi_conformance.harvest import script_of, subject_of
from asgi_conformance.pytest_plugin.settings import BUNDLED
from asgi_conformance.report.escape import visible
from asgi_conformance.report.explain import explain
from asgi_conformance.script import BadCase, Case, Property
from asgi_conformance.spec.catalogue import load
from asgi_conformance.suite_loader import (
    load_file,
    load_others,
    load_properties,
    property_files,
    suite_files,
    suites_folder,
)
from asgi_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from asgi_conformance.campaign import Campaign, Candidate
    from asgi_conformance.pytest_plugin.session import Plugin
    from asgi_conformance.results import Check, Result


PREFIX = "asgi-conformance"
"""What our properties in JUnit XML begin with."""


class Suites(pytest.Collector):
    """The bundled suites."""

    def __init__(self, *, plugin: Plugin, wanted: list[str], **keywords: Any) -> None:
        super().__init__(name=BUNDLED, nodeid=BUNDLED, **keywords)
        self._plugin, self._wanted = plugin, wanted
        self.path = suites_folder()

    def collect(self) -> Iterator[pytest.Collector]:
        starts = [wish.partition("::")[0].rstrip("/") + "/" for wish in self._wanted]
        properties = property_files() if self._plugin.wishes.examples else ()
        for path in (*suite_files(), *properties):
            nodeid = f"{BUNDLED}/{path.relative_to(self.path).as_posix()}"
            if not starts or f"{nodeid}/".startswith(tuple(starts)):
                yield CaseFile.from_parent(self, path=path, nodeid=nodeid, plugin=self._plugin, wanted=self._wanted)


class CaseFile(pytest.File):
    """A file of cases, bundled or a third party's: an item for every subject and case."""

    def __init__(self, *, plugin: Plugin, wanted: Iterable[str] = (), **keywords: Any) -> None:
        super().__init__(**keywords)
        self._plugin = plugin
        self._wanted = {wish.partition("::")[2] for wish in wanted if wish.startswith(f"{self.nodeid}::")}

    def collect(self) -> Iterator[pytest.Item]:
        cases = [case for case in self._load() if is_chosen(case, self._plugin.wishes)]
        for candidate in self._plugin.candidates:
            for case in (case for case in cases if candidate.subject.kind in case.kinds):
                name = f"{case.name}[{candidate.id}]"
                if not self._wanted or self._wanted & {name, case.name}:
                    yield self._item(name, case, candidate)

    def _item(self, name: str, case: Case | Property, candidate: Candidate) -> CaseItem:
        """The item, by its whole id: from 9.2 on pytest takes ids apart, and `--lf` compares with those it has read."""
        nodeid = f"{self.nodeid}::{name}"
        return CaseItem.from_parent(self, name=name, nodeid=nodeid, case=case, candidate=candidate, plugin=self._plugin)

    def _load(self) -> tuple[Case | Property, ...]:
        prefix = None if isinstance(self.parent, Suites) else self.nodeid.removesuffix(".py") + "/"
        try:
            cases = load_file(self.path) if prefix is None else load_others(self.path, prefix)
            return (*cases, *(load_properties(self.path, prefix) if self._plugin.wishes.examples else ()))
        except BadCase as error:
            raise self.CollectError(str(error)) from None


class CaseItem(pytest.Item):
    """One case on one subject, or one property."""

    def __init__(self, *, case: Case | Property, candidate: Candidate, plugin: Plugin, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.case, self.candidate, self._plugin = case, candidate, plugin
        self.result: Result | None = None

    def setup(self) -> None:
        """Perform and judge. What is our fault or the environment's is an error of the set-up."""
        self.result = self._performed(self._plugin.campaign)
        self.user_properties.extend(self.properties())
        for check in self.result.checks:
            if check.verdict is Verdict.ERROR:
                pytest.fail(_lines(f"{check.how}\n{check.observed}".strip()), pytrace=False)

    def _performed(self, campaign: Campaign) -> Result:
        if isinstance(self.case, Case):
            return campaign.perform(self.candidate.id, self.case)
        try:
            return campaign.explore(self.candidate.id, self.case)
        except BadCase as error:
            pytest.fail(str(error), pytrace=False)

    def runtest(self) -> None:
        """Turn verdicts into an outcome."""
        assert self.result is not None
        checks = self.result.checks
        failing = [check for check in checks if check.verdict in self._plugin.wishes.bad]
        if unknown := [check for check in failing if not is_known(check)]:
            pytest.fail(self._story(unknown), pytrace=False)
        if repaired := fixed(checks):
            pytest.fail(f"fixed: remove {', '.join(repaired)} of {self.candidate.id} from the baseline", pytrace=False)
        if failing:
            pytest.xfail(visible(failing[0].baseline or ""))
        idle = {Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.NOT_RUN}
        if checks and all(check.verdict in idle for check in checks):
            pytest.skip(visible(f"{checks[0].verdict.value}: {checks[0].how or checks[0].observed}"))

    def _story(self, failing: Iterable[Check]) -> str:
        assert self.result is not None
        subject, catalogue = subject_of(self.candidate, {}, ()), load()
        script = self.result.script or script_of(self.case)
        stories = [
            explain(self.result, self._noted(check), script, subject, catalogue[check.requirement], color=False)
            for check in failing
        ]
        return "\n\n".join([*stories, *([script.note] if self.result.script else [])])

    def _noted(self, check: Check) -> Check:
        """With the words of an excuse that has ended, for whoever reads why it fails now."""
        ended = self._plugin.campaign.baseline.ended(self.candidate.id, self.case.id, check.requirement)
        return replace(check, baseline=ended)

    def properties(self) -> list[tuple[str, object]]:
        """For JUnit XML: names and values, a few for each check. What a subject said is text that any XML can hold."""
        checks = self.result.checks if self.result else ()
        told = {"subject": self.candidate.id, "case": self.case.id}
        for number, check in enumerate(checks, start=1):
            told |= {f"check.{number}.{name}": value for name, value in _told(check).items() if value}
        return [(f"{PREFIX}.{name}", visible(value)) for name, value in told.items()]

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.case.title} [{self.candidate.id}]"


def _told(check: Check) -> dict[str, str]:
    return {
        "requirement": check.requirement,
        "level": check.level.value,
        "verdict": check.verdict.value,
        "behaviour": check.behaviour,
        "baseline": check.baseline or "",
    }


def _lines(text: str) -> str:
    """The text with its lines, and nothing else that acts."""
    return "\n".join(map(visible, text.split("\n")))
