"""One invocation, without pytest: which subjects, which cases, and how each is performed and judged."""

import contextlib
import fnmatch
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from asgi_conformance import injection, second_look
from asgi_conformance.applications import Application, Stack, parse_applications, parse_frameworks
from asgi_conformance.baseline import Baseline
from asgi_conformance.codec import encode
from asgi_conformance.exploration import Exploration
from asgi_conformance.judge.describe import described
from asgi_conformance.judge.verdicts import judge, planned
from asgi_conformance.results import Check, Moment, Result
from asgi_conformance.script import BadCase, Case, Property, Session
from asgi_conformance.servers.adapter import BadSubject, Server
from asgi_conformance.servers.command import parse_commands
from asgi_conformance.servers.registry import Installed, known_names, parse_subjects
from asgi_conformance.spec import catalogue as catalogue_module
from asgi_conformance.stage.application_stage import ApplicationStage
from asgi_conformance.stage.backstage import Backstage
from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.control import private_folder
from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.stage.guard import Guard, uninterrupted
from asgi_conformance.stage.house import NotStarted
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.interpreter import installed_versions
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.server_stage import Absent, ServerStage
from asgi_conformance.stage.stack_stage import StackStage
from asgi_conformance.stage.wsgi_stage import WsgiStage
from asgi_conformance.timeline import CallLog, Entry, Timeline
from asgi_conformance.verdict import Verdict
from asgi_conformance.withholding import withheld

Subject = Server | Application | Stack
AnyStage = ServerStage | ApplicationStage | WsgiStage | StackStage


class BadRequest(Exception):
    """The user asked for something that does not exist or cannot be read: one line that says what to type instead."""


@dataclass(frozen=True, slots=True)
class WsgiWishes:
    """What the options say of subjects that speak WSGI."""

    servers: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    middlewares: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the options say."""

    servers: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    factory: bool = False
    frameworks: tuple[str, ...] = ()
    middlewares: tuple[str, ...] = ()
    wsgi: WsgiWishes = WsgiWishes()
    loop: str = ""
    python: str = ""
    cases: tuple[str, ...] = ()
    """Globs over case ids; none: all."""
    requirements: tuple[str, ...] = ()
    """Globs over requirement ids; none: all."""
    fail_on: str = "fail"
    """The mildest verdict that fails a test: `fail` or `warn`."""
    time_scale: float = 1.0
    examples: int = 0
    """Generated cases for every property; 0: properties are left out."""
    seed: int = 0

    @property
    def bad(self) -> frozenset[Verdict]:
        """The verdicts that fail a test."""
        return frozenset({Verdict.FAIL, Verdict.WARN} if self.fail_on == "warn" else {Verdict.FAIL})


def wishes(option: Callable[[str], Any]) -> Wishes:
    """What the options say, each by its name (`asgi-server`). Raises `BadRequest`."""
    scale = _number(option, "asgi-time-scale", "1.5", float)
    if scale is not None and not 0.01 <= scale <= 1000:
        raise BadRequest(f"--asgi-time-scale is a factor between 0.01 and 1000, not {scale:g}")
    if (mildest := option("asgi-fail-on") or "fail") not in ("fail", "warn"):
        raise BadRequest(f"--asgi-fail-on is fail or warn, not {mildest!r}")
    examples = _number(option, "asgi-examples", "50", int) or 0
    if not 0 <= examples <= 100_000:
        raise BadRequest(f"--asgi-examples is a number between 0 and 100000, not {examples}")
    if examples and find_spec("hypothesis") is None:
        raise BadRequest("--asgi-examples needs an extra: pip install 'asgi-conformance[properties]'")
    return Wishes(
        servers=tuple(option("asgi-server") or ()),
        commands=tuple(option("asgi-server-command") or ()),
        apps=tuple(option("asgi-app") or ()),
        factory=bool(option("asgi-app-factory")),
        frameworks=tuple(option("asgi-framework") or ()),
        middlewares=tuple(option("asgi-middleware") or ()),
        wsgi=WsgiWishes(
            servers=tuple(option("wsgi-server") or ()),
            commands=tuple(option("wsgi-server-command") or ()),
            apps=tuple(option("wsgi-app") or ()),
            frameworks=tuple(option("wsgi-framework") or ()),
            middlewares=tuple(option("wsgi-middleware") or ()),
        ),
        loop=option("asgi-loop") or "",
        python=option("asgi-python") or "",
        cases=tuple(option("asgi-case") or ()),
        requirements=tuple(option("asgi-requirement") or ()),
        fail_on=mildest,
        time_scale=1.0 if scale is None else scale,
        examples=examples,
        seed=_number(option, "asgi-seed", "42", int) or 0,
    )


def _number(option: Callable[[str], Any], name: str, example: str, kind: Callable[[str], Any]) -> Any:
    if not (text := option(name)):
        return None
    try:
        return kind(text)
    except ValueError:
        raise BadRequest(f"--{name}={text} is no number; write it like --{name}={example}") from None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject to be tested, and what is known of it beforehand."""

    subject: Subject
    python: str
    version: str

    @property
    def id(self) -> str:
        return self.subject.id


def candidates(wishes: Wishes) -> list[Candidate]:
    """The subjects that the options name. Raises `BadRequest`."""
    python = _interpreter(wishes.python) if wishes.python else sys.executable
    try:
        subjects = _subjects(wishes, lambda names: installed_versions(python, names), python)
        names = [name for subject in subjects for name in subject.distributions]
        versions = installed_versions(python, names) if names or wishes.python else {}
        own = {subject.id: _own_version(subject, python) for subject in subjects}
    except BadSubject as error:
        raise BadRequest(str(error)) from None
    for name in names:
        if versions[name] is None:
            raise BadRequest(
                f"{name} is not installed for {python}: pip install {name}, "
                "or name the interpreter that has it with --asgi-python"
            )
    return [Candidate(one, python, _version(one, versions, own[one.id])) for one in subjects]


def _interpreter(named: str) -> str:
    """Its path from the root, for servers run in folders of their own; what cannot be found, as it was named."""
    found = shutil.which(named)
    return os.path.abspath(found) if found else named


def _own_version(subject: Subject, python: str) -> str | None:
    """What the adapter of a server says, where a distribution does not tell. Raises `BadSubject`."""
    server = subject.server if isinstance(subject, Stack) else subject
    return server.version(python) if isinstance(server, Server) else None


def _version(subject: Subject, versions: Mapping[str, str | None], own: str | None) -> str:
    """`0.54.0`, or of a server and an application `0.54.0 + 1.10.0`."""
    return " + ".join(filter(None, [own, *(versions[name] for name in subject.distributions)])) or "unknown"


def _subjects(wishes: Wishes, installed: Installed, python: str) -> list[Subject]:
    """Servers, applications, or each application on each server where both are named. Raises `BadSubject`."""
    servers = parse_subjects(wishes.servers, installed, python=python)
    servers += parse_commands(wishes.commands, known_names())
    applications = parse_applications(wishes.apps, "asgi-app", factory=wishes.factory, loop=wishes.loop)
    applications += parse_frameworks(wishes.frameworks, installed, loop=wishes.loop)
    middlewares = parse_applications(wishes.middlewares, "asgi-middleware", loop=wishes.loop)
    return [*_combined(servers, applications), *middlewares, *_wsgi_subjects(wishes, installed, python)]


def _wsgi_subjects(wishes: Wishes, installed: Installed, python: str) -> list[Subject]:
    wanted, kind = wishes.wsgi, "wsgi-server"
    servers = parse_subjects(wanted.servers, installed, kind, python)
    servers += parse_commands(wanted.commands, known_names(kind), kind)
    applications = parse_applications(wanted.apps, "wsgi-app", factory=wishes.factory)
    applications += parse_frameworks(wanted.frameworks, installed, "wsgi-framework")
    return [*_combined(servers, applications), *parse_applications(wanted.middlewares, "wsgi-middleware")]


def _combined(servers: Sequence[Server], applications: Sequence[Application]) -> Sequence[Subject]:
    if servers and applications:
        return [Stack(server, application) for application in applications for server in servers]
    return [*servers, *applications]


def check_wishes(cases: Sequence[Case | Property], wishes: Wishes) -> None:
    """Raises `BadRequest` for a glob that selects nothing."""
    ids = [case.id for case in cases]
    for glob in wishes.cases:
        if glob.startswith("properties/") and not wishes.examples:
            raise BadRequest(f"--asgi-case={glob} names properties: say how many examples, like --asgi-examples=100")
        if not any(_fits(name, glob) for name in ids):
            raise BadRequest(f"--asgi-case: no case of these subjects is called {glob!r}{_nearest(glob, ids)}")
    settled = sorted({requirement for case in cases if isinstance(case, Case) for requirement in case.settles()})
    for glob in wishes.requirements:
        if not any(_fits(name, glob) for name in settled):
            raise BadRequest(f"--asgi-requirement: no case settles {glob!r}{_nearest(glob, settled)}")
    if not any(is_chosen(case, wishes) for case in cases):
        raise BadRequest("no case fits both --asgi-case and --asgi-requirement; leave one of them out")


def check_ids(cases: Sequence[Case | Property], subjects: Sequence[str], ids: Iterable[str]) -> None:
    """Raises `BadRequest` for an id of pytest's that is none: `suites/http/request.py::a-case[uvicorn]`.

    The subject may be left out, and so may the case, the file and the folder.
    """
    names = {
        f"suites/{case.file}.py::{case.name}{end}" for case in cases for end in ("", *(f"[{s}]" for s in subjects))
    }
    files = {name.partition("::")[0] for name in names}
    places = {str(parent) for file in files for parent in (PurePosixPath(file), *PurePosixPath(file).parents)}
    for id in ids:
        known = names if "::" in id else places
        if id.rstrip("/") not in known:
            raise BadRequest(f"{id}: the bundled suites have no such file or case{_nearest(id, sorted(known))}")


def is_chosen(case: Case | Property, wishes: Wishes) -> bool:
    """Whether the globs select this case. Which requirements a property settles is not known beforehand."""
    by_id = not wishes.cases or any(_fits(case.id, glob) for glob in wishes.cases)
    if isinstance(case, Property):
        return by_id and not wishes.requirements
    settled = case.settles()
    return by_id and (
        not wishes.requirements or any(_fits(name, glob) for name in settled for glob in wishes.requirements)
    )


def _fits(name: str, glob: str) -> bool:
    return name == glob or fnmatch.fnmatchcase(name, glob)


def _nearest(word: str, possible: Sequence[str]) -> str:
    close = get_close_matches(word, possible, n=1, cutoff=0.4)
    return f"; did you mean {close[0]}?" if close else "; asgi-conformance list shows what there is"


# --------------------------------------------------------------------------- performing


@dataclass(slots=True)
class Campaign:
    """The subjects of one process, and the stages they are performed on. `close` it, whatever happens."""

    candidates: Sequence[Candidate]
    wishes: Wishes
    baseline: Baseline = field(default_factory=Baseline)
    _hub: Hub = field(default_factory=Hub)
    _backstage: Backstage = field(default_factory=Backstage)
    _stages: dict[str, AnyStage] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _met: bool = False
    _guard: Guard = field(default_factory=Guard)
    _folder: Path | None = None

    def open(self) -> None:
        """Start every server; waits for nothing."""
        with uninterrupted():
            self._guard.open()
            self._folder = private_folder()
            self._guard.keep(self._folder)
        means = Means(Patience(self.wishes.time_scale), Certificates(self._folder), self._guard)
        for one in self.candidates:
            self._stages[one.id] = self._stage(one, means)
            self._stages[one.id].begin()

    def _stage(self, one: Candidate, means: Means) -> AnyStage:
        if isinstance(one.subject, Stack):
            return StackStage(self._hub, one.subject, one.python, means)
        if isinstance(one.subject, Application) and one.subject.kind.startswith("wsgi"):
            return WsgiStage(self._hub, one.subject, one.python, means)
        if isinstance(one.subject, Application):
            return ApplicationStage(self._hub, one.subject, one.python, means)
        return ServerStage(self._hub, one.subject, one.python, means, self._backstage)

    def expect(self, subject: str, cases: Iterable[Case]) -> None:
        """Tell beforehand which cases will come, so that what takes long can be begun."""
        self._stages[subject].look_ahead(cases)

    def _meet_everyone(self) -> None:
        """Before the first case, bring every server up: one that waits for its turn too long gives its start up."""
        if not self._met:
            self._met = True
            for stage in self._stages.values():
                with contextlib.suppress(NotStarted, Absent):  # whoever asks for its cases is told
                    _ = stage.facts

    def perform(self, subject: str, case: Case) -> Result:
        """One case on one subject, judged. Whatever goes wrong is a verdict."""
        if isinstance(case, Session):
            found = injection.explore(case, partial(self._perform, subject))
            return replace(found, checks=self.baseline.applied(subject, case.id, found.checks))
        result, _ = self._perform(subject, case)
        return second_look.confirmed(case, result, lambda one: self._perform(subject, one)[0])

    def _perform(self, subject: str, case: Case) -> tuple[Result, list[CallLog]]:
        """And what is recorded of the calls of an application."""
        catalogue = catalogue_module.load()
        stage = self._stages[subject]
        self._meet_everyone()
        try:
            timeline = stage.perform(case)
            facts = stage.facts
        except Absent as reason:
            return _result(case, planned(case, catalogue, Verdict.UNSUPPORTED, str(reason))), []
        except MissingExtra as error:
            return _result(case, planned(case, catalogue, Verdict.NOT_RUN, str(error))), []
        except NotStarted as error:
            verdict = Verdict.NOT_RUN if str(error) in self._told else Verdict.ERROR  # an error is told once
            self._told.add(str(error))
            return _result(case, planned(case, catalogue, verdict, str(error))), []
        except Exception as error:  # noqa: BLE001 - ours, and no reason to stop the run
            return _result(case, _our_fault(planned(case, catalogue, Verdict.ERROR, repr(error)))), []
        try:
            checks = judge(case, timeline, facts, catalogue)
        except Exception as error:  # noqa: BLE001 - ours or the case's, and no reason to stop the run
            checks = _our_fault(planned(case, catalogue, Verdict.ERROR, repr(error)))
        return _result(case, self.baseline.applied(subject, case.id, checks), timeline), timeline.logs()

    def explore(self, subject: str, what: Property) -> Result:
        """A property on one subject: generated cases, and of those that fail the smallest.

        Raises `BadCase` for a property from which no case can be drawn; the author's fault.
        """
        exploration = Exploration(
            partial(self.perform, subject), self.wishes.examples, self.wishes.seed, self.wishes.time_scale
        )
        try:
            return exploration.explore(what)
        except Exception as error:
            raise BadCase(f"{what.id}: {type(error).__name__}: {error}") from error

    def declared(self, subject: str) -> dict[str, Any]:
        """What the subject declares; empty if it never started."""
        return self._stages[subject].declared if subject in self._stages else {}

    def close(self) -> None:
        """Stop and remove everything; leaves no process, socket or folder behind. Harmless twice."""
        for stage in self._stages.values():
            stage.abandon()
        self._backstage.close()
        for stage in self._stages.values():
            stage.ask_to_stop()
        for stage in self._stages.values():
            stage.close()
        self._stages.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._guard.release(self._folder)
        self._guard.close()
        self._hub.close()


def _our_fault(checks: Iterable[Check]) -> tuple[Check, ...]:
    """With the exception that is being handled; whoever reads it shall report it."""
    trace = traceback.format_exc(limit=-6)
    return tuple(replace(check, how=f"asgi-conformance failed: {check.how}", observed=trace) for check in checks)


def _result(case: Case, checks: tuple[Check, ...], timeline: Timeline | None = None) -> Result:
    moments = tuple(_moment(entry) for entry in timeline.entries) if timeline else ()
    return Result(case.id, case.title, round(timeline.duration_ms, 3) if timeline else 0.0, checks, moments)


@cache
def _variables() -> Mapping[str, str]:
    """Of our own process, which servers inherit; a plain dictionary, that can be asked for any text."""
    return dict(os.environ)


def _moment(entry: Entry) -> Moment:
    text, data = described(entry)
    return Moment(
        entry.at, entry.who, "sends" if entry.sends else "gets", text, entry.line, encode(withheld(data, _variables()))
    )
