"""Responses on streams of HTTP/2 and HTTP/3."""

import pytest

from asgi_conformance.matchers.streams import StreamResetIs, StreamResponseIs, StreamRestIs, read
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import Done, End, Facts, Missing, StreamEvent, Streams, Timeline, Why

HEARD = Heard(Timeline(()), Facts(), 0)
Events = tuple[StreamEvent, ...]


def headers(*fields: tuple[bytes, bytes], status: bytes = b"200", stream: str = "a") -> StreamEvent:
    return StreamEvent("headers", stream, ((b":status", status), *fields))


def data(content: bytes, stream: str = "a") -> StreamEvent:
    return StreamEvent("data", stream, content)


END, RESET = StreamEvent("end", "a"), StreamEvent("reset", "a", 2)
OK = (headers((b"x-a", b"1"), (b"x-b", b"2"), (b"x-a", b"3")), data(b"o"), data(b"k"), END)


def how(matcher: StreamResponseIs | StreamRestIs | StreamResetIs, events: Events, end: End = End.OPEN) -> str:
    opinion = matcher.judge(Streams(events, end), HEARD)
    assert opinion.matches is not bool(opinion.how)
    return opinion.how or "matches"


@pytest.mark.parametrize("matcher", [StreamResponseIs("a"), StreamRestIs("a", b""), StreamResetIs("a")])
def test_what_is_no_stream_does_not_match(matcher: StreamResponseIs | StreamRestIs | StreamResetIs) -> None:
    assert matcher.judge(Missing(Why.DIED), HEARD) == Opinion(False, "missing", "the server process ended")
    assert matcher.judge(Done(), HEARD).how == "nothing read"


@pytest.mark.parametrize(
    ("matcher", "events", "expected"),
    [
        (StreamResponseIs("a"), OK, "matches"),
        (StreamResponseIs("a", 200, b"ok", ((b"x-a", b"1"), (b"x-a", b"3")), (b"x-c",)), OK, "matches"),
        (StreamResponseIs("a", 404), OK, "wrong status"),
        (StreamResponseIs("a", body=b"no"), OK, "wrong body"),
        (StreamResponseIs("a", headers_in_order=((b"x-a", b"1"),)), OK, "wrong headers"),
        (StreamResponseIs("a", without=(b"x-b",)), OK, "extra header"),
        (StreamResponseIs("b"), OK, "hang"),
        (StreamResponseIs("a"), OK[:-1], "not ended"),
        (StreamResponseIs("a"), (*OK[:-1], RESET), "reset"),
        (StreamResponseIs("a"), (RESET,), "reset"),
        (StreamResponseIs("a", body=b"o", ends=False), OK[:2], "matches"),
        (StreamResponseIs("a", body=b"ok", ends=False), OK, "ended already"),
        (StreamResponseIs("a"), (headers(status=b"103"), *OK), "matches"),
        (StreamResponseIs("a"), (headers(status=b"x"), END), "matches"),
        (StreamResponseIs("a", 200), (headers(status=b"x"), END), "wrong status"),
        (StreamResponseIs("a"), (headers((b"X-A", b"1")), END), "invalid fields"),
        (StreamResponseIs("a"), (headers((b"connection", b"close")), END), "invalid fields"),
        (StreamResponseIs("a"), (headers((b":status", b"200")), END), "invalid fields"),
        (StreamResponseIs("a"), (headers((b":path", b"/")), END), "invalid fields"),
        (StreamResponseIs("a"), (StreamEvent("headers", "a", ()), END), "invalid fields"),
    ],
)
def test_responses(matcher: StreamResponseIs, events: Events, expected: str) -> None:
    assert how(matcher, events) == expected


def test_a_connection_that_closes() -> None:
    assert how(StreamResponseIs("a"), (), End.FIN) == "closed"
    assert how(StreamResponseIs("a"), OK[:-1], End.FIN) == "not ended"


@pytest.mark.parametrize(
    ("events", "end", "expected"),
    [
        ((RESET,), End.OPEN, "matches"),
        ((*OK[:-1], RESET), End.OPEN, "matches"),
        (OK[:-1], End.FIN, "matches"),
        (OK, End.FIN, "made to look complete"),
        (OK[:-1], End.OPEN, "hang"),
        ((*OK[:-1], StreamEvent("broken", "", "why")), End.RESET, "invalid"),
    ],
)
def test_resets(events: Events, end: End, expected: str) -> None:
    assert how(StreamResetIs("a"), events, end) == expected


@pytest.mark.parametrize(
    ("matcher", "events", "expected"),
    [
        (StreamRestIs("a", b"ok"), OK[1:], "matches"),
        (StreamRestIs("a", b""), (END,), "matches"),
        (StreamRestIs("a", b"o", ends=False), OK[1:2], "matches"),
        (StreamRestIs("a", b"no"), OK[1:], "wrong body"),
        (StreamRestIs("a", b"ok"), OK[1:3], "not ended"),
        (StreamRestIs("a", b"ok"), (*OK[1:3], RESET), "reset"),
        (StreamRestIs("a", b"ok", ends=False), OK[1:], "ended already"),
    ],
)
def test_the_rest_of_a_response(matcher: StreamRestIs, events: Events, expected: str) -> None:
    assert how(matcher, events) == expected


def test_how_long_to_listen_to_the_rest() -> None:
    assert StreamRestIs("a", b"ok").takes(OK[1:], False) == 3
    assert StreamRestIs("a", b"ok").takes(OK[1:3], False) is None
    assert StreamRestIs("a", b"ok", ends=False).takes(OK[1:3], False) == 2
    assert StreamRestIs("a", b"ok").says() == "on stream a b'ok' and the end"
    assert StreamRestIs("a", b"ok", ends=False).says() == "on stream a b'ok'"


def test_why_a_connection_is_no_http_2_any_more_is_told() -> None:
    seen = Streams((StreamEvent("broken", "", "InvalidBodyLengthError: 3 bytes"),), End.RESET)
    assert StreamResponseIs("a").judge(seen, HEARD).observed.endswith("'InvalidBodyLengthError: 3 bytes'")


@pytest.mark.parametrize(
    ("events", "ended", "response", "part", "reset"),
    [
        (OK, False, 4, 4, 4),
        (OK[:2], False, None, 2, None),
        (OK[:1], False, None, None, None),
        ((RESET,), False, 1, 1, 1),
        ((), True, 0, 0, 0),
    ],
)
def test_how_long_to_listen(
    events: Events, ended: bool, response: int | None, part: int | None, reset: int | None
) -> None:
    assert StreamResponseIs("a").takes(events, ended) == response
    assert StreamResponseIs("a", body=b"o", ends=False).takes(events, ended) == part
    assert StreamResetIs("a").takes(events, ended) == reset


def test_trailers_and_other_streams_are_kept_apart() -> None:
    trailers = StreamEvent("headers", "a", ((b"x-t", b"1"),))
    found = read((*OK[:-1], data(b"other", "b"), trailers, StreamEvent("goaway", "a"), END), "a")
    assert (found.body, found.trailers, found.ended, found.faults) == (b"ok", ((b"x-t", b"1"),), True, ())


def test_words() -> None:
    assert StreamResponseIs("a").says() == "on stream a response"
    full = StreamResponseIs("a", 200, b"ok", ((b"a", b"1"),), (b"b", b"c"), ends=False)
    assert full.says() == "on stream a response 200 with body b'ok', a: 1, without b, c, not ended yet"
    assert StreamResetIs("a").says() == "stream a reset"


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (Streams(OK[-1:]), "response None, ended, body b'', headers ('')"),
        (Streams((headers((b"connection", b"close")), RESET)),
         "response 200, reset, body b'', headers ('connection: close'); connection-specific field b'connection'"),
        (Streams((), enough=False), "response None, open, body b'', headers (''), then nothing more"),
        (Streams((), End.FIN), "response None, open, body b'', headers (''), then the connection was closed"),
    ],
)  # fmt: skip
def test_what_was_seen_is_told(seen: Streams, words: str) -> None:
    assert StreamResponseIs("a").judge(seen, HEARD).observed == words
