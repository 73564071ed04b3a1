"""Frames of every length and kind, made and read; messages put together from them; faults of framing named."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_conformance.peers.websocket import (
    MASK,
    Frame,
    Message,
    Opcode,
    Reflex,
    accept_key,
    close_code,
    frame,
    is_only_alive,
    read_frame,
    read_message,
    read_pong,
)

a_few = settings(max_examples=60, deadline=None, derandomize=True, database=None)
opcodes = st.integers(0, 15)
payloads = st.binary(max_size=300)
masks = st.none() | st.binary(min_size=4, max_size=4)


def from_server(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    return frame(opcode, payload, fin=fin, rsv=rsv, mask=None)


@a_few
@given(opcodes, payloads, st.booleans(), st.integers(0, 7), masks, st.binary(max_size=5))
def test_a_frame_is_read_as_it_was_made(
    opcode: int, payload: bytes, fin: bool, rsv: int, mask: bytes | None, following: bytes
) -> None:
    data = frame(opcode, payload, fin=fin, rsv=rsv, mask=mask)
    expected = Frame(opcode, payload, fin, rsv, mask is not None, len(data))
    assert read_frame(data + following) == expected
    assert read_frame(following + data, len(following)) == expected
    assert all(read_frame(data[:cut]) is None for cut in range(len(data)))


@pytest.mark.parametrize(
    ("length", "head"),
    [
        (0, b"\x82\x00"),
        (125, b"\x82\x7d"),
        (126, b"\x82\x7e\x00\x7e"),
        (65535, b"\x82\x7e\xff\xff"),
        (65536, b"\x82\x7f" + (65536).to_bytes(8, "big")),
        (200_000, b"\x82\x7f" + (200_000).to_bytes(8, "big")),
    ],
)
def test_lengths_are_written_as_short_as_can_be(length: int, head: bytes) -> None:
    payload = bytes(length)
    assert from_server(Opcode.BINARY, payload) == head + payload
    masked = frame(Opcode.BINARY, payload)
    assert masked[: len(head) + 4] == head[:1] + bytes([head[1] | 0x80]) + head[2:] + MASK
    found = read_frame(masked)
    assert found is not None
    assert (found.payload, found.masked, found.shortest) == (payload, True, True)
    assert all(read_frame(masked[:cut]) is None for cut in range(len(head) + 4))


@pytest.mark.parametrize("head", [b"\x81\x7e\x00\x01", b"\x81\x7f" + bytes(7) + b"\x01", b"\x81\x7e\x00\x7d"])
def test_a_length_in_more_bytes_than_it_needs_is_a_fault(head: bytes) -> None:
    found = read_message(head + b"x" * 125)
    assert found is not None
    assert found.faults == ("a length in more bytes than it needs",)


def test_an_enormous_frame_is_waited_for() -> None:
    assert read_frame(b"\x82\x7f" + b"\xff" * 8 + b"x") is None


@a_few
@given(st.lists(payloads, min_size=1, max_size=5), st.lists(st.sampled_from([Opcode.PING, Opcode.PONG]), max_size=3))
def test_fragments_are_joined_and_control_frames_between_them_passed_over(
    fragments: list[bytes], controls: list[Opcode]
) -> None:
    data = b""
    for number, fragment in enumerate(fragments):
        opcode = Opcode.TEXT if number == 0 else Opcode.CONTINUATION
        data += b"".join(from_server(control, b"between") for control in controls)
        data += from_server(opcode, fragment, fin=number == len(fragments) - 1)
    expected = Message(Opcode.TEXT, b"".join(fragments), len(data))
    assert read_message(data + b"\x81") == expected
    assert read_message(b"xx" + data, start=2) == expected
    assert read_message(data[:-1] if fragments[-1] else data[:-2]) is None


def test_control_frames_are_answers_if_they_are_asked_for() -> None:
    data = from_server(Opcode.PONG, b"1") + from_server(Opcode.TEXT, b"2")
    assert read_message(data, control=True) == Message(Opcode.PONG, b"1", 3)
    assert read_message(data) == Message(Opcode.TEXT, b"2", 6)


def test_a_close_frame_is_always_an_answer() -> None:
    data = from_server(Opcode.TEXT, b"begun", fin=False) + from_server(Opcode.CLOSE, b"\x03\xe8bye")
    found = read_message(data)
    assert found == Message(Opcode.CLOSE, b"\x03\xe8bye", len(data))
    assert close_code(b"\x03\xe8bye") == 1000
    assert close_code(b"\x03") is close_code(b"") is None


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (frame(Opcode.TEXT, b"x"), "a server masks no frames"),
        (from_server(Opcode.TEXT, b"x", rsv=4), "reserved bits 100"),
        (from_server(3, b"x"), "opcode 3, which is reserved"),
        (from_server(11) + from_server(Opcode.TEXT), "opcode 11, which is reserved"),
        (from_server(Opcode.CONTINUATION, b"x"), "a continuation without a beginning"),
        (from_server(1, b"x", fin=False) + from_server(1, b"y"), "a continuation without a beginning"),
        (from_server(Opcode.PING, bytes(126)) + from_server(Opcode.TEXT), "longer than 125 bytes"),
        (from_server(Opcode.CLOSE, b"\x03\xe8", fin=False), "fragmented or longer"),
        (from_server(Opcode.CLOSE, b"\x03"), "a close frame with half a code"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_faults_are_named(data: bytes, fault: str) -> None:
    found = read_message(data)
    assert found is not None
    (words,) = found.faults
    assert fault in words


def test_the_accept_key_is_that_of_the_rfc() -> None:
    assert accept_key(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, section 1.3


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (Frame(Opcode.TEXT, b"hello"), "text b'hello'"),
        (Frame(Opcode.BINARY, b"x" * 100, fin=False), f"binary (more follows) {b'x' * 60!r}"),
        (Frame(Opcode.CLOSE, b"\x03\xe8bye"), "close frame 1000 b'bye'"),
        (Frame(Opcode.CLOSE, b""), "close frame None b''"),
        (Frame(11, b""), "opcode 11 b''"),
    ],
)
def test_frames_are_shown_in_a_few_words(shown: Frame, words: str) -> None:
    assert str(shown) == words


# --------------------------------------------------------------------------- pings and pongs at any time


@pytest.mark.parametrize(
    ("data", "payload", "found"),
    [
        (from_server(Opcode.PING) + from_server(Opcode.PONG, b"a"), b"a", (Opcode.PONG, b"a", 5)),
        (from_server(Opcode.PONG, b"b") + from_server(Opcode.PONG, b"a"), b"a", (Opcode.PONG, b"a", 6)),
        (from_server(Opcode.PONG, b"b"), None, (Opcode.PONG, b"b", 3)),
        (from_server(Opcode.PONG, b"b"), b"a", None),
        (from_server(Opcode.TEXT, b"b"), b"a", (Opcode.TEXT, b"b", 3)),
        (b"", b"a", None),
    ],
)
def test_the_pong_that_is_looked_for(data: bytes, payload: bytes | None, found: tuple[int, bytes, int] | None) -> None:
    message = read_pong(data, payload)
    assert (message and (message.opcode, message.payload, message.size)) == found


@pytest.mark.parametrize("opcode", Opcode)
def test_what_only_shows_that_the_server_is_alive(opcode: Opcode) -> None:
    data = from_server(Opcode.PING, b"a") + from_server(opcode, b"b")
    assert is_only_alive(data) is is_only_alive(data[:-1]) is (opcode in (Opcode.PING, Opcode.PONG))


ACCEPTED = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
SENT = ACCEPTED + from_server(Opcode.TEXT, b"t") + from_server(Opcode.PING, b"a") + from_server(Opcode.PING)
ANSWER = frame(Opcode.PONG, b"a") + frame(Opcode.PONG)


@a_few
@given(st.lists(st.integers(0, len(SENT)), max_size=5))
def test_every_ping_is_answered_once_however_the_bytes_come(cuts: list[int]) -> None:
    reflex, places = Reflex(), [0, *sorted(cuts), len(SENT)]
    assert b"".join(reflex(SENT[a:b]) for a, b in itertools.pairwise(places)) == ANSWER


def test_no_ping_is_answered_after_a_close_frame_or_where_there_is_no_websocket() -> None:
    ping = from_server(Opcode.PING)
    reflex = Reflex()
    assert reflex(ACCEPTED + from_server(Opcode.CLOSE) + ping) == reflex(ping) == b""
    assert Reflex()(b"HTTP/1.1 403 Forbidden\r\n\r\n" + ping) == b""
