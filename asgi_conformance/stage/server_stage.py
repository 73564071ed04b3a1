"""The stage for a server: keeps its processes, introduces itself to it, and has cases performed on it."""

import contextlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from asgi_conformance import introduction, wsgi_introduction
from asgi_conformance.script import Case, Over
from asgi_conformance.servers.adapter import Place, Server, Unsupported
from asgi_conformance.stage.arrival import Arrival
from asgi_conformance.stage.backstage import Backstage
from asgi_conformance.stage.guard import uninterrupted
from asgi_conformance.stage.house import MODULES, TRANSPORTS, NotStarted, Residence, Setting, refused
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.performer import Performer
from asgi_conformance.stage.process import ColdStarter, Starter
from asgi_conformance.stage.stale_ports import StalePorts
from asgi_conformance.stage.warm import WarmStarter
from asgi_conformance.timeline import Facts, Missing, Timeline, Why

TRIES = 3  # for a port that somebody else took in between
RESTARTS = 25  # of a shared process that died or was left in disorder, before the rest is given up


class Absent(Exception):
    """The subject does not offer what a case needs; the message is the reason."""


class ServerStage:
    """One server under test. Not thread-safe; every method that waits is bounded."""

    def __init__(self, hub: Hub, server: Server, python: str, means: Means, backstage: Backstage) -> None:
        """`python`: interpreter of the environment that holds the server."""
        self._hub, self._server, self._python = hub, server, python
        self._means, self._patience, self._backstage = means, means.patience, backstage
        self._cold = ColdStarter()
        self._warm: WarmStarter | None = None
        self._shared: dict[Setting, Residence] = {}
        self._starting: dict[Setting, Residence] = {}
        self._coming: list[Case] = []
        self._absent: dict[Setting, str] = {}
        self._broken: dict[Setting, str] = {}
        self._starts: Counter[Setting] = Counter()
        self._stale = StalePorts()
        self._facts: Facts | None = None

    # ------------------------------------------------------------------ what is known of it

    @property
    def facts(self) -> Facts:
        """What it declares and lacks; learnt from a few ordinary exchanges when first asked. Raises `NotStarted`."""
        if self._facts is None:
            residence = self._residence(Setting())
            timelines = []
            wsgi = self._server.kind == "wsgi-server"
            for case in wsgi_introduction.INTRODUCTION if wsgi else introduction.INTRODUCTION:
                performer = Performer(self._hub, residence, self._patience, Facts(), self._stale)
                timelines.append(performer.perform(case))
                self._stale.extend(performer.ports)
                residence.performances += 1  # what it dies of may show late
            if wsgi:
                self._facts = wsgi_introduction.facts_from(timelines, self._server.id)
            else:
                self._facts = introduction.facts_from(timelines, residence.lifespan, self._server.id)
            self._begin_backstage()
        return self._facts

    @property
    def declared(self) -> dict[str, Any]:
        """What it declares, as far as that was learnt; empty if it never started."""
        return dict(self._facts.declared) if self._facts else {}

    def begin(self) -> None:
        """Start the shared process; waits for nothing."""
        with contextlib.suppress(Absent):  # each case will say so
            self._start(Setting())

    def look_ahead(self, cases: Iterable[Case]) -> None:
        """These cases will come: have the ones with processes of their own performed beside the others."""
        self._coming = [case for case in cases if _is_alone(case)]
        if self._coming and self._warm is None:
            with uninterrupted():
                self._warm = WarmStarter(self._python, self._preload())
        if self._facts is not None:
            self._begin_backstage()

    def _begin_backstage(self) -> None:
        """Once it is known what the subject lacks."""
        for case in self._coming:
            if not any(need in self.facts.lacks for need in case.needs):
                self._backstage.begin(self._server.id, case.id, partial(self._perform_alone, case))
        self._coming = []

    def _preload(self) -> tuple[str, ...]:
        try:
            return self._server.launch(self._python, f"{MODULES[self._server.kind]}:application", Place()).preload
        except Unsupported:
            return ()

    # ------------------------------------------------------------------ performing

    def perform(self, case: Case) -> Timeline:
        """Perform a case. Raises `Absent` (not offered), `NotStarted` (the environment's or the subject's fault)."""
        facts = self.facts
        for need in case.needs:
            if need in facts.lacks:
                raise Absent(facts.lacks[need])
        if _is_alone(case):
            return self._backstage.result(self._server.id, case.id, partial(self._perform_alone, case))
        for need in case.needs:
            if need == "extended-connect" and not self._residence(Setting(case.over)).offers_tunnels:
                raise Absent(f"{self._server.id} announces no extended CONNECT (RFC 8441) over {case.over.value}")
            if need.startswith("extension:") and need[10:] not in self._offered(case.over, facts):
                raise Absent(f"{self._server.id} does not advertise the extension {need[10:]} over {case.over.value}")
        setting = _setting(case)
        residence = self._residence(setting)
        was_new = residence.performances == 0
        timeline = self._perform_on(residence, setting, case, facts)
        if _was_refused(timeline) or (not was_new and _has_died(timeline)):
            # Perhaps it died of the last case, and only now; what it dies of it dies of again.
            death = _death(timeline)
            timeline = replace(self._perform_on(self._residence(setting), setting, case, facts), died_before=death)
        return timeline

    def _offered(self, over: Over, facts: Facts) -> Collection[str]:
        """The extensions it advertises there, however it is set up otherwise."""
        offered: Collection[str] = facts.declared["extensions"]
        if over is Over.TCP:
            return offered
        of_websockets = {name for name in offered if name.startswith("websocket.")}  # the first scope there is no such
        return self._residence(Setting(over)).advertised | of_websockets

    def _perform_on(self, residence: Residence, setting: Setting, case: Case, facts: Facts) -> Timeline:
        performer = Performer(self._hub, residence, self._patience, facts, self._stale)
        residence.performances += 1
        try:
            timeline = performer.perform(case)
        except BaseException:
            self._shared.pop(setting).remove()  # nobody knows what state it is in
            raise
        self._stale.extend(performer.ports)
        if performer.tainted or _was_refused(timeline) or residence.process.status is not None:
            self._shared.pop(setting).remove()
        elif performer.doubtful:
            self._shared.pop(setting).remove()
            self._starts[setting] -= 1  # a precaution of ours, which does not count among its failures
        return timeline

    def _perform_alone(self, case: Case, hub: Hub) -> Timeline:
        """On a process of its own; in a thread of its own too. Raises `Absent` or `NotStarted`."""
        for _ in range(TRIES):
            residence = self._started(hub, _setting(case), self._warm)
            try:
                timeline = Performer(hub, residence, self._patience, self.facts).perform(case)
            finally:
                taken = "in use" in residence.process.output.text
                residence.remove()
            if not taken:
                break
        return timeline

    # ------------------------------------------------------------------ processes

    def _started(self, hub: Hub, setting: Setting, starter: Starter | None = None) -> Residence:
        """A new process for this setting, from scratch where no starter is given. Raises `Absent` or `NotStarted`."""
        if setting in self._absent:
            raise Absent(self._absent[setting])
        try:
            return Residence(hub, self._server, self._python, setting, starter or self._cold, self._means)
        except Unsupported as reason:
            self._absent[setting] = str(reason)
            raise Absent(str(reason)) from None

    def _start(self, setting: Setting) -> None:
        if setting not in self._starting and setting not in self._broken:
            try:
                with uninterrupted():
                    self._starting[setting] = self._started(self._hub, setting)
            except NotStarted as error:
                self._broken[setting] = str(error)

    def _residence(self, setting: Setting) -> Residence:
        """The shared process for this setting, started if need be, ready. Raises `Absent` or `NotStarted`."""
        residence = self._shared.get(setting)
        if residence is not None and residence.process.status is None:
            return residence
        if residence is not None:
            self._shared.pop(setting).remove()
        for _ in range(TRIES):
            if setting in self._broken:
                break
            if self._starts[setting] >= RESTARTS:
                self._broken[setting] = f"it had to be started {RESTARTS} times; its log says why"
                break
            self._start(setting)
            self._starts[setting] += 1
            if setting in self._broken:
                break
            residence = self._starting[setting]  # stays there until it is clear what becomes of it
            arrival = Arrival(self._hub, residence, self._patience)
            ready = arrival.is_ready()
            self._stale.extend(arrival.ports)
            if ready:
                self._shared[setting] = self._starting.pop(setting)
                return residence
            if arrival.absent and residence.process.status is None:
                self._starting.pop(setting).remove()
                protocol = TRANSPORTS[setting.over].value
                self._absent[setting] = f"{self._server.id} does not speak {protocol}: {arrival.absent}"
                raise Absent(self._absent[setting])
            words, taken = refused(residence), "in use" in residence.process.output.text
            self._starting.pop(setting).remove()
            if not taken:
                self._broken[setting] = words
        reason = self._broken.get(setting, "its port was taken each time")
        raise NotStarted(f"{self._server.id} did not start: {reason}")

    # ------------------------------------------------------------------ the end

    def abandon(self) -> None:
        """Nothing more will be started: whoever waits for that in another thread shall leave."""
        if self._warm is not None:
            self._warm.abandon()

    def ask_to_stop(self) -> None:
        """Signal every process; waits for nothing."""
        for residence in self._everyone():
            residence.process.signal("SIGTERM")
            if residence.lifespan is not None:
                residence.lifespan.leave()

    def close(self) -> None:
        """Give every process a moment to stop, and remove what is left."""
        everyone = self._everyone()
        self._hub.until(lambda: all(residence.process.status is not None for residence in everyone), 0.5)
        for residence in everyone:
            residence.remove()
        self._shared.clear()
        self._starting.clear()
        if self._warm is not None:
            self._warm.close()

    def _everyone(self) -> list[Residence]:
        return [*self._shared.values(), *self._starting.values()]


def _is_alone(case: Case) -> bool:
    return case.starts_it


def _setting(case: Case) -> Setting:
    return Setting(case.over, **case.options)


def _death(timeline: Timeline) -> str:
    """Why nothing came of the first performance."""
    gone = (Why.DIED, Why.REFUSED)
    seen = (entry.seen for entry in timeline.entries if isinstance(entry.seen, Missing))
    return next(str(missing) for missing in seen if missing.why in gone)


def _has_died(timeline: Timeline) -> bool:
    return any(isinstance(entry.seen, Missing) and entry.seen.why is Why.DIED for entry in timeline.entries)


def _was_refused(timeline: Timeline) -> bool:
    return any(isinstance(entry.seen, Missing) and entry.seen.why is Why.REFUSED for entry in timeline.entries)
