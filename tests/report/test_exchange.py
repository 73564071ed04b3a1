"""What the page holds of an exchange: bytes on the wire, other records, and everything once."""

from dataclasses import replace
from typing import Any

import pytest

from asgi_conformance.codec import LargeBytes, encode
from asgi_conformance.report.exchange import (
    LONGEST_BYTES,
    LONGEST_RECORD,
    LONGEST_TEXT,
    SHORT_BYTES,
    SHORT_TEXT,
    Exchanges,
    Texts,
    on_the_wire,
    record,
)
from asgi_conformance.results import Moment
from asgi_conformance.verdict import Verdict

from .samples import BROKEN_REFUSAL, REFUSAL, REFUSED, check, result


def moment(who: str, act: str, text: str, data: Any = None) -> Moment:
    return Moment(0, who, act, text, 1, encode(data))


@pytest.mark.parametrize(
    ("found", "wire"),
    [
        (moment("client", "gets", "two bytes", b"\x00\xff"), (b"\x00\xff", 2)),
        (moment("client:second", "gets", "many", LargeBytes(9000, "0" * 64, b"ab")), (b"ab", 9000)),
        (moment("client", "gets", "the connection closed", b""), None),
        (moment("client", "gets", "events", [("headers", "a", None)]), None),
        (moment("client", "gets", "b'told in words'"), None),
        (moment("client", "sends", r"b'GET / HTTP/1.1\r\n'"), (b"GET / HTTP/1.1\r\n", 16)),
        (moment("client", "sends", 'b"it\'s"'), (b"it's", 4)),
        (moment("client", "sends", "b'cut in the mid"), None),
        (moment("client", "sends", "b'one' then b'two'"), None),
        (moment("client", "sends", "opens a WebSocket at b'/'"), None),
        (moment("client", "sends", "b'' + open('x')"), None),
        (moment("app", "gets", "a body", b"never on the wire like this"), None),
    ],
)
def test_bytes_on_the_wire_are_those_of_the_client(found: Moment, wire: tuple[bytes, int] | None) -> None:
    assert on_the_wire(found) == wire


@pytest.mark.parametrize(
    ("data", "told"),
    [(None, ""), (b"", ""), ("two\nlines", "two\nlines"), ({"path": b"/"}, "{'path': b'/'}")],
)
def test_a_record_is_told_as_python_writes_it(data: Any, told: str) -> None:
    assert record(encode(data)) == told


def packed(verdict: Verdict, *moments: Moment) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Moments and texts."""
    texts = Texts()
    exchanges = Exchanges(texts)
    exchanges(result(REFUSED, replace(BROKEN_REFUSAL, verdict=verdict), timeline=moments))
    return exchanges.moments.values(), texts.values()


def test_where_nothing_went_wrong_less_is_kept() -> None:
    long = moment("client", "gets", "x" * 5000, b"y" * 5000)
    scope = moment("app", "gets", "scope", {"path": "z" * 9000})
    kept = {}
    for verdict in (Verdict.PASS, Verdict.FAIL):
        ((_, _, said, line, data, missing), (*_, of, last)), texts = packed(verdict, long, scope)
        assert line == 1
        assert len(texts[data]) + missing == 5000
        kept[verdict] = [len(texts[said]), len(texts[data]), len(texts[last]) if of == 1 else None]
    assert kept[Verdict.PASS] == [SHORT_TEXT + len(" … 4840 more … "), SHORT_BYTES, None]
    assert kept[Verdict.FAIL][:2] == [LONGEST_TEXT + len(" … 4400 more … "), LONGEST_BYTES]
    assert kept[Verdict.FAIL][2] == LONGEST_RECORD + len(" … 5012 more … ")


def test_a_record_that_says_what_the_text_says_is_left_out() -> None:
    event = {"type": "websocket.connect"}
    moments, _ = packed(Verdict.FAIL, moment("app", "gets", repr(event), event))
    assert len(moments[0]) == 4


def test_equal_exchanges_share_their_shape_and_not_their_times() -> None:
    exchanges = Exchanges(Texts())
    one, other = (
        result(
            REFUSED,
            check(REFUSAL, Verdict.PASS),
            timeline=(Moment(at, "app", "gets", "x"), Moment(9000, "app", "gets", "y")),
        )
        for at in (10, 4000)
    )
    assert exchanges(one) == [0, -1, -1, 125, 1, 899]
    assert exchanges(other) == [0, -1, -1, 125, 400, 500]


def test_lines_stay_lines_and_whatever_acts_is_seen() -> None:
    texts = Texts()
    texts.lines("one\x1b[31m\n\u202etwo", 100)
    assert texts.values() == ["", "one\\x1b[31m\n\\u202etwo"]
