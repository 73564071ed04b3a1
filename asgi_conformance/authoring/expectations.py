"""What a line may expect: the matchers by the names under which suites know them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from asgi_conformance.authoring.lines import to_matcher
from asgi_conformance.matchers.app import BodyIs, EventIs, RaisedError, Returned, ScopeIs, WasCancelled
from asgi_conformance.matchers.combine import Anything, Graded, HasEnded, NeverCalled, Pending, WhereHolds
from asgi_conformance.matchers.connection import BytesArrive, Closed, NothingArrives, StaysSilent, WasRefused
from asgi_conformance.matchers.responses import HeadIs, InterimIs, ResponseIs
from asgi_conformance.matchers.schema import AsDocumented
from asgi_conformance.matchers.streams import StreamResetIs, StreamResponseIs
from asgi_conformance.matchers.websocket import CloseFrameIs, HandshakeIs, MessageIs, MessagesAre
from asgi_conformance.peers.http1 import Framing
from asgi_conformance.peers.websocket import Opcode
from asgi_conformance.script import Matcher, Settles, Where
from asgi_conformance.verdict import Verdict


def scope(**keys: Any) -> Matcher:
    """A scope with these values, exact types included; a value may be a predicate (which sees `ABSENT` too)."""
    return ScopeIs(keys)


def event(keys: Mapping[str, Any]) -> Matcher:
    """An event with these values; an absent optional key equals its default, further keys are free."""
    return EventIs(dict(keys))


def whole_body(content: bytes) -> Matcher:
    """A complete request body, in any number of `http.request` events."""
    return BodyIs(content)


def documented(*requirements: str) -> tuple[Settles, ...]:
    """Each of these requirements, settled by the schema tables of the specification alone."""
    return tuple(Settles(name, {"": AsDocumented(name)}) for name in requirements)


def returns() -> Matcher:
    """`send` returned and raised nothing."""
    return Returned()


def raises(kind: str = "Exception") -> Matcher:
    """`send` raised an exception of the class with this name, or of one derived from it."""
    return RaisedError(kind)


def cancelled() -> Matcher:
    """The task ended because it was cancelled."""
    return WasCancelled()


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
    return ResponseIs(status, body, tuple(headers_in_order), tuple(without), head, framing=framing)


def truncated_response(status: int | None = None) -> Matcher:
    """A response that has begun and is cut off before its framing says it ends."""
    return ResponseIs(status, cut=True)


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
    return StreamResponseIs(stream, status, body, tuple(headers_in_order), tuple(without), ends)


def stream_reset(stream: str = "a") -> Matcher:
    """The server resets the stream (RST_STREAM) before its response has ended."""
    return StreamResetIs(stream)


def interim(status: int, headers_in_order: Iterable[tuple[bytes, bytes]] = ()) -> Matcher:
    """An interim (1xx) response."""
    return InterimIs(status, tuple(headers_in_order))


def head(status: int | None = None) -> Matcher:
    """The head of a response, whose body may still be under way."""
    return HeadIs(status)


def body_part(part: bytes) -> Matcher:
    """These bytes, somewhere in what comes next."""
    return BytesArrive(part)


def handshake(
    *,
    subprotocol: bytes | None = None,
    headers_in_order: Iterable[tuple[bytes, bytes]] = (),
    without: Iterable[bytes] = (),
) -> Matcher:
    """A completed WebSocket handshake. `subprotocol`: `b""` for none, None for any."""
    return HandshakeIs(subprotocol, tuple(headers_in_order), tuple(without))


def message(*, text: str | None = None, data: bytes | None = None) -> Matcher:
    """One WebSocket message as text or as binary, in any number of frames."""
    if text is not None:
        return MessageIs(Opcode.TEXT, text.encode("utf-8"))
    return MessageIs(Opcode.BINARY, data)


def messages(*contents: str | bytes) -> Matcher:
    """Several WebSocket messages in this order: str as text, bytes as binary."""
    coded = ((Opcode.TEXT, one.encode("utf-8")) if isinstance(one, str) else (Opcode.BINARY, one) for one in contents)
    return MessagesAre(tuple(coded))


def pong(payload: bytes) -> Matcher:
    """A pong frame with this payload."""
    return MessageIs(Opcode.PONG, payload)


def close_frame(code: int | None = None, reason: bytes | None = None) -> Matcher:
    """A close frame; 1005 means one without a code."""
    return CloseFrameIs(code, reason)


def closed(*, after_anything: bool = False) -> Matcher:
    """The end of the connection, by FIN or RST; `after_anything`: whatever comes before it."""
    return Closed(after_anything)


def not_accepted() -> Matcher:
    """Nobody accepts the connection: a way of `client.sends(ways=...)` and of what the client hears after it."""
    return WasRefused()


def nothing() -> Matcher:
    """Neither bytes nor the end of the connection, for as long as the line listens."""
    return NothingArrives()


def silence() -> Matcher:
    """Among other ways: nothing came for as long as the line listened, and the connection stayed open."""
    return StaysSilent()


def pending() -> Matcher:
    """The call goes on waiting."""
    return Pending()


def ended() -> Matcher:
    """Among other ways: the server had ended the call, or itself, before the line could be done."""
    return HasEnded()


def never_called() -> Matcher:
    """The application was never called: a way for lines after an `app.is_called(ways=...)` that allows for that."""
    return NeverCalled()


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
    return Anything()


def where(words: str, function: Where) -> Matcher:
    """A pure function of (what was seen, `Heard`): True, False, or words for what is wrong."""
    return WhereHolds(words, function)


def warn(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that earns a warning."""
    return Graded(to_matcher(matcher), Verdict.WARN, why)


def note(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that is recorded and not scored."""
    return Graded(to_matcher(matcher), Verdict.NOTE, why)


def fail(matcher: Matcher | Mapping[str, Any], why: str = "") -> Matcher:
    """A way to answer that is a failure by itself, whatever the level of the requirement."""
    return Graded(to_matcher(matcher), Verdict.FAIL, why)
