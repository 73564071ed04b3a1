"""Events, good and bad: what is lawful is never flagged, what is doubtful is judged mildly."""

from typing import Any

import pytest

from asgi_conformance.codec import Foreign, LargeBytes
from asgi_conformance.spec.check import Problem
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.messages import default_of, problems, table
from asgi_conformance.spec.shapes import Kind
from asgi_conformance.verdict import Verdict

RECEIVED, SENT = Direction.RECEIVED, Direction.SENT
GENERATOR = Foreign("generator", [(b"a", b"1")])
ALLOWED_RECEIVED = "common.event.allowed-types.received"
ALLOWED_SENT = "common.event.allowed-types.sent"
EXACT = "common.strings.exact-types"


def short(problem: Problem) -> tuple[str, str, str, Verdict | None]:
    return problem.path, problem.kind.value, problem.requirement, problem.verdict


@pytest.mark.parametrize(
    "event",
    [
        {"type": "http.request"},
        {"type": "http.request", "body": b"", "more_body": False},
        {"type": "http.request", "body": LargeBytes(1 << 20, "", b""), "more_body": True},
        {"type": "http.request", "x-vendor": {"a": [1, 1.5, None, True, "s", b"b"]}},
        {"type": "http.disconnect"},
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": ""},
        {"type": "websocket.receive", "bytes": b""},
        {"type": "websocket.receive", "text": "x", "bytes": None},
        {"type": "websocket.receive", "text": None, "bytes": b"x"},
        {"type": "websocket.disconnect", "code": 1005},
        {"type": "websocket.disconnect", "code": 1000, "reason": None},
        {"type": "websocket.disconnect", "code": 1000, "reason": "bye"},
        {"type": "lifespan.startup"},
        {"type": "lifespan.shutdown", "deep": Foreign("list", None, "nested too deeply")},
        {"type": "vendor.event", "number": -(2**63)},
        Foreign("collections.OrderedDict", {"type": "http.disconnect"}),
    ],
)
def test_lawful_received_events(event: Any) -> None:
    assert problems(event, RECEIVED) == []


@pytest.mark.parametrize(
    "event",
    [
        {"type": "http.response.start", "status": 200},
        {"type": "http.response.start", "status": 200, "headers": []},
        {"type": "http.response.start", "status": 999, "headers": [[b"a", b"1"]], "trailers": False},
        {"type": "http.response.start", "status": 100, "headers": ((b"a", b"1"), (b"a", b"2"))},
        {"type": "http.response.start", "status": 200, "headers": GENERATOR},
        {"type": "http.response.start", "status": 200, "headers": Foreign("dict_items", [(b"a", b"1")])},
        {"type": "http.response.body"},
        {"type": "http.response.body", "body": b"x", "more_body": True},
        {"type": "websocket.accept"},
        {"type": "websocket.accept", "subprotocol": None, "headers": Foreign("mine.Headers", [(b"a", b"1")])},
        {"type": "websocket.accept", "subprotocol": "chat"},
        {"type": "websocket.send", "text": "", "bytes": None},
        {"type": "websocket.close"},
        {"type": "websocket.close", "code": 4999, "reason": None},
        {"type": "websocket.http.response.start", "status": 401},
        {"type": "websocket.http.response.body"},
        {"type": "lifespan.startup.complete"},
        {"type": "lifespan.startup.failed"},
        {"type": "lifespan.shutdown.failed", "message": "no"},
        {"type": "http.response.push", "path": "/caf\xe9", "headers": ()},
        {"type": "http.response.zerocopysend", "file": Foreign("_io.BufferedReader"), "offset": 0, "count": 1},
        {"type": "http.response.pathsend", "path": "/srv/file"},
        {"type": "http.response.pathsend", "path": "C:\\file"},
        {"type": "http.response.early_hint", "links": (b"</a>; rel=preload",)},
        {"type": "http.response.early_hint", "links": Foreign("generator", [b"</a>"])},
        {"type": "http.response.trailers", "headers": [(b"a", b"1")], "more_trailers": False},
        {"type": "http.response.debug", "info": {"template": Foreign("jinja2.Template"), "t": (1,)}},
    ],
)
def test_lawful_sent_events(event: Any) -> None:
    assert problems(event, SENT) == []


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"type": "http.request", "body": None}, [("body", "none", "http.request.keys", None)]),
        ({"type": "http.request", "more_body": None}, [("more_body", "none", "http.request.keys", None)]),
        ({"type": "http.request", "more_body": 0}, [("more_body", "wrong type", "http.request.keys", None)]),
        (
            {"type": "http.request", "body": "text"},
            [("body", "wrong type", EXACT, None), ("body", "wrong type", "http.request.keys", None)],
        ),
        (
            {"type": "http.request", "body": Foreign("bytearray", b"x")},
            [
                ("body", "wrong type", EXACT, None),
                ("body", "wrong type", "http.request.keys", None),
                ("body", "not an allowed type", ALLOWED_RECEIVED, None),
            ],
        ),
        (
            {"type": "http.request", "body": Foreign("mine.Bytes", b"x")},
            [("body", "subclass", EXACT, Verdict.WARN), ("body", "subclass", ALLOWED_RECEIVED, Verdict.WARN)],
        ),
        ({"type": "websocket.receive"}, [("", "not exactly one", "websocket.receive.exactly-one", None)]),
        (
            {"type": "websocket.receive", "text": None, "bytes": None},
            [("", "not exactly one", "websocket.receive.exactly-one", None)],
        ),
        (
            {"type": "websocket.receive", "text": "x", "bytes": b"x"},
            [("", "not exactly one", "websocket.receive.exactly-one", None)],
        ),
        (
            {"type": "websocket.receive", "text": b"x"},
            [("text", "wrong type", EXACT, None), ("text", "wrong type", "websocket.receive.text", None)],
        ),
        ({"type": "websocket.disconnect"}, [("code", "missing", "websocket.disconnect.code-present", None)]),
        (
            {"type": "websocket.disconnect", "code": None},
            [("code", "none", "websocket.disconnect.code-present", None)],
        ),
        (
            {"type": "websocket.disconnect", "code": Foreign("websockets.CloseCode", 1000)},
            [
                ("code", "subclass", "websocket.disconnect.code-present", Verdict.WARN),
                ("code", "subclass", ALLOWED_RECEIVED, Verdict.WARN),
            ],
        ),
        (
            {"type": "websocket.disconnect", "code": 1000, "reason": b"bye"},
            [("reason", "wrong type", EXACT, None), ("reason", "wrong type", "websocket.disconnect.reason", None)],
        ),
        (
            {"type": Foreign("mine.Type", "http.disconnect")},
            [("type", "subclass", EXACT, Verdict.WARN), ("type", "subclass", ALLOWED_RECEIVED, Verdict.WARN)],
        ),
        ({}, [("type", "missing", "common.event.type-key", None)]),
        ({"type": b"http.request"}, [("type", "wrong type", "common.event.type-key", None)]),
        (
            {"type": "http.disconnect", b"x": 1, Foreign("mine.Key", "y"): 2},
            [
                ("key", "wrong type", "common.event.keys-are-str", None),
                ("key", "subclass", "common.event.keys-are-str", Verdict.WARN),
            ],
        ),
        (
            {"type": "http.disconnect", "x": {"y": {1: "z"}}},
            [("x.y key", "wrong type", "common.event.keys-are-str", None)],
        ),
        (
            {"type": "http.disconnect", "x": [("a",)]},
            [("x[]", "not an allowed type", ALLOWED_RECEIVED, Verdict.WARN)],
        ),
        (
            {"type": "http.disconnect", "x": Foreign("set", [1])},
            [("x", "not an allowed type", ALLOWED_RECEIVED, None)],
        ),
        (
            {"type": "http.disconnect", "x": Foreign("generator", [Foreign("decimal.Decimal")])},
            [
                ("x", "not an allowed type", ALLOWED_RECEIVED, None),
                ("x[]", "not an allowed type", ALLOWED_RECEIVED, None),
            ],
        ),
        (
            {"type": "http.disconnect", "x": 2**63},
            [("x", "out of range", "common.event.int-range", None)],
        ),
        (
            {"type": "http.disconnect", "x": Foreign("float", float("nan"))},
            [("x", "out of range", "common.event.float-finite", None)],
        ),
        ([], [("", "wrong type", "common.event.is-dict", None)]),
        (None, [("", "wrong type", "common.event.is-dict", None)]),
        (Foreign("mappingproxy", {"type": "http.disconnect"}), [("", "wrong type", "common.event.is-dict", None)]),
    ],
)
def test_unlawful_received_events(event: Any, found: list[Any]) -> None:
    assert [short(problem) for problem in problems(event, RECEIVED)] == found


STATUS = "http.response.start.status-type"
HEADERS = "http.response.start.headers.bytes"


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ({"type": "http.response.start"}, [("status", "missing", STATUS, None)]),
        ({"type": "http.response.start", "status": "200"}, [("status", "wrong type", STATUS, None)]),
        ({"type": "http.response.start", "status": True}, [("status", "wrong type", STATUS, None)]),
        ({"type": "http.response.start", "status": 99}, [("status", "wrong value", STATUS, None)]),
        (
            {"type": "http.response.start", "status": Foreign("http.HTTPStatus", 200)},
            [("status", "subclass", STATUS, Verdict.NOTE), ("status", "subclass", ALLOWED_SENT, Verdict.NOTE)],
        ),
        (
            {"type": "http.response.start", "status": Foreign("mine.Status", 1000)},
            [
                ("status", "subclass", STATUS, Verdict.NOTE),
                ("status", "wrong value", STATUS, None),
                ("status", "subclass", ALLOWED_SENT, Verdict.NOTE),
            ],
        ),
        (
            {"type": "http.response.start", "status": 200, "headers": None},
            [("headers", "none", HEADERS, None)],
        ),
        (
            {"type": "http.response.start", "status": 200, "headers": {"a": "b"}},
            [("headers[]", "wrong type", HEADERS, None)],
        ),
        (
            {"type": "http.response.start", "status": 200, "headers": [("a", "1"), ("b", "2")]},
            [("headers[][0]", "wrong type", HEADERS, None), ("headers[][1]", "wrong type", HEADERS, None)],
        ),
        (
            {"type": "http.response.start", "status": 200, "headers": [(b"X-A", b"1"), (b":status", b"200")]},
            [
                ("headers[][0]", "not lower-case", "http.response.start.headers.app-lowercase", None),
                ("headers[][0]", "pseudo header", "http.response.start.headers.no-pseudo", None),
            ],
        ),
        (
            {"type": "http.response.start", "status": 200, "headers": [(), (None, b"1")]},
            [("headers[]", "wrong length", HEADERS, None), ("headers[][0]", "wrong type", HEADERS, None)],
        ),
        (
            {"type": "http.response.start", "status": 200, "trailers": 1},
            [("trailers", "wrong type", "ext.trailers.app-order", Verdict.WARN)],
        ),
        (
            {"type": "http.response.body", "body": Foreign("memoryview", b"x")},
            [
                ("body", "wrong type", "http.response.body.app-types", Verdict.WARN),
                ("body", "not an allowed type", ALLOWED_SENT, None),
            ],
        ),
        ({"type": "http.response.body", "body": "x"}, [("body", "wrong type", "http.response.body.app-types", None)]),
        ({"type": "http.response.body", "body": None}, [("body", "none", "http.response.body.app-types", None)]),
        (
            {"type": "http.response.body", "more_body": None},
            [("more_body", "none", "http.response.body.app-types", Verdict.WARN)],
        ),
        (
            {"type": "http.response.body", "more_body": 1},
            [("more_body", "wrong type", "http.response.body.app-types", Verdict.WARN)],
        ),
        (
            {"type": "websocket.accept", "subprotocol": ""},
            [("subprotocol", "wrong value", "websocket.accept.subprotocol.app-choice", None)],
        ),
        (
            {"type": "websocket.accept", "headers": [(b"Sec-WebSocket-Protocol", b"chat")]},
            [
                ("headers[][0]", "not lower-case", "websocket.accept.headers.app-format", None),
                ("headers[][0]", "forbidden header", "websocket.accept.headers.no-subprotocol-header", None),
            ],
        ),
        (
            {"type": "websocket.send", "text": Foreign("markupsafe.Markup", "x")},
            [
                ("text", "subclass", "websocket.send.app-exactly-one", Verdict.WARN),
                ("text", "subclass", ALLOWED_SENT, Verdict.WARN),
            ],
        ),
        ({"type": "websocket.send"}, [("", "not exactly one", "websocket.send.app-exactly-one", None)]),
        ({"type": "websocket.close", "code": 1005}, [("code", "wrong value", "websocket.close.app-format", None)]),
        (
            {"type": "http.response.pathsend", "path": "file"},
            [("path", "wrong value", "ext.pathsend.app-format", None)],
        ),
        (
            {"type": "http.response.early_hint", "links": b"</a>"},
            [("links", "wrong type", "ext.early-hint.app-format", None)],
        ),
        (
            {"type": "http.response.debug", "info": {1: 2}},
            [
                ("info key", "wrong type", "ext.debug.harness-support", None),
                ("info key", "wrong type", "common.event.keys-are-str", None),
            ],
        ),
        (
            {"type": "http.response.debug", "info": []},
            [("info", "wrong type", "ext.debug.harness-support", None)],
        ),
        (
            {"type": "http.response.zerocopysend"},
            [("file", "missing", "ext.zerocopysend.app-format", None)],
        ),
    ],
)
def test_unlawful_sent_events(event: Any, found: list[Any]) -> None:
    assert [short(problem) for problem in problems(event, SENT)] == found


def test_the_name_space_is_that_of_the_scope() -> None:
    event = {"type": "http.disconnect"}
    assert problems(event, RECEIVED, "http") == []
    (problem,) = problems(event, RECEIVED, "websocket")
    assert short(problem) == ("type", "wrong namespace", "common.event.type-namespaced", None)
    assert problems({"type": "websocket.http.response.body"}, SENT, "websocket") == []
    assert [problem.kind for problem in problems({}, RECEIVED, "http")] == [Kind.MISSING]


def test_an_event_of_the_other_direction_has_no_table() -> None:
    assert problems({"type": "http.response.start"}, RECEIVED) == []


def test_the_same_mistake_in_many_items_counts_once() -> None:
    headers = [(b"X-%d" % number, b"") for number in range(20)]
    assert len(problems({"type": "http.response.start", "status": 200, "headers": headers}, SENT)) == 1


def test_it_says_what_was_expected_and_what_came() -> None:
    (problem,) = problems({"type": "http.response.start", "status": 42}, SENT)
    assert (problem.expected, problem.got) == ("100..999", "int 42")
    (problem,) = problems({"type": "websocket.send"}, SENT)
    assert (problem.expected, problem.got) == ("exactly one of bytes and text that is not None", "neither")


def test_defaults() -> None:
    assert default_of("http.request", "body", "absent") == b""
    assert default_of("http.request", "more_body", "absent") is False
    assert default_of("websocket.receive", "text", "absent") is None
    assert default_of("websocket.disconnect", "code", "absent") == "absent"
    assert default_of("nonsense", "body", "absent") == "absent"
    assert default_of(None, "body", "absent") == "absent"


def test_tables_by_type() -> None:
    assert table("http.request") is table(Foreign("mine.Type", "http.request")) is not None
    assert table("nonsense") is None
    assert table(b"http.request") is None
