"""The only module that knows pytest. It translates: options into subjects, cases into items, verdicts into outcomes.

Every pytest run of everybody who has this installed imports it, so whatever is heavy is imported inside the hooks.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from asgi_conformance.campaign import Campaign, Candidate, Wishes
    from asgi_conformance.results import Result, Run
    from asgi_conformance.script import Case

SUBJECTS = ("asgi_server", "asgi_server_command")
BUNDLED = "suites/"

OPTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("asgi-server", "servers to test: uvicorn,'hypercorn[worker=trio]',… or all", {"action": "append", "metavar": "NAME"}),
    (
        "asgi-server-command",
        "a server without an adapter: 'mine=python -m mine {app} --host {host} --port {port}'",
        {"action": "append", "metavar": "NAME=COMMAND"},
    ),
    ("asgi-python", "interpreter of the environment that holds the server (default: this one)", {"metavar": "PATH"}),
    ("asgi-case", "run only the cases whose id fits", {"action": "append", "metavar": "GLOB"}),
    ("asgi-requirement", "run only the cases that settle such a requirement", {"action": "append", "metavar": "GLOB"}),
    ("asgi-fail-on", "the mildest verdict that fails a test: fail (default) or warn", {"metavar": "fail|warn"}),
    ("asgi-time-scale", "stretch all waiting by this factor (default: 1)", {"metavar": "FLOAT"}),
    ("asgi-seed", "seed of generated cases (default: 0)", {"metavar": "INT"}),
    ("asgi-baseline", "known failures, with reasons", {"metavar": "FILE.toml"}),
    ("asgi-baseline-update", "write the failures of this run into the baseline", {"action": "store_true"}),
    ("asgi-html", "write the report as HTML", {"metavar": "FILE"}),
    ("asgi-json", "write the run file", {"metavar": "FILE"}),
    ("asgi-markdown", "write the report as Markdown", {"metavar": "FILE"}),
    ("asgi-badge", "write a badge (shields endpoint JSON)", {"metavar": "FILE"}),
)


# --------------------------------------------------------------------------- options


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every option is an ini key of the same name too."""
    group = parser.getgroup("asgi-conformance", "asgi-conformance: keeps a server to ASGI?")
    for name, words, settings in OPTIONS:
        default = None if settings.get("action") != "append" else []
        group.addoption(f"--{name}", dest=_dest(name), help=words, **{"default": default, **settings})
        kind = {"append": "args", "store_true": "bool"}.get(settings.get("action", ""), "string")
        parser.addini(name, f"{words} (as --{name})", type=kind, default=None)  # type: ignore[arg-type] # one of pytest's


def _dest(name: str) -> str:
    return name.replace("-", "_")


def _option(config: pytest.Config, name: str) -> Any:
    """The command line's value, else the ini file's."""
    given = config.getoption(_dest(name))
    return given if given not in (None, [], False) else config.getini(name)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Take node ids of bundled cases out of the arguments: they are no files of the user's."""
    known = early_config.known_args_namespace
    named = any(getattr(known, dest, None) or early_config.getini(dest.replace("_", "-")) for dest in SUBJECTS)
    if not named:
        return
    wanted = [argument for argument in args if argument.rstrip("/") == "suites" or argument.startswith(BUNDLED)]
    for argument in wanted:
        args.remove(argument)
    paths = [path for path in known.file_or_dir if path not in wanted]
    early_config.stash[WANTED] = wanted
    early_config.stash[BUNDLED_ONLY] = not paths


WANTED = pytest.StashKey[list[str]]()
"""Node ids, or beginnings of such, of bundled cases that the command line names; none: all."""
BUNDLED_ONLY = pytest.StashKey[bool]()
"""Whether the user named no paths of their own, so that the bundled suites run, and only them."""


def _wishes(config: pytest.Config) -> Wishes:
    from asgi_conformance.campaign import Wishes

    try:
        scale = float(_option(config, "asgi-time-scale") or 1)
        seed = int(_option(config, "asgi-seed") or 0)
    except ValueError as error:
        raise pytest.UsageError(f"--asgi-time-scale and --asgi-seed take a number ({error})") from None
    if not 0.01 <= scale <= 1000:
        raise pytest.UsageError(f"--asgi-time-scale is a factor between 0.01 and 1000, not {scale}")
    if (threshold := _option(config, "asgi-fail-on") or "fail") not in ("fail", "warn"):
        raise pytest.UsageError(f"--asgi-fail-on is fail or warn, not {threshold!r}")
    return Wishes(
        servers=tuple(_option(config, "asgi-server") or ()),
        commands=tuple(_option(config, "asgi-server-command") or ()),
        python=_option(config, "asgi-python") or "",
        cases=tuple(_option(config, "asgi-case") or ()),
        requirements=tuple(_option(config, "asgi-requirement") or ()),
        time_scale=scale,
        seed=seed,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Switch on if a subject is named; else this plugin does nothing at all."""
    if not any(_option(config, dest.replace("_", "-")) for dest in SUBJECTS):
        return
    wishes = _wishes(config)
    from asgi_conformance import campaign
    from asgi_conformance.baseline import BadBaseline, Baseline, load

    try:
        candidates = campaign.candidates(wishes)
        baseline = Baseline()
        if path := _option(config, "asgi-baseline"):
            baseline = load(config.rootpath / path, may_be_missing=bool(_option(config, "asgi-baseline-update")))
        elif _option(config, "asgi-baseline-update"):
            raise BadBaseline("--asgi-baseline-update needs --asgi-baseline=FILE.toml")
        _check_outputs(config)
    except (campaign.BadRequest, BadBaseline) as error:
        raise pytest.UsageError(str(error)) from None
    plugin = Plugin(config, wishes, candidates, campaign.Campaign(candidates, wishes, baseline))
    config.pluginmanager.register(plugin, "asgi-conformance-session")
    config.add_cleanup(plugin.close)


def _check_outputs(config: pytest.Config) -> None:
    """Better now than after the run."""
    for name in ("asgi-html", "asgi-json", "asgi-markdown", "asgi-badge"):
        path = _option(config, name)
        if path and not (config.invocation_params.dir / path).parent.is_dir():
            raise pytest.UsageError(f"--{name}={path}: the folder does not exist")


# --------------------------------------------------------------------------- collection


class Plugin:
    """One session that has subjects. On the controller of pytest-xdist it starts no server, and writes the files."""

    def __init__(self, config: pytest.Config, wishes: Wishes, candidates: list[Candidate], work: Campaign) -> None:
        from asgi_conformance import campaign

        self.config, self.wishes, self.candidates, self.campaign = config, wishes, candidates, work
        self.is_worker = hasattr(config, "workerinput")
        self.is_controller = bool(getattr(config.option, "dist", "no") != "no" and not self.is_worker)
        self.started = campaign.now()
        self.results: dict[str, dict[str, Result]] = {candidate.id: {} for candidate in candidates}
        self.declared: dict[str, dict[str, Any]] = {}
        self.cases: dict[str, Case] = {}
        self.planned = 0
        self._open = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Hang the bundled suites under the session; without paths of the user's, in place of everything else."""
        if not isinstance(collector, pytest.Session):
            return (yield)
        from asgi_conformance.script import BadCase

        only = self.config.stash.get(BUNDLED_ONLY, True)
        wanted = self.config.stash.get(WANTED, [])
        if only or wanted:
            try:
                bundled = [Suites.from_parent(collector, plugin=self, wanted=wanted)]
            except BadCase as error:
                raise pytest.UsageError(str(error)) from None
        else:
            bundled = []
        if only:
            collector._notfound = []  # type: ignore[attr-defined] # what the session's own collecting would set
            collector.collect = lambda: iter(bundled)  # type: ignore[method-assign] # its paths are not the user's wish
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
        items.sort(key=lambda item: isinstance(item, CaseItem) and item.case.own_process)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the stages what will come."""
        items = [item for item in session.items if isinstance(item, CaseItem)]
        self.planned = len(items)
        if self.is_controller or self.config.option.collectonly or not items:
            return
        self._begin()
        for candidate in self.candidates:
            self.campaign.expect(candidate.id, [item.case for item in items if item.candidate is candidate])

    def pytest_sessionstart(self) -> None:
        """Start the servers while pytest collects."""
        if not (self.is_controller or self.config.option.collectonly):
            self._begin()

    def _begin(self) -> None:
        if not self._open:
            self._open = True
            self.campaign.open()

    # ------------------------------------------------------------------ running

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Let the result travel with the report; JSON text, for a subject may say anything."""
        report = yield
        if isinstance(item, CaseItem) and item.result and (call.when == "call" or (call.when == "setup" and report.failed)):
            from asgi_conformance.results import result_to_json

            report.asgi_conformance = json.dumps([item.candidate.id, result_to_json(item.result)])
            report.user_properties.extend(item.properties())
            if is_warned(item.result):
                report.asgi_conformance_warned = True
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
        from asgi_conformance.results import result_from_json

        subject, data = json.loads(text)
        result = result_from_json(data)
        self.results[subject][result.case] = result

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """What the subjects declared, as a worker of pytest-xdist learnt it."""
        output = getattr(node, "workeroutput", None) or {}
        for subject, declared in json.loads(output.get("asgi_conformance_declared", "{}")).items():
            self.declared[subject] = self.declared.get(subject) or declared

    # ------------------------------------------------------------------ the end

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Close the stages; write the files, once, where all results are."""
        for candidate in self.candidates:
            declared = self.campaign.declared(candidate.id)
            if declared:
                self.declared[candidate.id] = declared
        self.close()
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output["asgi_conformance_declared"] = json.dumps(self.declared)
        elif not self.config.option.collectonly:
            if self.is_controller:
                self.planned = session.testscollected
            self.run = self._run(finished=exitstatus in (0, 1))
            self._write(self.run)

    run: Run | None = None

    def _run(self, *, finished: bool) -> Run:
        from asgi_conformance.campaign import make_run, subject_of

        subjects = [
            subject_of(candidate, self.declared.get(candidate.id, {}), self.results[candidate.id].values())
            for candidate in self.candidates
        ]
        return make_run(
            list(self.cases.values()),
            subjects,
            started=self.started,
            planned_items=self.planned,
            finished=finished,
            seed=self.wishes.seed,
        )

    def _write(self, run: Run) -> None:
        from asgi_conformance.report import badge, html, markdown
        from asgi_conformance.results import to_json

        writers = {
            "asgi-json": to_json,
            "asgi-html": html.to_html,
            "asgi-markdown": markdown.to_markdown,
            "asgi-badge": badge.to_badge,
        }
        self.written = []
        for name, write in writers.items():
            if path := _option(self.config, name):
                (self.config.invocation_params.dir / path).write_text(write(run), encoding="utf-8")
                self.written.append(f"{name.removeprefix('asgi-')}: {path}")
        if _option(self.config, "asgi-baseline-update"):
            path = self.config.rootpath / _option(self.config, "asgi-baseline")
            path.write_text(self.campaign.baseline.updated(run.subjects).to_toml(), encoding="utf-8")
            self.written.append(f"baseline: {path.name}")

    def close(self) -> None:
        """Also after Ctrl-C or an error of ours; harmless twice."""
        if self._open:
            self._open = False
            self.campaign.close()

    # ------------------------------------------------------------------ the terminal

    def pytest_report_header(self) -> list[str]:
        from asgi_conformance.campaign import suite_version
        from asgi_conformance.spec.documents import DOCUMENTS

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
        for line in self.written:
            terminalreporter.write_line(f"wrote {line}")


class Suites(pytest.Collector):
    """The bundled suites."""

    def __init__(self, *, plugin: Plugin, wanted: list[str], **keywords: Any) -> None:
        from asgi_conformance.suite_loader import suites_folder

        super().__init__(name="suites", nodeid="suites", **keywords)
        self._plugin, self._wanted = plugin, wanted
        self.path = suites_folder()
        self._check_wishes()

    def _check_wishes(self) -> None:
        from asgi_conformance.campaign import BadRequest, check_wishes
        from asgi_conformance.suite_loader import load_cases

        try:
            check_wishes(load_cases(), self._plugin.wishes)
        except BadRequest as error:
            raise pytest.UsageError(str(error)) from None

    def collect(self) -> Iterator[pytest.Collector]:
        from asgi_conformance.suite_loader import suite_files

        for path in suite_files():
            nodeid = BUNDLED + path.relative_to(self.path).as_posix()
            starts = [_bare(wish) for wish in self._wanted]
            if not starts or any(nodeid == s.split("::")[0] or (nodeid + "/").startswith(s.rstrip("/") + "/") for s in starts):
                yield CaseFile.from_parent(self, path=path, nodeid=nodeid, plugin=self._plugin, wanted=self._wanted)


def _bare(wish: str) -> str:
    return wish.split("::")[0]


class CaseFile(pytest.File):
    """A file of cases, bundled or a third party's: an item for every subject and case."""

    def __init__(self, *, plugin: Plugin, wanted: Iterable[str] = (), **keywords: Any) -> None:
        super().__init__(**keywords)
        self._plugin = plugin
        self._wanted = [wish for wish in wanted if "::" in wish and wish.startswith(self.nodeid + "::")]

    def collect(self) -> Iterator[pytest.Item]:
        from asgi_conformance.campaign import is_chosen
        from asgi_conformance.suite_loader import load_file

        bundled = self.nodeid.startswith(BUNDLED) and isinstance(self.parent, Suites)
        every = load_file(self.path, None if bundled else self.nodeid.removesuffix(".py") + "/")
        cases = [case for case in every if is_chosen(case, self._plugin.wishes)]
        for candidate in self._plugin.candidates:
            for case in cases:
                self._plugin.cases[case.id] = case
                name = f"{case.id.rpartition('/')[2]}[{candidate.id}]"
                if not self._wanted or f"{self.nodeid}::{name}" in self._wanted:
                    yield CaseItem.from_parent(self, name=name, case=case, candidate=candidate, plugin=self._plugin)


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
        from asgi_conformance.verdict import Verdict

        self.result = self._plugin.campaign.perform(self.candidate.id, self.case)
        if self.result.verdict is Verdict.ERROR:
            raise Failed(next(check.how for check in self.result.checks if check.verdict is Verdict.ERROR))

    def runtest(self) -> None:
        """Turn verdicts into an outcome."""
        from asgi_conformance.baseline import is_fixed, is_known
        from asgi_conformance.verdict import Verdict

        assert self.result is not None
        checks = self.result.checks
        bad = {Verdict.FAIL, Verdict.WARN} if self._threshold == "warn" else {Verdict.FAIL}
        failing = [check for check in checks if check.verdict in bad]
        if any(not is_known(check) for check in failing):
            raise Failed(self._story([check for check in failing if not is_known(check)]))
        if fixed := [check.requirement for check in checks if is_fixed(check)]:
            raise Failed(f"fixed: remove {', '.join(fixed)} of {self.candidate.id} from the baseline")
        if failing:
            pytest.xfail(failing[0].baseline or "")
        idle = {Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.NOT_RUN}
        if checks and all(check.verdict in idle for check in checks):
            pytest.skip(f"{checks[0].verdict.value}: {checks[0].how or checks[0].observed}")

    @property
    def _threshold(self) -> str:
        return str(_option(self.config, "asgi-fail-on") or "fail")

    def _story(self, failing: Iterable[Any]) -> str:
        from asgi_conformance.campaign import script_of, subject_of
        from asgi_conformance.report.explain import explain
        from asgi_conformance.spec.catalogue import load

        assert self.result is not None
        subject = subject_of(self.candidate, {}, ())
        catalogue = load()
        return "\n\n".join(
            explain(self.result, check, script_of(self.case), subject, catalogue[check.requirement], color=False)
            for check in failing
        )

    def properties(self) -> list[tuple[str, object]]:
        """For JUnit XML."""
        if self.result is None:
            return []
        return [
            (f"asgi-conformance:{check.requirement}", f"{check.level.value} {check.verdict.value} {check.behaviour}".strip())
            for check in self.result.checks
        ]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.case.title} [{self.candidate.id}]"


def is_warned(result: Result) -> bool:
    """Whether a SHOULD is broken and no MUST."""
    return result.verdict.value == "warn"
