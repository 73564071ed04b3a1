"""The lint hears of all that can be heard of between server and application, by its name, and of nothing else."""

import contextlib
import gc

import pytest

from asgi_conformance import lint
from asgi_conformance.lint import Violation
from asgi_conformance.spec import catalogue
from wsgi_lint import broken_applications, broken_servers, lawful
from wsgi_lint.playing import Application, Scenario

VIOLATIONS = [*broken_servers.SCENARIOS, *broken_applications.SCENARIOS]
LAWFUL = [*lawful.TO_COMPARE, *lawful.MORE]


def told(scenario: Scenario) -> list[Violation]:
    found: list[Violation] = []

    def wrap(application: Application) -> Application:
        return lint.wsgi(application, report=found.append)

    with contextlib.suppress(Exception):  # what is broken may raise: so it does without the lint
        scenario.play(wrap)
    gc.collect()
    return found


def name(scenario: Scenario) -> str:
    return f"{scenario.requirement}: {scenario.title}"


@pytest.mark.parametrize("scenario", VIOLATIONS, ids=name)
def test_what_is_broken_is_told_by_its_name(scenario: Scenario) -> None:
    assert sorted({violation.requirement for violation in told(scenario)}) == sorted(scenario.ids)


@pytest.mark.parametrize("scenario", LAWFUL, ids=name)
def test_what_is_lawful_is_left_alone(scenario: Scenario) -> None:
    for _ in range(2):  # the second time it is known
        assert [str(violation) for violation in told(scenario)] == []


@pytest.mark.parametrize("scenario", [*lawful.TO_COMPARE, *lawful.KEPT], ids=name)
def test_what_is_lawful_does_not_fail_behind_the_lint(scenario: Scenario) -> None:
    scenario.play(lint.wsgi)


def test_every_scenario_has_its_requirement_and_its_title() -> None:
    for scenario in VIOLATIONS:
        assert {scenario.requirement, *scenario.ids} <= set(catalogue.load())
    titles = [name(scenario) for scenario in VIOLATIONS + LAWFUL]
    assert len(titles) == len(set(titles))


def test_of_137_violations_at_least_120_are_told() -> None:
    assert (len(VIOLATIONS), len(lawful.TO_COMPARE + lawful.KEPT)) == (137, 16)
    assert sum(bool(scenario.ids) for scenario in VIOLATIONS) >= 120
