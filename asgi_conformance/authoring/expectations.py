"""What a line may expect: the matchers by the names under which suites know them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from asgi_conformance.authoring.lines import all_of, to_matcher
from asgi_conformance.authoring.quoting import quotable
from asgi_conformance.matchers.app import BodyIs, EventIs, RaisedError, Returned, ScopeIs, WasCancelled
from asgi_conformance.matchers.application import (
    AnswerIs,
    AsWellAs,
    Conducts,
    NothingLeft,
    Quiet,
    ReadsAsFar,
    Rejects,
    Unchanged,
)
from asgi_conformance.matchers.combine import (
    Anything,
    Graded,
    HasEnded,
    Milder,
    NeverCalled,
    Pending,
    WhereHolds,
)
from asgi_conformance.matchers.connection import BytesArrive, Closed, NothingArrives, StaysSilent, WasRefused
from asgi_conformance.matchers.contract import IfOffered, JsonIs
from asgi_conformance.matchers.responses import HeadIs, InterimIs, ResponseIs
from asgi_conformance.matchers.schema import AsDocumented
from asgi_conformance.matchers.streams import StreamResetIs, StreamResponseIs, StreamRestIs
from asgi_conformance.matchers.websocket import CloseFrameIs, HandshakeIs, MessageIs, MessagesAre, NoMessage
from asgi_conformance.peers.http1 import Framing
from asgi_conformance.peers.websocket import Opcode
from asgi_conformance.script import Matcher, Settles, Where
from asgi_conformance.verdict import Verdict


@quotable
def scope(**keys: Any) -> Matcher:
    """A scope with these values, exact types included; a value may be a predicate (which sees `ABSENT` too)."""
    return ScopeIs(keys)


@quotable
def event(keys: Mapping[str, Any]) -> Matcher:
    """An event with these values; an absent optional key equals its default, further keys are free."""
    return EventIs(dict(keys))


@quotable
def whole_body(content: bytes) -> Matcher:
    """A complete request body, in any number of `http.request` events."""
    return BodyIs(content)


@quotable
def documented(*requirements: str) -> tuple[Settles, ...]:
    """Each of these requirements, settled by the schema tables of the specification alone."""
    return tuple(Settles(name, {"": AsDocumented(name)}) for name in requirements)


@quotable
def conduct(*requirements: str) -> tuple[Settles, ...]:
    """Each of these requirements for applications, settled by all events of all calls of the case, by the tables and
    the order of events alone."""
    return tuple(Settles(name, {"": Conducts(name)}) for name in requirements)


@quotable
def answer(
    status: int | Callable[[int], bool] | None = None,
    *,
    body: bytes | None = None,
    fields: Iterable[tuple[bytes, bytes]] = (),
) -> Matcher:
    """A complete response of an application in memory; what is not given is free. `fields`: header fields it has."""
    return AnswerIs(status, body, tuple(fields))


@quotable
def as_well_as(call: str, *, same_status: bool = False) -> Matcher:
    """The application fails, or is silent, only where it did so in this call (`server.named("usual")`) too.

    A failure is an exception, 500, the close code 1011 or an incomplete response; what it answers else is free.
    """
    return AsWellAs(f"server:{call}", same_status)


@quotable
def reads_as_far_as(call: str) -> Matcher:
    """The application receives the request to its end, if it did so in this call."""
    return ReadsAsFar(f"server:{call}")


@quotable
def rejects(events: int, *, usual: str = "usual") -> Matcher:
    """The application raises an exception, or answers with an error and did not so in the usual call, because of the
    last of so many events. If nothing comes of the event, that is noted."""
    return Rejects(events, f"server:{usual}")


@quotable
def quiet() -> Matcher:
    """The application sends nothing and its call goes on."""
    return Quiet()


@quotable
def unchanged(*, inside: bool = False) -> Matcher:
    """The scope that we gave an application is as it was. `state` does not count.

    Without `inside` its keys and what they lead to, with it what is in the containers that were not replaced.
    """
    return Unchanged(inside)


@quotable
def nothing_left() -> Matcher:
    """No task that the calls of the case began goes on."""
    return NothingLeft()


@quotable
def returns() -> Matcher:
    """`send` returned and raised nothing."""
    return Returned()


@quotable
def raises(kind: str = "Exception") -> Matcher:
    """`send` raised an exception of the class with this name, or of one derived from it."""
    return RaisedError(kind)


@quotable
def cancelled() -> Matcher:
    """The task ended because it was cancelled."""
    return WasCancelled()


@quotable
def response(
    status: int | Callable[[int], bool] | None = None,
    *,
    body: bytes | None = None,
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
    head: bool = False,
    framing: Framing | None = None,
    trailers: Iterable[tuple[bytes, bytes]] | None = None,
) -> Matcher:
    """A complete, well-framed response; what is not given is free. `head`: it answers a HEAD request."""
    behind = None if trailers is None else tuple(trailers)
    return ResponseIs(status, body, tuple(headers_in_order), tuple(without), head, framing=framing, trailers=behind)


@quotable
def truncated_response(status: int | None = None) -> Matcher:
    """A response that has begun and is cut off before its framing says it ends."""
    return ResponseIs(status, cut=True)


@quotable
def stream_response(
    status: int | Callable[[int], bool] | None = None,
    *,
    body: bytes | None = None,
    stream: str = "a",
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
    ends: bool = True,
) -> Matcher:
    """A response on a stream (HTTP/2, HTTP/3), complete, or with `ends=False` as far as its body has these bytes."""
    return StreamResponseIs(stream, status, body, tuple(headers_in_order), tuple(without), ends)


@quotable
def stream_rest(body: bytes, *, stream: str = "a", ends: bool = True) -> Matcher:
    """What is left of a response on a stream, up to its end, or with `ends=False` so much and not its end."""
    return StreamRestIs(stream, body, ends)


def stream_reset(stream: str = "a") -> Matcher:
    """The server resets the stream (RST_STREAM) before its response has ended."""
    return StreamResetIs(stream)


@quotable
def interim(status: int, headers_in_order: Iterable[tuple[bytes, bytes]] = ()) -> Matcher:
    """An interim (1xx) response."""
    return InterimIs(status, tuple(headers_in_order))


@quotable
def head(status: int | Callable[[int], bool] | None = None) -> Matcher:
    """The head of a response, whose body may still be under way."""
    return HeadIs(status)


@quotable
def body_part(part: bytes) -> Matcher:
    """These bytes, somewhere in what comes next."""
    return BytesArrive(part)


@quotable
def handshake(
    *,
    subprotocol: bytes | None = None,
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
) -> Matcher:
    """A completed WebSocket handshake. `subprotocol`: `b""` for none, None for any."""
    return HandshakeIs(subprotocol, tuple(headers_in_order), tuple(without))


@quotable
def message(*, text: str | None = None, data: bytes | None = None) -> Matcher:
    """One WebSocket message as text or as binary, in any number of frames."""
    if text is not None:
        return MessageIs(Opcode.TEXT, text.encode("utf-8"))
    return MessageIs(Opcode.BINARY, data)


@quotable
def messages(*contents: str | bytes) -> Matcher:
    """Several WebSocket messages in this order: str as text, bytes as binary."""
    coded = ((Opcode.TEXT, one.encode("utf-8")) if isinstance(one, str) else (Opcode.BINARY, one) for one in contents)
    return MessagesAre(tuple(coded))


@quotable
def no_message() -> Matcher:
    """On a WebSocket neither a message nor a close frame nor the end, while the line listens; pings may come."""
    return NoMessage()


@quotable
def pong(payload: bytes) -> Matcher:
    """A pong frame with this payload. Pings, and pongs that nobody asked for, may come before it."""
    return MessageIs(Opcode.PONG, payload)


@quotable
def close_frame(code: int | Callable[[int], bool] | None = None, reason: bytes | None = None) -> Matcher:
    """A close frame; 1005 means one without a code. `code` may be a predicate."""
    return CloseFrameIs(code, reason)


@quotable
def closed(*, after_anything: bool = False) -> Matcher:
    """The end of the connection, by FIN or RST; `after_anything`: whatever comes before it."""
    return Closed(after_anything)


@quotable
def not_accepted() -> Matcher:
    """Nobody accepts the connection: a way of `client.sends(ways=...)` and of what the client hears after it."""
    return WasRefused()


@quotable
def nothing() -> Matcher:
    """Neither bytes nor the end of the connection, for as long as the line listens."""
    return NothingArrives()


@quotable
def silence() -> Matcher:
    """Among other ways: nothing came for as long as the line listened, and the connection stayed open."""
    return StaysSilent()


@quotable
def pending() -> Matcher:
    """The call goes on waiting."""
    return Pending()


@quotable
def ended() -> Matcher:
    """Among other ways: the server had ended the call, or itself, before the line could be done."""
    return HasEnded()


@quotable
def never_called() -> Matcher:
    """The application was never called: a way for lines after an `app.is_called(ways=...)` that allows for that."""
    return NeverCalled()


@quotable
def refused(*statuses: int) -> Matcher:
    """The server's own answer to a request that it does not take: 4xx, or one of these.

    As a way of `app.is_called(ways=...)`, which then also listens to the client that connected last.
    """

    def fits(status: int) -> bool:
        return 400 <= status < 500 or status in statuses

    fits.__doc__ = "4xx" + "".join(f" or {status}" for status in statuses)
    return response(fits)


@quotable
def anything() -> Matcher:
    """Something, whatever it is."""
    return Anything()


@quotable
def where(words: str, function: Where) -> Matcher:
    """A pure function of (what was seen, `Heard`): True, False, or words for what is wrong."""
    return WhereHolds(words, function)


@quotable
def warn(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that earns a warning."""
    return Graded(to_matcher(matcher), Verdict.WARN, why)


@quotable
def note(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that is recorded and not scored."""
    return Graded(to_matcher(matcher), Verdict.NOTE, why)


@quotable
def not_offered(matcher: Matcher | Mapping[str, Any], why: str) -> Matcher:
    """A way to answer that shows that the subject has nothing of the kind: what the case settles from here on is
    `unsupported`, for this reason, and the case ends."""
    return Graded(to_matcher(matcher), Verdict.UNSUPPORTED, why)


@quotable
def only_noted(matcher: Matcher | Mapping[str, Any]) -> Matcher:
    """What deviates from this is recorded and not scored, whatever the requirement's level."""
    return Milder(to_matcher(matcher), Verdict.NOTE)


@quotable
def only_warned(matcher: Matcher | Mapping[str, Any]) -> Matcher:
    """What deviates from this earns a warning, whatever the requirement's level."""
    return Milder(to_matcher(matcher), Verdict.WARN)


@quotable
def fail(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that is a failure by itself, whatever the level of the requirement."""
    return Graded(to_matcher(matcher), Verdict.FAIL, why)


@quotable
def if_offered(*matchers: Matcher | Mapping[str, Any]) -> Matcher:
    """All of these, of a route that a contract application may leave out: a 404, 405 or 501 instead of them makes what
    the case settles from here on `unsupported`, and ends it."""
    return IfOffered(all_of(matchers))


@quotable
def if_accepted(*matchers: Matcher | Mapping[str, Any]) -> Matcher:
    """The same for a WebSocket that is to be accepted: a refusal tells that there is no such route."""
    return IfOffered(all_of(matchers), websocket=True)


@quotable
def json_response(value: Any, *, status: int = 200) -> Matcher:
    """A complete response whose body is this value as JSON, on the wire or in memory.

    Or a function of the value, as for `where`, with a docstring that says what is expected.
    """
    return JsonIs(value, status)
