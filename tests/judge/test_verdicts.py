"""A recording becomes verdicts: passed, broken, blocked, not owed, the server's death, our own trouble."""

import dataclasses
from collections import ChainMap
from typing import Any

import pytest

from asgi_conformance.authoring import (
    Over,
    anything,
    app,
    case,
    client,
    ended,
    fail,
    not_accepted,
    note,
    process,
    requirement,
    response,
    returns,
    warn,
    where,
)
from asgi_conformance.codec import Foreign
from asgi_conformance.judge.verdicts import judge, planned
from asgi_conformance.results import Check
from asgi_conformance.script import Case, Line
from asgi_conformance.spec import catalogue
from asgi_conformance.spec.requirement import Requirement, Side, Testable
from asgi_conformance.timeline import (
    Call,
    Done,
    Entry,
    Event,
    Facts,
    Missing,
    Outcome,
    Raised,
    Seen,
    Timeline,
    Why,
    Wire,
)
from asgi_conformance.verdict import BROKEN, Level, Verdict

OK = Wire(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
NOT_FOUND = Wire(OK.data.replace(b"200 OK", b"404 X"))
SILENCE, DIED = Missing(Why.SILENCE, "within 2 s"), Missing(Why.DIED, "exit status 7")
NOTHING_DECLARED = Facts()


def owed(name: str, level: Level = Level.MUST, since: tuple[int, int] | None = None, spec: str = "www") -> Requirement:
    return Requirement(
        id=name, area="http", side=Side.SERVER, level=level, title="", summary="", document="", section="", url="",
        since=since, spec=spec, derived=False, stimulus="", expect="", pitfalls="", testable=Testable.YES,
        testable_reason="", violations=(), ambiguity=(), related=(), also=(), broken=BROKEN[level.group],
    )  # fmt: skip


MADE_UP = {
    one.id: one
    for one in (
        owed("http.must"),
        owed("http.should", Level.SHOULD_NOT),
        owed("http.may", Level.MAY),
        owed("http.new", since=(2, 4)),
        owed("websocket.new", since=(2, 4)),
        owed("common.new", since=(2, 4)),
        owed("tls.new", since=(2, 4), spec="tls"),
        dataclasses.replace(owed("http.open"), broken=Verdict.OPEN),
    )
}
CATALOGUE: Any = ChainMap(MADE_UP, catalogue.load())  # type: ignore[arg-type] # it only reads


def checks(
    *played: tuple[Line, Seen | None], facts: Facts = NOTHING_DECLARED, trouble: str = "", **settings: Any
) -> list[Check]:
    """Judge a case of these lines, each with what answers it; None where the performance did not come to it."""
    lines = tuple(line for line, _ in played)
    entries = [
        Entry(number, line.who, isinstance(seen, Done), seen, line=number)
        for number, (line, seen) in enumerate(played)
        if seen is not None
    ]
    return list(judge(Case("c", "C", lines, **settings), Timeline(tuple(entries), trouble=trouble), facts, CATALOGUE))


def gets(name: str = "http.must", *terms: Any, **settings: Any) -> Line:
    return client.gets(response(200), requirement(name, **settings), *terms)


def only(found: list[Check]) -> Check:
    (check,) = found
    return check


# --------------------------------------------------------------------------- one line


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("http.must", Verdict.FAIL),
        ("http.should", Verdict.WARN),
        ("http.may", Verdict.NOTE),
        ("http.open", Verdict.OPEN),
    ],
)
def test_the_level_gives_the_verdict_of_a_deviation(name: str, verdict: Verdict) -> None:
    kept = only(checks((gets(name), OK)))
    assert (kept.verdict, kept.how, kept.requirement, kept.line) == (Verdict.PASS, "", name, 0)
    broken = only(checks((gets(name), NOT_FOUND)))
    assert (broken.verdict, broken.how, broken.level) == (verdict, "wrong status", CATALOGUE[name].level)
    assert broken.expected == "response 200"
    assert broken.observed.startswith("response 404, complete")


def test_every_requirement_of_a_line_is_a_check_of_its_own() -> None:
    line = client.gets(response(200), requirement("http.must"), requirement("http.may", expects=response(404)))
    found = checks((line, OK))
    assert [(check.requirement, check.verdict, check.expected) for check in found] == [
        ("http.must", Verdict.PASS, "response 200"),
        ("http.may", Verdict.NOTE, "response 404"),
    ]


def test_a_line_without_expectation_wants_to_be_done() -> None:
    line = dataclasses.replace(client.connects(), settles=(requirement("http.must"),))
    assert only(checks((line, Done("connects")))).verdict is Verdict.PASS
    refused = only(checks((line, Missing(Why.REFUSED))))
    assert (refused.verdict, refused.how, refused.observed) == (Verdict.FAIL, "missing", "the connection was refused")


# --------------------------------------------------------------------------- ways

WAYS = client.gets(
    requirement("http.must"),
    ways={
        "200": response(200),
        "404": warn(response(404), "not quite"),
        "500": fail(response(500)),
        "5xx": note(anything()),
    },
)


@pytest.mark.parametrize(
    ("status", "verdict", "behaviour", "how"),
    [
        (b"200", Verdict.PASS, "200", ""),
        (b"404", Verdict.WARN, "404", "not quite"),
        (b"500", Verdict.FAIL, "500", ""),
        (b"503", Verdict.NOTE, "5xx", ""),
    ],
)
def test_the_way_that_was_taken_is_the_behaviour(status: bytes, verdict: Verdict, behaviour: str, how: str) -> None:
    found = only(checks((WAYS, Wire(OK.data.replace(b"200", status)))))
    assert (found.verdict, found.behaviour, found.how) == (verdict, behaviour, how)
    assert found.expected == "response 200 or (warn) response 404 or (fail) response 500 or (note) anything"


def test_where_no_way_was_taken_the_first_one_speaks() -> None:
    line = client.gets(requirement("http.must"), ways={"200": response(200), "404": response(404)})
    found = only(checks((line, Wire(b"x\r\n\r\n"))))
    assert (found.verdict, found.behaviour, found.how) == (Verdict.FAIL, "", "no response")


# --------------------------------------------------------------------------- blocked


def test_after_a_set_up_line_that_failed_everything_is_blocked() -> None:
    found = checks((client.gets(response(200)), NOT_FOUND), (gets(), OK), (gets(), NOT_FOUND))
    assert [check.verdict for check in found] == [Verdict.BLOCKED, Verdict.BLOCKED]
    assert found[0].how.startswith("line 1 (client gets response 200): response 404")


@pytest.mark.parametrize(
    ("line", "seen", "how"),
    [
        (client.sends(b"x"), Missing(Why.REFUSED), "line 1 (client sends b'x'): the connection was refused"),
        (app.sends({"type": "x"}), SILENCE, "line 1 (app sends {'type': 'x'} returns): nothing came: within 2 s"),
        (client.gets(requirement("http.must", expects=anything()), response(200)), NOT_FOUND, "line 1 (client gets"),
    ],
)
def test_what_set_up_can_fail_of(line: Line, seen: Seen, how: str) -> None:
    assert checks((line, seen), (gets(), OK))[-1].how.startswith(how)


def test_set_up_that_went_well_blocks_nothing() -> None:
    found = checks((client.gets(response(200)), OK), (client.connects(), Done()), (gets(), OK))
    assert only(found).verdict is Verdict.PASS


def test_a_line_that_was_not_reached_is_blocked_and_so_is_what_follows() -> None:
    found = checks((gets(), OK), (gets(), None), (gets(), OK))
    assert [(check.verdict, check.how) for check in found[1:]] == [
        (Verdict.BLOCKED, "not reached"),
        (Verdict.BLOCKED, "line 2 (client gets response 200  [http.must]) was not reached"),
    ]


def test_after_a_check_that_failed_only_what_fails_too_is_blocked() -> None:
    found = checks((gets(), NOT_FOUND), (gets(), OK), (gets("http.should"), NOT_FOUND), (gets("http.may"), NOT_FOUND))
    assert [check.verdict for check in found] == [Verdict.FAIL, Verdict.PASS, Verdict.BLOCKED, Verdict.NOTE]
    assert found[2].how == "line 1 (client gets response 200  [http.must]) failed already"
    assert found[2].observed.startswith("response 404")


def test_a_way_that_is_a_failure_by_itself_is_one_after_another_too() -> None:
    found = checks((gets(), NOT_FOUND), (WAYS, Wire(OK.data.replace(b"200", b"500"))))
    assert [check.verdict for check in found] == [Verdict.FAIL, Verdict.FAIL]


def test_what_comes_after_a_failure_and_was_not_reached_names_it() -> None:
    found = checks((gets(), SILENCE), (gets(), None))
    assert found[1].how == "line 1 (client gets response 200  [http.must]) failed already"


def test_a_warning_blocks_nothing() -> None:
    assert [check.verdict for check in checks((gets("http.should"), NOT_FOUND), (gets(), NOT_FOUND))] == [
        Verdict.WARN,
        Verdict.FAIL,
    ]


# --------------------------------------------------------------------------- not owed


def declared(**versions: str | None) -> Facts:
    return Facts(declared=versions)


@pytest.mark.parametrize(
    ("name", "facts", "is_owed"),
    [
        ("http.new", declared(http="2.4"), True),
        ("http.new", declared(http="2.10"), True),
        ("http.new", declared(http="3.0"), True),
        ("http.new", declared(http="2.3", websocket="2.4"), False),
        ("http.new", declared(http=None), False),
        ("http.new", declared(), False),
        ("http.new", declared(http="².9"), False),
        ("http.new", declared(http="9" * 5000 + ".0"), False),
        ("http.new", declared(http="latest"), False),
        ("websocket.new", declared(http="2.3", websocket="2.4"), True),
        ("websocket.new", declared(http="2.4", websocket="2.3"), False),
        ("common.new", declared(http="2.4"), True),
        ("tls.new", declared(http="2.0"), True),
        ("http.must", declared(http="2.0"), True),
    ],
)
def test_what_is_owed_depends_on_what_is_declared(name: str, facts: Facts, is_owed: bool) -> None:
    kept, broken = only(checks((gets(name), OK), facts=facts)), only(checks((gets(name), NOT_FOUND), facts=facts))
    if is_owed:
        assert (kept.verdict, broken.verdict) == (Verdict.PASS, Verdict.FAIL)
    else:
        assert (kept.verdict, broken.verdict) == (Verdict.NOTE, Verdict.UNSUPPORTED)
        assert kept.how.endswith(", owed since 2.4; kept all the same")
        assert broken.how.endswith(", owed since 2.4; not kept")


def test_what_is_common_counts_by_the_type_of_the_call() -> None:
    facts = declared(http="2.3", websocket="2.4")
    line = app.gets(where("true", lambda seen, heard: True), requirement("common.new"))
    for scope, verdict in (
        ({"type": "websocket"}, Verdict.PASS),
        (Foreign("MyDict", {"type": "websocket"}), Verdict.PASS),
        ({"type": "http"}, Verdict.NOTE),
        ({"type": "unheard-of"}, Verdict.NOTE),
        (None, Verdict.NOTE),
    ):
        found = checks((app.is_called(), Call(scope, {})), (line, Event({})), facts=facts)
        assert next(check for check in found if check.requirement == "common.new").verdict is verdict


@pytest.mark.parametrize(
    ("settings", "version", "how"),
    [
        ({"until": "2.4"}, "2.3", ""),
        ({"until": "2.4"}, "2.4", "declares http 2.4, owed below 2.4; kept all the same"),
        ({"since": "2.4"}, "2.4", ""),
        ({"since": "2.4"}, "2.3", "declares http 2.3, owed since 2.4; kept all the same"),
    ],
)
def test_a_line_may_limit_the_versions(settings: dict[str, str], version: str, how: str) -> None:
    found = only(checks((gets("http.must", **settings), OK), facts=declared(http=version)))
    assert (found.verdict, found.how) == (Verdict.NOTE if how else Verdict.PASS, how)


@pytest.mark.parametrize(
    ("version", "verdict", "how"),
    [
        ("2.0", Verdict.PASS, ""),
        ("1.0", Verdict.NOTE, "declares lifespan 1.0, owed since 2.0; kept all the same"),
        (None, Verdict.NOTE, "declares lifespan 1.0, owed since 2.0; kept all the same"),
    ],
)
def test_a_lifespan_without_a_version_is_of_the_first(version: str | None, verdict: Verdict, how: str) -> None:
    line = gets("lifespan.startup.failed.exit", since="2.0")
    found = only(checks((line, OK), facts=declared(lifespan=version)))
    assert (found.verdict, found.how) == (verdict, how)


def test_what_is_not_owed_is_not_blocked_either() -> None:
    found = checks((client.gets(response(404)), OK), (gets("http.new"), OK), facts=declared(http="2.0"))
    assert [(check.verdict, check.how) for check in found] == [
        (Verdict.UNSUPPORTED, "declares http 2.0, owed since 2.4; not tried")
    ]


def test_a_graded_way_does_not_keep_what_is_not_owed() -> None:
    line = client.gets(requirement("http.new"), ways={"200": response(200), "404": warn(response(404))})
    found = only(checks((line, NOT_FOUND)))
    assert (found.verdict, found.behaviour) == (Verdict.UNSUPPORTED, "404")
    assert found.how == "declares http 2.0, owed since 2.4; not kept"


# --------------------------------------------------------------------------- death and trouble


@pytest.mark.parametrize("name", ["http.must", "http.should", "http.may", "http.new"])
def test_a_server_that_dies_of_it_does_not_keep_it(name: str) -> None:
    found = checks((gets(), OK), (gets(name), DIED), (gets(name), None), (gets(name), SILENCE))
    assert [check.verdict for check in found] == [Verdict.PASS, *[Verdict.FAIL] * 3]
    assert (found[1].how, found[1].observed) == ("the server died", "the server process ended: exit status 7")


def test_what_was_kept_before_it_died_was_kept() -> None:
    found = checks((client.sends(b"x"), DIED), (gets(), OK))
    assert only(found).verdict is Verdict.BLOCKED


REFUSED = Missing(Why.REFUSED, "Connection refused")
CALL = Call({"type": "http"}, {})


def of_the_line(found: list[Check], line: int) -> Check:
    """Its only check; the scope of a call is judged too."""
    return only([check for check in found if check.line == line])


def test_a_server_that_accepts_nobody_after_it_does_not_keep_it() -> None:
    found = checks((app.is_called(), CALL), (client.named("next").sends(b"x"), REFUSED), (gets(), None))
    check = of_the_line(found, 2)
    assert (check.verdict, check.how) == (Verdict.FAIL, "the server accepts no more connections")


def test_a_server_that_accepts_nobody_from_the_beginning_leaves_nothing_to_judge() -> None:
    assert only(checks((client.sends(b"x"), REFUSED), (gets(), None))).verdict is Verdict.BLOCKED


def test_a_refusal_that_the_script_reckons_with_is_no_death() -> None:
    reckons = client.sends(b"x", ways={"not accepted": not_accepted()})
    found = checks((app.is_called(), CALL), (reckons, REFUSED), (gets(), None))
    assert of_the_line(found, 2).verdict is Verdict.BLOCKED


@pytest.mark.parametrize("settings", [{"options": {"root_path": "/"}}])
def test_in_cases_with_a_process_of_their_own_an_end_is_what_lines_say_it_is(settings: dict[str, Any]) -> None:
    line = app.returns(ways={"ended": ended()})
    over = dataclasses.replace(line, settles=(requirement("http.must"),))
    assert only(checks((over, DIED), **settings)).verdict is Verdict.PASS
    assert checks((process.starts(), Done()), (gets(), DIED))[0].how == "missing"


def test_our_own_trouble_is_an_error_of_every_check() -> None:
    found = checks((gets(), OK), (gets("http.may"), NOT_FOUND), trouble="no space left on device")
    assert {(check.verdict, check.how) for check in found} == {(Verdict.ERROR, "no space left on device")}
    assert [check.line for check in found] == [0, 1]


def test_a_case_that_could_not_be_performed_has_its_planned_checks() -> None:
    two = client.gets(requirement("http.must"), requirement("http.may"))
    made = case("x", client.sends(b""), gets("http.should"), two)
    found = planned(made, CATALOGUE, Verdict.UNSUPPORTED, "no TLS")
    assert [(check.requirement, check.level, check.line) for check in found] == [
        ("http.should", Level.SHOULD_NOT, 1), ("http.must", Level.MUST, 2), ("http.may", Level.MAY, 2),
    ]  # fmt: skip
    assert {(check.verdict, check.how) for check in found} == {(Verdict.UNSUPPORTED, "no TLS")}


def test_judging_is_pure() -> None:
    broken = Outcome(raised=Raised("E", ("E",)))
    played = (gets(), NOT_FOUND), (app.sends({"type": "x"}, requirement("http.may")), broken)
    assert checks(*played) == checks(*played)
    assert checks((gets(), OK), over=Over.TLS) == checks((gets(), OK))
    assert returns().judge(Outcome(), None).matches  # type: ignore[arg-type] # it looks at nothing else
