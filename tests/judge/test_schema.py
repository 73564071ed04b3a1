"""Every scope and event is held against the tables; what is usual is settled once, what a case settles by the case."""

from typing import Any

import pytest

from asgi_conformance.authoring import Over, app, case, client, requirement
from asgi_conformance.judge.schema import deviations, problems_of, type_of, usual_deviations
from asgi_conformance.judge.verdicts import judge
from asgi_conformance.results import Check
from asgi_conformance.script import Line
from asgi_conformance.spec import catalogue
from asgi_conformance.timeline import (
    Body,
    Call,
    Done,
    Entry,
    Event,
    Events,
    Facts,
    Missing,
    Outcome,
    Raised,
    Seen,
    Timeline,
    Why,
)
from asgi_conformance.verdict import Verdict

CATALOGUE = catalogue.load()
SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"test")],
    "client": ("127.0.0.1", 1),
    "server": ("127.0.0.1", 2),
}
REQUEST = {"type": "http.request", "body": b"", "more_body": False}
START = {"type": "http.response.start", "status": 200, "headers": []}
BODY = {"type": "http.response.body", "body": b""}
CALLED = app.is_called(), Call(SCOPE, {})
PATHLESS = Call({key: value for key, value in SCOPE.items() if key != "path"}, {})
RAISED = Outcome(raised=Raised("OSError", ("OSError", "Exception")))


def timeline(*played: tuple[Line, Seen]) -> Timeline:
    entries = (
        Entry(number, line.who, isinstance(seen, Done), seen, line=number) for number, (line, seen) in enumerate(played)
    )
    return Timeline(tuple(entries))


def found(*played: tuple[Line, Seen], facts: Facts | None = None, **settings: Any) -> list[Check]:
    made = case("x", *(line for line, _ in played), **settings)
    return list(deviations(made, timeline(*played), facts or Facts(), CATALOGUE, set(made.settles())))


def ids(checks: list[Check]) -> set[str]:
    return {check.requirement for check in checks}


def test_what_is_as_documented_is_not_mentioned() -> None:
    answered = (app.sends(START), Outcome()), (app.sends(BODY), Outcome())
    assert found(CALLED, (app.gets(), Event(REQUEST)), *answered) == []


# --------------------------------------------------------------------------- shapes


def test_a_deviation_is_a_check_with_its_place() -> None:
    (check,) = found((app.is_called(), PATHLESS))
    assert (check.requirement, check.verdict, check.how) == ("http.scope.path.type", Verdict.FAIL, "missing (path)")
    assert (check.expected, check.observed, check.line) == ("str", "no such key", 0)


def test_a_mild_deviation_is_as_mild_as_the_table_says() -> None:
    checks = found(CALLED, (app.gets(), Event({**REQUEST, "extra": (1,)})))
    assert [(check.requirement, check.verdict) for check in checks] == [
        ("common.event.allowed-types.received", Verdict.WARN)
    ]


def test_the_same_deviation_counts_once_in_a_case() -> None:
    bad = Event({**REQUEST, "body": "x", "more_body": True})
    once = found(CALLED, (app.gets(), bad))
    assert found(CALLED, (app.gets(), bad), (app.gets(), bad)) == once
    assert {check.line for check in once} == {1}


@pytest.mark.parametrize("seen", [Event({"type": "x"}), Body(({"type": "x"},), b""), Events(({"type": "x"},))])
def test_every_way_to_receive_is_looked_at(seen: Seen) -> None:
    assert "common.event.type-namespaced" in ids(found(CALLED, (app.gets(), seen)))


def test_what_a_case_settles_it_settles_alone() -> None:
    bad = app.is_called(requirement("http.scope.path.type")), PATHLESS
    assert found(bad) == []
    made = case("x", bad[0])
    assert [check.requirement for check in judge(made, timeline(bad), Facts(), CATALOGUE)] == ["http.scope.path.type"]
    late = app.gets(requirement("http.request.nothing-after-final")), Event(REQUEST)
    assert found(CALLED, (app.gets(), Event(REQUEST)), late) == []


def test_an_address_may_have_another_shape_on_a_unix_socket() -> None:
    over_unix = Call({**SCOPE, "server": ("/run/x.sock", None), "client": None}, {})
    assert found((app.is_called(), over_unix), over=Over.UNIX) == []
    assert ids(found(CALLED, over=Over.UNIX)) == {"http.scope.client.unix"}
    assert found(CALLED) == []


# --------------------------------------------------------------------------- what is usual


def test_what_deviates_on_every_exchange_is_not_told_again() -> None:
    bad = app.is_called(), PATHLESS
    usual = usual_deviations([timeline(bad)], [])
    assert usual == {("http.scope.path.type", "path", "missing")}
    assert found(bad, facts=Facts(usual=usual)) == []
    of_another_kind = app.is_called(), Call({**SCOPE, "path": 1}, {})
    assert "http.scope.path.type" in ids(found(of_another_kind, facts=Facts(usual=usual)))


def test_what_deviates_in_the_lifespan_call_is_usual_too() -> None:
    assert ("common.scope.asgi.present", "asgi", "missing") in usual_deviations([], [Call({"type": "lifespan"}, {})])


# --------------------------------------------------------------------------- order


def out_of_order(*played: tuple[Line, Seen]) -> list[tuple[str, int | None]]:
    return [(check.requirement, check.line) for check in found(CALLED, *played) if check.how == "out of order"]


def test_an_event_that_comes_too_late_is_out_of_order() -> None:
    (check,) = found(CALLED, (app.gets(), Event(REQUEST)), (app.gets(), Event(REQUEST)))
    assert (check.requirement, check.how, check.line) == ("http.request.nothing-after-final", "out of order", 2)
    assert check.verdict is CATALOGUE[check.requirement].broken
    assert check.observed


def test_the_order_is_that_of_each_call_for_itself() -> None:
    other = app.named("other")
    played = (other.is_called(), Call(SCOPE, {})), (app.gets(), Event(REQUEST)), (other.gets(), Event(REQUEST))
    assert out_of_order(*played) == []


def test_what_no_specification_knows_has_no_order() -> None:
    unknown = app.is_called(), Call({**SCOPE, "type": "unheard-of"}, {})
    checks = found(unknown, (app.gets(), Event(REQUEST)), (app.gets(), Event(REQUEST)))
    assert [check for check in checks if check.how == "out of order"] == []
    assert type_of(Call(None, {})) is None


def websocket(*played: tuple[Line, Seen]) -> set[str]:
    """Requirements that are broken by the order alone, in a WebSocket of these lines."""
    scope = {**SCOPE, "type": "websocket", "scheme": "ws", "subprotocols": []}
    del scope["method"]
    connect = app.gets(), Event({"type": "websocket.connect"})
    checks = found((app.is_called(), Call(scope, {})), connect, *played)
    assert all(check.how == "out of order" for check in checks)
    return ids(checks)


RECEIVE: tuple[Line, Seen] = app.gets(), Event({"type": "websocket.receive", "text": "x"})
ACCEPT = {"type": "websocket.accept"}


@pytest.mark.parametrize(
    ("line", "seen", "counts"),
    [
        (app.sends(ACCEPT), Outcome(), True),
        (app.sends(ACCEPT), Missing(Why.SILENCE), True),
        (app.sends(ACCEPT), RAISED, False),
        (app.begins_to_send(ACCEPT), Done(), True),
        (app.begins_to_receive(), Done(), False),
        (app.begins_to_receive_body(), Done(), False),
        (client.closes(), Done(), False),
    ],
)
def test_what_was_sent_counts_unless_the_server_refused_it(line: Line, seen: Seen, counts: bool) -> None:
    assert (websocket((line, seen), RECEIVE) == set()) is counts


def test_an_exception_of_the_application_counts() -> None:
    disconnected = app.gets(), Event({"type": "websocket.disconnect", "code": 1006})
    assert websocket((app.raises(), Done()), disconnected) == set()


def test_an_entry_without_line_is_looked_at_too() -> None:
    called = Entry(0, "app", False, Call(SCOPE, {}))
    late = Entry(1, "app", False, Event({**REQUEST, "body": "x"}))
    made = case("x", client.closes())
    checks = deviations(made, Timeline((called, late)), Facts(), CATALOGUE, set())
    assert {check.line for check in checks} == {None}


def test_what_is_neither_scope_nor_event_has_no_shape() -> None:
    assert problems_of(None, "http") == problems_of(Done(), "http") == problems_of(Outcome(value={}), None) == []


def test_a_lifespan_that_does_not_begin_with_its_startup_is_out_of_order() -> None:
    lifespan = app.is_called(), Call({"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}, {})
    checks = found(lifespan, (app.gets(), Event({"type": "lifespan.shutdown"})))
    assert {check.how for check in checks} == {"out of order"}
