"""Bytes, silence and the end of a connection."""

import pytest

from asgi_conformance.matchers.connection import BytesArrive, Closed, NothingArrives, StaysSilent, WasRefused
from asgi_conformance.script import Heard, Opinion, WireMatcher
from asgi_conformance.timeline import Done, End, Facts, Missing, Timeline, Why, Wire

HEARD = Heard(Timeline(()), Facts(), 0)
LISTENING: list[WireMatcher] = [BytesArrive(b"x"), Closed(), NothingArrives(), StaysSilent()]


def how(matcher: WireMatcher, seen: Wire) -> str:
    opinion = matcher.judge(seen, HEARD)
    return "matches" if opinion.matches else opinion.how


@pytest.mark.parametrize("matcher", LISTENING, ids=lambda matcher: type(matcher).__name__)
def test_what_is_no_bytes_does_not_match(matcher: WireMatcher) -> None:
    assert matcher.judge(Missing(Why.DIED), HEARD) == Opinion(False, "missing", "the server process ended")
    assert matcher.judge(Done(), HEARD).how == "nothing read"


@pytest.mark.parametrize(
    ("seen", "bytes_arrive", "closed", "nothing", "silence"),
    [
        (Wire(b"axb"), "matches", "left open", "came", "came"),
        (Wire(b"ab", End.FIN), "missing", "bytes before the end", "came", "came"),
        (Wire(b"", End.FIN), "missing", "matches", "came", "came"),
        (Wire(b"", End.RESET), "missing", "matches", "came", "came"),
        (Wire(b"", enough=False), "missing", "left open", "matches", "matches"),
    ],
)
def test_what_came(seen: Wire, bytes_arrive: str, closed: str, nothing: str, silence: str) -> None:
    assert [how(matcher, seen) for matcher in LISTENING] == [bytes_arrive, closed, nothing, silence]


@pytest.mark.parametrize("data", [b"a b", b"3\r\nxa \r\n1;e=1\r\nb\r\n", b"1\r\na\r\n01\r\n \r\n1\r\nb\r\n"])
def test_bytes_arrive_in_however_many_chunks(data: bytes) -> None:
    assert how(BytesArrive(b"a b"), Wire(data)) == "matches"
    assert BytesArrive(b"a b").takes(data, False) == data.index(b"b") + 1


def test_half_a_head_is_nothing_yet() -> None:
    assert NothingArrives().takes(b"HT", False) is NothingArrives().takes(b"HTTP/1.1 200 OK\r\n", False) is None
    assert NothingArrives().takes(b"HTTP/1.1 200 OK\r\n\r\n", False) == 19
    assert NothingArrives().takes(b"HT", True) == 2


def test_silence_among_other_ways_is_called_a_hang() -> None:
    opinion = StaysSilent().judge(Wire(b"", enough=False), HEARD)
    assert opinion == Opinion(True, "hang", "nothing, then nothing more")


@pytest.mark.parametrize("end", [End.FIN, End.RESET])
def test_anything_may_come_before_the_end_if_that_is_said(end: End) -> None:
    assert how(Closed(after_anything=True), Wire(b"ab", end)) == "matches"
    assert how(Closed(after_anything=True), Wire(b"ab")) == "left open"


@pytest.mark.parametrize(
    ("data", "ended", "taken"),
    [
        (b"", False, [None, None, None, None]),
        (b"ax", False, [2, None, 2, None]),
        (b"ab", False, [None, None, 2, None]),
        (b"ab", True, [2, 2, 2, None]),
        (b"", True, [0, 0, 0, None]),
    ],
)
def test_how_long_to_listen(data: bytes, ended: bool, taken: list[int | None]) -> None:
    assert [matcher.takes(data, ended) for matcher in LISTENING] == taken


def test_what_was_read_is_told_with_its_end() -> None:
    observed = [BytesArrive(b"-").judge(seen, HEARD).observed for seen in (
        Wire(b"a"), Wire(b"a", enough=False), Wire(b"a", End.FIN), Wire(b"a", End.RESET)
    )]  # fmt: skip
    assert observed == [
        "b'a'",
        "b'a', then nothing more",
        "b'a', then the connection was closed",
        "b'a', then the connection was reset",
    ]


@pytest.mark.parametrize("why", Why)
def test_a_refusal_is_known_by_its_reason(why: Why) -> None:
    opinion = WasRefused().judge(Missing(why), HEARD)
    assert opinion.matches is (why in (Why.REFUSED, Why.NO_HANDSHAKE))
    assert opinion.observed == why.value


def test_a_refusal_has_nothing_to_listen_to() -> None:
    assert WasRefused().takes(b"a", True) is None


def test_what_connects_was_not_refused() -> None:
    assert WasRefused().judge(Done(), HEARD).how == "accepted"


def test_words() -> None:
    assert [matcher.says() for matcher in LISTENING] == [
        "bytes with b'x' in them", "the connection closed", "nothing", "silence",
    ]  # fmt: skip
    assert WasRefused().says() == "the connection refused"
