"""What differs between neighbouring releases counts if a second run says the same."""

from collections.abc import Sequence
from dataclasses import replace

from report.samples import KNOWLEDGE, RUN, check, result

from asgi_conformance.history.confirmation import concerned, differing, unsteady
from asgi_conformance.history.environments import NotTested
from asgi_conformance.results import Run, Subject
from asgi_conformance.verdict import Verdict

PASS, FAIL, BLOCKED, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.BLOCKED, Verdict.ERROR
UPPER, TYPE = "http.scope.method.upper", "http.scope.type"


def run(**verdicts: Verdict) -> Run:
    """`upper` and `type`: cases of these requirements."""
    rules = {"upper": UPPER, "type": TYPE}
    results = tuple(result(case, check(rules[case], verdict)) for case, verdict in verdicts.items())
    return replace(RUN, subjects=(Subject("mine", "asgi-server", "mine", "1", results=results),))


OLD, NEW, NEWEST = (run(upper=upper, type=PASS) for upper in (FAIL, PASS, PASS))


def test_cases_that_neighbours_do_not_agree_on() -> None:
    runs = {"1.0": OLD, "2.0": NEW, "3.0": NEWEST}
    assert concerned(runs, KNOWLEDGE) == {"1.0": ("upper",), "2.0": ("upper",), "3.0": ()}


def test_a_case_that_one_of_them_has_not() -> None:
    assert concerned({"1.0": run(type=PASS), "2.0": NEW}, KNOWLEDGE) == {"1.0": (), "2.0": ("upper",)}


def test_what_holds_is_steady_and_only_it_is_asked_again() -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    def again(version: str, cases: Sequence[str]) -> Run:
        asked.append((version, tuple(cases)))
        return run(upper=FAIL if version == "1.0" else PASS)

    found = unsteady({"1.0": OLD, "2.0": NEW, "3.0": NEWEST}, again, KNOWLEDGE)
    assert set().union(*found.values()) == set()
    assert asked == [("1.0", ("upper",)), ("2.0", ("upper",))]


def test_what_does_not_hold_is_unsteady() -> None:
    found = unsteady({"1.0": OLD, "2.0": NEW}, lambda *_: run(upper=PASS), KNOWLEDGE)
    assert found == {"1.0": {UPPER}, "2.0": frozenset()}


def test_what_cannot_be_asked_again_is_not_confirmed() -> None:
    def again(*_: object) -> Run:
        raise NotTested("not performed: no end within 1 s")

    assert unsteady({"1.0": OLD, "2.0": NEW}, again, KNOWLEDGE) == {"1.0": {UPPER}, "2.0": {UPPER}}


def test_what_the_second_run_does_not_settle_is_not_confirmed() -> None:
    assert differing(run(upper=PASS), run(upper=BLOCKED), KNOWLEDGE) == {UPPER}
    assert differing(run(upper=PASS), run(upper=ERROR), KNOWLEDGE) == {UPPER}
    assert differing(run(upper=BLOCKED), run(upper=BLOCKED), KNOWLEDGE) == frozenset()
