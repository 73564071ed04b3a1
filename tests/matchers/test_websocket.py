"""Handshakes, messages and close frames."""

import pytest

from asgi_conformance.matchers.websocket import CloseFrameIs, HandshakeIs, MessageIs, MessagesAre, NoMessage
from asgi_conformance.peers.websocket import Opcode, accept_key, frame
from asgi_conformance.script import Heard, Opinion, WireMatcher
from asgi_conformance.timeline import Done, End, Facts, Missing, Timeline, Why, Wire

HEARD = Heard(Timeline(()), Facts(), 0)
TEXT, BINARY, PING, PONG, CLOSE = Opcode.TEXT, Opcode.BINARY, Opcode.PING, Opcode.PONG, Opcode.CLOSE


def sent(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    return frame(opcode, payload, fin=fin, mask=None)


def accepted(*lines: bytes, key: bytes = accept_key(), upgrade: bytes = b"WebSocket") -> bytes:
    fields = (b"Upgrade: " + upgrade, b"Connection: Upgrade", b"Sec-WebSocket-Accept: " + key, *lines)
    return b"\r\n".join((b"HTTP/1.1 101 Switching Protocols", *fields, b"", b""))


def how(matcher: WireMatcher, data: bytes, end: End = End.OPEN) -> str:
    opinion = matcher.judge(Wire(data, end, enough=end is End.FIN), HEARD)
    assert opinion.matches is not bool(opinion.how)
    return opinion.how or "matches"


EVERY = [HandshakeIs(), MessageIs(TEXT), MessagesAre(()), CloseFrameIs(), NoMessage()]


@pytest.mark.parametrize("matcher", EVERY, ids=lambda matcher: type(matcher).__name__)
def test_what_is_no_bytes_does_not_match(matcher: WireMatcher) -> None:
    assert matcher.judge(Missing(Why.DIED), HEARD) == Opinion(False, "missing", "the server process ended")
    assert matcher.judge(Done(), HEARD).how == "nothing read"


# --------------------------------------------------------------------------- handshakes

PROTOCOL = b"Sec-WebSocket-Protocol: chat"


@pytest.mark.parametrize(
    ("matcher", "data", "expected"),
    [
        (HandshakeIs(), accepted(), "matches"),
        (HandshakeIs(), accepted() + sent(TEXT), "matches"),
        (HandshakeIs(), accepted(key=b"x"), "wrong accept key"),
        (HandshakeIs(), accepted(b"Sec-WebSocket-Accept: " + accept_key()), "wrong accept key"),
        (HandshakeIs(), accepted(upgrade=b"h2c"), "wrong upgrade header"),
        (HandshakeIs(), accepted(b"no field"), "invalid framing"),
        (HandshakeIs(), b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "refused"),
        (HandshakeIs(), b"", "hang"),
        (HandshakeIs(), b"x\r\n\r\n", "no response"),
        (HandshakeIs(b""), accepted(), "matches"),
        (HandshakeIs(b""), accepted(PROTOCOL), "wrong subprotocol"),
        (HandshakeIs(b"chat"), accepted(PROTOCOL), "matches"),
        (HandshakeIs(b"chat"), accepted(), "wrong subprotocol"),
        (HandshakeIs(b"chat"), accepted(PROTOCOL, PROTOCOL), "wrong subprotocol"),
        (HandshakeIs(headers_in_order=((b"x-a", b"1"),)), accepted(b"X-A: 1"), "matches"),
        (HandshakeIs(headers_in_order=((b"x-a", b"1"),)), accepted(), "wrong headers"),
        (HandshakeIs(without=(b"x-a",)), accepted(b"X-A: 1"), "extra header"),
    ],
)
def test_handshakes(matcher: HandshakeIs, data: bytes, expected: str) -> None:
    assert how(matcher, data) == expected


def test_a_connection_that_closes_is_no_handshake() -> None:
    assert how(HandshakeIs(), b"", End.FIN) == "closed"


def test_a_handshake_takes_the_response_and_no_frames() -> None:
    assert HandshakeIs().takes(accepted() + sent(TEXT), False) == len(accepted())
    assert HandshakeIs().takes(accepted()[:-1], False) is None


# --------------------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("matcher", "data", "expected"),
    [
        (MessageIs(TEXT, b"a"), sent(TEXT, b"a"), "matches"),
        (MessageIs(TEXT), sent(TEXT, b"a"), "matches"),
        (MessageIs(TEXT, b"ab"), sent(TEXT, b"a", fin=False) + sent(PING) + sent(0, b"b"), "matches"),
        (MessageIs(TEXT, b"a"), sent(TEXT, b"b"), "other message"),
        (MessageIs(TEXT, b"a"), sent(BINARY, b"a"), "other message"),
        (MessageIs(TEXT), sent(CLOSE), "other message"),
        (MessageIs(TEXT), frame(TEXT), "invalid frame"),
        (MessageIs(TEXT), b"", "hang"),
        (MessageIs(TEXT), sent(PONG), "hang"),
        (MessageIs(PONG, b"x"), sent(PONG, b"x"), "matches"),
        (MessageIs(PONG, b"x"), sent(TEXT, b"x"), "other message"),
        (MessageIs(PONG, b"x"), sent(PING) + sent(PONG, b"y") + sent(PONG, b"x"), "matches"),
        (MessageIs(PONG, b"x"), sent(PING) + sent(PONG, b"y"), "other message"),
        (MessageIs(PONG, b"x"), sent(PING), "hang"),
        (MessageIs(PING), sent(PING), "matches"),
        (NoMessage(), b"", "matches"),
        (NoMessage(), sent(PING) + sent(PONG, b"x") + sent(PING)[:1], "matches"),
        (NoMessage(), sent(PING) + sent(TEXT), "came"),
        (NoMessage(), sent(CLOSE), "came"),
    ],
)
def test_messages(matcher: WireMatcher, data: bytes, expected: str) -> None:
    assert how(matcher, data) == expected


def test_the_end_is_no_message_but_no_silence_either() -> None:
    assert how(NoMessage(), sent(PING), End.FIN) == "came"


def test_a_message_that_is_cut_off() -> None:
    assert how(MessageIs(TEXT), sent(TEXT, b"ab")[:-1], End.FIN) == "closed"
    assert how(MessagesAre(((TEXT, b"ab"),)), sent(TEXT, b"ab")[:-1], End.RESET) == "closed"


TWO = MessagesAre(((TEXT, b"a"), (BINARY, b"b")))


@pytest.mark.parametrize(
    ("data", "expected", "observed"),
    [
        (sent(TEXT, b"a") + sent(PING) + sent(BINARY, b"b"), "matches", "2 messages"),
        (sent(TEXT, b"a"), "hang", "1 messages, then nothing more"),
        (sent(BINARY, b"b") + sent(TEXT, b"a"), "other message", "message 1 is \"binary b'b'\""),
        (sent(TEXT, b"a") + frame(BINARY, b"b"), "invalid frame", "message 2 is"),
        (sent(TEXT, b"a") + sent(CLOSE), "other message", "message 2 is"),
    ],
)
def test_several_messages(data: bytes, expected: str, observed: str) -> None:
    assert how(TWO, data) == expected
    assert observed in TWO.judge(Wire(data, enough=False), HEARD).observed


# --------------------------------------------------------------------------- close frames


@pytest.mark.parametrize(
    ("matcher", "payload", "expected"),
    [
        (CloseFrameIs(), b"", "matches"),
        (CloseFrameIs(), b"\x03\xe8bye", "matches"),
        (CloseFrameIs(1000), b"\x03\xe8bye", "matches"),
        (CloseFrameIs(1001), b"\x03\xe8bye", "other code"),
        (CloseFrameIs(1005), b"", "matches"),
        (CloseFrameIs(1005), b"\x03\xe8", "other code"),
        (CloseFrameIs(1000), b"", "other code"),
        (CloseFrameIs(lambda code: code > 1004), b"", "matches"),
        (CloseFrameIs(lambda code: code > 1004), b"\x03\xe8", "other code"),
        (CloseFrameIs(1000, b"bye"), b"\x03\xe8bye", "matches"),
        (CloseFrameIs(1000, b""), b"\x03\xe8bye", "other reason"),
        (CloseFrameIs(), b"\x03", "invalid frame"),
    ],
)
def test_close_frames(matcher: CloseFrameIs, payload: bytes, expected: str) -> None:
    assert how(matcher, sent(CLOSE, payload)) == expected


def test_what_comes_instead_of_a_close_frame() -> None:
    assert how(CloseFrameIs(), sent(TEXT)) == "other message"
    assert how(CloseFrameIs(), b"", End.FIN) == "closed"


@pytest.mark.parametrize(
    ("matcher", "data", "ended", "taken"),
    [
        (MessageIs(TEXT), sent(TEXT, b"a") + b"\x81", False, 3),
        (MessageIs(TEXT), sent(PING) + sent(TEXT, b"a"), False, 5),
        (MessageIs(PONG), sent(PONG) + sent(TEXT), False, 2),
        (MessageIs(PONG, b"x"), sent(PING) + sent(PONG, b"x") + sent(TEXT), False, 5),
        (MessageIs(PONG, b"x"), sent(PING) + sent(PONG), False, None),
        (NoMessage(), sent(PING), False, None),
        (NoMessage(), sent(PING), True, 2),
        (NoMessage(), sent(TEXT), False, 2),
        (MessageIs(TEXT), sent(TEXT, b"a")[:-1], False, None),
        (MessageIs(TEXT), sent(TEXT, b"a")[:-1], True, 2),
        (TWO, sent(TEXT, b"a") + sent(BINARY, b"b") + b"\x81", False, 6),
        (TWO, sent(TEXT, b"a"), False, None),
        (TWO, sent(TEXT, b"a"), True, 3),
        (TWO, sent(TEXT, b"x") + b"\x82", False, 3),
        (CloseFrameIs(), sent(CLOSE) + b"x", False, 2),
    ],
)
def test_how_long_to_listen(matcher: WireMatcher, data: bytes, ended: bool, taken: int | None) -> None:
    assert matcher.takes(data, ended) == taken


@pytest.mark.parametrize(
    ("matcher", "words"),
    [
        (HandshakeIs(), "a completed handshake (101)"),
        (HandshakeIs(b""), "a completed handshake (101) without a subprotocol"),
        (HandshakeIs(b"p", ((b"a", b"1"),), (b"b",)),
         "a completed handshake (101) with subprotocol b'p', a: 1, without b"),
        (MessageIs(TEXT), "a text message"),
        (MessageIs(BINARY, b"x"), "a binary message b'x'"),
        (MessageIs(PONG, b"x"), "a pong frame b'x'"),
        (TWO, "2 messages: \"a text message b'a', a binary message b'b'\""),
        (CloseFrameIs(), "a close frame"),
        (CloseFrameIs(1005), "a close frame without a code"),
        (CloseFrameIs(lambda code: True), "a close frame with another code"),
        (NoMessage(), "no message"),
        (CloseFrameIs(1000, b"bye"), "a close frame with code 1000 and reason b'bye'"),
    ],
)  # fmt: skip
def test_words(matcher: WireMatcher, words: str) -> None:
    assert matcher.says() == words
