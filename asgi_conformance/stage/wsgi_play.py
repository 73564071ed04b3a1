"""We, as the server of a WSGI application in memory: each call has a thread of its own in the application's process."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from asgi_conformance.codec import encode
from asgi_conformance.matchers.app import plain
from asgi_conformance.script import Line
from asgi_conformance.stage.control import RemoteWsgiCall, Reply
from asgi_conformance.stage.host import Host
from asgi_conformance.stage.scene import Scene
from asgi_conformance.timeline import Done, Missing, Outcome, Seen, Why, WsgiAnswer, WsgiLog
from asgi_conformance.wsgi_acts import AsksForBlock, CallsWsgi, ClosesResult, TakesBlock, TakesResult, TakesWhole

MOST_ASKED = 20
"""Items that a middleware may give without calling the application, before we are sure that it will not."""


class WsgiHost(Host):
    """The process that holds the application. Our application inside a middleware dials its channel too."""

    module = "wsgi_host"
    dialler = RemoteWsgiCall
    lifespan = None
    """There is none in WSGI."""


class WsgiServers:
    """By the name under which lines speak of them, each with a call of its own."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._link: RemoteWsgiCall = scene.residence.link
        self._results: dict[str, int] = {}
        """The number of the command that has the application called."""
        self._returned: dict[str, Reply] = {}
        self._ahead: dict[str, int] = {}
        self._asked: dict[str, list[int]] = {}
        """Questions for an item whose answer no line has taken yet."""
        self._unbidden: set[str] = set()
        """Calls that were asked for an item before any line did."""
        self._body: dict[str, list[Any]] = {}
        self.environs: dict[str, Any] = {}
        self.stuck = False
        """Whether the application did not come back."""

    def do(self, line: Line) -> Seen:
        """One line of the server's."""
        who = line.who
        match line.act:
            case CallsWsgi() as act:
                self.calls(who, act)
                return Done(act.words)
            case TakesResult():
                reply = self._result(who)
                return reply if isinstance(reply, Missing) else _outcome(reply)
            case AsksForBlock():
                if who not in self._results:
                    return Missing(Why.UNKNOWN, f"{who} has called nobody")
                self._asked.setdefault(who, []).append(self._link.tell(do="block", call=who))
                return Done(line.act.words)
            case TakesBlock():
                return self._then(who, "block", _outcome)
            case ClosesResult():
                return self._then(who, "close", lambda reply: Outcome(reply.raised))
            case TakesWhole():
                return self._whole(who)
        raise TypeError(f"no server {line.act}")

    def calls(self, who: str, act: CallsWsgi) -> None:
        """Have the application called; what comes of it is taken later."""
        self.environs[who] = act.environ
        command = {
            "call": who,
            "environ": encode(act.environ),
            "body": encode(act.body),
            "terminated": act.terminated,
            "pieces": act.pieces,
            "fails": act.fails,
            "spoils_headers": act.spoils_headers,
            "file_wrapper": act.file_wrapper,
        }
        self._link.tell(do="call", **command)
        self._results[who] = self._link.tell(do="result", call=who)
        self._body[who] = []

    # ------------------------------------------------------------------ waiting

    def _reply(self, number: int) -> Reply | Missing:
        self._scene.alive_until(lambda: self._link.reply(number) or self._link.ended, self._scene.full)
        if reply := self._link.reply(number):
            return reply
        self.stuck = True
        if self._link.ended:  # a process that dies takes a moment to be gone
            self._scene.hub.until(self._scene.gone, self._scene.patience.full)
        return self._scene.gone() or Missing(Why.SILENCE, f"within {self._scene.full:g} s")

    def _result(self, who: str) -> Reply | Missing:
        """What came of the call itself."""
        if who not in self._results:
            return Missing(Why.UNKNOWN, f"{who} has called nobody")
        if who not in self._returned:
            reply = self._reply(self._results[who])
            if isinstance(reply, Missing):
                return reply
            self._returned[who] = reply
            self._body[who] += _part(reply, "sent")
        return self._returned[who]

    def _asks(self, who: str, do: str) -> Reply | Missing:
        """A command for a call that has returned, after what came of the call itself."""
        returned = self._result(who)
        if isinstance(returned, Missing) or returned.raised:
            return returned
        asked = self._asked.get(who, [])
        if asked and do == "block":
            return self._reply(asked.pop(0))
        failed: Reply | None = None
        while asked:
            reply = self._reply(asked.pop(0))
            if isinstance(reply, Missing):
                return reply
            failed = failed or (reply if reply.raised else None)
            self._body[who] += _part(reply, "sent")
        reply = self._reply(self._link.tell(do="close" if failed else do, call=who))
        return failed if failed and do != "close" and not isinstance(reply, Missing) else reply

    def _then(self, who: str, do: str, told: Callable[[Reply], Seen]) -> Seen:
        reply = self._asks(who, do)
        if isinstance(reply, Missing):
            return reply
        self._body[who] += _part(reply, "sent")
        return told(reply)

    def _whole(self, who: str) -> Seen:
        reply = self._asks(who, "whole")
        if isinstance(reply, Missing):
            return reply
        known = reply if not reply.raised else self._returned[who]
        self._body[who] += _part(reply, "sent")
        body = tuple(self._body[who])
        return WsgiAnswer(_part(known, "status", None), _part(known, "headers", None), body, Outcome(reply.raised))

    # ------------------------------------------------------------------ for whoever does not wait

    def is_over(self) -> bool:
        """Whether the last call has come to its end. If it has returned it is asked for items: for a generator
        nothing has begun before."""
        who = next(reversed(self._results), "")
        returned = self._link.reply(self._results[who]) if who else None
        if returned is None or returned.raised:
            return returned is not None
        asked = self._asked.setdefault(who, [])
        last = self._link.reply(asked[-1]) if asked else None
        if last is not None and (last.raised or not last.done or len(asked) == MOST_ASKED):
            return True
        if not asked or last is not None:
            self._unbidden.add(who)
            asked.append(self._link.tell(do="block", call=who))
        return False

    def asks_ahead(self, who: str) -> None:
        """Ask for the next block; see `answered`."""
        self._ahead[who] = self._link.tell(do="block", call=who)

    def answered(self, who: str) -> tuple[WsgiAnswer, Outcome] | None:
        """What has come of the last question: what goes to the client, and how the application did; None so far."""
        returned = self._link.reply(self._results[who])
        if returned is not None and returned.raised:
            return WsgiAnswer(_part(returned, "status", None)), returned.outcome
        if returned is None or (reply := self._link.reply(self._ahead[who])) is None:
            return None
        first = [] if who in self._returned else _part(returned, "sent")
        self._returned[who] = returned
        known = returned if reply.raised else reply
        body = (*first, *_part(reply, "sent"))
        return WsgiAnswer(_part(known, "status", None), _part(known, "headers", None), body), reply.outcome

    def gives_up(self, who: str) -> None:
        """The response is over, or the client has left: `close()` as soon as the application comes back."""
        self._link.tell(do="close", call=who)

    # ------------------------------------------------------------------ the end

    def logs(self) -> Sequence[tuple[str, WsgiLog]]:
        """Everything that happened, by the name of the call; the application's process forgets it."""
        if not self._results or self._scene.residence.process.status is not None:
            return ()
        reply = self._reply(self._link.tell(do="end"))
        if isinstance(reply, Missing) or not isinstance(reply.ok, dict):
            return ()
        ahead = {who: [("ahead", None)] for who in self._unbidden}
        return [(who, _log(self.environs.get(who), told, ahead.get(who, []))) for who, told in reply.ok.items()]


def _part(reply: Reply, name: str, otherwise: Any = ()) -> Any:
    return reply.ok.get(name, otherwise) if isinstance(reply.ok, dict) else otherwise


def _outcome(reply: Reply) -> Outcome:
    """Of the call: the type of what it returned; of a block: the block; `done` is 0 at the end."""
    return Outcome(reply.raised, _part(reply, "value", None), done=reply.done)


def _log(environ: Any, told: Mapping[str, Any], before: Sequence[tuple[str, Any]]) -> WsgiLog:
    steps = (*before, *((str(what), value) for what, value in told["steps"]))
    breaches = []
    for requirement, side, got, expected, place, verdict in told["breaches"]:
        where = f"{place[0]}:{place[1]}" if place and place[0] else ""
        breaches.append((str(requirement), str(side), str(got), str(expected), where, verdict))
    return WsgiLog(plain(environ), steps, tuple(breaches))
