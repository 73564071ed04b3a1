"""What kits compare: bytes as the client reads them, values without what changes from run to run."""

from importlib import import_module
from typing import Any

import pytest

from asgi_conformance.matchers.connection import BytesArrive
from asgi_conformance.matchers.responses import HeadIs, InterimIs, ResponseIs
from asgi_conformance.matchers.websocket import HandshakeIs, MessageIs, MessagesAre
from asgi_conformance.peers.websocket import Opcode, frame

# Without annotations, for they are parts of kits:
facts: Any = import_module("asgi_conformance.kits.machinery.facts")
comparison: Any = import_module("asgi_conformance.kits.machinery.comparison")
ABSENT, is_so, report = comparison.ABSENT, comparison.is_so, comparison.report

OK = b"HTTP/1.1 200 OK\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"
STREAMS = [
    b"",
    b"HTTP/1.1 2",
    OK + b"\r\n",
    OK + b"Content-Length: 3\r\n\r\nab",
    OK + b"Content-Length: 3\r\n\r\nabcHTTP/1.1 404 Not Found\r\n\r\n",
    OK + b"Content-Length: three\r\n\r\nabc",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nmore",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 1\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab",
    OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\nhello",
    OK + b"Transfer-Encoding: chunked\r\n\r\nhello\r\n",
    b"HTTP/1.1 204 No Content\r\n\r\nrest",
    HINTS + OK + b"Content-Length: 1\r\n\r\nx",
    HINTS,
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x01x",
    b"no response\r\n\r\n",
]


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("data", STREAMS)
@pytest.mark.parametrize(
    ("matcher", "reader"),
    [
        (ResponseIs(), facts.response),
        (ResponseIs(head=True), facts.response_to_head),
        (HandshakeIs(), facts.response),
        (HeadIs(), facts.head),
        (InterimIs(103), facts.interim(103)),
        (InterimIs(102), facts.interim(102)),
        (BytesArrive(b"abc"), facts.contains(b"abc")),
    ],
)
def test_a_kit_takes_as_many_bytes_as_the_suites_do(matcher: Any, reader: Any, data: bytes, ended: bool) -> None:
    assert reader(data, ended) == matcher.takes(data, ended)


FRAMES = [
    b"",
    frame(1, b"hi", mask=None),
    frame(1, b"h", fin=False, mask=None) + frame(0, b"i", mask=None) + frame(2, b"", mask=None),
    frame(9, b"?", mask=None) + frame(1, b"x" * 300, mask=None),
    frame(9, b"?", mask=None),
    frame(8, b"\x03\xe8", mask=None) + frame(1, b"late", mask=None),
    frame(2, b"y" * 70_000, mask=None),
    frame(1, b"cut", mask=None)[:-1],
]


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("data", FRAMES)
def test_a_kit_takes_as_many_frames_as_the_suites_do(data: bytes, ended: bool) -> None:
    assert facts.message(data, ended) == MessageIs(Opcode.TEXT).takes(data, ended)
    two = MessagesAre(((Opcode.TEXT, b"hi"), (Opcode.TEXT, b"ho")))
    if two.takes(data, ended) is None:
        assert facts.messages(2)(data, ended) is None


def test_more_ways_to_have_heard_enough() -> None:
    assert facts.control_frame(FRAMES[4], False) == len(FRAMES[4])
    assert facts.control_frame(b"", False) is None
    assert facts.control_frame(b"", True) == 0
    assert facts.anything(b"HTTP/1.1 200", False) is None
    assert facts.anything(b"HTTP/1.1 200", True) == 12
    assert facts.anything(b"x", False) == 1
    assert facts.anything(b"", False) is None
    assert facts.the_end(b"x", False) is None
    assert facts.the_end(b"x", True) == 1
    assert facts.no_more_than_pings(FRAMES[4], False) is None
    assert facts.no_more_than_pings(FRAMES[1], False) == len(FRAMES[1])
    assert facts.no_more_than_pings(b"", True) == 0


def test_facts_of_bytes() -> None:
    date = b"Date: Sun, 22 Nov 2026 03:00:00 GMT\r\n"
    found = facts.wire_facts(HINTS + OK + date + b"Content-Length: 2\r\n\r\nok", "open")
    assert found["status"] == 200
    assert found["statuses"] == [103, 200]
    assert found["headers"] == [(b"date", b"..."), (b"content-length", b"2")]
    assert (found["complete"], found["body"], found["connection"]) == (True, b"ok", "open")
    assert facts.wire_facts(FRAMES[2], "closed")["frames"] == [
        ("text...", b"h"),
        ("continuation", b"i"),
        ("binary", b""),
    ]
    assert facts.wire_facts(b"\xff\xff", "reset") == {"connection": "reset", "bytes": b"\xff\xff"}
    assert facts.wire_facts(b"HTTP/1.1 2", "closed") == {
        "connection": "closed", "status": None, "statuses": [None], "complete": False,
    }  # fmt: skip


def test_values_are_told_with_their_types() -> None:
    class Mine(str):
        pass

    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError

    assert facts.plain({"a": (1, [b"x", None]), 2: 1.5}) == {"a": (1, [b"x", None]), 2: 1.5}
    assert facts.plain(bytearray(b"x")) == "<bytearray bytearray(b'x')>"
    assert "Mine 'x'>" in facts.plain(Mine("x"))
    assert "its repr raises RuntimeError" in facts.plain(Rude())
    assert "0x..." in facts.plain(object())
    assert facts.plain(float("nan")) == "<float nan>"
    deep: list[Any] = []
    for _ in range(20):
        deep = [deep]
    assert "<list [[" in repr(facts.plain(deep))


def test_ports_and_folders_are_no_facts() -> None:
    scope = {"client": ["127.0.0.1", 50_123], "server": ("/tmp/kit-abc/server.sock", None), "path": "/50123"}
    assert facts.mapping_facts(scope) == {
        "['client']": ["127.0.0.1", 1024], "['server']": ("FOLDER/server.sock", None), "['path']": "/50123",
    }  # fmt: skip
    assert facts.mapping_facts({"REMOTE_PORT": "50123", "SERVER_PORT": "80"}) == {
        "['REMOTE_PORT']": "PORT", "['SERVER_PORT']": "80",
    }  # fmt: skip
    assert facts.mapping_facts(None) == {"value": None}


def test_facts_of_what_an_application_did() -> None:
    assert facts.value_facts({"events": [{"type": "a"}, {"type": "a"}, 3], "body": b"x"}) == {
        "body": b"x", "types": ["a", None],
    }  # fmt: skip
    assert facts.value_facts({"type": "a"}) == {"['type']": "a"}
    assert facts.value_facts(b"x") == {"outcome": "returned", "value": b"x"}
    start = {"type": "http.response.start", "status": 200, "headers": [(b"date", b"Sun, 22 Nov 2026 03:00:00 GMT")]}
    found = facts.answer_facts([start, {"type": "http.response.body", "body": b"ok"}, 7], "it returned")
    assert (found["status"], found["body"], found["end"]) == ([200], b"ok", "it returned")
    assert found["headers"] == [[(b"date", b"...")]]
    assert found["events"][2] == 7
    assert found["keys"] == [["headers", "status", "type"], ["body", "type"]]


def test_a_fact_is_so_with_its_type() -> None:
    assert is_so({"status": 500}, {"status": 500, "body": b""})
    assert not is_so({"status": True}, {"status": 1})
    assert not is_so({"status": 500}, {"missing": "nothing came"})
    assert is_so({"['client']": ABSENT}, {"['type']": "http"})
    assert not is_so({"['client']": ABSENT}, {"missing": "nothing came"})


def test_the_comparison_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [("client sends x", ""), ("client gets y", "y")]
    assert report("t", lines, {2: {"status": 500}}, {2: {"status": 500, "body": b"z" * 999}}, "") == 1
    shown = capsys.readouterr().out
    assert "   2  client gets y          ◄ here\n        expected  y\n        reported  status=500\n" in shown
    assert report("t", lines, {2: {"status": 500}}, {}, "nothing came") == 0
    assert (
        capsys.readouterr().out
        == "t\n   1  client sends x\n      nothing came: the script cannot go on\nThe behaviour is NOT shown.\n"
    )
