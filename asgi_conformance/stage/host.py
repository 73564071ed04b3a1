"""A process that holds an application under test and plays its server, and what it tells of the application."""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asgi_conformance.codec import decode
from asgi_conformance.stage.control import ControlChannel, Dialler, Reply, private_folder, reply_of
from asgi_conformance.stage.house import FOLDER, NotStarted, described
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.process import ServerProcess, Starter
from asgi_conformance.timeline import Missing, Outcome, Step, What, Why

MODULE = "application_host"
LIFESPAN = "lifespan"
"""The call in which the stage keeps the application alive while other cases are performed."""
TIRESOME = 3  # times that an application may be at work as long as patience lasts, before that becomes short
CONTRACT = "ASGI_CONFORMANCE_CONTRACT"

TOLD = {"sent": What.SENT, "received": What.RECEIVED, "refused": What.REFUSED, "held": What.HELD, "asks": What.ASKS}


@dataclass(slots=True)
class Told:
    """What a call of the application has told so far."""

    steps: list[Step] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """`time.perf_counter()` of each."""
    taken: int = 0
    """How many of the events that it sent were taken."""

    @property
    def sent(self) -> list[tuple[Any, float]]:
        pairs = zip(self.steps, self.times, strict=True)
        return [(step.value, at) for step, at in pairs if step.what is What.SENT]

    @property
    def outcome(self) -> tuple[Outcome, float] | None:
        pairs = zip(self.steps, self.times, strict=True)
        return next(((step.value, at) for step, at in pairs if step.what is What.ENDED), None)


@dataclass(slots=True)
class InnerCall:
    """A call of our application inside a middleware."""

    number: int
    scope: Any
    ids: Mapping[str, Any]
    at: float
    ended: bool = False


class HostLink(Dialler):
    """The host's end of the control channel, as it reaches us."""

    def __init__(self, hub: Hub, connection: Any, announce: Callable[["HostLink"], None]) -> None:
        super().__init__(hub, connection, announce)
        self.calls: dict[str, Told] = {}
        self.inner: list[InnerCall] = []
        self.inner_replies: dict[int, Reply] = {}
        self._replies: dict[int, Mapping[str, Any]] = {}

    def _take(self, message: Mapping[str, Any]) -> None:
        now = time.perf_counter()
        if "call" in message:
            told = self.calls.setdefault(str(message["call"]), Told())
            told.steps.append(_step(message))
            told.times.append(now)
        elif "inner" in message and "ended" in message:
            self.inner[int(message["inner"]) - 1].ended = True
        elif "inner" in message:
            scope = decode(message["scope"])
            self.inner.append(InnerCall(int(message["inner"]), scope, dict(message["ids"]), now))
        elif "reply" in message:
            self.inner_replies[int(message["reply"]["n"])] = reply_of(message["reply"])
        elif "n" in message:
            self._replies[int(message["n"])] = dict(message)

    def reply(self, number: int) -> Mapping[str, Any] | None:
        return self._replies.pop(number, None)

    def forget_calls(self) -> None:
        """The case is over: what comes next is another's, with a measure of its own for what may be told."""
        self.calls = {name: told for name, told in self.calls.items() if name == LIFESPAN}
        self.inner.clear()
        self.inner_replies.clear()
        self._told = 0

    def has_replied(self, number: int) -> bool:
        return number in self._replies


def _step(message: Mapping[str, Any]) -> Step:
    place = "{}:{}".format(*message["where"]) if "where" in message else ""
    if "ended" in message:
        reply = reply_of(message["ended"])
        return Step(What.ENDED, reply.outcome)
    if "misused" in message:
        return Step(What.MISUSED, str(message["misused"]), place)
    for name, what in TOLD.items():
        if name in message:
            value = None if what is What.ASKS else decode(message[name])
            return Step(what, value, place, bool(message.get("late")))
    raise ValueError(f"unknown: {sorted(message)}")


@dataclass(frozen=True, slots=True)
class Target:
    """What a host is to load."""

    name: str
    """`shop.main:app`"""
    factory: bool = False
    loop: str = "asyncio"
    role: str = "application"
    """`application`, or `middleware`: what makes one when it is called with an application."""
    paths: Sequence[str] = ()
    """Folders from which modules are imported before all others."""

    @property
    def module(self) -> str:
        return self.name.partition(":")[0]


class Host:
    """One process. Not thread-safe; every method that waits is bounded."""

    module = MODULE
    """What runs in it."""
    dialler: type[Any] = HostLink

    def __init__(
        self, hub: Hub, target: Target, python: str, starter: Starter, means: Means, contract: str = ""
    ) -> None:
        """Start it; `meet` waits until it is there. Raises `NotStarted`.

        `contract`: what a contract application is to do otherwise, see its specification.
        """
        self._hub, self._means, self._target = hub, means, target
        self._link: Any = None
        self._tired = 0  # times that the application was at work until patience was over
        self.folder = private_folder()
        means.guard.keep(self.folder)
        self.channel: ControlChannel[Any] = ControlChannel(hub, self.folder, self.dialler)
        wanted = {"target": target.name, "factory": target.factory, "loop": target.loop, "role": target.role}
        argv = [python, "-m", self.module, json.dumps(wanted)]
        try:
            env = self._environment() | ({CONTRACT: contract} if contract else {})
            self.process = ServerProcess(hub, starter, argv, env, Path.cwd())
        except OSError as error:
            self.channel.close()
            raise NotStarted(f"{python} cannot be executed: {error.strerror or error}") from None
        means.guard.keep(self.folder, self.process.pid)

    def _environment(self) -> dict[str, str]:
        return environment(self._target.paths) | {
            "ASGI_CONFORMANCE_CONTROL": self.channel.address,
            "ASGI_CONFORMANCE_TOKEN": self.channel.token,
            "ASGI_CONFORMANCE_FOLDER": str(self.folder),
        }

    @property
    def _patience(self) -> Patience:
        return self._means.patience

    @property
    def link(self) -> Any:
        """The dialler, once it has said who it is."""
        assert self._link is not None
        return self._link

    def meet(self) -> None:
        """Wait until the application is loaded. Raises `NotStarted` with one line that says why it is not."""
        waiting = self.channel.waiting
        self._hub.until(lambda: waiting or self.process.status is not None, self._patience.start)
        self._hub.turn()
        if not waiting:
            self.process.drain()
            status = self.process.status
            tail = " | ".join(self.process.output.text.strip().splitlines()[-3:])[-500:]
            slow = f"it is not imported within {self._patience.start:g} s"
            why = slow if status is None else f"its process ended with {described(status)} while it was imported"
            raise NotStarted(f"{self._target.name} cannot be loaded: {why}{f'; it printed: {tail}' if tail else ''}")
        self._link = waiting.popleft()
        if error := self._link.hello.get("error"):
            raise NotStarted(f"{self._target.name} cannot be loaded: {error}")

    def ask(self, do: str, seconds: float = 0.0, **command: Any) -> Mapping[str, Any] | Missing:
        """Have something done, and let the application run until then, for so many of its own seconds at most."""
        real = self._patience.full if self._tired < TIRESOME else self._patience.hopeless
        number = self.link.tell(do=do, seconds=seconds, real=real, **command)
        limit = 2 * real
        self._hub.until(
            lambda: self.link.has_replied(number) or self.link.ended or self.process.status is not None, limit
        )
        self._hub.turn()
        reply: Mapping[str, Any] | None = self.link.reply(number)
        if reply is not None:
            if "fault" in reply:
                raise RuntimeError(f"in the application's process: {reply['fault']}")
            self._tired += bool(reply.get("tired"))
            return reply
        if self.process.status is None and self.link.ended:
            self.process.ends_within(0.5)
        if (status := self.process.status) is not None:
            return Missing(Why.DIED, described(status))
        return Missing(Why.STUCK, f"for {limit:g} s")

    def printed(self) -> str:
        """All that the process has printed so far."""
        self._hub.turn()
        return self.process.output.text

    def remove(self) -> None:
        """Kill what is left of the process, close the channel, delete the folder."""
        self.process.kill()
        if self._link is not None:
            self._link.close()
        self.channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._means.guard.release(self.folder)


def environment(paths: Sequence[str]) -> dict[str, str]:
    """For a process that imports the application: from these folders, the current one, and the usual ones."""
    places = [str(FOLDER), *paths, str(Path.cwd()), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places)), "PYTHONUNBUFFERED": "1"}
