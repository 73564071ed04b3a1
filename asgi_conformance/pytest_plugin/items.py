"""Cases as pytest sees them: files, and an item for every subject and case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from asgi_conformance.baseline import fixed, is_known
from asgi_conformance.campaign import is_chosen
from asgi_conformance.harvest import script_of, subject_of
from asgi_conformance.pytest_plugin.settings import BUNDLED
from asgi_conformance.report.explain import explain
from asgi_conformance.script import BadCase
from asgi_conformance.spec.catalogue import load
from asgi_conformance.suite_loader import load_file, load_others, suite_files, suites_folder
from asgi_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from asgi_conformance.campaign import Candidate
    from asgi_conformance.pytest_plugin.session import Plugin
    from asgi_conformance.results import Check, Result
    from asgi_conformance.script import Case


class Suites(pytest.Collector):
    """The bundled suites."""

    def __init__(self, *, plugin: Plugin, wanted: list[str], **keywords: Any) -> None:
        super().__init__(name=BUNDLED, nodeid=BUNDLED, **keywords)
        self._plugin, self._wanted = plugin, wanted
        self.path = suites_folder()

    def collect(self) -> Iterator[pytest.Collector]:
        starts = [wish.partition("::")[0].rstrip("/") + "/" for wish in self._wanted]
        for path in suite_files():
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
            for case in cases:
                name = f"{case.name}[{candidate.id}]"
                if not self._wanted or self._wanted & {name, case.name}:
                    yield CaseItem.from_parent(self, name=name, case=case, candidate=candidate, plugin=self._plugin)

    def _load(self) -> tuple[Case, ...]:
        if isinstance(self.parent, Suites):
            return load_file(self.path)
        try:
            return load_others(self.path, self.nodeid.removesuffix(".py") + "/")
        except BadCase as error:
            raise self.CollectError(str(error)) from None


class Failed(Exception):
    """A check failed; the message is the whole story."""


class CaseItem(pytest.Item):
    """One case on one subject."""

    def __init__(self, *, case: Case, candidate: Candidate, plugin: Plugin, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.case, self.candidate, self._plugin = case, candidate, plugin
        self.result: Result | None = None

    def setup(self) -> None:
        """Perform and judge. What is our fault or the environment's is an error of the set-up."""
        self.result = self._plugin.campaign.perform(self.candidate.id, self.case)
        for check in self.result.checks:
            if check.verdict is Verdict.ERROR:
                raise Failed(f"{check.how}\n{check.observed}".strip())

    def runtest(self) -> None:
        """Turn verdicts into an outcome."""
        assert self.result is not None
        checks = self.result.checks
        failing = [check for check in checks if check.verdict in self._plugin.wishes.bad]
        if unknown := [check for check in failing if not is_known(check)]:
            raise Failed(self._story(unknown))
        if repaired := fixed(checks):
            raise Failed(f"fixed: remove {', '.join(repaired)} of {self.candidate.id} from the baseline")
        if failing:
            pytest.xfail(failing[0].baseline or "")
        idle = {Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.NOT_RUN}
        if checks and all(check.verdict in idle for check in checks):
            pytest.skip(f"{checks[0].verdict.value}: {checks[0].how or checks[0].observed}")

    def _story(self, failing: Iterable[Check]) -> str:
        assert self.result is not None
        subject, script, catalogue = subject_of(self.candidate, {}, ()), script_of(self.case), load()
        return "\n\n".join(
            explain(self.result, check, script, subject, catalogue[check.requirement], color=False) for check in failing
        )

    def properties(self) -> list[tuple[str, object]]:
        """For JUnit XML."""
        checks = self.result.checks if self.result else ()
        return [(f"asgi-conformance:{check.requirement}", _summary(check)) for check in checks]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.case.title} [{self.candidate.id}]"


def _summary(check: Check) -> str:
    """`MUST fail no-op`"""
    return f"{check.level.value} {check.verdict.value} {check.behaviour}".strip()
