"""Everything that a suite file may import: speakers, matchers, `case` and `each`.

    from asgi_conformance.authoring import app, case, client, requirement, response, scope

    case(
        "A refused handshake is answered with 403",
        client.opens_websocket("/chat"),
        app.is_called(scope(type="websocket", path="/chat")),
        app.gets({"type": "websocket.connect"}),
        app.sends({"type": "websocket.close"}),
        client.gets(response(403), requirement("websocket.close.before-accept.403")),
    )
"""

import inspect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from asgi_conformance import script
from asgi_conformance.codec import Made
from asgi_conformance.matchers import app as _app
from asgi_conformance.matchers import combine as _combine
from asgi_conformance.matchers import connection as _connection
from asgi_conformance.matchers import responses as _responses
from asgi_conformance.matchers import schema as _schema
from asgi_conformance.matchers import streams as _streams
from asgi_conformance.matchers import websocket as _messages
from asgi_conformance.peers import http1 as _http1
from asgi_conformance.peers import websocket as _websocket
from asgi_conformance.script import BadCase, Case, Line, Matcher, Over, Settles
from asgi_conformance.timeline import Done
from asgi_conformance.verdict import Verdict

ABSENT = _app.ABSENT
Framing = _http1.Framing
Opcode = _websocket.Opcode
header_pairs = _app.header_pairs
plain = _app.plain

__all__ = [
    "ABSENT", "Framing", "Opcode", "Over", "absent_or", "any_of", "anything", "app", "body_part", "cancelled",
    "case", "client", "close_frame", "closed", "documented", "each", "either", "ended", "event", "fail",
    "handshake", "head", "header_pairs", "interim", "made", "message", "messages", "never_called", "not_accepted",
    "note", "nothing", "pending", "plain", "pong", "process", "raises", "refused", "requirement", "response",
    "returns", "scope", "silence", "stream_reset", "stream_response", "truncated_response", "warn", "where",
    "whole_body",
]  # fmt: skip


# --------------------------------------------------------------------------- matchers


def scope(**keys: Any) -> Matcher:
    """A scope with these values, exact types included; a value may be a predicate (which sees `ABSENT` too)."""
    return _app.ScopeIs(keys)


def event(keys: Mapping[str, Any]) -> Matcher:
    """An event with these values; an absent optional key equals its default, further keys are free."""
    return _app.EventIs(dict(keys))


def whole_body(content: bytes) -> Matcher:
    """A complete request body, in any number of `http.request` events."""
    return _app.BodyIs(content)


def documented(*requirements: str) -> tuple[Settles, ...]:
    """Each of these requirements, settled by the schema tables of the specification alone."""
    return tuple(Settles(name, {"": _schema.AsDocumented(name)}) for name in requirements)


def returns() -> Matcher:
    """`send` returned and raised nothing."""
    return _app.Returned()


def raises(kind: str = "Exception") -> Matcher:
    """`send` raised an exception of the class with this name, or of one derived from it."""
    return _app.RaisedError(kind)


def cancelled() -> Matcher:
    """The task ended because it was cancelled."""
    return _app.WasCancelled()


def response(
    status: int | Callable[[int], bool] | None = None,
    *,
    body: bytes | None = None,
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
    head: bool = False,
    framing: Framing | None = None,
) -> Matcher:
    """A complete, well-framed response; what is not given is free. `head`: it answers a HEAD request."""
    return _responses.ResponseIs(status, body, tuple(headers_in_order), tuple(without), head, framing=framing)


def truncated_response(status: int | None = None) -> Matcher:
    """A response that has begun and is cut off before its framing says it ends."""
    return _responses.ResponseIs(status, cut=True)


def stream_response(
    status: int | None = None,
    *,
    body: bytes | None = None,
    stream: str = "a",
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
    ends: bool = True,
) -> Matcher:
    """A response on a stream (HTTP/2, HTTP/3), complete, or with `ends=False` as far as its body has these bytes."""
    return _streams.StreamResponseIs(stream, status, body, tuple(headers_in_order), tuple(without), ends)


def stream_reset(stream: str = "a") -> Matcher:
    """The server resets the stream (RST_STREAM) before its response has ended."""
    return _streams.StreamResetIs(stream)


def interim(status: int, headers_in_order: Iterable[tuple[bytes, bytes]] = ()) -> Matcher:
    """An interim (1xx) response."""
    return _responses.InterimIs(status, tuple(headers_in_order))


def head(status: int | None = None) -> Matcher:
    """The head of a response, whose body may still be under way."""
    return _responses.HeadIs(status)


def body_part(part: bytes) -> Matcher:
    """These bytes, somewhere in what comes next."""
    return _connection.BytesArrive(part)


def handshake(
    *,
    subprotocol: bytes | None = None,
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
) -> Matcher:
    """A completed WebSocket handshake. `subprotocol`: `b""` for none, None for any."""
    return _messages.HandshakeIs(subprotocol, tuple(headers_in_order), tuple(without))


def message(*, text: str | None = None, data: bytes | None = None) -> Matcher:
    """One WebSocket message as text or as binary, in any number of frames."""
    if text is not None:
        return _messages.MessageIs(Opcode.TEXT, text.encode("utf-8"))
    return _messages.MessageIs(Opcode.BINARY, data)


def messages(*contents: str | bytes) -> Matcher:
    """Several WebSocket messages in this order: str as text, bytes as binary."""
    coded = ((Opcode.TEXT, one.encode("utf-8")) if isinstance(one, str) else (Opcode.BINARY, one) for one in contents)
    return _messages.MessagesAre(tuple(coded))


def pong(payload: bytes) -> Matcher:
    """A pong frame with this payload."""
    return _messages.MessageIs(Opcode.PONG, payload)


def close_frame(code: int | None = None, reason: bytes | None = None) -> Matcher:
    """A close frame; 1005 means one without a code."""
    return _messages.CloseFrameIs(code, reason)


def closed(*, after_anything: bool = False) -> Matcher:
    """The end of the connection, by FIN or RST; `after_anything`: whatever comes before it."""
    return _connection.Closed(after_anything)


def not_accepted() -> Matcher:
    """Nobody accepts the connection: a way of `client.sends(ways=...)` and of what the client hears after it."""
    return _connection.WasRefused()


def nothing() -> Matcher:
    """Neither bytes nor the end of the connection, for as long as the line listens."""
    return _connection.NothingArrives()


def silence() -> Matcher:
    """Among other ways: nothing came for as long as the line listened, and the connection stayed open."""
    return _connection.StaysSilent()


def pending() -> Matcher:
    """The call goes on waiting."""
    return _combine.Pending()


def ended() -> Matcher:
    """Among other ways: the server had ended the call, or itself, before the line could be done."""
    return _combine.HasEnded()


def never_called() -> Matcher:
    """The application was never called: a way for lines after an `app.is_called(ways=...)` that allows for that."""
    return _combine.NeverCalled()


def refused(*statuses: int) -> Matcher:
    """The server's own answer to a request that it does not take: 4xx, or one of these.

    As a way of `app.is_called(ways=...)`, which then also listens to the client that connected last.
    """

    def fits(status: int) -> bool:
        return 400 <= status < 500 or status in statuses

    fits.__doc__ = "4xx" + "".join(f" or {status}" for status in statuses)
    return response(fits)


def anything() -> Matcher:
    """Something, whatever it is."""
    return _combine.Anything()


def where(words: str, function: script.Where) -> Matcher:
    """A pure function of (what was seen, `Heard`): True, False, or words for what is wrong."""
    return _combine.WhereHolds(words, function)


def warn(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that earns a warning."""
    return _combine.Graded(_matcher(matcher), Verdict.WARN, why)


def note(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that is recorded and not scored."""
    return _combine.Graded(_matcher(matcher), Verdict.NOTE, why)


def fail(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that is a failure by itself, whatever the level of the requirement."""
    return _combine.Graded(_matcher(matcher), Verdict.FAIL, why)


def absent_or(expected: Any) -> Callable[[Any], bool]:
    """A predicate for scope values: the key is absent, or has this value (and type)."""

    def fits(got: Any) -> bool:
        return got is ABSENT or (type(got) is type(expected) and bool(got == expected))

    fits.__doc__ = f"absent or {expected!r}"
    return fits


def either(*values: Any) -> Callable[[Any], bool]:
    """A predicate for values: one of these, exact type included. `ABSENT` may be among them."""

    def fits(got: Any) -> bool:
        return any(got is value or (type(got) is type(value) and bool(got == value)) for value in values)

    fits.__doc__ = " or ".join(repr(value) for value in values)
    return fits


def any_of(words: str, predicate: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A predicate with words for reports."""

    def fits(got: Any) -> bool:
        return predicate(got)

    fits.__doc__ = words
    return fits


def made(kind: str, value: Any = None) -> Any:
    """Something no literal can say, made inside the server: `generator`, `iterator`, `items`, `dict-items`,
    `bytearray`, `memoryview`, `object`, `lock`, `int-enum`, `str-subclass`, `file`, `path`."""
    return Made(kind, value)


# --------------------------------------------------------------------------- requirements and lines


def requirement(
    name: str,
    *,
    ways: Mapping[str, Any] | None = None,
    expects: Any = None,
    since: str | None = None,
    until: str | None = None,
) -> Settles:
    """The line settles this requirement.

    `ways` or `expects`: its own expectation, where that differs from the line's. `until`: owed only below this version
    of the specification ("2.4"); from when on it is owed, the catalogue says, or `since` where one requirement speaks
    of several versions.
    """
    own = {"": _matcher(expects)} if expects is not None else _ways(ways) if ways else None
    return Settles(name, own, _version(until) if until else None, _version(since) if since else None)


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def _matcher(thing: Any) -> Matcher:
    if isinstance(thing, Mapping):
        return _app.EventIs(dict(thing))
    if not hasattr(thing, "judge"):
        raise BadCase(f"{thing!r} is no matcher")
    matcher: Matcher = thing
    return matcher


def _ways(ways: Mapping[str, Any]) -> dict[str, Matcher]:
    return {name: _matcher(matcher) for name, matcher in ways.items()}


Term = Any
"""What a `gets` line takes: matchers, a dict (an event), `requirement(...)`, `documented(...)`."""


def _expects_the_usual(terms: Iterable[Term], ways: Mapping[str, Any] | None) -> bool:
    """Whether a line names no expectation: neither itself nor with each of the requirements that it settles."""
    settles = [term for term in terms if isinstance(term, Settles)]
    named = any(hasattr(term, "judge") for term in terms)
    return not ways and not named and not (settles and all(one.ways is not None for one in settles))


def _line(who: str, act: script.Act, terms: Iterable[Term], ways: Mapping[str, Any] | None = None) -> Line:
    matchers: list[Matcher] = []
    settles: list[Settles] = []
    for term in terms:
        if isinstance(term, Settles):
            settles.append(term)
        elif isinstance(term, tuple):
            settles.extend(term)
        else:
            matchers.append(_matcher(term))
    if matchers and ways:
        raise BadCase("a line has either one expectation or named ways")
    expected = _ways(ways) if ways else {}
    if matchers:
        expected = {"": matchers[0] if len(matchers) == 1 else _combine.AllOf(tuple(matchers))}
    return Line(who, act, expected, tuple(settles))


@dataclass(frozen=True, slots=True)
class Client:
    """We, as the client of the server under test: raw bytes and frames."""

    name: str = "client"

    def named(self, name: str) -> "Client":
        """Another client with a connection of its own."""
        return Client(f"client:{name}")

    def connects(self, *terms: Term) -> Line:
        """Open the connection and stay silent; what it settles is that the server accepts connections."""
        return _line(self.name, script.Connects(), terms)

    def sends(self, *pieces: bytes, ways: Mapping[str, Any] | None = None) -> Line:
        """Write these bytes; every piece is a write of its own. `ways`: where the connection may be `not_accepted()`."""
        return _line(self.name, script.Sends(pieces), (), ways)

    def sends_early(self, *pieces: bytes) -> Line:
        """Write these bytes to a server that is starting, as soon as it accepts connections.

        Gives up when it calls the application before that.
        """
        return _line(self.name, script.Sends(pieces, early=True), ())

    def stops_reading(self) -> Line:
        """Read nothing more, so that the buffers between us and the server fill."""
        return _line(self.name, script.StopsReading(), ())

    def reads_again(self) -> Line:
        return _line(self.name, script.ReadsAgain(), ())

    def begins_to_send(self, *pieces: bytes) -> Line:
        """Write these bytes as the server takes them, while the next lines are played: for long bodies. Not over TLS."""
        return _line(self.name, script.Sends(pieces, along=True), ())

    def opens_websocket(
        self, target: str | bytes, *headers: tuple[bytes, bytes], subprotocols: bytes | None = None
    ) -> Line:
        """A valid opening handshake (RFC 6455, section 4.1) with further header fields."""
        path = target.encode("ascii") if isinstance(target, str) else target
        fields = list(headers)
        if subprotocols is not None:
            fields.append((b"Sec-WebSocket-Protocol", subprotocols))
        request = b"".join([
            b"GET " + path + b" HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
            b"Sec-WebSocket-Key: " + _websocket.KEY + b"\r\nSec-WebSocket-Version: 13\r\n",
            *(name + b": " + value + b"\r\n" for name, value in fields),
            b"\r\n",
        ])  # fmt: skip
        return _line(self.name, script.Sends((request,), f"opens a WebSocket at {path!r} {fields or ''}".rstrip()), ())

    def sends_text(self, *texts: str) -> Line:
        """Text messages, one frame each, all in one write."""
        frames = b"".join(_websocket.frame(Opcode.TEXT, text.encode("utf-8")) for text in texts)
        return _line(self.name, script.Sends((frames,), f"sends text {', '.join(map(_combine.shown, texts))}"), ())

    def sends_bytes(self, *payloads: bytes) -> Line:
        """Binary messages, one frame each, all in one write."""
        frames = b"".join(_websocket.frame(Opcode.BINARY, payload) for payload in payloads)
        return _line(self.name, script.Sends((frames,), f"sends binary {', '.join(map(_combine.shown, payloads))}"), ())

    def sends_frames(self, *frames: tuple[Any, ...]) -> Line:
        """Frames, each as (opcode, payload) or (opcode, payload, fin), all in one write."""
        data = b"".join(_websocket.frame(f[0], f[1], fin=f[2] if len(f) > 2 else True) for f in frames)
        return _line(self.name, script.Sends((data,), f"sends frames {_combine.shown(frames)}"), ())

    def sends_close(self, code: int | None = 1000, reason: bytes = b"") -> Line:
        """A close frame; None for one without a code."""
        payload = b"" if code is None else code.to_bytes(2, "big") + reason
        data = _websocket.frame(Opcode.CLOSE, payload)
        return _line(self.name, script.Sends((data,), f"sends a close frame {code if code else ''} {reason!r}"), ())

    def requests(
        self,
        method: str,
        path: str,
        *fields: tuple[bytes, bytes],
        stream: str = "a",
        body: bytes = b"",
        ends: bool = True,
        authority: bytes | None = b"test",
        scheme: bytes = b"https",
    ) -> Line:
        """Open a stream (HTTP/2, HTTP/3) with this request; `ends`: nothing more will come from us on it."""
        pseudo = [(b":method", method.encode()), (b":scheme", scheme), (b":path", path.encode())]
        if authority is not None:
            pseudo.append((b":authority", authority))
        return _line(self.name, script.Requests(stream, (*pseudo, *fields), body, ends), ())

    def opens_stream(self, *fields: tuple[bytes, bytes], stream: str = "a") -> Line:
        """Open a stream with exactly these fields, and leave it open."""
        return _line(self.name, script.Requests(stream, fields, b"", False), ())

    def sends_data(self, data: bytes, *, stream: str = "a", ends: bool = False) -> Line:
        """More of a stream (HTTP/2, HTTP/3)."""
        return _line(self.name, script.SendsData(stream, data, ends), ())

    def resets_stream(self, stream: str = "a") -> Line:
        """RST_STREAM with CANCEL."""
        return _line(self.name, script.ResetsStream(stream), ())

    def gets(self, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None) -> Line:
        """Listen until the matchers have enough, or patience (or `within` seconds) runs out."""
        return _line(self.name, script.Hears(within), terms, ways)

    def gets_nothing(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """Listen for the shortest bounded time: neither bytes nor the end come. Prefer a barrier where there is one."""
        if _expects_the_usual(terms, ways):
            terms = (nothing(), *terms)
        return _line(self.name, script.IsQuiet(), terms, ways)

    def closes(self) -> Line:
        """Close the connection (FIN both ways)."""
        return _line(self.name, script.Closes("fin"), ())

    def resets(self) -> Line:
        """Cut the connection with RST."""
        return _line(self.name, script.Closes("reset"), ())

    def shuts_down_sending(self) -> Line:
        """Half-close: FIN from us, still listening."""
        return _line(self.name, script.Closes("half"), ())


@dataclass(frozen=True, slots=True)
class App:
    """We, as the application inside the server under test."""

    name: str = "app"

    def named(self, name: str) -> "App":
        """Another call of the application."""
        return App(f"app:{name}")

    def is_called(
        self, *terms: Term, on: str | None = None, ways: Mapping[str, Any] | None = None, within: float | None = None
    ) -> Line:
        """The server calls the application. `on`: the call with this path, where several are under way.

        Where one of the ways is an answer (`refused()`, `interim(100)`, `closed()`), the line also listens to the
        client that connected last, and whichever comes first is what was seen.
        """
        return _line(self.name, script.IsCalled(on, within), terms, ways)

    def is_not_called(self, *terms: Term, within: float | None = None) -> Line:
        """No call comes for the shortest bounded time, or for so many seconds. Prefer a barrier where there is one."""
        quiet = where("no call", lambda seen, heard: isinstance(seen, Done))
        return _line(self.name, script.IsNotCalled(within), (quiet, *terms))

    def gets(self, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None) -> Line:
        """`await receive()`; with `whole_body(...)`, until the request body has ended."""
        if any(isinstance(term, _app.BodyIs) for term in terms):
            return _line(self.name, script.ReceivesBody(), terms, ways)
        return _line(self.name, script.Receives(within), terms, ways)

    def gets_several(self, events: Iterable[Mapping[str, Any]], *terms: Term) -> Line:
        """`await receive()` once for each of these events. The first event that is no `websocket.receive` is the last."""
        expected = tuple(dict(event) for event in events)
        return _line(self.name, script.ReceivesSeveral(len(expected)), (_app.EventsAre(expected), *terms))

    def gets_body(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """`await receive()` until the request body has ended, whatever it is."""
        return _line(self.name, script.ReceivesBody(), terms, ways)

    def sends(
        self,
        event: Any,
        *terms: Term,
        ways: Mapping[str, Any] | None = None,
        times: int = 1,
        spoil: bool = False,
        through: "App | None" = None,
    ) -> Line:
        """`await send(event)`; where nothing else is said, it has to return.

        `spoil`: change the event afterwards. `through`: with the `send` of this call, which may have ended.
        """
        if _expects_the_usual(terms, ways):
            terms = (returns(), *terms)
        return _line(self.name, script.SendsEvent(event, times, spoil, through.name if through else ""), terms, ways)

    def sends_last(self, event: Any, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """`await send(event)` as the last thing that the call does: what it raises leaves the call at once."""
        if not ways and not any(hasattr(term, "judge") for term in terms):
            terms = (returns(), *terms)
        return _line(self.name, script.SendsEvent(event, last=True), terms, ways)

    def begins_to_receive(self, task: str = "receive", *, ways: Mapping[str, Any] | None = None) -> Line:
        """Begin `receive()` in a task of its own. `ways`: where the application may not have been called at all."""
        return _line(self.name, script.Begins(task, "receive"), (), ways)

    def begins_to_receive_body(self, task: str = "body", *, ways: Mapping[str, Any] | None = None) -> Line:
        """Begin to receive until the request body has ended, in a task of its own, which finishes with the body."""
        return _line(self.name, script.Begins(task, "receive_body"), (), ways)

    def begins_to_send(self, event: Any, task: str = "send", times: int = 1) -> Line:
        """Begin `send(event)` in a task of its own."""
        return _line(self.name, script.Begins(task, "send_many" if times > 1 else "send", event, times), ())

    def finishes(
        self, task: str, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None
    ) -> Line:
        """The outcome of a task begun earlier: an event, or how its send went."""
        return _line(self.name, script.Finishes(task, within), terms, ways)

    def still_waits(
        self, task: str, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None
    ) -> Line:
        """A task begun earlier is not done, also after the shortest bounded time, or after so many seconds."""
        if _expects_the_usual(terms, ways):
            terms = (pending(), *terms)
        return _line(self.name, script.StillWaits(task, within), terms, ways)

    def cancels(self, task: str) -> Line:
        return _line(self.name, script.Cancels(task), ())

    def returns(self, value: Any = None, *, ways: Mapping[str, Any] | None = None) -> Line:
        """The call ends. `ways`: where it may have `ended()` already."""
        return _line(self.name, script.Returns(value), (), ways)

    def raises(self, kind: str = "RuntimeError", text: str = "asgi-conformance: raised by the script") -> Line:
        """An exception leaves the call."""
        return _line(self.name, script.Raises(kind, text), ())

    def reraises(self, *, ways: Mapping[str, Any] | None = None) -> Line:
        """The exception that `send` raised last leaves the call; without one the call ends.

        `ways`: where it may have `ended()` already.
        """
        return _line(self.name, script.Reraises(), (), ways)

    def looks_at_scope(self, *terms: Term) -> Line:
        return _line(self.name, script.LooksAtScope(), terms)

    def sets_scope(self, path: Iterable[Any], value: Any) -> Line:
        """`scope[a][b] = value` for the path `("a", "b")`."""
        return _line(self.name, script.LooksAtScope("set", tuple(path), value), ())

    def deletes_scope(self, path: Iterable[Any]) -> Line:
        return _line(self.name, script.LooksAtScope("delete", tuple(path)), ())

    def appends_scope(self, path: Iterable[Any], value: Any) -> Line:
        return _line(self.name, script.LooksAtScope("append", tuple(path), value), ())


@dataclass(frozen=True, slots=True)
class Process:
    """The server process, in cases about its life."""

    name: str = "process"

    def starts(self) -> Line:
        return _line(self.name, script.Starts(), ())

    def serves(self, *terms: Term) -> Line:
        """It accepts connections."""
        return _line(self.name, script.Serves(), terms)

    def gets_signal(self, signal: str) -> Line:
        return _line(self.name, script.Signals(signal), ())

    def exits(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        return _line(self.name, script.Exits(), terms or (() if ways else (anything(),)), ways)

    def has_printed(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        return _line(self.name, script.Prints(), terms, ways)


client = Client()
app = App()
process = Process()


# --------------------------------------------------------------------------- cases

_collecting: ContextVar[tuple[str, list[Case]] | None] = ContextVar("collecting", default=None)


@contextmanager
def collecting(prefix: str) -> Iterator[list[Case]]:
    """While a suite file runs: what `case` and `each` make goes here, with ids below `prefix`."""
    cases: list[Case] = []
    token = _collecting.set((prefix, cases))
    try:
        yield cases
    finally:
        _collecting.reset(token)


def slug(title: str) -> str:
    """The part of a case's id that its title gives."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def case(
    title: str,
    *lines: Line,
    note: str = "",
    over: Over = Over.TCP,
    needs: str | Iterable[str] = (),
    options: Mapping[str, str] | None = None,
    _suffix: str = "",
) -> Case:
    """A case: what is true of a conforming subject, in the present tense, and the lines that show it.

    `note`: the reading taken, or the proof. `needs`: what the subject must offer, else it is `unsupported`
    (`websocket`, `lifespan`, `extension:http.response.trailers`). `options`: how the server is set up (`root_path`).
    """
    prefix, cases = _collecting.get() or ("", [])
    wanted = (needs,) if isinstance(needs, str) else tuple(needs)
    new = Case(f"{prefix}{slug(title)}{_suffix}", title, lines, inspect.cleandoc(note), over, wanted, dict(options or {}))
    if any(new.id == other.id for other in cases):
        raise BadCase(f"two cases are called {new.id}")
    cases.append(new)
    return new


def each(
    *,
    over: Over = Over.TCP,
    needs: str | Iterable[str] = (),
    options: Mapping[str, str] | None = None,
    **parameters: Iterable[Any],
) -> Callable[[Callable[..., Iterable[Line]]], Callable[..., Iterable[Line]]]:
    """A family: the decorated generator yields the lines, once for every combination of the parameters.

    The first line of its docstring is the title, the rest the note. The values stand in the ids: `...[200]`.
    """

    def make(function: Callable[..., Iterable[Line]]) -> Callable[..., Iterable[Line]]:
        text = inspect.cleandoc(function.__doc__ or function.__name__.replace("_", " "))
        title, _, rest = text.partition("\n")
        for values in itertools.product(*parameters.values()):
            words = ",".join(str(value) for value in values)
            lines = tuple(function(**dict(zip(parameters, values, strict=True))))
            case(title, *lines, note=rest, over=over, needs=needs, options=options, _suffix=f"[{words}]")
        return function

    return make
