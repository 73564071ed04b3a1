"""The stage for a server with an application in it: only clients speak, and only over the wire."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from asgi_conformance.applications import FOLDER, Stack
from asgi_conformance.authoring import case, client, response
from asgi_conformance.script import Case
from asgi_conformance.servers.adapter import Unsupported
from asgi_conformance.stage.application_stage import CONTRACT
from asgi_conformance.stage.guard import uninterrupted
from asgi_conformance.stage.house import NotStarted, Residence, Setting, refused
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.performer import Performer
from asgi_conformance.stage.process import ColdStarter
from asgi_conformance.stage.server_stage import RESTARTS, TRIES, Absent
from asgi_conformance.timeline import Facts, Missing, Timeline, Wire

ARRIVAL = case(
    "An ordinary request",
    client.sends(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"),
    client.gets(response()),
)


class StackStage:
    """One application served by one server. Not thread-safe; every method that waits is bounded."""

    def __init__(self, hub: Hub, stack: Stack, python: str, means: Means) -> None:
        """`python`: interpreter of the environment that holds both."""
        self._hub, self._stack, self._python, self._means = hub, stack, python, means
        self._shared: dict[Setting, Residence] = {}
        self._broken: dict[Setting, str] = {}
        self._starts = 0
        self._stale: list[int | str] = []
        self._lacks: dict[str, str] = {}

    def begin(self) -> None:
        """Start to bring it up; waits for nothing."""
        try:
            self._shared[Setting()] = self._started(Setting())
        except NotStarted as error:
            self._broken[Setting()] = str(error)

    def look_ahead(self, cases: Iterable[Case]) -> None:
        """Every case is quick: nothing is begun before its turn."""

    @property
    def facts(self) -> Facts:
        """What it lacks. Raises `NotStarted`."""
        self._residence(Setting())
        return Facts(lacks=self._lacks)

    @property
    def declared(self) -> dict[str, Any]:
        """What reaches the application is nothing that a client could see."""
        return {}

    def perform(self, case: Case) -> Timeline:
        """Perform a case. Raises `Absent` (not offered) or `NotStarted`."""
        facts = self.facts
        for need in case.needs:
            if need in facts.lacks:
                raise Absent(facts.lacks[need])
        setting = Setting(root_path=case.options.get("root_path", ""))
        residence = self._residence(setting)
        performer = Performer(self._hub, residence, self._means.patience, facts, self._stale)
        try:
            timeline = performer.perform(case)
        except BaseException:
            self._shared.pop(setting).remove()
            raise
        self._stale.extend(performer.ports)
        if residence.process.status is not None or any(isinstance(entry.seen, Missing) for entry in timeline.entries):
            self._shared.pop(setting).remove()
        return timeline

    # ------------------------------------------------------------------ processes

    def _started(self, setting: Setting) -> Residence:
        paths = [str(FOLDER), str(Path.cwd())]
        try:
            with uninterrupted():
                return Residence(
                    self._hub,
                    self._stack.server,
                    self._python,
                    setting,
                    ColdStarter(),
                    self._means,
                    self._stack.application.target,
                    paths,
                )
        except Unsupported as error:
            raise NotStarted(str(error)) from None

    def _residence(self, setting: Setting) -> Residence:
        """The process for this setting, started if need be, ready. Raises `NotStarted`."""
        for _ in range(TRIES):
            if setting in self._broken:
                break
            fresh = self._starts_anew(setting)
            residence = self._shared[setting]
            if not fresh or self._answers(residence):
                return residence
            words = refused(residence)
            self._shared.pop(setting).remove()
            if "in use" not in words:
                self._broken[setting] = words
        reason = self._broken.get(setting, "its port was taken each time")
        raise NotStarted(f"{self._stack.id} did not start: {reason}")

    def _starts_anew(self, setting: Setting) -> bool:
        """Whether the process is one that nobody has spoken to yet."""
        residence = self._shared.get(setting)
        if residence is not None and residence.performances:
            if residence.process.status is None:
                return False
            self._shared.pop(setting).remove()
        if setting not in self._shared:
            self._starts += 1
            if self._starts > RESTARTS:
                raise NotStarted(f"{self._stack.id} had to be started {RESTARTS} times")
            self._shared[setting] = self._started(setting)
        return True

    def _answers(self, residence: Residence) -> bool:
        """Wait until it answers a request; some servers listen before they have imported the application."""
        patience = self._means.patience
        if not residence.accepts_within(patience.start):
            return False
        residence.performances += 1
        for _ in range(int(patience.start / patience.full)):
            performer = Performer(self._hub, residence, patience, Facts())
            seen = performer.perform(ARRIVAL).answer(1)
            self._stale.extend(performer.ports)
            if isinstance(seen, Wire) and seen.data:
                if CONTRACT not in seen.data:
                    words = f"{self._stack.id} does not answer GET / as a contract application does"
                    self._lacks["contract"] = words
                return True
            if residence.process.status is not None:
                break
        return False

    # ------------------------------------------------------------------ the end

    def abandon(self) -> None:
        """Nothing is started in another thread."""

    def ask_to_stop(self) -> None:
        """Signal every process; waits for nothing."""
        for residence in self._shared.values():
            residence.process.signal("SIGTERM")

    def close(self) -> None:
        """Give every process a moment to stop, and remove what is left."""
        everyone = list(self._shared.values())
        self._hub.until(lambda: all(residence.process.status is not None for residence in everyone), 0.5)
        for residence in everyone:
            residence.remove()
        self._shared.clear()
