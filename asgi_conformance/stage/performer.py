"""Performs one case on one server process: does what the lines say, waits for what they await, records, judges nothing."""

import time
from collections.abc import Callable, Collection
from typing import Any

from asgi_conformance import acts
from asgi_conformance.codec import decode, encode
from asgi_conformance.matchers.combine import AllOf, Graded
from asgi_conformance.script import Case, Heard, Line, Over, Ways, WireMatcher
from asgi_conformance.stage.connection import Connection, Refused
from asgi_conformance.stage.control import RemoteCall, outcome
from asgi_conformance.stage.house import Residence, described
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.stage.quic import Http3Connection
from asgi_conformance.timeline import (
    Body,
    Connected,
    Done,
    End,
    Entry,
    Event,
    Events,
    Exit,
    Facts,
    Log,
    Missing,
    Scope,
    Seen,
    Streams,
    Timeline,
    Why,
    Wire,
)

LAST_BREATH = 0.5  # seconds between the death of a worker and that of its parent


class Performer:
    """One performance. The residence is up, except in cases that start it themselves."""

    def __init__(
        self, hub: Hub, residence: Residence, patience: Patience, facts: Facts, stale_ports: Collection[int] = ()
    ) -> None:
        self._hub, self._residence, self._patience, self._facts = hub, residence, patience, facts
        self._stale = stale_ports
        self._began = time.perf_counter()
        self._entries: list[Entry] = []
        self._clients: dict[str, Connection] = {}
        self._multiplexed: dict[str, Http2Connection | Http3Connection] = {}
        self._calls: dict[str, RemoteCall] = {}
        self._latest: Connection | None = None
        self._line = 0
        self._at: float | None = None
        self._hopeful = True
        self._outliving: set[str] = set()
        """Calls whose `send` is used when they may have ended."""
        self.ports: set[int] = set()
        """Local ports of the clients: a later case knows a late call by them."""
        self.tainted = False
        """Whether something was left behind that the next case must not meet."""

    # ------------------------------------------------------------------ the performance

    def perform(self, case: Case) -> Timeline:
        """All lines in order, until one cannot be done or what it awaits does not come."""
        self._began = time.perf_counter()
        done = (line.act for line in case.lines)
        self._outliving = {act.through for act in done if isinstance(act, acts.SendsEvent) and act.through}
        for self._line, line in enumerate(case.lines):
            self._at = None
            seen = self._do(line)
            self._record(line, seen)
            if self._is_lawful(line, seen):
                continue
            self.tainted = self.tainted or case.raises  # a server may never get over what its application did to it
            if isinstance(seen, Missing):
                break
            self._hopeful = False
        duration = (time.perf_counter() - self._began) * 1000
        self._leave()
        return Timeline(tuple(self._entries), duration)

    def _is_lawful(self, line: Line, seen: Seen) -> bool:
        """Whether the line expects what came, so that the play goes on as written. The verdict is the judge's."""
        heard = Heard(Timeline(tuple(self._entries)), self._facts, self._line)
        ways = [line.ways, *(settles.ways for settles in line.settles if settles.ways)]
        matchers = [matcher for some in ways for matcher in some.values()]
        return (not matchers and not isinstance(seen, Missing)) or any(m.judge(seen, heard).matches for m in matchers)

    def _record(self, line: Line, seen: Seen) -> None:
        ours = isinstance(seen, Done)
        at = int(((self._at or time.perf_counter()) - self._began) * 1e6)
        text = seen.text if isinstance(seen, Done) else ""
        if isinstance(line.act, acts.SendsEvent):  # we send, and learn what came of it
            text = repr(line.act.event)
            ours = True
        self._entries.append(Entry(max(at, 0), line.who, ours, seen, text, self._line))

    def _do(self, line: Line) -> Seen:
        """One line."""
        perform: Callable[[Any, Any], Seen] = DEEDS[type(line.act)]
        try:
            return perform(self, line)
        except Refused as error:
            return self._gone() or Missing(Why.REFUSED, str(error))

    def _gone(self) -> Missing | None:
        """Missing, if the server process has ended."""
        status = self._residence.process.status
        return None if status is None else Missing(Why.DIED, described(status))

    def _silence(self, seconds: float) -> Missing:
        return self._gone() or Missing(Why.SILENCE, f"within {seconds:g} s")

    def _alive_until(self, ready: Callable[[], Any], seconds: float) -> bool:
        """Wait, but not for a process that is no more."""
        self._hub.until(lambda: ready() or self._residence.process.status is not None, seconds)
        if not ready():
            self._hub.turn()
        return bool(ready())

    @property
    def _full(self) -> float:
        """Patience; a shorter one once a line went wrong, for then whatever does not come is blocked, not broken."""
        return self._patience.full if self._hopeful else self._patience.hopeless

    def _within(self, within: float | None) -> float:
        """`within` may be longer than patience: for what takes servers their time, like stopping."""
        wanted = self._full if within is None else within * self._patience.scale
        return wanted if self._hopeful else min(self._full, wanted)

    def _quiet(self, within: float | None) -> float:
        return self._patience.quiet if within is None else within * self._patience.scale

    # ------------------------------------------------------------------ the client

    def _client(self, who: str) -> Connection:
        if who not in self._clients:
            self._clients[who] = self._latest = self._residence.connect()
            if port := self._clients[who].port:
                self.ports.add(port)
        return self._clients[who]

    def connects(self, line: Line) -> Seen:
        return Connected("connects", *self._client(line.who).addresses)

    def sends(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Sends)
        if line.act.early and not self._accepts_before_a_call():
            return Done("nobody accepts yet")
        client = self._client(line.who)
        text = line.act.text or " then ".join(repr(piece[:500]) for piece in line.act.pieces[:8])
        if line.act.along:
            client.send_along(b"".join(line.act.pieces))
            return Done(text)
        taken = [client.send(piece) for piece in line.act.pieces]
        return Done(text if all(taken) else f"{text} (not all of it was taken)")

    def _streams(self, who: str) -> Http2Connection | Http3Connection:
        if who not in self._multiplexed:
            quic = self._residence.setting.over is Over.HTTP3
            self._multiplexed[who] = self._residence.streams(None if quic else self._client(who))
        return self._multiplexed[who]

    def requests(self, line: Line) -> Seen:
        act = line.act
        assert isinstance(act, acts.Requests)
        self._streams(line.who).request(act.stream, act.fields, act.body, act.ends)
        return Done(f"requests {act.fields!r} on stream {act.stream}"[:500])

    def sends_data(self, line: Line) -> Seen:
        act = line.act
        assert isinstance(act, acts.SendsData)
        self._streams(line.who).send_data(act.stream, act.data, act.ends)
        return Done(f"sends {act.data!r} on stream {act.stream}"[:500])

    def resets_stream(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.ResetsStream)
        self._streams(line.who).reset(line.act.stream)
        return Done(f"resets stream {line.act.stream}")

    def _listen_to_streams(self, line: Line, client: Http2Connection | Http3Connection, seconds: float) -> Seen:
        taken: int | None = None

        def heard() -> bool:
            nonlocal taken
            client.pump()
            taken = takes(line, client.unread, client.end is not End.OPEN)
            return taken is not None

        enough = self._alive_until(heard, seconds)
        events = client.take(len(client.unread) if taken is None else taken)
        if not events and client.end is End.OPEN and (died := self._gone()):
            return died
        self._at = client.arrived or None
        return Streams(events, client.end if not client.unread else End.OPEN, enough)

    def _accepts_before_a_call(self) -> bool:
        residence = self._residence
        self._hub.until(
            lambda: residence.channel.waiting or residence.process.status is not None or residence.accepts(),
            self._patience.start,
        )
        return not residence.channel.waiting and residence.accepts()

    def stops_reading(self, line: Line) -> Seen:
        self._client(line.who).stop_reading()
        return Done("stops reading")

    def reads_again(self, line: Line) -> Seen:
        self._client(line.who).read_again()
        return Done("reads again")

    def closes(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Closes)
        client = self._client(line.who)
        if line.act.how == "half":
            client.shut_down_sending()
        else:
            client.close(reset=line.act.how == "reset")
        return Done({"half": "shuts down its sending side", "fin": "closes", "reset": "resets"}[line.act.how])

    def hears(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Hears)
        return self._listen(line, self._within(line.act.within))

    def is_quiet(self, line: Line) -> Seen:
        return self._listen(line, self._patience.quiet)

    def _listen(self, line: Line, seconds: float) -> Seen:
        if line.who in self._multiplexed:
            return self._listen_to_streams(line, self._multiplexed[line.who], seconds)
        client = self._client(line.who)
        known = -1, False
        taken: int | None = None

        def heard() -> bool:
            nonlocal known, taken
            state = len(client.unread), client.end is not End.OPEN
            if state != known:  # parse again only when something has come
                known, taken = state, takes(line, bytes(client.unread), state[1])
            return taken is not None

        enough = self._alive_until(heard, seconds)
        data = client.take(len(client.unread) if taken is None else taken)
        if not data and client.end is End.OPEN and (died := self._gone()):
            return died
        self._at = client.arrived or None
        # The end is what this line heard only if it took all that came before the end.
        return Wire(data, client.end if not client.unread else End.OPEN, enough)

    # ------------------------------------------------------------------ the application

    def is_called(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.IsCalled)
        seconds = self._within(line.act.within)
        call = self._next_call(line.act.on, seconds, lambda: self._answered(line) is not None)
        if call is None:
            return self._taken(self._answered(line)) or self._silence(seconds)
        self._calls[line.who] = call
        self._at = call.at
        if line.who in self._outliving:
            self._told(line.who, seconds, do="keep_send", name=line.who)
        return call.seen

    def _answered(self, line: Line) -> int | None:
        """How many bytes of the latest client's stream are one of the line's ways to answer without calling."""
        if self._latest is None:
            return None
        data, ended = bytes(self._latest.unread), self._latest.end is not End.OPEN
        found = (listener.takes(data, ended) for listener in listeners(line))
        return next((size for size in found if size is not None), None)

    def _taken(self, size: int | None) -> Wire | None:
        if size is None or self._latest is None:
            return None
        data = self._latest.take(size)
        self._at = self._latest.arrived or None
        return Wire(data, self._latest.end if not self._latest.unread else End.OPEN)

    def is_not_called(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.IsNotCalled)
        call = self._next_call(None, self._quiet(line.act.within))
        if call is None:
            return Done("is not called")
        self._calls[line.who] = call
        return call.seen

    def _next_call(
        self, on: str | None, seconds: float, or_else: Callable[[], bool] = lambda: False
    ) -> RemoteCall | None:
        """The first call that waits, or the first with this path; None as soon as `or_else` is true."""
        waiting = self._residence.channel.waiting

        def fitting() -> RemoteCall | None:
            for call in list(waiting):
                if self._is_late(call) or (call.kind == "lifespan" and self._residence.lifespan is not None):
                    waiting.remove(call)
                    call.leave()
            return next((call for call in waiting if on is None or _path(call) == on), None)

        self._alive_until(lambda: fitting() or or_else(), seconds)
        call = fitting()
        if call is not None:
            waiting.remove(call)
        return call

    def _is_late(self, call: RemoteCall) -> bool:
        """Whether it belongs to a connection of an earlier case."""
        client = call.scope.get("client") if isinstance(call.scope, dict) else None
        port = client[1] if isinstance(client, list | tuple) and len(client) == 2 else None
        try:
            return int(port or 0) in self._stale and int(port or 0) not in self.ports
        except (TypeError, ValueError):
            return False

    def _told(self, who: str, seconds: float, **command: Any) -> dict[str, Any] | Missing:
        """Tell the application what to do, and wait for what came of it."""
        call = self._calls.get(who)
        if call is None:
            return Missing(Why.UNKNOWN, f"{who} was never called")
        if call.ended:
            return self._ended(call)
        number = call.tell(**command)
        self._alive_until(lambda: call.reply(number) or call.ended, seconds)
        reply = call.reply(number)
        if reply is not None:
            return reply
        return self._ended(call) if call.ended else self._silence(seconds)

    def _ended(self, call: RemoteCall) -> Missing:
        """Why a call is over that nobody ended: a worker's death takes a moment to become the server's."""
        if not call.was_cancelled:
            self._hub.until(self._gone, LAST_BREATH)
        return self._gone() or Missing(Why.ENDED, "cancelled by the server" if call.was_cancelled else "")

    def receives(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Receives)
        return _event(self._told(line.who, self._within(line.act.within), do="receive"))

    def receives_body(self, line: Line) -> Seen:
        reply = self._told(line.who, self._full, do="receive_body")
        if isinstance(reply, Missing) or "raised" in reply:
            return _event(reply)
        told = decode(reply["ok"])
        return Body(tuple(told["events"]), told["body"])

    def receives_several(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.ReceivesSeveral)
        reply = self._told(line.who, self._patience.full, do="receive_several", times=line.act.count)
        return _event(reply) if isinstance(reply, Missing) or "raised" in reply else Events(tuple(decode(reply["ok"])))

    def sends_event(self, line: Line) -> Seen:
        act = line.act
        assert isinstance(act, acts.SendsEvent)
        what = "send_many" if act.times > 1 else "send"
        command = {"event": encode(act.event), "times": act.times, "spoil": act.spoil}
        if act.through:
            command["through"] = act.through
        if act.last:
            what = "send_last"
        reply = self._told(line.who, self._full, do=what, **command)
        return reply if isinstance(reply, Missing) else outcome(reply)

    def begins(self, line: Line) -> Seen:
        act = line.act
        assert isinstance(act, acts.Begins)
        call = self._calls.get(line.who)
        if call:
            call.tasks.pop(act.task, None)
        command = {"what": act.what, "name": act.task, "event": encode(act.event), "times": act.times}
        reply = self._told(line.who, self._full, do="spawn", **command)
        words = "begins to receive" if act.what.startswith("receive") else f"begins to send {act.event!r}"
        return reply if isinstance(reply, Missing) else Done(f"{words} ({act.task})")

    def finishes(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Finishes)
        return self._task(line.who, line.act.task, self._within(line.act.within))

    def still_waits(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.StillWaits)
        turned = self._told(line.who, self._full, do="wait")
        return turned if isinstance(turned, Missing) else self._task(line.who, line.act.task, self._quiet(line.act.within))

    def _task(self, who: str, task: str, seconds: float) -> Seen:
        call = self._calls.get(who)
        if call is None:
            return Missing(Why.UNKNOWN, f"{who} was never called")
        self._alive_until(lambda: task in call.tasks or call.ended, seconds)
        if task not in call.tasks:
            return self._ended(call) if call.ended else self._silence(seconds)
        self._at = call.arrived[task]
        message = call.tasks[task]
        told = decode(message.get("ok"))
        if isinstance(told, dict) and set(told) == {"events", "body"}:
            return Body(tuple(told["events"]), told["body"])
        return _event(message) if isinstance(decode(message.get("ok")), dict) else outcome(message)

    def uses_the_loop(self, line: Line) -> Seen:
        reply = self._told(line.who, self._full, do="use_loop")
        return reply if isinstance(reply, Missing) else outcome(reply)

    def cancels(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Cancels)
        reply = self._told(line.who, self._full, do="cancel", name=line.act.task)
        return reply if isinstance(reply, Missing) else Done(f"cancels {line.act.task}")

    def returns(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Returns)
        return self._ends(line.who, "returns", do="return", value=encode(line.act.value))

    def raises(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Raises)
        kind, text = line.act.kind, line.act.text
        return self._ends(line.who, f"raises {kind}({text!r})", do="raise", kind=kind, text=text)

    def _ends(self, who: str, words: str, **command: Any) -> Seen:
        reply = self._told(who, self._full, **command)
        if isinstance(reply, Missing):
            return reply
        call = self._calls[who]
        self._alive_until(lambda: call.ended, self._full)
        return Done(words)

    def reraises(self, line: Line) -> Seen:
        return self._ends(line.who, "lets the last exception of send pass", do="reraise")

    def looks_at_scope(self, line: Line) -> Seen:
        act = line.act
        assert isinstance(act, acts.LooksAtScope)
        command = {"how": act.how, "path": encode(list(act.path)), "value": encode(act.value)}
        reply = self._told(line.who, self._full, do="scope", **command)
        if isinstance(reply, Missing):
            return reply
        if "raised" in reply:
            return outcome(reply)
        return Scope(decode(reply["ok"]), reply.get("ids", {}))

    # ------------------------------------------------------------------ the process

    def starts(self, line: Line) -> Seen:
        return Done("starts")

    def serves(self, line: Line) -> Seen:
        called = bool(self._calls)  # then it is up already, and listening is all that is left to do
        if self._residence.accepts_within(self._patience.stop if called else self._patience.start):
            return Done("accepts connections")
        return self._gone() or Missing(Why.SILENCE, "it accepts no connections")

    def signals(self, line: Line) -> Seen:
        assert isinstance(line.act, acts.Signals)
        self._residence.process.signal(line.act.signal)
        return Done(f"gets {line.act.signal}")

    def exits(self, line: Line) -> Seen:
        if not self._residence.process.ends_within(self._patience.stop):
            return Missing(Why.SILENCE, f"it still runs after {self._patience.stop:g} s")
        status = self._residence.process.status
        return Exit(0 if status is None else status)

    def prints(self, line: Line) -> Seen:
        self._residence.process.drain()
        self._hub.turn()
        return Log(self._residence.process.output.text)

    # ------------------------------------------------------------------ the end

    def _leave(self) -> None:
        """Let every call return and close every connection, so that the next case finds the server as this one did."""
        calls = list(self._calls.values())
        for call in calls:
            call.leave()
        self._hub.until(lambda: all(call.ended for call in calls), self._patience.quiet)
        for streams in self._multiplexed.values():
            streams.close()
        for client in self._clients.values():
            client.close()
        late = [call for call in self._residence.channel.waiting if not self._is_late(call) and call.kind != "lifespan"]
        for call in late:  # calls that the case did not ask for
            self._residence.channel.waiting.remove(call)
            call.leave()
        everyone = [*calls, *late]
        if not self._hub.until(lambda: all(call.ended for call in everyone), self._patience.full / 4):
            self.tainted = True
        for call in everyone:
            call.close()


def listeners(line: Line) -> list[WireMatcher]:
    """Those of the line's matchers that listen to the wire, wherever they are wrapped."""
    found: list[Any] = []
    matchers: list[Any] = [matcher for ways in all_ways(line) for matcher in ways.values()]
    while matchers:
        matcher = matchers.pop(0)
        if isinstance(matcher, Graded | AllOf):
            matchers[:0] = [matcher.matcher] if isinstance(matcher, Graded) else matcher.parts
        elif hasattr(matcher, "takes"):
            found.append(matcher)
    return found


def all_ways(line: Line) -> list[Ways]:
    """The line's own, and those of the requirements that have theirs."""
    return [line.ways, *(settles.ways for settles in line.settles if settles.ways)]


def takes(line: Line, data: Any, ended: bool) -> int | None:
    """How many bytes (or events of streams) answer the line, as the first of its matchers that has enough says."""
    ways = [line.ways, *(settles.ways for settles in line.settles if settles.ways)]
    for matchers in ways:
        for matcher in matchers.values():
            listen: Callable[[Any, bool], int | None] | None = getattr(matcher, "takes", None)
            taken = listen(data, ended) if listen else (len(data) or None)
            if taken is not None:
                return taken
    return len(data) if ended else None


def _event(reply: dict[str, Any] | Missing) -> Seen:
    if isinstance(reply, Missing):
        return reply
    if "raised" in reply or "cancelled" in reply:
        return outcome(reply)
    return Event(decode(reply.get("ok")), int(reply.get("id", 0)))


def _path(call: RemoteCall) -> str | None:
    path = call.scope.get("path") if isinstance(call.scope, dict) else None
    return path if isinstance(path, str) else None


DEEDS: dict[type, Callable[[Performer, Line], Seen]] = {
    acts.Connects: Performer.connects,
    acts.Sends: Performer.sends,
    acts.Requests: Performer.requests,
    acts.SendsData: Performer.sends_data,
    acts.ResetsStream: Performer.resets_stream,
    acts.StopsReading: Performer.stops_reading,
    acts.ReadsAgain: Performer.reads_again,
    acts.Closes: Performer.closes,
    acts.Hears: Performer.hears,
    acts.IsQuiet: Performer.is_quiet,
    acts.IsCalled: Performer.is_called,
    acts.IsNotCalled: Performer.is_not_called,
    acts.Receives: Performer.receives,
    acts.ReceivesBody: Performer.receives_body,
    acts.ReceivesSeveral: Performer.receives_several,
    acts.SendsEvent: Performer.sends_event,
    acts.Begins: Performer.begins,
    acts.Finishes: Performer.finishes,
    acts.StillWaits: Performer.still_waits,
    acts.UsesTheLoop: Performer.uses_the_loop,
    acts.Cancels: Performer.cancels,
    acts.Returns: Performer.returns,
    acts.Raises: Performer.raises,
    acts.Reraises: Performer.reraises,
    acts.LooksAtScope: Performer.looks_at_scope,
    acts.Starts: Performer.starts,
    acts.Serves: Performer.serves,
    acts.Signals: Performer.signals,
    acts.Exits: Performer.exits,
    acts.Prints: Performer.prints,
}
"""What each act of a script is done by."""

