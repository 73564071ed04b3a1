"""The tests of the tests, for applications and middleware: the models pass everything, and each mutant is caught.

As `test_mutants.py` has it for servers: some mutant breaks each requirement that a case settles, and a mutant fails
what it breaks and nothing else.
"""

import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from applications import mutation

from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case
from asgi_conformance.spec.catalogue import load
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

HERE = Path(__file__).parent
MUTANTS = mutation.load_all()
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
ONE_OF = 10  # of the cases that do not settle what a mutant breaks, so many are tried on it

KINDS = {
    "adapter": "asgi-framework",
    "app": "asgi-app",
    "contract": "asgi-framework",
    "middleware": "asgi-middleware",
}


@cache
def cases(folder: str) -> list[Case]:
    """Those that are about the model of the folder."""
    own = [case for case in load_cases() if KINDS[folder] in case.kinds]
    return [case for case in own if case.file.startswith(f"{folder}/")] if KINDS[folder] == "asgi-framework" else own


def perform(target: str, folder: str, wanted: list[Case], loop: str = "") -> list[Result]:
    """These cases on that application, or middleware."""
    named = {
        "adapter": Wishes(frameworks=(target,), loop=loop, time_scale=0.25),
        "app": Wishes(apps=(target,), loop=loop, time_scale=0.25),
        "contract": Wishes(frameworks=(target,), loop=loop, time_scale=0.25),
        "middleware": Wishes(middlewares=(target,), loop=loop, time_scale=0.25),
    }
    wishes = named[folder]
    subjects = candidates(wishes)
    campaign = Campaign(subjects, wishes)
    try:
        campaign.open()
        return [campaign.perform(subjects[0].id, case) for case in wanted]
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


def answers(results: list[Result]) -> dict[tuple[str, str], list[tuple[Verdict, str]]]:
    """How each requirement was answered in each case."""
    found: dict[tuple[str, str], list[tuple[Verdict, str]]] = {}
    for result in results:
        for check in result.checks:
            found.setdefault((check.requirement, result.case), []).append((check.verdict, check.behaviour))
    return found


@cache
def of_model(folder: str) -> dict[tuple[str, str], list[tuple[Verdict, str]]]:
    return answers(perform(mutation.MODELS[folder], folder, cases(folder)))


def folder_of(name: str) -> str:
    return name.partition("/")[0]


def chosen(mutant: mutation.Mutant) -> list[Case]:
    """What settles that which it breaks, and a sample of the rest that is the same each time."""
    folder = folder_of(mutant.name)
    return [
        case
        for case in cases(folder)
        if case.settles() & set(mutant.breaks) or zlib.crc32(f"{mutant.name} {case.id}".encode()) % ONE_OF == 0
    ]


@pytest.mark.parametrize("folder", KINDS)
def test_the_model_passes_every_case(folder: str) -> None:
    results = perform(mutation.MODELS[folder], folder, cases(folder))
    assert bad(results) == {}


@pytest.mark.parametrize("other", ["collecting", "answering", "gate"])
def test_no_case_says_a_bad_word_about_other_lawful_middleware(other: str) -> None:
    assert bad(perform(f"applications.middleware:{other}", "middleware", cases("middleware"))) == {}


@pytest.mark.parametrize("folder", KINDS)
def test_every_requirement_that_is_settled_has_a_mutant(folder: str) -> None:
    settled = {requirement for case in cases(folder) for requirement in case.settles()}
    broken = {one for mutant in MUTANTS.values() if folder_of(mutant.name) == folder for one in mutant.breaks}
    assert sorted(settled - broken) == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_what_it_says_and_nothing_else(name: str) -> None:
    mutant = MUTANTS[name]
    folder = folder_of(name)
    results = perform(mutation.target(name), folder, chosen(mutant))
    surplus = {requirement: words for requirement, words in bad(results).items() if requirement not in mutant.breaks}
    assert surplus == {}
    model, seen = of_model(folder), answers(results)
    for requirement in mutant.breaks:
        assert load()[requirement]
        own = [key for key in seen if key[0] == requirement]
        settled = any(requirement in case.settles() for case in cases(folder))
        assert not settled or any(seen[key] != model.get(key) for key in own), f"{requirement} is answered as ever"
