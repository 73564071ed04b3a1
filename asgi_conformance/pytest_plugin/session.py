"""One session of pytest that has subjects: collected, performed, gathered, reported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from asgi_conformance.harvest import Harvest, packed, suite_version, unpacked, written
from asgi_conformance.options import OUTPUTS
from asgi_conformance.pytest_plugin.items import CaseFile, CaseItem, Suites
from asgi_conformance.pytest_plugin.settings import BUNDLED_ONLY, TODAY, WANTED, file, option
from asgi_conformance.report.escape import visible
from asgi_conformance.script import Case
from asgi_conformance.spec.documents import DOCUMENTS
from asgi_conformance.staleness import Stale, bundled_cases, stale

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from asgi_conformance.campaign import Campaign, Candidate, Wishes
    from asgi_conformance.results import Run


class Plugin:
    """One session that has subjects. On the controller of pytest-xdist it starts no server, and writes the files."""

    def __init__(self, config: pytest.Config, wishes: Wishes, candidates: list[Candidate], work: Campaign) -> None:
        self.config, self.wishes, self.candidates, self.campaign = config, wishes, candidates, work
        self.is_worker = hasattr(config, "workerinput")
        distributes = getattr(config.option, "dist", "no") != "no" and bool(getattr(config.option, "tx", None))
        self.is_controller = distributes and not self.is_worker
        self.harvest = Harvest()
        self.run: Run | None = None
        self.written: list[str] = []
        """What has become of the files, in words."""
        self.stale: list[Stale] = []
        self.annotations: list[str] = []
        """Commands for GitHub Actions."""
        self._open = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Hang the bundled suites under the session; without paths of the user's, in place of everything else."""
        if not isinstance(collector, pytest.Session):
            return (yield)
        only = self.config.stash.get(BUNDLED_ONLY, True)
        wanted = self.config.stash.get(WANTED, [])
        bundled = [Suites.from_parent(collector, plugin=self, wanted=wanted)] if only or wanted else []
        if only:
            collector._notfound = []  # what the session's own collecting would set
            collector.collect = lambda: iter(bundled)  # type: ignore[method-assign] # its paths are no wish of the user's
            return (yield)
        report = yield
        if report.passed:
            report.result = [*report.result, *bundled]
        return report

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Cases of third parties: files that end in `_cases.py`."""
        if not file_path.name.endswith("_cases.py"):
            return None
        return CaseFile.from_parent(parent, path=file_path, plugin=self)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Last come the cases that are performed beside the others, in processes of their own."""
        items.sort(
            key=lambda item: isinstance(item, CaseItem) and isinstance(item.case, Case) and item.case.own_process
        )

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the stages what will come."""
        items = [item for item in session.items if isinstance(item, CaseItem)]
        self.harvest.plan(item.case for item in items)
        if not self._performs() or not items:
            return
        self._begin()
        for candidate in self.candidates:
            own = [item.case for item in items if item.candidate is candidate]
            self.campaign.expect(candidate.id, [case for case in own if isinstance(case, Case)])

    def pytest_sessionstart(self) -> None:
        """Start the servers while pytest collects."""
        if self._performs():
            self._begin()

    def _performs(self) -> bool:
        return not (self.is_controller or self.config.option.collectonly)

    def _begin(self) -> None:
        if not self._open:
            self._open = True
            self.campaign.open()

    def close(self) -> None:
        """Also after Ctrl-C or an error of ours; harmless twice."""
        self.campaign.close()
        self._open = False

    # ------------------------------------------------------------------ running

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Let the result travel with the report, of the call or of a set-up that failed."""
        report = yield
        told = call.when == "call" or (call.when == "setup" and report.failed)
        if isinstance(item, CaseItem) and item.result and told:
            report.asgi_conformance = packed(item.candidate.id, item.result)
            report.asgi_conformance_warned = item.result.verdict.value == "warn"
        return report

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """A SHOULD that is broken passes, and is counted as warned."""
        if getattr(report, "asgi_conformance_warned", False) and report.passed and report.when == "call":
            return "warned", "w", "WARNED"
        return None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the results, from this process or from a worker."""
        text = getattr(report, "asgi_conformance", None)
        if text is None or self.is_worker:
            return
        self.harvest.add(*unpacked(text))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker of pytest-xdist the day: around midnight its own may be another."""
        node.workerinput[TODAY] = self.campaign.baseline.today.isoformat()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What a worker of pytest-xdist knows besides its results; one that crashed says nothing."""
        if knowledge := (getattr(node, "workeroutput", None) or {}).get("asgi_conformance"):
            self.harvest.learn(knowledge)

    # ------------------------------------------------------------------ the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Close the stages; write the files, once, where all results are."""
        for candidate in self.candidates:
            if declared := self.campaign.declared(candidate.id):
                self.harvest.declared[candidate.id] = declared
        self.close()
        if self.is_worker:
            self.config.workeroutput["asgi_conformance"] = self.harvest.knowledge()  # type: ignore[attr-defined] # xdist's
        elif not self.config.option.collectonly:
            self.run = self.harvest.run(self.candidates, finished=exitstatus in (0, 1), seed=self.wishes.seed)
            self.stale = stale(self.campaign.baseline, self.run, bundled_cases)
            if self.stale and not self._updates and exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            if not self._write(self.run):
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    @property
    def _updates(self) -> bool:
        return bool(option(self.config, "asgi-baseline-update"))

    def _write(self, run: Run) -> bool:
        """Whether every file could be written."""
        files = {name: path for name in OUTPUTS if (path := file(self.config, name))}
        reports = written(run, files, self.wishes.bad, self.config.invocation_params.dir)
        self.written += [*reports.done, *reports.failed]
        try:
            if self._updates and (path := file(self.config, "asgi-baseline")):
                gone = [one.entry for one in self.stale]
                baseline = self.campaign.baseline.updated(run.subjects, self.wishes.bad, gone)
                path.write_text(baseline.to_toml(), encoding="utf-8")
                self.written.append(f"wrote baseline: {path}")
            if place := os.environ.get("GITHUB_STEP_SUMMARY"):
                self._tell_github(run, place)
        except OSError as error:
            self.written.append(f"cannot write {error.filename}: {error.strerror}")
            return False
        return not reports.failed

    def _tell_github(self, run: Run, place: str) -> None:
        """The summary of the step, and annotations. Raises OSError."""
        from asgi_conformance.report import github

        outdated = [] if self._updates else [str(one) for one in self.stale]
        workspace = self.config.invocation_params.dir
        self.annotations = github.annotations(run, self.wishes.bad, workspace, stale=outdated)
        with open(place, "a", encoding="utf-8") as summary:
            summary.write(github.summary(run))

    def pytest_report_header(self) -> list[str]:
        documents = ", ".join(f"{name} {version}" for name, version in DOCUMENTS)
        subjects = ", ".join(f"{candidate.id} {candidate.version}" for candidate in self.candidates)
        return [f"asgi-conformance: {suite_version()} ({documents})", f"subjects: {subjects}"]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.run is None:
            return
        from asgi_conformance.report.terminal import to_terminal

        terminalreporter.section("asgi-conformance")
        width = terminalreporter._tw.fullwidth
        for line in to_terminal(self.run, width, terminalreporter._tw.hasmarkup):
            terminalreporter.write_line(line)
        if self.stale and not self._updates:
            # Counted in the last line, as every outcome is.
            terminalreporter._add_stats("stale", [_report(one) for one in self.stale])
            for one in self.stale:
                terminalreporter.write_line(str(one), red=True)
        for line in [*map(visible, self.written), *self.annotations]:
            terminalreporter.write_line(line)


def _report(one: Stale) -> pytest.TestReport:
    """For whoever looks through the outcomes of a session."""
    return pytest.TestReport(
        nodeid=f"baseline::{'::'.join(one.entry.key)}",
        location=("baseline", None, one.entry.case),
        keywords={},
        outcome="failed",
        longrepr=str(one),
        when="teardown",
    )
