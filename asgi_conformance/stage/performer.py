"""Performs one case on one server process: does what the lines say, awaits what they await, records, judges nothing."""

import time
from collections.abc import Collection
from typing import Protocol

from asgi_conformance import acts
from asgi_conformance.script import Case, Heard, Line
from asgi_conformance.stage.calls import Calls
from asgi_conformance.stage.clients import Clients
from asgi_conformance.stage.connection import Refused
from asgi_conformance.stage.house import Residence
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.life import Life
from asgi_conformance.stage.listening import all_matchers
from asgi_conformance.stage.scene import Scene
from asgi_conformance.timeline import Done, Entry, Facts, Missing, Seen, Timeline


class Speaker(Protocol):
    """Whoever does what lines say."""

    def do(self, line: Line) -> Seen:
        """May raise `Refused`."""
        ...


class Performer:
    """One performance. The residence is up, except in cases that start it themselves."""

    def __init__(
        self, hub: Hub, residence: Residence, patience: Patience, facts: Facts, stale_ports: Collection[int] = ()
    ) -> None:
        """`stale_ports`: local ports of the clients of earlier cases, for late calls are known by them."""
        self._scene, self._facts = Scene(hub, residence, patience), facts
        self._clients = Clients(self._scene)
        self._calls = Calls(self._scene, self._clients, stale_ports)
        self._speakers: dict[str, Speaker] = {
            "client": self._clients,
            "app": self._calls,
            "process": Life(self._scene, self._calls),
        }
        self._began = 0.0
        self._entries: list[Entry] = []
        self.tainted = False
        """Whether something was left behind that the next case must not meet."""
        self.doubtful = False
        """Whether an exception that its application let pass was not dealt with: the server may never get over it."""

    @property
    def ports(self) -> Collection[int]:
        """Local ports of its clients."""
        return self._clients.ports

    def perform(self, case: Case) -> Timeline:
        """All lines in order, until one cannot be done or what it awaits does not come."""
        self._began = time.perf_counter()
        deeds = (line.act for line in case.lines)
        self._calls.outliving = {act.through for act in deeds if isinstance(act, acts.SendsEvent) and act.through}
        try:
            for number, line in enumerate(case.lines):
                seen = self._do(number, line)
                if self._is_lawful(number, line, seen):
                    continue
                self.doubtful = self.doubtful or case.raises
                if isinstance(seen, Missing):
                    break
                self._scene.hopeful = False
            duration = (time.perf_counter() - self._began) * 1000
        finally:
            self._leave()
        return Timeline(tuple(self._entries), duration)

    def _do(self, number: int, line: Line) -> Seen:
        """One line, recorded."""
        self._scene.at = None
        try:
            seen = self._speakers[line.who.partition(":")[0]].do(line)
        except Refused as error:
            seen = self._scene.gone() or Missing(error.why, str(error))
        at = int(((self._scene.at or time.perf_counter()) - self._began) * 1e6)
        deed = Done(repr(line.act.event)) if isinstance(line.act, acts.SendsEvent) else seen  # and `seen` its outcome
        text = deed.text if isinstance(deed, Done) else ""
        self._entries.append(Entry(max(at, 0), line.who, isinstance(deed, Done), seen, text, number))
        return seen

    def _is_lawful(self, number: int, line: Line, seen: Seen) -> bool:
        """Whether the line expects what came, so that the play goes on as written. The verdict is the judge's."""
        matchers = all_matchers(line)
        heard = Heard(Timeline(tuple(self._entries)), self._facts, number)
        if not matchers:
            return not isinstance(seen, Missing)
        return any(matcher.judge(seen, heard).matches for matcher in matchers)

    def _leave(self) -> None:
        """Let every call return and close every connection, so that the next case finds the server as this one did."""
        self._calls.leave()
        self._clients.close()
        self.tainted = not self._calls.close() or self.tainted
