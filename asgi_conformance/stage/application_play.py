"""We, as the server of an application in memory, and as the application inside a middleware: what lines have done."""

from collections.abc import Mapping
from typing import Any

from asgi_conformance import acts
from asgi_conformance.codec import decode, encode
from asgi_conformance.script import Line
from asgi_conformance.stage.host import LIFESPAN, Host, InnerCall, Told
from asgi_conformance.timeline import (
    Aftermath,
    Answer,
    Body,
    Call,
    Called,
    CallLog,
    Done,
    Event,
    Facts,
    Log,
    Missing,
    Outcome,
    Scope,
    Seen,
    Why,
)
from asgi_conformance.wording import did

PATIENCE = 45.0
"""Seconds of the application's clock for what has to come. They cost nothing: what nobody works on comes at once."""
QUIET = 1.0
"""The same, for what must not come."""


class Stage:
    """What the speakers of one performance share."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.hopeful = True
        self.at: float | None = None
        self.lost: Missing | None = None
        """Why the process answers no more."""

    def gone(self) -> Missing | None:
        return self.lost

    def ask(self, do: str, seconds: float = 0.0, **command: Any) -> Mapping[str, Any] | Missing:
        """Have something done in the application's process."""
        if self.lost is not None:
            return self.lost
        reply = self.host.ask(do, seconds, **command)
        if isinstance(reply, Missing):
            self.lost = reply
        return reply


def aftermath(reply: Mapping[str, Any]) -> Aftermath:
    """What the host says is left."""
    names = ("tasks", "troubles", "warnings", "records", "scopes")
    return Aftermath(*(tuple(map(str, reply[name])) for name in names))


class Servers:
    """Our side as a server: the calls of the application by the name under which lines speak of them."""

    def __init__(self, stage: Stage, facts: Facts) -> None:
        self._stage, self._facts = stage, facts
        self.scopes: dict[str, Any] = {}
        self._cancelled: set[str] = set()

    def do(self, line: Line) -> Seen:
        """One line of the server's."""
        who = line.who
        if who not in self.scopes and not isinstance(line.act, acts.CallsApplication | acts.LooksAround | acts.Prints):
            return Missing(Why.UNKNOWN, f"{who} has not called the application")
        match line.act:
            case acts.CallsApplication() as act:
                return self._calls(who, act)
            case acts.Delivers(events) as act:
                for event in events:
                    self._stage.ask("deliver", call=who, event=encode(event))
                return self._done(did(act))
            case acts.TakesEvent():
                return self._takes_event(who, PATIENCE)
            case acts.TakesAnswer():
                return self._takes_answer(who)
            case acts.AwaitsEnd():
                return self._awaits_end(who)
            case acts.IsQuiet():
                found = self._takes_event(who, QUIET)
                quiet = isinstance(found, Missing) and found.why is Why.SILENCE
                return Done("gets nothing") if quiet else found
            case acts.LetsTimePass(seconds) as act:
                self._stage.ask("run", seconds)
                return self._done(did(act))
            case acts.FailsSends(kind, after) as act:
                self._stage.ask("sends", call=who, how="raise", kind=kind, after=after)
                return self._done(did(act))
            case acts.HoldsSends(after) as act:
                self._stage.ask("sends", call=who, how="hold", after=after)
                return self._done(did(act))
            case acts.ReleasesSends() as act:
                self._stage.ask("sends", call=who, how="release")
                return self._done(did(act))
            case acts.CancelsCall() as act:
                self._stage.ask("cancel", call=who)
                self._cancelled.add(who)
                return self._done(did(act))
            case acts.LooksAtScope():
                reply = self._stage.ask("scope", call=who)
                return reply if isinstance(reply, Missing) else Scope(decode(reply["scope"]), dict(reply["ids"]))
            case acts.LooksAround():
                return self._looks_around()
            case acts.Prints():
                return Log(self._stage.host.printed())
        raise TypeError(f"no server {line.act}")

    def told(self, who: str) -> Told:
        """What the call with this name has told so far."""
        calls: dict[str, Told] = self._stage.host.link.calls
        return calls.setdefault(who, Told())

    def _done(self, words: str) -> Seen:
        return self._stage.lost or Done(words)

    def _calls(self, who: str, act: acts.CallsApplication) -> Seen:
        kept: dict[str, Any] = {"keywords": act.keywords, "awaitables": act.awaitables, "eager": act.eager}
        if act.shares_state and "lifespan" not in self._facts.lacks:
            kept["state"] = LIFESPAN
        reply = self._stage.ask("call", call=who, scope=encode(act.scope), **kept)
        if isinstance(reply, Missing):
            return reply
        self.scopes[who] = decode(reply["scope"])
        return Called(did(act), self.scopes[who], dict(reply["ids"]))

    def _takes_event(self, who: str, seconds: float) -> Seen:
        told = self.told(who)
        if len(told.sent) <= told.taken:
            self._stage.ask("run", seconds, call=who, sent=told.taken + 1)
        if len(told.sent) > told.taken:
            event, self._stage.at = told.sent[told.taken]
            told.taken += 1
            return Event(event)
        return self._over(who) or self._stage.lost or Missing(Why.SILENCE, f"within {seconds:g} s of its clock")

    def _over(self, who: str) -> Missing | None:
        """Why no event will come any more: the call has ended."""
        if (ended := self.told(who).outcome) is None:
            return None
        outcome, self._stage.at = ended
        raised = outcome.raised
        how = f"raised {raised.type}: {raised.text}" if raised else "cancelled" if outcome.cancelled else "it returned"
        return Missing(Why.ENDED, how)

    def _takes_answer(self, who: str) -> Seen:
        told = self.told(who)
        self._stage.ask("run", PATIENCE, call=who)
        events = tuple(event for event, _ in told.sent[told.taken :])
        told.taken += len(events)
        ended = told.outcome
        if self._stage.lost and not events:
            return self._stage.lost
        return Answer(events, ended[0] if ended else None)

    def _awaits_end(self, who: str) -> Seen:
        self._stage.ask("run", PATIENCE, call=who)
        if ended := self.told(who).outcome:
            outcome, self._stage.at = ended
            return outcome
        return self._stage.lost or Missing(Why.SILENCE, f"it has not ended within {PATIENCE:g} s of its clock")

    def _looks_around(self) -> Seen:
        reply = self._stage.ask("aftermath")
        if isinstance(reply, Missing):
            return reply
        return aftermath(reply)

    def logs(self) -> list[tuple[str, CallLog]]:
        """Everything that happened, by the name of the call."""
        return [
            (who, CallLog(scope, tuple(self.told(who).steps), who in self._cancelled))
            for who, scope in self.scopes.items()
        ]


class InnerApplication:
    """Our side as the application inside a middleware."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._calls: dict[str, InnerCall] = {}
        self._told = 0

    def do(self, line: Line) -> Seen:
        """One line of the application's."""
        who = line.who
        match line.act:
            case acts.IsCalled():
                return self._is_called(who, PATIENCE)
            case acts.IsNotCalled():
                found = self._is_called(who, QUIET)
                return Done("is not called") if isinstance(found, Missing) and not self._stage.lost else found
            case acts.Receives():
                reply = self._does(who, do="receive")
                return Event(reply.value) if isinstance(reply, Outcome) and not reply.raised else reply
            case acts.ReceivesBody():
                reply = self._does(who, do="receive_body")
                whole = reply.value if isinstance(reply, Outcome) and not reply.raised else None
                return Body(tuple(whole["events"]), whole["body"]) if whole else reply
            case acts.SendsEvent(event):
                return self._does(who, do="send", event=encode(event))
            case acts.Returns(value):
                return self._ends(who, "returns", do="return", value=encode(value))
            case acts.Raises(kind, text):
                return self._ends(who, f"raises {kind}({text!r})", do="raise", kind=kind, text=text)
            case acts.Reraises():
                return self._ends(who, "lets the last exception of send pass", do="reraise")
            case acts.LooksAtScope(how, path, value):
                reply = self._raw(who, do="scope", how=how, path=encode(list(path)), value=encode(value))
                return reply if isinstance(reply, Missing) else Scope(reply.ok, reply.ids)
        raise TypeError(f"a middleware's application does not do this: {line.act}")

    def _is_called(self, who: str, seconds: float) -> Seen:
        calls = self._stage.host.link.inner
        if len(calls) == len(self._calls):
            self._stage.ask("run", seconds, called=len(self._calls) + 1)
        if len(calls) == len(self._calls):
            return self._stage.lost or Missing(Why.SILENCE, f"within {seconds:g} s of its clock")
        call = self._calls[who] = calls[len(self._calls)]
        self._stage.at = call.at
        return Call(call.scope, {"ids": call.ids})

    def _raw(self, who: str, **command: Any) -> Any:
        """A `Reply` of the inner application, or `Missing`."""
        call = self._calls.get(who)
        if call is None:
            return Missing(Why.UNKNOWN, f"{who} was never called")
        if call.ended:
            return Missing(Why.ENDED)
        self._told += 1
        replies = self._stage.host.link.inner_replies
        self._stage.ask("inner", inner=call.number, command={**command, "n": self._told})
        self._stage.ask("run", PATIENCE, inner=call.number, reply=self._told)
        if self._told in replies:
            return replies.pop(self._told)
        if call.ended:
            return Missing(Why.ENDED)
        return self._stage.lost or Missing(Why.SILENCE, f"within {PATIENCE:g} s of its clock")

    def _does(self, who: str, **command: Any) -> Seen:
        reply = self._raw(who, **command)
        return reply if isinstance(reply, Missing) else reply.outcome

    def _ends(self, who: str, words: str, **command: Any) -> Seen:
        reply = self._raw(who, **command)
        return reply if isinstance(reply, Missing) else Done(words)
