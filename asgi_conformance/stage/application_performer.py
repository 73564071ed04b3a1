"""Performs one case on one application in memory: does what the lines say, and records everything that it did."""

from asgi_conformance.script import Case
from asgi_conformance.stage.application_play import PATIENCE, InnerApplication, Servers, Stage, aftermath
from asgi_conformance.stage.gateway import Gateway
from asgi_conformance.stage.host import LIFESPAN, Host
from asgi_conformance.stage.play import Play, Speaker
from asgi_conformance.timeline import Aftermath, Entry, Facts, Missing, Timeline


class ApplicationPerformer:
    """One performance on a host that has met its application."""

    def __init__(self, host: Host, facts: Facts, root_path: str = "") -> None:
        """`root_path`: of the requests of clients."""
        self._stage = Stage(host)
        self._servers = Servers(self._stage, facts)
        speakers: dict[str, Speaker] = {
            "server": self._servers,
            "app": InnerApplication(self._stage),
            "client": Gateway(self._stage, self._servers, root_path),
        }
        self._play = Play(speakers, self._stage, facts)
        self.tainted = False
        """Whether something was left behind that the next case must not meet."""
        self.lost = False
        """Whether the process died, or came back no more."""

    def perform(self, case: Case) -> Timeline:
        """All lines in order, until one cannot be done or what it awaits does not come."""
        self._stage.ask("begin")
        self._play.perform(case.lines)
        at = int(self._play.duration_ms * 1000)
        logs = [Entry(at, who, False, log, "") for who, log in self._servers.logs()]
        reply = self._stage.ask("end", PATIENCE, keep=[LIFESPAN])
        self.lost = isinstance(reply, Missing)
        if not isinstance(reply, Missing) and (left := aftermath(reply)) != Aftermath():
            logs.append(Entry(at, "server", False, left, ""))
        self.tainted = isinstance(reply, Missing) or not reply["clean"]
        self._stage.host.link.forget_calls()
        return Timeline((*self._play.entries, *logs), self._play.duration_ms)
