"""Performs one case on one server process: does what the lines say, awaits what they await, records, judges nothing."""

from collections.abc import Collection

from asgi_conformance import acts
from asgi_conformance.script import Case
from asgi_conformance.stage.calls import Calls
from asgi_conformance.stage.clients import Clients
from asgi_conformance.stage.house import Residence
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.life import Life
from asgi_conformance.stage.play import Play, Speaker
from asgi_conformance.stage.scene import Scene
from asgi_conformance.stage.wsgi_calls import WsgiCalls
from asgi_conformance.timeline import Facts, Timeline


class Performer:
    """One performance. The residence is up, except in cases that start it themselves."""

    def __init__(
        self, hub: Hub, residence: Residence, patience: Patience, facts: Facts, stale_ports: Collection[int | str] = ()
    ) -> None:
        """`stale_ports`: local ports of the clients of earlier cases, and paths, for late calls are known by them."""
        scene = Scene(hub, residence, patience)
        self._clients = Clients(scene)
        wsgi = residence.kind == "wsgi-server"
        self._calls = (WsgiCalls if wsgi else Calls)(scene, self._clients, stale_ports)
        life = Life(scene, self._calls)
        speakers: dict[str, Speaker] = {"client": self._clients, "process": life}
        speakers["wsgi_app" if wsgi else "app"] = self._calls
        self._play = Play(speakers, scene, facts)
        self.tainted = False
        """Whether something was left behind that the next case must not meet."""
        self.doubtful = False
        """Whether an exception that its application let pass was not dealt with: the server may never get over it."""

    @property
    def ports(self) -> Collection[int | str]:
        """Local ports of its clients, and the paths that they have asked for."""
        return [*self._clients.ports, *self._clients.paths]

    def perform(self, case: Case) -> Timeline:
        """All lines in order, until one cannot be done or what it awaits does not come."""
        deeds = (line.act for line in case.lines)
        self._calls.outliving = {act.through for act in deeds if isinstance(act, acts.SendsEvent) and act.through}
        try:
            self.doubtful = not self._play.perform(case.lines) and case.raises
        finally:
            self._leave()
        return Timeline(tuple(self._play.entries), self._play.duration_ms)

    def _leave(self) -> None:
        """Let every call return and close every connection, so that the next case finds the server as this one did."""
        self._calls.leave()
        self._clients.close()
        self.tainted = not self._calls.close() or self.tainted
