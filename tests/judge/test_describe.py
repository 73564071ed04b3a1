"""What was recorded, in words and as data that a report can carry."""

import json
import math
from typing import Any

import pytest

from asgi_conformance.codec import Foreign, LargeBytes, Made, encode
from asgi_conformance.judge.describe import LONGEST, cut, described
from asgi_conformance.peers.websocket import Opcode, frame
from asgi_conformance.timeline import (
    Body,
    Call,
    Connected,
    Done,
    End,
    Entry,
    Event,
    Events,
    Exit,
    Log,
    Missing,
    Outcome,
    Raised,
    Scope,
    Seen,
    StreamEvent,
    Streams,
    Why,
    Wire,
)

RAISED = Outcome(raised=Raised("builtins.OSError", ("OSError",), "gone"))
HTTP = {"type": "http", "method": "GET", "path": "/a", "more": 1}


@pytest.mark.parametrize(
    ("seen", "words", "data"),
    [
        (Done("closes"), "closes", None),
        (Connected("connects", ("127.0.0.1", 1), "path"), "connects", None),
        (Call(HTTP, {"pid": 1, "ids": {"scope": 9}}), "scope 'http' GET /a", {"scope": HTTP, "facts": {"pid": 1}}),
        (Call(None, {}), "scope None", {"scope": None, "facts": {}}),
        (Event({"type": "x"}), "{'type': 'x'}", {"type": "x"}),
        (Body(({"type": "x"},), b"b"), "1 event(s), body b'b'", {"events": [{"type": "x"}], "body": b"b"}),
        (Events((1, 2)), "2 event(s): 1, 2", [1, 2]),
        (Outcome(), "returned", None),
        (Outcome(value=1), "returned 1", None),
        (Outcome(cancelled=True), "cancelled", None),
        (RAISED, "raised builtins.OSError: gone", None),
        (Scope({"type": "lifespan"}, {}), "scope 'lifespan'", {"type": "lifespan"}),
        (Exit(-9), "ends with status -9", None),
        (Log("text"), "has printed 4 characters", "text"),
        (Missing(Why.SILENCE), "nothing came", None),
        (Missing(Why.DIED, "exit status 1"), "the server process ended: exit status 1", None),
        (Wire(b""), "nothing", b""),
        (Wire(b"", enough=False), "nothing more", b""),
        (Wire(b"xy", End.RESET), "bytes b'xy', then a reset", b"xy"),
        (Wire(frame(Opcode.TEXT, b"a", mask=None)), "text b'a'", frame(Opcode.TEXT, b"a", mask=None)),
        (Wire(b"\x83\x00"), "bytes b'\\x83\\x00'", b"\x83\x00"),
        (Streams(()), "nothing", []),
        (Streams((StreamEvent("data", "a", b"x"), StreamEvent("goaway", "")), End.FIN),
         "data on a, goaway on the connection, the connection closed", [("data", "a", b"x"), ("goaway", "", None)]),
    ],
)  # fmt: skip
def test_what_was_seen(seen: Seen, words: str, data: Any) -> None:
    assert described(Entry(0, "x", False, seen)) == (words, data)


def test_a_response_is_told_by_its_parts() -> None:
    words, _ = described(Entry(0, "client", False, Wire(b"HTTP/1.1 204 X\r\n\r\n", End.FIN)))
    assert words == "response 204, complete, body b'', headers (''), then the connection closed"


def test_what_we_sent_is_told_with_what_came_of_it() -> None:
    assert described(Entry(0, "app", True, Outcome(), "{'type': 'x'}"))[0] == "{'type': 'x'}  ⇒ returned"
    assert described(Entry(0, "app", True, RAISED, "it"))[0] == "it  ⇒ raised builtins.OSError: gone"
    assert described(Entry(0, "client", True, Done("closes")))[0] == "closes"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None), (True, True), (1.5, 1.5), ("a", "a"), (b"a", b"a"), (Made("object"), Made("object")),
        (b"x" * (LONGEST + 1), b"x" * LONGEST + b"\xe2\x80\xa6 2049 bytes"),
        ("x" * (LONGEST + 1), "x" * LONGEST + "… 2049 characters"),
        ([1] * 101, [1] * 100), ((1,) * 101, (1,) * 100),
        ({n: n for n in range(101)}, {n: n for n in range(100)}),
        (Foreign("X", ["x" * 3000], "t"), Foreign("X", ["x" * LONGEST + "… 3000 characters"], "t")),
        (LargeBytes(1, "", b""), LargeBytes(1, "", b"")),
        (math.inf, Foreign("float", None, "inf")),
        ({1, 2}, "{1, 2}"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_long_values_are_cut(value: Any, expected: Any) -> None:
    assert cut(value) == expected
    json.dumps(encode(cut(value)), allow_nan=False)


def test_long_keys_are_cut_too() -> None:
    assert list(cut({"x" * 3000: 1, b"x" * 3000: 2, 3: 3})) == [cut("x" * 3000), cut(b"x" * 3000), 3]
