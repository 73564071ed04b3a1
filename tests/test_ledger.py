"""The ledger: no requirement is forgotten, no case is idle."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.authoring import client, fail, if_offered, only_warned, requirement, response
from asgi_conformance.ledger import (
    Entry,
    cases_by_requirement,
    ledger,
    mutants_by_requirement,
    reasons,
    speaks_of,
    whole_ledger,
    why_untested,
)
from asgi_conformance.matchers.combine import Graded, Milder
from asgi_conformance.report.coverage import to_markdown
from asgi_conformance.script import Case
from asgi_conformance.spec.catalogue import load
from asgi_conformance.spec.requirement import Requirement, Side, Testable
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

PUBLISHED = Path(__file__).parent.parent / "reports" / "coverage.md"
ASGI = ("common", "http", "websocket", "lifespan", "tls", "extensions")
WSGI = "wsgi"


def test_every_requirement_has_cases_and_mutants_or_a_reason() -> None:
    assert [entry.requirement.id for entry in whole_ledger() if entry.is_hole] == []


def test_nothing_that_an_asgi_server_owes_is_left_out() -> None:
    left_out = [
        entry.requirement.id
        for entry in whole_ledger()
        if entry.requirement.area in ASGI
        and entry.requirement.side in (Side.SERVER, Side.BOTH)
        and entry.requirement.testable is not Testable.NO
        and not (entry.cases and entry.mutants)
    ]
    assert left_out == []


def test_nothing_of_wsgi_is_left_out() -> None:
    """Whoever owes it: a server, an application, a middleware."""
    left_out = [
        entry.requirement.id
        for entry in whole_ledger()
        if entry.requirement.area == WSGI
        and entry.requirement.testable is not Testable.NO
        and not (entry.cases and entry.mutants)
    ]
    assert left_out == []


def test_every_case_settles_a_requirement() -> None:
    assert [case.id for case in load_cases() if not case.settles()] == []


def test_every_mutant_breaks_something_that_a_case_settles() -> None:
    settled = cases_by_requirement()
    caught = {
        name for requirement, names in mutants_by_requirement().items() if requirement in settled for name in names
    }
    everyone = {name for names in mutants_by_requirement().values() for name in names}
    assert everyone - caught == set()


def test_every_reason_speaks_of_something_that_has_no_case() -> None:
    untested = [entry for entry in whole_ledger() if not entry.cases]
    assert all(any(entry.untested == reason["reason"] for entry in untested) for reason in reasons())


def test_the_published_ledger_is_of_today() -> None:
    assert PUBLISHED.read_text("utf-8") == to_markdown(whole_ledger()), (
        "asgi-conformance list --coverage --markdown > reports/coverage.md"
    )


def test_names_of_mutants_and_cases_are_those_of_the_suites() -> None:
    mutants = mutants_by_requirement()
    assert "http/response_start:sorts_the_headers" in mutants["http.response.start.headers.order"]
    assert set(mutants) | set(cases_by_requirement()) <= set(load())


# --------------------------------------------------------------------------- what may fail


def test_nothing_below_a_must_fails_by_the_catalogue() -> None:
    milder = [one for one in load().values() if one.level.group != "MUST"]
    assert [one.id for one in milder if one.broken is Verdict.FAIL] == []


def test_no_case_fails_what_the_catalogue_has_as_a_warning_or_less() -> None:
    """A sin that breaks a MUST is settled by the requirement that says so."""
    assert sorted(harsh_ways(load_cases())) == []


def test_a_harsh_way_is_found_wherever_it_is() -> None:
    harsh = fail(response(200))
    lines = (
        client.gets(requirement("ext.early-hint.sends-103", ways={"fine": response(), "bad": harsh})),
        client.gets(requirement("ext.early-hint.sends-103"), ways={"worse": only_warned(if_offered(harsh))}),
        client.gets(requirement("http.response.framing.one-head", ways={"lawful": harsh})),
    )
    found = Case("a/b", "b", lines)
    assert sorted(harsh_ways([found])) == [
        "a/b: ext.early-hint.sends-103 (bad)",
        "a/b: ext.early-hint.sends-103 (worse)",
    ]


def harsh_ways(cases: Iterable[Case]) -> Iterator[str]:
    """The ways of cases that are a `fail` although a deviation from the requirement is none."""
    for case in cases:
        for line in case.lines:
            for settles in line.settles:
                ways = line.ways if settles.ways is None else settles.ways
                names = [name for name, matcher in ways.items() if is_harsh(matcher)]
                if load()[settles.requirement].broken is not Verdict.FAIL:
                    yield from (f"{case.id}: {settles.requirement} ({name})" for name in names)


def is_harsh(matcher: Any) -> bool:
    """Whether `fail(...)` is in it, or in a matcher that it holds."""
    if isinstance(matcher, tuple):
        return any(map(is_harsh, matcher))
    if not is_dataclass(matcher):
        return False
    harsh = isinstance(matcher, Graded | Milder) and matcher.verdict is Verdict.FAIL
    return harsh or any(is_harsh(getattr(matcher, field.name)) for field in fields(matcher))


# --------------------------------------------------------------------------- the pieces


def one(testable: Testable, side: Side = Side.SERVER) -> Requirement:
    return next(some for some in load().values() if some.testable is testable and some.side is side)


def test_cases_keep_their_order() -> None:
    (entry,) = ledger([load()["http.scope.type"]], {"http.scope.type": ["b", "a"]}, {})
    assert (entry.cases, entry.mutants) == (("b", "a"), ())


@pytest.mark.parametrize(
    ("testable", "cases", "mutants", "untested", "hole"),
    [
        (Testable.YES, ("c",), ("m",), "", False),
        (Testable.YES, ("c",), (), "", True),
        (Testable.YES, (), ("m",), "", True),
        (Testable.YES, (), (), "", True),
        (Testable.PARTLY, (), (), "", True),
        (Testable.NO, (), (), "", False),
        (Testable.YES, (), (), "not yet", False),
        (Testable.YES, (), ("m",), "not yet", False),
        (Testable.YES, ("c",), (), "not yet", True),
    ],
)
def test_a_hole_is_what_nobody_has_given_a_reason_for(
    testable: Testable, cases: tuple[str, ...], mutants: tuple[str, ...], untested: str, hole: bool
) -> None:
    assert Entry(one(testable), cases, mutants, untested).is_hole is hole


def test_the_reason_of_what_is_tested_in_part() -> None:
    requirement = one(Testable.PARTLY)
    assert Entry(requirement, ("c",), ("m",), "not yet").reason == requirement.testable_reason
    assert Entry(requirement, (), (), "not yet").reason == "not yet"
    assert Entry(one(Testable.YES), ("c",), ("m",)).reason == ""


def test_an_entry_speaks_of_what_all_its_selectors_fit() -> None:
    own = {"id": "a.b", "area": "a", "side": "server"}
    assert speaks_of({"id": "a.b", "reason": ""}, own)
    assert not speaks_of({"area": "a", "side": "both", "reason": ""}, own)
    assert why_untested(load()["http.scope.type"]) == ""
    assert "RFC 6455" in why_untested(next(some for some in load().values() if some.area == "websocket-wire"))
