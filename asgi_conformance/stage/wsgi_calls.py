"""The calls of the WSGI application in one performance: what the application inside the server is told to do."""

from typing import Any

from asgi_conformance import acts
from asgi_conformance.codec import encode
from asgi_conformance.script import Line
from asgi_conformance.stage.calls import Calls
from asgi_conformance.stage.control import RemoteCall, RemoteWsgiCall, Reply
from asgi_conformance.timeline import Done, Environ, Missing, Outcome, Seen, Uses, Why
from asgi_conformance.wsgi_acts import (
    BeginsDeed,
    CountsCalls,
    FinishesDeed,
    IsAsked,
    IsClosed,
    IsNotAsked,
    IsNotClosed,
    IteratesInput,
    LooksAtEnviron,
    LooksForErrors,
    ReadsBody,
    ReadsToEnd,
    ReleasesClose,
    ReraisesOrReturns,
    ReturnsFile,
    ReturnsIterable,
    ReturnsResult,
    StartsResponse,
    Stops,
    UsesStream,
    WasUsed,
    WrapsFile,
    Writes,
    Yields,
)


class WsgiCalls(Calls):
    """By the name under which lines speak of them."""

    def do(self, line: Line) -> Seen:
        """One line of the application's."""
        who = line.who
        match line.act:
            case StartsResponse() | Writes() | ReadsBody() | WrapsFile():
                return self._does(who, self._scene.full, line.act)
            case UsesStream(within=within) | IteratesInput(within=within) | ReadsToEnd(within=within):
                return self._does(who, self._scene.within(within), line.act)
            case BeginsDeed(deed):
                return self._begins_deed(who, deed)
            case FinishesDeed(within):
                return self._finishes(who, self._scene.within(within))
            case LooksAtEnviron(how, key, value):
                reply = self._told(who, self._scene.full, do="environ", how=how, key=key, value=encode(value))
                return _looked(reply)
            case LooksForErrors():
                return _outcome(self._told(who, self._scene.full, do="is_freed"))
            case ReturnsResult(value):
                return self._ends(who, line.act.words, do="return", value=encode(value))
            case ReraisesOrReturns(value):
                return self._ends(who, line.act.words, do="reraise_or_return", value=encode(value))
            case ReturnsIterable(shape, length, error, blocks, times):
                given = {"blocks": None if blocks is None else encode(list(blocks)), "times": times}
                return self._ends(who, line.act.words, do="iterate", shape=shape, length=length, error=error, **given)
            case ReturnsFile(file, size, kind, consumed, inside):
                wrapped = {"file": encode(file), "size": size, "kind": kind, "consumed": consumed}
                return self._ends(who, line.act.words, do="wrap", inside=inside, **wrapped)
            case Yields(data):
                return self._gives(who, line.act.words, do="yield", data=encode(data))
            case Stops():
                return self._gives(who, line.act.words, do="stop")
            case acts.Raises() | acts.Reraises() if who in self._calls and self._call(who).is_asked:
                self._call(who).given += 1
                return super().do(line)
            case ReleasesClose():
                return self._ends(who, line.act.words, do="release")
            case CountsCalls(most, first, within):
                return self._counts(who, most, first, self._scene.quiet(within))
            case IsAsked(within):
                return self._awaits(who, self._scene.within(within), lambda call: call.is_asked)
            case IsClosed(within):
                return self._awaits(who, self._scene.within(within), lambda call: "close" in call.uses)
            case IsNotAsked(within):
                return self._stays(who, self._scene.quiet(within), lambda call: call.is_asked)
            case IsNotClosed():
                return self._stays(who, self._scene.quiet(), lambda call: "close" in call.uses)
            case WasUsed(later):
                self._scene.hub.turn()
                if later:
                    self._scene.hub.until(lambda: False, self._scene.quiet())
                call = self._known(who)
                return call if isinstance(call, Missing) else Uses(tuple(call.uses))
        return super().do(line)

    def _is_stale(self, call: RemoteCall) -> bool:
        """Whether it belongs to an earlier case: by the client's port, or by the path where no port is told."""
        if call.client_port:
            return super()._is_stale(call)
        mounted = f"{call.value('SCRIPT_NAME') or ''}{call.path}"  # with a slash, perhaps, that nobody has sent
        own = {path.rstrip("/") for path in self._clients.paths}
        return call.path in self._stale and own.isdisjoint(((call.path or "").rstrip("/"), mounted.rstrip("/")))

    def _call(self, who: str) -> RemoteWsgiCall:
        call = self._calls[who]
        assert isinstance(call, RemoteWsgiCall)
        return call

    def _known(self, who: str) -> RemoteWsgiCall | Missing:
        return self._call(who) if who in self._calls else Missing(Why.UNKNOWN, f"{who} was never called")

    # ------------------------------------------------------------------ deeds

    def _does(self, who: str, seconds: float, deed: Any) -> Seen:
        return _outcome(self._told(who, seconds, **command(deed)))

    def _begins_deed(self, who: str, deed: Any) -> Seen:
        call = self._known(who)
        if isinstance(call, Missing) or call.ended:
            return call if isinstance(call, Missing) else self._ended(call)
        call.begun = call.tell(**command(deed))
        return Done(f"begins: {deed.words}")

    def _finishes(self, who: str, seconds: float) -> Seen:
        call = self._known(who)
        if isinstance(call, Missing):
            return call
        self._scene.alive_until(lambda: call.reply(call.begun) or call.ended, seconds)
        reply = call.reply(call.begun)
        return reply.outcome if reply else self._ended(call) if call.ended else self._scene.silence(seconds)

    def _gives(self, who: str, words: str, **told: Any) -> Seen:
        """An answer to the server's question for an item, which may be still to come."""
        reply = self._told(who, self._scene.full, **told)
        if isinstance(reply, Missing):
            return reply
        self._call(who).given += 1
        return Done(words)

    def _ends(self, who: str, words: str, **command: Any) -> Seen:
        reply = self._told(who, self._scene.full, **command)
        if isinstance(reply, Missing):
            return reply
        return Outcome(reply.raised) if reply.raised else Done(words)

    def _counts(self, who: str, most: int, first: int, seconds: float) -> Seen:
        count = 0
        while count < most and (call := self._next(None, seconds)) is not None:
            self._calls[f"{who}:{first + count}"] = call
            count += 1
        return self._scene.gone() or Outcome(value=count)

    # ------------------------------------------------------------------ what the server does with the iterable

    def _awaits(self, who: str, seconds: float, happened: Any) -> Seen:
        call = self._known(who)
        if isinstance(call, Missing):
            return call
        self._scene.alive_until(lambda: happened(call) or call.ended, seconds)
        if happened(call):
            return Uses(tuple(call.uses))
        return Missing(Why.ENDED, "the iterable was let go") if call.ended else self._scene.silence(seconds)

    def _stays(self, who: str, seconds: float, happened: Any) -> Seen:
        call = self._known(who)
        if isinstance(call, Missing):
            return call
        self._scene.alive_until(lambda: happened(call), seconds)
        return Uses(tuple(call.uses)) if happened(call) else Done("does not happen")


def command(deed: Any) -> dict[str, Any]:
    """What the remote application is told."""
    match deed:
        case StartsResponse(status, headers, exc_info):
            told = {"do": "start", "status": encode(status), "headers": encode(headers)}
            return told if exc_info is False else {**told, "exc_info": exc_info}
        case Writes(data):
            return {"do": "write", "data": encode(data)}
        case UsesStream(key, method, arguments):
            return {"do": "use", "key": key, "method": method, "arguments": encode(arguments)}
        case IteratesInput(items):
            return {"do": "iterate_input", "items": items}
        case ReadsBody():
            return {"do": "read_body"}
        case ReadsToEnd(size, up_to):
            return {"do": "read_to_end", "size": size, "up_to": up_to}
        case WrapsFile(file, size, kind, then):
            wrapped = {"file": encode(file), "size": size, "kind": kind, "consumed": 0}
            return {"do": "wrap_file", "then": then, **wrapped}
    raise TypeError(f"no deed {deed}")


def _outcome(reply: Reply | Missing) -> Seen:
    return reply if isinstance(reply, Missing) else reply.outcome


def _looked(reply: Reply | Missing) -> Seen:
    if isinstance(reply, Missing):
        return reply
    return reply.outcome if reply.raised else Environ(reply.ok)
