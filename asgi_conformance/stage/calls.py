"""The calls of the application in one performance: what the application inside the server is told to do."""

from collections.abc import Callable, Collection
from typing import Any

from asgi_conformance import acts
from asgi_conformance.codec import encode
from asgi_conformance.script import Line
from asgi_conformance.stage.clients import Clients
from asgi_conformance.stage.control import RemoteCall, Reply
from asgi_conformance.stage.scene import Scene
from asgi_conformance.timeline import Body, Done, Event, Events, Missing, Scope, Seen, Why


class Calls:
    """By the name under which lines speak of them."""

    def __init__(self, scene: Scene, clients: Clients, stale_ports: Collection[int | str]) -> None:
        """`stale_ports`: local ports of the clients of earlier cases, and paths that they asked for."""
        self._scene, self._clients, self._stale = scene, clients, stale_ports
        self._waiting = scene.residence.channel.waiting
        self._calls: dict[str, RemoteCall] = {}
        self.outliving: set[str] = set()
        """Names of those whose `send` is used when they may have ended."""

    def __bool__(self) -> bool:
        """Whether there was any."""
        return bool(self._calls)

    def do(self, line: Line) -> Seen:
        """One line of the application's."""
        who = line.who
        match line.act:
            case acts.IsCalled(on, within):
                first = self._scene.starting and not self._calls and within is None
                return self._is_called(line, on, self._scene.patience.start if first else self._scene.within(within))
            case acts.IsNotCalled(within):
                return self._is_not_called(who, self._scene.quiet(within))
            case acts.Receives(within):
                return _taken(self._told(who, self._scene.within(within), do="receive"))
            case acts.ReceivesBody():
                return _taken(self._told(who, self._scene.full, do="receive_body"))
            case acts.ReceivesSeveral(count):
                return _events(self._told(who, self._scene.patience.full, do="receive_several", times=count))
            case acts.SendsEvent() as act:
                return self._sends(who, act)
            case acts.Begins() as act:
                return self._begins(who, act)
            case acts.Finishes(task, within):
                return self._task(who, task, self._scene.within(within))
            case acts.StillWaits(task, within):
                turned = self._told(who, self._scene.full, do="wait")
                return turned if isinstance(turned, Missing) else self._task(who, task, self._scene.quiet(within))
            case acts.ForgetsATask():
                reply = self._told(who, self._scene.full, do="forget_a_task")
                return reply if isinstance(reply, Missing) else Done("forgets a task that will fail")
            case acts.UsesTheLoop():
                return _outcome(self._told(who, self._scene.full, do="use_loop"))
            case acts.Cancels(task):
                reply = self._told(who, self._scene.full, do="cancel", name=task)
                return reply if isinstance(reply, Missing) else Done(f"cancels {task}")
            case acts.Returns(value):
                return self._ends(who, "returns", do="return", value=encode(value))
            case acts.Raises(kind, text):
                return self._ends(who, f"raises {kind}({text!r})", do="raise", kind=kind, text=text)
            case acts.Reraises():
                return self._ends(who, "lets the last exception of send pass", do="reraise")
            case acts.LooksAtScope(how, path, value):
                command = {"how": how, "path": encode(list(path)), "value": encode(value)}
                return _scope(self._told(who, self._scene.full, do="scope", **command))
        raise TypeError(f"no application {line.act}")

    # ------------------------------------------------------------------ being called

    def _is_called(self, line: Line, on: str | None, seconds: float) -> Seen:
        call = self._next(on, seconds, lambda: self._clients.answered(line) is not None)
        if call is None:
            return self._clients.take_answer(line) or self._scene.silence(seconds)
        self._calls[line.who] = call
        self._scene.at = call.at
        if line.who in self.outliving:
            self._told(line.who, seconds, do="keep_send", name=line.who)
        return call.seen

    def _is_not_called(self, who: str, seconds: float) -> Seen:
        call = self._next(None, seconds)
        if call is None:
            return Done("is not called")
        self._calls[who] = call
        return call.seen

    def _next(self, on: str | None, seconds: float, or_else: Callable[[], bool] = lambda: False) -> RemoteCall | None:
        """The first call that waits, or the first with this path; None as soon as `or_else` is true."""

        def fitting() -> RemoteCall | None:
            for call in list(self._waiting):
                attended = call.kind == "lifespan" and self._scene.residence.lifespan is not None
                if attended or self._is_stale(call):
                    self._waiting.remove(call)
                    call.leave()
            return next((call for call in self._waiting if on is None or call.path == on), None)

        self._scene.alive_until(lambda: fitting() or or_else(), seconds)
        call = fitting()
        if call is not None:
            self._waiting.remove(call)
        return call

    def _is_stale(self, call: RemoteCall) -> bool:
        """Whether it belongs to a connection of an earlier case."""
        try:
            port = int(call.client_port or 0)
        except (TypeError, ValueError, OverflowError):
            return False
        return port in self._stale and port not in self._clients.ports

    # ------------------------------------------------------------------ doing what the script says

    def _told(self, who: str, seconds: float, **command: Any) -> Reply | Missing:
        """Tell the application what to do, and wait for what came of it."""
        call = self._calls.get(who)
        if call is None:
            return Missing(Why.UNKNOWN, f"{who} was never called")
        if call.ended:
            return self._ended(call)
        number = call.tell(**command)
        self._scene.alive_until(lambda: call.reply(number) or call.ended, seconds)
        return call.reply(number) or (self._ended(call) if call.ended else self._scene.silence(seconds))

    def _ended(self, call: RemoteCall) -> Missing:
        """Why a call is over that nobody ended: a worker's death takes a moment to become the server's."""
        if not call.was_cancelled:
            self._scene.hub.until(self._scene.gone, self._scene.patience.full)
        return self._scene.gone() or Missing(Why.ENDED, "cancelled by the server" if call.was_cancelled else "")

    def _sends(self, who: str, act: acts.SendsEvent) -> Seen:
        what = "send_last" if act.last else "send_many" if act.times > 1 else "send"
        command = {"event": encode(act.event), "times": act.times, "spoil": act.spoil}
        if act.through:
            command["through"] = act.through
        return _outcome(self._told(who, self._scene.full, do=what, **command))

    def _begins(self, who: str, act: acts.Begins) -> Seen:
        if call := self._calls.get(who):
            call.tasks.pop(act.task, None)
        command = {"what": act.what, "name": act.task, "event": encode(act.event), "times": act.times}
        reply = self._told(who, self._scene.full, do="spawn", **command)
        words = "begins to receive" if act.what.startswith("receive") else f"begins to send {act.event!r}"
        return reply if isinstance(reply, Missing) else Done(f"{words} ({act.task})")

    def _task(self, who: str, task: str, seconds: float) -> Seen:
        call = self._calls.get(who)
        if call is None:
            return Missing(Why.UNKNOWN, f"{who} was never called")
        self._scene.alive_until(lambda: task in call.tasks or call.ended, seconds)
        if task not in call.tasks:
            return self._ended(call) if call.ended else self._scene.silence(seconds)
        self._scene.at = call.arrived[task]
        reply = call.tasks[task]
        return _taken(reply) if isinstance(reply.ok, dict) else reply.outcome

    def _ends(self, who: str, words: str, **command: Any) -> Seen:
        reply = self._told(who, self._scene.full, **command)
        if isinstance(reply, Missing):
            return reply
        call = self._calls[who]
        self._scene.alive_until(lambda: call.ended, self._scene.full)
        return Done(words)

    # ------------------------------------------------------------------ the end

    def leave(self) -> None:
        """Let every call return, and give them a moment for it."""
        calls = list(self._calls.values())
        for call in calls:
            call.leave()
        self._scene.hub.until(lambda: all(call.over for call in calls), self._scene.patience.quiet)

    def close(self) -> bool:
        """Close them, and those that the case did not ask for; whether all of them had returned in time."""
        late = [call for call in self._waiting if not self._is_stale(call) and call.kind != "lifespan"]
        for call in late:
            self._waiting.remove(call)
            call.leave()
        everyone = [*self._calls.values(), *late]
        returned = self._scene.hub.until(lambda: all(call.over for call in everyone), self._scene.patience.full / 4)
        for call in everyone:
            call.close()
        return returned


def _outcome(reply: Reply | Missing) -> Seen:
    return reply if isinstance(reply, Missing) else reply.outcome


def _taken(reply: Reply | Missing) -> Seen:
    """What came of receiving: an event, or a whole body."""
    if isinstance(reply, Missing):
        return reply
    if reply.raised or reply.cancelled:
        return reply.outcome
    match reply.ok:
        case {"events": list(events), "body": body, **others} if not others:
            return Body(tuple(events), body)
    return Event(reply.ok, reply.id)


def _events(reply: Reply | Missing) -> Seen:
    if isinstance(reply, Missing) or not isinstance(reply.ok, list):
        return _taken(reply)
    return Events(tuple(reply.ok))


def _scope(reply: Reply | Missing) -> Seen:
    if isinstance(reply, Missing):
        return reply
    return reply.outcome if reply.raised else Scope(reply.ok, reply.ids)
