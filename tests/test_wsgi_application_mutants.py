"""The tests of the tests, for WSGI applications and middleware: the models pass everything, and each mutant is caught.

As `test_application_mutants.py` has it for ASGI. What a case is about, a model has to have an occasion for.
"""

import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from wsgi_applications import middleware, mutation, others

from asgi_conformance.campaign import Campaign, Wishes, WsgiWishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case
from asgi_conformance.spec.catalogue import load
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

HERE = Path(__file__).parent
MUTANTS = mutation.load_all()
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
TRIED = (Verdict.PASS, Verdict.NOTE)
MANY = 12  # cases that settle what a mutant breaks
ONE_OF = 30  # of the cases that do not settle what a mutant breaks, so many are tried on it

KINDS = {"app": "wsgi-app", "contract": "wsgi-framework", "middleware": "wsgi-middleware"}
ALL_MODELS = [(folder, model) for folder, models in mutation.MODELS.items() for model in models]


@cache
def cases(folder: str) -> list[Case]:
    """Those that are about the models of the folder."""
    own = [case for case in load_cases() if KINDS[folder] in case.kinds and case.file.startswith("wsgi_")]
    return [case for case in own if "contract" in case.needs] if folder == "contract" else own


def perform(targets: tuple[str, ...], folder: str, wanted: list[list[Case]]) -> list[list[Result]]:
    """On each of those applications, or middleware, its cases."""
    named = {
        "app": WsgiWishes(apps=targets),
        "contract": WsgiWishes(frameworks=targets),
        "middleware": WsgiWishes(middlewares=targets),
    }
    wishes = Wishes(wsgi=named[folder], time_scale=0.25)
    subjects = candidates(wishes)
    campaign = Campaign(subjects, wishes)
    try:
        campaign.open()
        return [
            [campaign.perform(subject.id, case) for case in own] for subject, own in zip(subjects, wanted, strict=True)
        ]
    finally:
        campaign.close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The processes that are started find the models and their mutants."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    yield


def bad(results: list[Result]) -> dict[str, list[str]]:
    """Requirement ids that failed, with the cases and what was seen."""
    found: dict[str, list[str]] = {}
    for result in results:
        for check in result.checks:
            if check.verdict in BAD:
                words = f"{result.case}: {check.verdict.value} {check.how}, {check.observed}"
                found.setdefault(check.requirement, []).append(words)
    return found


Answers = dict[tuple[str, str], list[tuple[Verdict, str]]]


def answers(results: list[Result]) -> Answers:
    """How each requirement was answered in each case."""
    found: Answers = {}
    for result in results:
        for check in result.checks:
            found.setdefault((check.requirement, result.case), []).append((check.verdict, check.behaviour))
    return found


BATCH = 8  # mutants that are started together


@cache
def of_batch(names: tuple[str, ...]) -> dict[str, list[Result]]:
    """While one is tried the others are imported."""
    targets = tuple(mutation.target(name) for name in names)
    found = perform(targets, folder_of(names[0]), [chosen(MUTANTS[name]) for name in names])
    return dict(zip(names, found, strict=True))


def of_mutant(name: str) -> list[Result]:
    of_folder = [one for one in MUTANTS if folder_of(one) == folder_of(name)]
    first = of_folder.index(name) // BATCH * BATCH
    return of_batch(tuple(of_folder[first : first + BATCH]))[name]


@cache
def of_models(folder: str) -> list[list[Result]]:
    models = mutation.MODELS[folder]
    return perform(models, folder, [cases(folder)] * len(models))


def folder_of(name: str) -> str:
    return name.partition("/")[0]


def chosen(mutant: mutation.Mutant) -> list[Case]:
    """What settles that which it breaks, where there is much of it only some; and a sample of the rest. The same each
    time."""
    every = cases(folder_of(mutant.name))
    some: set[str] = set()
    for requirement in mutant.breaks:
        settling = [case.id for case in every if requirement in case.settles()]
        some.update(settling[:: max(1, len(settling) // MANY)])
    rest = {case.id for case in every if zlib.crc32(f"{mutant.name} {case.id}".encode()) % ONE_OF == 0}
    return [case for case in every if case.id in some | rest]


@pytest.mark.parametrize("folder", KINDS)
def test_the_models_pass_every_case(folder: str) -> None:
    assert [bad(results) for results in of_models(folder)] == [{} for _ in mutation.MODELS[folder]]


@pytest.mark.parametrize("folder", KINDS)
def test_some_model_gives_an_occasion_for_whatever_is_settled(folder: str) -> None:
    tried, every = set(), set()
    for results in of_models(folder):
        for key, seen in answers(results).items():
            every.add(key)
            if all(verdict in TRIED for verdict, _ in seen):
                tried.add(key)
    assert sorted(every - tried) == []


def test_no_case_says_a_bad_word_about_other_lawful_applications() -> None:
    targets = tuple(f"wsgi_applications.others:{name}" for name in others.ALL)
    found = perform(targets, "app", [cases("app")] * len(targets))
    assert {target: bad(results) for target, results in zip(targets, found, strict=True) if bad(results)} == {}


def test_no_case_says_a_bad_word_about_other_lawful_middleware() -> None:
    targets = tuple(f"wsgi_applications.middleware:{name}" for name in middleware.OTHERS)
    found = perform(targets, "middleware", [cases("middleware")] * len(targets))
    assert {target: bad(results) for target, results in zip(targets, found, strict=True) if bad(results)} == {}


@pytest.mark.parametrize("folder", KINDS)
def test_every_requirement_that_is_settled_has_a_mutant(folder: str) -> None:
    settled = {requirement for case in cases(folder) for requirement in case.settles()}
    broken = {one for mutant in MUTANTS.values() if folder_of(mutant.name) == folder for one in mutant.breaks}
    assert sorted(settled - broken) == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_what_it_says_and_nothing_else(name: str) -> None:
    mutant = MUTANTS[name]
    folder = folder_of(name)
    results = of_mutant(name)
    meant = {*mutant.breaks, mutant.perhaps}
    assert {requirement: words for requirement, words in bad(results).items() if requirement not in meant} == {}
    model, seen = answers(of_models(folder)[0]), answers(results)
    for requirement in mutant.breaks:
        assert load()[requirement]
        own = [key for key in seen if key[0] == requirement]
        settled = any(requirement in case.settles() for case in cases(folder))
        caught = any(seen[key] != model.get(key) and spoken(seen[key]) for key in own)
        assert not settled or caught, f"{requirement} is answered as ever"


def spoken(seen: list[tuple[Verdict, str]]) -> bool:
    """Whether something is said of it; to be left untried is no way to be caught."""
    return any(verdict is not Verdict.BLOCKED for verdict, _ in seen)
