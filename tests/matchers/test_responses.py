"""Responses of HTTP/1.1 are judged by status, framing, body and fields, in this order."""

from typing import Any

import pytest

from asgi_conformance.matchers.responses import HeadIs, InterimIs, ResponseIs, final, summary
from asgi_conformance.peers.http1 import Framing, read
from asgi_conformance.script import Heard, Opinion, WireMatcher
from asgi_conformance.timeline import Done, End, Facts, Missing, Timeline, Why, Wire

HEARD = Heard(Timeline(()), Facts(), 0)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\nX-B: 2\r\nx-a: 3\r\n\r\nok"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\nLink: b\r\n\r\n"
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
UNTIL_CLOSE = b"HTTP/1.1 200 OK\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"


def judged(matcher: WireMatcher, data: bytes, end: End = End.OPEN, *, enough: bool = True) -> Opinion:
    return matcher.judge(Wire(data, end, enough), HEARD)


def how(matcher: WireMatcher, data: bytes, end: End = End.OPEN, *, enough: bool = True) -> str:
    opinion = judged(matcher, data, end, enough=enough)
    assert opinion.matches is not bool(opinion.how)
    return opinion.how or "matches"


@pytest.mark.parametrize("matcher", [ResponseIs(), InterimIs(100), HeadIs()])
def test_what_is_no_bytes_does_not_match(matcher: WireMatcher) -> None:
    assert matcher.judge(Missing(Why.DIED), HEARD) == Opinion(False, "missing", "the server process ended")
    assert matcher.judge(Done(), HEARD).how == "nothing read"


@pytest.mark.parametrize("matcher", [ResponseIs(), ResponseIs(cut=True), InterimIs(100), HeadIs()])
@pytest.mark.parametrize(
    ("data", "end", "expected"),
    [
        (b"", End.OPEN, "hang"),
        (b"", End.FIN, "closed"),
        (b"", End.RESET, "closed"),
        (b"HTTP/1.1 2", End.OPEN, "hang"),
        (b"nonsense\r\n\r\n", End.OPEN, "no response"),
        (b"nonsense\r\n\r\n", End.FIN, "no response"),
    ],
)
def test_where_there_is_no_response(matcher: WireMatcher, data: bytes, end: End, expected: str) -> None:
    assert how(matcher, data, end, enough=False) == expected


@pytest.mark.parametrize(
    ("matcher", "expected"),
    [
        (ResponseIs(), "matches"),
        (ResponseIs(200), "matches"),
        (ResponseIs(404), "wrong status"),
        (ResponseIs(lambda status: status < 300), "matches"),
        (ResponseIs(lambda status: status > 300), "wrong status"),
        (ResponseIs(body=b"ok"), "matches"),
        (ResponseIs(body=b"no"), "wrong body"),
        (ResponseIs(headers_in_order=((b"x-a", b"1"), (b"X-B", b"2"), (b"X-A", b"3"))), "matches"),
        (ResponseIs(headers_in_order=((b"x-a", b"1"), (b"x-a", b"3"))), "matches"),
        (ResponseIs(headers_in_order=((b"x-a", b"1"),)), "wrong headers"),
        (ResponseIs(headers_in_order=((b"x-a", b"3"), (b"x-a", b"1"))), "wrong headers"),
        (ResponseIs(headers_in_order=((b"x-c", b""),)), "wrong headers"),
        (ResponseIs(without=(b"x-c",)), "matches"),
        (ResponseIs(without=(b"x-c", b"x-b")), "extra header"),
        (ResponseIs(framing=Framing.LENGTH), "matches"),
        (ResponseIs(framing=Framing.CHUNKED), "other framing"),
        (ResponseIs(cut=True), "made to look complete"),
    ],
)
def test_a_complete_response(matcher: ResponseIs, expected: str) -> None:
    assert how(matcher, OK) == how(matcher, CONTINUE + HINT + OK, End.FIN) == expected


@pytest.mark.parametrize(
    ("data", "end", "whole", "cut"),
    [
        (OK[:-1], End.OPEN, "hang", "hang"),
        (OK[:-1], End.FIN, "cut off", "matches"),
        (OK[:-1], End.RESET, "cut off", "matches"),
        (CHUNKED[:-2], End.FIN, "cut off", "matches"),
        (UNTIL_CLOSE, End.OPEN, "hang", "hang"),
        (UNTIL_CLOSE, End.FIN, "matches", "hang"),
    ],
)
def test_a_response_that_does_not_end(data: bytes, end: End, whole: str, cut: str) -> None:
    assert how(ResponseIs(), data, end, enough=False) == whole
    assert how(ResponseIs(cut=True), data, end, enough=False) == cut


def test_faults_of_framing_are_no_match() -> None:
    faulty = OK.replace(b"X-A", b"Content-Length")
    assert how(ResponseIs(200), faulty) == "invalid framing"
    assert how(ResponseIs(404), faulty) == "wrong status"
    assert "more than one Content-Length" in judged(ResponseIs(), faulty).observed
    assert how(InterimIs(103), HINT.replace(b"\r\nLink: b", b"\r\nLink")) == "invalid framing"


def test_the_answer_to_head_has_no_body() -> None:
    head = OK[:-2]
    assert how(ResponseIs(head=True), head) == "matches"
    assert how(ResponseIs(), head) == "hang"
    assert ResponseIs(head=True).takes(head + b"more", False) == len(head)


def test_interim_responses() -> None:
    fields = ((b"link", b"a"), (b"Link", b"b"))
    assert how(InterimIs(100), CONTINUE) == how(InterimIs(103, fields), HINT) == "matches"
    assert how(InterimIs(103), HINT) == "matches"
    assert how(InterimIs(103, fields[:1]), HINT) == "wrong headers"
    assert how(InterimIs(100), OK) == "other response"
    assert InterimIs(100).says() == "interim response 100"
    assert InterimIs(103, fields).says() == "interim response 103 link: a, Link: b"


def test_heads() -> None:
    head = OK[: OK.index(b"\r\n\r\n") + 4]
    assert how(HeadIs(), head) == how(HeadIs(200), head) == "matches"
    assert how(HeadIs(404), head) == "wrong status"
    assert (HeadIs().says(), HeadIs(200).says()) == ("the head of a response", "the head of a response 200")


@pytest.mark.parametrize(
    ("matcher", "data", "ended", "taken"),
    [
        (ResponseIs(), OK + b"more", False, len(OK)),
        (ResponseIs(), CONTINUE + OK, False, len(CONTINUE + OK)),
        (ResponseIs(), OK[:-1], False, None),
        (ResponseIs(), OK[:-1], True, len(OK) - 1),
        (ResponseIs(), b"", True, 0),
        (ResponseIs(), SWITCH + b"\x81", False, len(SWITCH)),
        (ResponseIs(), b"nonsense\r\n\r\n", False, 12),
        (InterimIs(100), CONTINUE + OK, False, len(CONTINUE)),
        (InterimIs(100), OK[:-1], False, len(OK) - 1),
        (InterimIs(100), CONTINUE[:-1], False, None),
        (InterimIs(100), CONTINUE[:-1], True, len(CONTINUE) - 1),
        (HeadIs(), OK, False, len(OK) - 2),
        (HeadIs(), OK[:9], False, None),
        (HeadIs(), OK[:9], True, 9),
    ],
)
def test_how_long_to_listen(matcher: WireMatcher, data: bytes, ended: bool, taken: int | None) -> None:
    assert matcher.takes(data, ended) == taken


def test_the_final_response_comes_after_the_interim_ones() -> None:
    response, size = final(CONTINUE + HINT + OK + OK, ended=False)
    assert (response.status, size) == (200, len(CONTINUE + HINT + OK))
    response, size = final(SWITCH + OK, ended=False)
    assert (response.status, size) == (101, len(SWITCH))


@pytest.mark.parametrize(
    ("matcher", "words"),
    [
        (ResponseIs(), "response"),
        (ResponseIs(cut=True), "a response cut off before its end"),
        (ResponseIs(200, b"ok", ((b"a", b"1"), (b"b", b"2")), (b"c", b"d"), framing=Framing.CHUNKED),
         "response 200 with body b'ok' with a: b'1', b: b'2' without c, d framed by chunked"),
        (ResponseIs(lambda status: True), "response of another class"),
    ],
)  # fmt: skip
def test_words(matcher: ResponseIs, words: str) -> None:
    assert matcher.says() == words


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (OK[:41], {}, "no response (41 bytes, in its head)"),
        (b"x\r\n\r\n", {}, "no response (5 bytes, no status line: b'x')"),
        (UNTIL_CLOSE, {}, "response 200, in its body, body b'ok', headers ('')"),
        (b"HTTP/1.1 200\r\nA: \xff\r\n\r\n", {"head_request": True},
         "response 200, complete, body b'', headers ('A: ÿ'); the status line has no space after the code"),
    ],
)  # fmt: skip
def test_summaries(data: bytes, options: dict[str, Any], words: str) -> None:
    assert summary(read(data, ended=False, **options)) == words


# --------------------------------------------------------------------------- interim responses, trailers


@pytest.mark.parametrize(
    ("matcher", "data", "taken"),
    [
        (HeadIs(200), CONTINUE + HINT + OK, len(CONTINUE + HINT + OK) - 2),
        (HeadIs(lambda status: status == 200), CONTINUE + OK, len(CONTINUE + OK) - 2),
        (HeadIs(101), CONTINUE + SWITCH, len(CONTINUE + SWITCH)),
        (InterimIs(103), CONTINUE + HINT + OK, len(CONTINUE + HINT)),
        (InterimIs(100), HINT + CONTINUE + OK, len(HINT + CONTINUE)),
    ],
)
def test_other_interim_responses_are_passed_over(matcher: WireMatcher, data: bytes, taken: int) -> None:
    assert how(matcher, data) == "matches"
    assert matcher.takes(data, False) == taken
    assert matcher.takes(CONTINUE[:-1], False) is None


def test_no_interim_response_but_the_final_one() -> None:
    assert how(InterimIs(103), CONTINUE + OK) == "other response"
    assert HeadIs(200).takes(CONTINUE, False) is None
    assert HeadIs(lambda status: status < 300).says() == "the head of a response of another class"


@pytest.mark.parametrize(
    ("trailers", "expected"),
    [((), "wrong trailers"), (((b"x-a", b"1"), (b"X-B", b"2")), "matches"), (((b"x-b", b"2"),), "wrong trailers")],
)
def test_the_trailer_section_is_known_whole(trailers: tuple[tuple[bytes, bytes], ...], expected: str) -> None:
    data = CHUNKED.replace(b"0\r\n\r\n", b"000;e\r\nX-A:1\r\nx-b: \t2\r\n\r\n")
    assert how(ResponseIs(trailers=trailers), data) == expected
    assert how(ResponseIs(trailers=()), CHUNKED) == "matches"
    assert ResponseIs(trailers=((b"x-a", b"1"),)).says() == "response with the trailer section (x-a: 1)"
