"""Whatever the bundled suites do makes a kit that Python reads, or a sentence that says why there is none."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest

from asgi_conformance import acts, wsgi_acts
from asgi_conformance.codec import encode
from asgi_conformance.kits.assembly import MACHINERY
from asgi_conformance.kits.focus import leaves, ways_of
from asgi_conformance.kits.kit import bundled, kit_of
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.kits.story import story_of
from asgi_conformance.report.escape import visible
from asgi_conformance.results import Check, Moment, Result, Subject
from asgi_conformance.script import Case, Line
from asgi_conformance.suite_loader import PACKAGE
from asgi_conformance.verdict import Level, Verdict

SUBJECTS = {
    "asgi-server": Subject("uvicorn", "asgi-server", "uvicorn", "1"),
    "wsgi-server": Subject("wsgiref", "wsgi-server", "wsgiref", "1"),
    "asgi-app": Subject("mine:app", "asgi-app", "mine:app", "1"),
    "asgi-framework": Subject("a2wsgi", "asgi-framework", "a2wsgi", "1"),
}
NEVER = {
    acts.Requests, acts.SendsData, acts.ResetsStream, acts.OpensTunnel, acts.Announces,  # over HTTP/2
    acts.ForgetsATask, acts.UsesTheLoop, acts.LooksAround, wsgi_acts.BeginsDeed, wsgi_acts.FinishesDeed,
    wsgi_acts.CountsCalls, wsgi_acts.LooksForErrors, wsgi_acts.ReleasesClose, wsgi_acts.ReturnsFile,
    wsgi_acts.WrapsFile,
}  # fmt: skip
"""Deeds that no kit does."""


def traits(line: Line) -> Iterator[Any]:
    """What makes a line unlike others, as far as kits tell them apart."""
    act = line.act
    flags = tuple(
        bool(getattr(act, name))
        for name in ("along", "early", "spoil", "last", "through", "within", "exc_info", "error", "keywords", "stream")
        if hasattr(act, name)
    )
    yield type(act), flags, getattr(act, "how", ""), getattr(act, "shape", ""), getattr(act, "times", 1) > 1
    for matcher in leaves(ways_of(line)):
        yield type(act), type(matcher)


def varied(kind: str) -> list[Case]:
    """Few cases in which all of these occur."""
    met: set[Any] = set()
    chosen = []
    for case in bundled().values():
        if kind in case.kinds and case.settles():
            new = {*(trait for line in case.lines for trait in traits(line)), case.over, *case.options} - met
            if new:
                met |= new
                chosen.append(case)
    return chosen


DATA: dict[type, tuple[str, Any]] = {
    acts.Hears: ("response 500, complete, body", b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
    acts.IsQuiet: ("bytes", b"\x81\x01x"),
    acts.IsCalled: ("scope", {"scope": {"type": "http", "path": "/"}, "facts": {}}),
    acts.Receives: ("event", {"type": "http.request", "body": b"x"}),
    acts.ReceivesBody: ("1 event", {"events": [{"type": "http.request"}], "body": b"x"}),
    acts.TakesEvent: ("event", {"type": "http.response.start", "status": "200"}),
    acts.TakesAnswer: ("http.response.start; it returned", [{"type": "http.response.start", "status": "200"}]),
    acts.CallsApplication: ("calls", {"scope": {"type": "http", "asgi": {"spec_version": "2.5"}}}),
    acts.Exits: ("ends with status 1", None),
    acts.LooksAtScope: ("scope", {"type": "http"}),
    wsgi_acts.WasUsed: ("iter", ["iter"]),
    wsgi_acts.IsClosed: ("iter", ["iter", "close"]),
    wsgi_acts.LooksAtEnviron: ("environ", {"PATH_INFO": "/"}),
}


def result_of(case: Case) -> Result:
    """As if its last check had failed."""
    number = max(index for index, line in enumerate(case.lines) if line.settles)
    requirement = case.lines[number].settles[0].requirement
    check = Check(requirement, Level.MUST, Verdict.FAIL, "otherwise", "", "", "", number)
    moments = []
    for index, line in enumerate(case.lines[: number + 1]):
        words, data = DATA.get(type(line.act), ("returned", None))
        moments.append(Moment(index, line.who, "gets", words, index, None if data is None else encode(data)))
    return Result(case.id, case.title, 1.0, (check,), tuple(moments))


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_kit_or_a_sentence(kind: str) -> None:
    done: set[type] = set()
    reasons = set()
    for case in varied(kind):
        try:
            text = kit_of(story_of(SUBJECTS[kind], result_of(case), case))
        except NoKit as none:
            reasons.add(str(none))
            continue
        assert str(PACKAGE) not in text, case.id
        own = text.partition(MACHINERY)[0] + text[text.rindex("\nif __name__") :]
        assert not [node for node in ast.walk(ast.parse(own, feature_version=(3, 8))) if isinstance(node, ast.Import)]
        assert [visible(line) for line in own.split("\n")] == own.split("\n"), case.id
        done |= {type(line.act) for line in case.lines[: len(result_of(case).timeline)]}
    assert not done & NEVER
    assert all(len(reason) < 200 and "\n" not in reason for reason in reasons)
    if kind == "asgi-server":
        assert done >= {acts.Begins, acts.Finishes, acts.StillWaits, acts.Reraises, acts.Signals, acts.Exits}
    if kind == "wsgi-server":
        assert done >= {wsgi_acts.Yields, wsgi_acts.IsClosed, wsgi_acts.ReadsToEnd, wsgi_acts.ReraisesOrReturns}
    if kind == "asgi-app":
        assert done >= {acts.TakesEvent, acts.FailsSends, acts.AwaitsEnd}


def test_where_nothing_deviates_there_is_nothing_to_show() -> None:
    case = next(iter(bundled().values()))
    with pytest.raises(NoKit, match="there is nothing to reproduce"):
        story_of(SUBJECTS["asgi-server"], Result(case.id, case.title, 1.0), case)


def test_a_server_that_loads_a_file_of_ours_has_no_kit() -> None:
    apache = Subject("mod_wsgi", "wsgi-server", "mod_wsgi", "4.9.4")
    case = next(case for case in bundled().values() if case.id.startswith("wsgi/start_response/"))
    with pytest.raises(NoKit, match="Apache, which is configured to load a file of this project"):
        kit_of(story_of(apache, result_of(case), case))
