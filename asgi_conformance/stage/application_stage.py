"""The stage for an application: keeps its processes, meets it, and has cases performed on it in memory."""

from typing import Any

from asgi_conformance.acts import CallsApplication, Delivers, TakesEvent
from asgi_conformance.applications import FOLDER, Application
from asgi_conformance.authoring import case, http_scope, lifespan_scope, server, websocket_scope
from asgi_conformance.judge.conduct import breaches, usual
from asgi_conformance.matchers.application import body_of
from asgi_conformance.script import Case, Line
from asgi_conformance.spec.order import type_of
from asgi_conformance.stage.application_performer import ApplicationPerformer
from asgi_conformance.stage.application_play import Servers, Stage
from asgi_conformance.stage.guard import uninterrupted
from asgi_conformance.stage.host import LIFESPAN, MODULE, Host, Target, environment
from asgi_conformance.stage.house import NotStarted
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.server_stage import Absent
from asgi_conformance.stage.warm import WarmStarter
from asgi_conformance.timeline import Answer, CallLog, Event, Facts, Missing, Timeline

CONTRACT = b"asgi-conformance contract 1"
"""How every contract application answers a request for its root."""
ADAPTER = b"asgi-conformance wsgi adapter 1"
"""How one that stands behind an adapter for WSGI answers a request for `/wsgi`."""
LOSSES = 5  # of the process, which died or came back no more, before the rest is given up


def request(path: str) -> Case:
    """An ordinary request for this path."""
    return case(
        "An ordinary request",
        server.calls(http_scope(path=path), shares_state=True),
        server.delivers({"type": "http.request", "body": b"", "more_body": False}),
        server.gets_answer(),
    )


def introduction(websocket: str) -> tuple[Case, ...]:
    """Ordinary exchanges: a request, and a WebSocket with this path."""
    return (
        request("/"),
        case(
            "An ordinary WebSocket",
            server.calls(websocket_scope(websocket), shares_state=True),
            server.delivers({"type": "websocket.connect"}),
            server.gets_answer(),
            server.delivers({"type": "websocket.disconnect", "code": 1001, "reason": ""}),
            server.sees_the_end(),
        ),
    )


INTRODUCTION, OF_CONTRACT = introduction("/"), introduction("/ws/echo")


class ApplicationStage:
    """One application under test. Not thread-safe; every method that waits is bounded."""

    def __init__(self, hub: Hub, application: Application, python: str, means: Means) -> None:
        """`python`: interpreter of the environment that holds the application."""
        self._hub, self._application, self._python, self._means = hub, application, python, means
        role = "middleware" if application.kind == "asgi-middleware" else "application"
        paths = (str(FOLDER),) if application.kind == "asgi-framework" else ()
        self._target = Target(application.target, application.factory, application.loop, role, paths)
        self._warm: WarmStarter | None = None
        self._shared: Host | None = None
        self._losses = 0
        self._file = ""
        """Whose cases the shared process has seen."""
        self._broken = ""
        self._facts: Facts | None = None
        self._lifespan_lacks = ""

    def begin(self) -> None:
        """Start to import the application; waits for nothing."""
        if self._warm is None:
            with uninterrupted():
                preload = ["asyncio", "remote_application", MODULE, self._target.module]
                self._warm = WarmStarter(self._python, preload, environment(self._target.paths))

    def look_ahead(self, cases: Any) -> None:
        """Every case is quick: nothing is begun before its turn."""

    @property
    def facts(self) -> Facts:
        """What it lacks, and what it does wrong on every occasion. Raises `NotStarted`."""
        if self._facts is None:
            host = self._residence()
            nothing = Facts(lacks={"lifespan": self._lifespan_lacks} if self._lifespan_lacks else {})
            if self._target.role == "middleware":
                self._facts = nothing
                return nothing
            # Cases that know of no contract open their WebSockets at `/`, where a contract application may have none:
            framework = self._application.kind == "asgi-framework"
            introduced = (*OF_CONTRACT, INTRODUCTION[1], request("/wsgi")) if framework else INTRODUCTION
            timelines = [ApplicationPerformer(host, nothing).perform(one) for one in introduced]
            self._facts = _facts(self._application, timelines, self._lifespan_lacks)
        return self._facts

    @property
    def declared(self) -> dict[str, Any]:
        """An application declares nothing."""
        return {}

    def perform(self, case: Case) -> Timeline:
        """Perform a case. Raises `Absent` (not offered) or `NotStarted` (it cannot be loaded)."""
        facts = self.facts
        for need in case.needs:
            if need in facts.lacks:
                raise Absent(facts.lacks[need])
        contract = case.options.get("contract", "")
        alone = bool(contract) or _is_about_lifespan(case)
        if not alone and case.file != self._file and self._shared is not None:
            self._forget(self._shared)  # what one file's cases have left in the application is no other's concern
        host = self._new_host(contract) if alone else self._residence()
        self._file = self._file if alone else case.file
        try:
            performer = ApplicationPerformer(host, facts, case.options.get("root_path", ""))
            timeline = performer.perform(case)
        except BaseException:
            self._forget(host)
            raise
        self._losses += performer.lost
        if alone or performer.tainted:
            self._forget(host)
        return timeline

    # ------------------------------------------------------------------ processes

    def _new_host(self, contract: str = "") -> Host:
        self.begin()
        assert self._warm is not None
        with uninterrupted():
            host = Host(self._hub, self._target, self._python, self._warm, self._means, contract)
        try:
            host.meet()
        except BaseException:
            host.remove()
            raise
        return host

    def _residence(self) -> Host:
        """The process that all ordinary cases share, with a lifespan of its own under way. Raises `NotStarted`."""
        if self._shared is None:
            if not self._broken and self._losses >= LOSSES:
                self._broken = f"{self._application.id} had to be started {LOSSES} times; the first failures say why"
            if self._broken:
                raise NotStarted(self._broken)
            try:
                host = self._new_host()
            except NotStarted as error:
                self._broken = str(error)
                raise
            self._shared = host
            if self._target.role != "middleware":
                self._bring_up(host)
        return self._shared

    def _bring_up(self, host: Host) -> None:
        """The lifespan call that stays while other cases are performed. Raises `NotStarted` if the startup fails."""
        servers = Servers(Stage(host), Facts())
        servers.do(Line(LIFESPAN, CallsApplication(lifespan_scope())))
        servers.do(Line(LIFESPAN, Delivers(({"type": "lifespan.startup"},))))
        seen = servers.do(Line(LIFESPAN, TakesEvent()))
        if isinstance(seen, Event) and type_of(seen.value) == "lifespan.startup.failed":
            self._broken = f"{self._application.id} refuses to start: {seen.value!r}"
            self._forget(host)
            raise NotStarted(self._broken)
        if isinstance(seen, Missing):
            self._lifespan_lacks = f"{self._application.id} takes no lifespan: {seen}"

    def _forget(self, host: Host) -> None:
        host.remove()
        if host is self._shared:
            self._shared = None

    # ------------------------------------------------------------------ the end

    def abandon(self) -> None:
        """Nothing more will be started."""
        if self._warm is not None:
            self._warm.abandon()

    def ask_to_stop(self) -> None:
        """There is nothing that would have to be written down."""

    def close(self) -> None:
        """Remove what is left."""
        if self._shared is not None:
            self._forget(self._shared)
        if self._warm is not None:
            self._warm.close()
            self._warm = None


def _is_about_lifespan(case: Case) -> bool:
    acts = (line.act for line in case.lines)
    return any(isinstance(act, CallsApplication) and act.scope.get("type") == "lifespan" for act in acts)


def _facts(application: Application, timelines: list[Timeline], lifespan_lacks: str) -> Facts:
    """What ordinary exchanges have shown."""
    lacks, subject = {}, application.id
    if application.kind == "asgi-framework":
        if not _answers(timelines[0], CONTRACT):
            lacks["contract"] = f"{subject} does not answer GET / as a contract application does"
        if not _answers(timelines.pop(), ADAPTER):
            lacks["wsgi-adapter"] = f"{subject} is no adapter for WSGI: it has no route /wsgi of the contract"
    for kind, timeline in zip(("http", "websocket"), timelines, strict=False):
        for log in timeline.logs():
            if not log.sent and _refuses(log):
                lacks[kind] = f"{subject} takes no {kind}: {_refusal(log)}"
    if lifespan_lacks:
        lacks["lifespan"] = lifespan_lacks
    found = (usual(breach) for timeline in timelines for log in timeline.logs() for breach, _ in breaches(log))
    return Facts({}, lacks, frozenset(found))


def _answers(timeline: Timeline, greeting: bytes) -> bool:
    answers = (entry.seen for entry in timeline.entries)
    return any(body_of(answer).startswith(greeting) for answer in answers if isinstance(answer, Answer))


def _refuses(log: CallLog) -> bool:
    """Whether it has ended in a way that may mean that it does not know the type of the scope."""
    raised = log.outcome.raised if log.outcome else None
    accident = raised is not None and (raised.is_a("RecursionError") or not raised.is_a("Exception"))
    return log.outcome is not None and not accident


def _refusal(log: CallLog) -> str:
    raised = log.outcome.raised if log.outcome else None
    return f"it raises {raised.type}: {raised.text}" if raised else "it returns without a word"
