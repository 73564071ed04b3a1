"""The stage for a WSGI application: keeps its processes, meets it, and has cases performed on it in memory."""

from typing import Any

from asgi_conformance.applications import FOLDER, Application
from asgi_conformance.authoring import case, gateway, wsgi_environ
from asgi_conformance.judge.wsgi import usual_breaches
from asgi_conformance.script import Case, Line
from asgi_conformance.stage.application_stage import CONTRACT, LOSSES
from asgi_conformance.stage.clients import Clients
from asgi_conformance.stage.guard import uninterrupted
from asgi_conformance.stage.host import Target, environment
from asgi_conformance.stage.house import NotStarted
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.play import Play, Speaker
from asgi_conformance.stage.scene import Scene
from asgi_conformance.stage.server_stage import Absent
from asgi_conformance.stage.warm import WarmStarter
from asgi_conformance.stage.wsgi_calls import WsgiCalls
from asgi_conformance.stage.wsgi_gateway import WsgiGateway
from asgi_conformance.stage.wsgi_play import WsgiHost, WsgiServers
from asgi_conformance.timeline import Entry, Facts, Missing, Seen, Timeline, Why, WsgiAnswer

INTRODUCTION = case(
    "An ordinary request",
    gateway.calls(wsgi_environ("GET", "/")),
    gateway.gets_response(),
)


class Nobody(Clients):
    """In the place of the clients of our application inside a middleware: it may not be called at all."""

    def __init__(self, scene: Scene, servers: WsgiServers) -> None:
        super().__init__(scene)
        self._servers = servers

    def answered(self, line: Line) -> Any:
        """True once the middleware has answered by itself; None so far."""
        return self._servers.is_over() or None

    def take_answer(self, line: Line) -> Seen | None:
        over = self._servers.is_over()
        return Missing(Why.ENDED, "the middleware answers without the application") if over else None


class WsgiPerformer:
    """One performance on a host that has met its application."""

    def __init__(self, hub: Hub, host: WsgiHost, means: Means, facts: Facts, root_path: str = "") -> None:
        self._scene = Scene(hub, host, means.patience)
        self._servers = WsgiServers(self._scene)
        self._inner = WsgiCalls(self._scene, Nobody(self._scene, self._servers), ())
        speakers: dict[str, Speaker] = {
            "gateway": self._servers,
            "wsgi_app": self._inner,
            "client": WsgiGateway(self._scene, self._servers, root_path),
        }
        self._play = Play(speakers, self._scene, facts)
        self.tainted = False
        """Whether something was left behind that the next case must not meet."""

    def perform(self, case: Case) -> Timeline:
        """All lines in order, until one cannot be done or what it awaits does not come."""
        self._play.perform(case.lines)
        self._inner.leave()
        at = int(self._play.duration_ms * 1000)
        logs = [Entry(at, who, False, log, "") for who, log in self._servers.logs()]
        self._inner.close()
        self.tainted = self._servers.stuck or self._scene.gone() is not None
        return Timeline((*self._play.entries, *logs), self._play.duration_ms)


class WsgiStage:
    """One WSGI application under test. Not thread-safe; every method that waits is bounded."""

    def __init__(self, hub: Hub, application: Application, python: str, means: Means) -> None:
        """`python`: interpreter of the environment that holds the application."""
        self._hub, self._application, self._python, self._means = hub, application, python, means
        role = "middleware" if application.kind == "wsgi-middleware" else "application"
        paths = (str(FOLDER),) if application.kind == "wsgi-framework" else ()
        self._target = Target(application.target, application.factory, role=role, paths=paths)
        self._warm: WarmStarter | None = None
        self._shared: WsgiHost | None = None
        self._losses = 0
        self._file = ""
        """Whose cases the shared process has seen."""
        self._last: Case | None = None
        self._broken = ""
        self._facts: Facts | None = None

    def begin(self) -> None:
        """Start to import the application; waits for nothing."""
        if self._warm is None:
            with uninterrupted():
                preload = ["remote_wsgi", "wsgi_host", self._target.module]
                self._warm = WarmStarter(self._python, preload, environment(self._target.paths))

    def look_ahead(self, cases: Any) -> None:
        """Every case is quick: nothing is begun before its turn."""

    @property
    def facts(self) -> Facts:
        """What it lacks, and what it does wrong on every occasion. Raises `NotStarted`."""
        if self._facts is None:
            host = self._residence()
            if self._target.role == "middleware":
                self._facts = Facts()
                return self._facts
            timeline = WsgiPerformer(self._hub, host, self._means, Facts()).perform(INTRODUCTION)
            lacks = {"early-call": "a client in memory sends its request whole before the application is called"}
            if self._application.kind == "wsgi-framework" and not _answers_as_contract(timeline):
                lacks["contract"] = f"{self._application.id} does not answer GET / as a contract application does"
            self._facts = Facts({}, lacks, usual_breaches(timeline))
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
        if case.file != self._file or case is self._last:
            # What one file's cases have left in the application is no other's concern, and a second look starts afresh.
            self._forget()
        self._last = case
        host = self._residence()
        self._file = case.file
        performer = WsgiPerformer(self._hub, host, self._means, facts, case.options.get("root_path", ""))
        try:
            timeline = performer.perform(case)
        except BaseException:
            self._forget()
            raise
        if performer.tainted:
            self._losses += 1
            self._forget()
        return timeline

    def _residence(self) -> WsgiHost:
        """The process that the cases of a file share. Raises `NotStarted`."""
        if self._shared is None:
            if not self._broken and self._losses >= LOSSES:
                self._broken = f"{self._application.id} had to be started {LOSSES} times; the first failures say why"
            if self._broken:
                raise NotStarted(self._broken)
            self.begin()
            assert self._warm is not None
            with uninterrupted():
                self._shared = WsgiHost(self._hub, self._target, self._python, self._warm, self._means)
            try:
                self._shared.meet()
            except BaseException as error:
                self._broken = str(error) if isinstance(error, NotStarted) else ""
                self._forget()
                raise
        return self._shared

    def _forget(self) -> None:
        if self._shared is not None:
            self._shared.remove()
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
        self._forget()
        if self._warm is not None:
            self._warm.close()
            self._warm = None


def _answers_as_contract(timeline: Timeline) -> bool:
    answers = [entry.seen for entry in timeline.entries if isinstance(entry.seen, WsgiAnswer)]
    blocks = [block for answer in answers for block in answer.body if isinstance(block, bytes)]
    return b"".join(blocks).startswith(CONTRACT)
