"""The capability matrix: the rows that ship, and what verdicts make of one."""

from typing import Any

import pytest

from asgi_conformance.spec import catalogue
from asgi_conformance.spec.capabilities import (
    FRAMEWORK,
    NOT_IN_WSGI,
    SERVER,
    Asked,
    Cell,
    Clause,
    Mark,
    Row,
    assess,
    load_rows,
)
from asgi_conformance.verdict import Verdict

PASS, WARN, FAIL, NOTE = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.NOTE
TYPE, PATH, ORDER, SPLIT = "http.scope.type", "http.scope.path.type", "http.request.pipelining", "http.request.no-body"
ROW = Row(
    "http",
    "HTTP",
    "Group",
    (Clause(TYPE, "no such type"), Clause(PATH, "no path")),
    (Clause(ORDER, "not in order"), Clause(SPLIT, "split")),
)


def test_the_rows_in_the_order_of_the_matrix() -> None:
    assert [row.title for row in load_rows() if row.of == SERVER] == [
        "Traditional HTTP APIs",
        "Streaming responses",
        "Server-Sent Events",
        "Long polling",
        "WebSockets",
        "Background tasks after the response",
        "Concurrent requests",
        "Async support",
        "Real-time, both ways",
        "Lifespan events",
        "Lifespan state",
        "Graceful drain at shutdown",
        "root_path behind a proxy",
        "HTTP/2",
        "HTTP/3",
        "TLS",
        "Unix sockets",
        "WebSocket denial response",
        "HTTP trailers",
        "Early hints",
        "Path send",
        "Zero copy send",
        "HTTP/2 server push",
        "Debug extension",
        "TLS extension",
    ]
    assert load_rows() is load_rows()


def test_the_rows_of_web_frameworks() -> None:
    assert [row.title for row in load_rows() if row.of == FRAMEWORK] == [
        "Requests",
        "Responses",
        "Streaming responses",
        "Streaming requests",
        "Server-Sent Events",
        "Long polling",
        "Background tasks",
        "Files",
        "Synchronous handlers",
        "WebSockets",
        "WebSocket denial responses",
        "Startup and shutdown hooks",
        "State from the startup hook",
        "Early hints",
        "HTTP trailers",
        "HTTP/2 server push",
    ]
    assert {row.of for row in load_rows()} == {SERVER, FRAMEWORK}


def test_every_row_names_requirements_that_exist() -> None:
    known = catalogue.load()
    for row in load_rows():
        assert row.needs or row.shunned
        assert all(clause.says for clause in (*row.needs, *row.limits))
        assert all(requirement in known for requirement in row.requirements)
        for one in (row, row.wsgi or row):
            assert len({(limit.requirement, limit.when) for limit in one.limits}) == len(one.limits)
    assert len({row.id for row in load_rows()}) == len(load_rows())


def test_a_limit_can_be_seen_as_broken() -> None:
    """What is only a note when it is broken would never limit anything."""
    known = catalogue.load()
    rows = [one for row in load_rows() for one in (row, row.wsgi or row)]
    limits = [limit.requirement for row in rows for limit in row.limits if limit.when == "broken"]
    assert [id for id in limits if known[id].broken not in (FAIL, WARN)] == []


@pytest.mark.parametrize(
    ("verdicts", "cell"),
    [
        ({TYPE: PASS, PATH: PASS}, Cell(Mark.WORKS)),
        ({TYPE: PASS, PATH: WARN, ORDER: PASS, SPLIT: NOTE}, Cell(Mark.WORKS)),
        ({TYPE: NOTE, PATH: Verdict.OPEN}, Cell(Mark.WORKS)),
        ({TYPE: PASS, PATH: PASS, ORDER: Verdict.BLOCKED}, Cell(Mark.WORKS)),
        ({TYPE: PASS, PATH: PASS, ORDER: WARN}, Cell(Mark.LIMITED, "not in order")),
        ({TYPE: PASS, PATH: PASS, ORDER: WARN, SPLIT: FAIL}, Cell(Mark.LIMITED, "not in order; split")),
        ({TYPE: PASS, PATH: FAIL, ORDER: FAIL}, Cell(Mark.NO, "no path")),
        ({PATH: FAIL}, Cell(Mark.NO, "no path")),
        ({TYPE: FAIL, PATH: FAIL}, Cell(Mark.NO, "no such type; no path")),
        ({TYPE: Verdict.UNSUPPORTED, PATH: PASS}, Cell(Mark.NO, "not offered")),
        ({TYPE: Verdict.UNSUPPORTED, PATH: Verdict.BLOCKED}, Cell(Mark.NO, "not offered")),
        ({}, Cell(Mark.UNKNOWN, "not tested")),
        ({TYPE: PASS}, Cell(Mark.UNKNOWN, "not tested")),
        ({TYPE: PASS, PATH: Verdict.BLOCKED}, Cell(Mark.UNKNOWN, "not tested")),
        ({TYPE: PASS, PATH: Verdict.ERROR}, Cell(Mark.UNKNOWN, "not tested")),
        ({TYPE: PASS, PATH: Verdict.NOT_RUN}, Cell(Mark.UNKNOWN, "not tested")),
    ],
)
def test_what_a_subject_can(verdicts: dict[str, Verdict], cell: Cell) -> None:
    assert assess(ROW, Asked(verdicts)) == cell


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [(PASS, Mark.NO), (WARN, Mark.LIMITED), (Verdict.BLOCKED, Mark.UNKNOWN), (None, Mark.UNKNOWN)],
)
def test_what_servers_rightly_do_not_offer(verdict: Any, mark: Mark) -> None:
    row = next(row for row in load_rows() if row.id == "debug")
    assert assess(row, Asked({row.shunned: verdict} if verdict else {})).mark is mark


def test_a_row_lists_each_requirement_once() -> None:
    row = next(row for row in load_rows() if row.id == "early-hints")
    assert row.requirements.count("ext.early-hint.sends-103") == 1


POLLING = next(row for row in load_rows() if row.id == "long-polling")
AT_ONCE, NEXT = "wsgi.holding.at-once", "wsgi.holding.next-is-served"


def test_what_limits_a_wsgi_server_is_said_in_words() -> None:
    asked = Asked({AT_ONCE: NOTE, NEXT: PASS}, {AT_ONCE: "4 at once"}, wsgi=True)
    cell = assess(POLLING, asked)
    assert (cell.mark, "4 at once" in cell.words) == (Mark.LIMITED, True)
    assert assess(POLLING, Asked({AT_ONCE: PASS, NEXT: PASS}, wsgi=True)) == Cell(Mark.WORKS)


def test_what_wsgi_does_not_have() -> None:
    rows = {row.id: row for row in load_rows()}
    assert assess(rows["lifespan"], Asked({AT_ONCE: NOTE}, wsgi=True)) == Cell(Mark.NONE, NOT_IN_WSGI)
    websockets = assess(rows["websockets"], Asked({"wsgi.holding.websocket": Verdict.UNSUPPORTED}, wsgi=True))
    assert (websockets.mark, websockets.words.startswith("WSGI has none")) == (Mark.NO, True)


def test_a_framework_is_asked_the_same_over_wsgi() -> None:
    rows = {row.id: row for row in load_rows()}
    assert assess(rows["framework-files"], Asked({"contract.response.file": PASS}, wsgi=True)) == Cell(Mark.WORKS)


TWICE = "path has root_path twice behind a proxy that does not strip it"
DRAIN, TOLD = "lifespan.shutdown.after-connections", "websocket.disconnect.server-shutdown"


@pytest.mark.parametrize(
    ("verdict", "answer", "cell"),
    [
        (PASS, "before shutdown", Cell(Mark.WORKS)),
        (PASS, "cut off", Cell(Mark.LIMITED, "requests under way are cut off")),
        (PASS, "before shutdown / cut off", Cell(Mark.LIMITED, "requests under way are cut off")),
        (FAIL, "", Cell(Mark.NO, "shutdown comes while requests are being answered")),
        (Verdict.UNSUPPORTED, "", Cell(Mark.UNKNOWN, "not tested: no lifespan events to tell it by")),
    ],
)
def test_a_drain_is_told_by_the_lifespan_and_by_how_a_server_answers(verdict: Verdict, answer: str, cell: Cell) -> None:
    row = next(row for row in load_rows() if row.id == "graceful-shutdown")
    assert assess(row, Asked({DRAIN: verdict, TOLD: PASS}, {DRAIN: answer})) == cell


ROOT, PREFIX = "http.scope.root-path.configured", "http.scope.root-path.prefix-of-path"


@pytest.mark.parametrize(
    ("verdicts", "answer", "words"),
    [
        ({ROOT: PASS, PREFIX: NOTE}, "as sent", "path lacks root_path behind a proxy that strips it"),
        (
            {ROOT: PASS, PREFIX: PASS},
            "put before what was sent",
            "path has root_path twice behind a proxy that does not strip it",
        ),
        (
            {ROOT: PASS, PREFIX: PASS},
            "as sent / put before what was sent",
            "path has root_path twice behind a proxy that does not strip it",
        ),
        ({ROOT: PASS, PREFIX: PASS}, "as sent", ""),
        ({ROOT: WARN, PREFIX: PASS}, "as sent", "a root path that is set is not in the scope"),
        ({ROOT: Verdict.UNSUPPORTED}, "", "a root path cannot be set"),
    ],
)
def test_which_proxy_a_root_path_is_right_behind(verdicts: dict[str, Verdict], answer: str, words: str) -> None:
    row = next(row for row in load_rows() if row.id == "root-path")
    assert assess(row, Asked(verdicts, {PREFIX: answer})).words == words


def test_an_answer_narrows_limits_alone() -> None:
    rows = [one for row in load_rows() for one in (row, row.wsgi or row)]
    assert not [need for row in rows for need in row.needs if need.answered]
    assert not [limit for row in rows for limit in row.limits if limit.when == "untold"]
