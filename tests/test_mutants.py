"""Every case has a mutant that it catches, and the model citizen passes them all: the tests of the tests.

For each case ever added three things hold: the citizen passes it; some mutant breaks each requirement that it settles;
a mutant fails what it breaks, and nothing else.
"""

import os
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from citizen import mutation

from asgi_conformance.campaign import Campaign, Wishes, candidates
from asgi_conformance.results import Result
from asgi_conformance.script import Case, Over
from asgi_conformance.spec.catalogue import load
from asgi_conformance.suite_loader import load_cases
from asgi_conformance.verdict import Verdict

MUTANTS = mutation.load_all()
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
IMPATIENT = 0.25
"""The citizen answers in a millisecond; a mutant that never does shall not cost two seconds each time."""

TRIED_AGAIN = "the server died, and was tried again"
"""What a case is told that comes after one that has ended the server: no sin that it has found itself."""

SERVED = tuple(Over)
"""What the citizen serves."""


@cache
def cases() -> list[Case]:
    return [case for case in load_cases() if case.over in SERVED and "asgi-server" in case.kinds]


def commands(mutant: str = "") -> tuple[str, ...]:
    start = f"citizen={sys.executable} -m citizen --app {{app}} {f'--mutant {mutant}' if mutant else ''} "
    root = " --root-path={root_path} --ping-interval={ping_interval}"
    return (
        start + "--host {host} --port {port}" + root,
        start + "--uds {uds}",
        start + "--host {host} --port {port} --certfile {certfile} --keyfile {keyfile}",
        start + "--host {host} --port {port} --certfile {certfile} --keyfile {keyfile} --cafile {cafile}",
        start + "--host {host} --port 0 --quic-port {quic_port} --certfile {certfile} --keyfile {keyfile}",
    )


def perform(wanted: list[Case], mutant: str = "", time_scale: float = 1.0) -> list[Result]:
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    wishes = Wishes(commands=commands(mutant), time_scale=time_scale)
    campaign = Campaign(candidates(wishes), wishes)
    try:
        campaign.open()
        campaign.expect("citizen", wanted)
        return [campaign.perform("citizen", case) for case in wanted]
    finally:
        campaign.close()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`perform` puts the citizen on the path of the processes it starts."""
    monkeypatch.setenv("PYTHONPATH", "")
    yield


def bad(results: list[Result]) -> dict[str, list[str]]:
    """Requirement ids that failed, with the cases and what was seen."""
    found: dict[str, list[str]] = {}
    for result in results:
        for check in result.checks:
            if check.verdict in BAD and check.how != TRIED_AGAIN:
                words = f"{result.case}: {check.verdict.value} {check.how}, {check.observed}"
                found.setdefault(check.requirement, []).append(words)
    return found


def test_the_citizen_passes_every_case() -> None:
    results = perform(cases())
    assert bad(results) == {}
    idle = [result.case for result in results if result.verdict in (Verdict.BLOCKED, Verdict.NOT_RUN)]
    assert idle == []


@cache
def settled() -> set[str]:
    return {requirement for case in cases() for requirement in case.settles()}


@pytest.fixture(scope="session")
def citizen_answers() -> dict[str, set[tuple[str, str, str]]]:
    """By case id: (requirement, verdict, behaviour) of the citizen. What is only recorded shows a sin nowhere else."""
    return {result.case: answers(result) for result in perform(cases())}


def answers(result: Result) -> set[tuple[str, str, str]]:
    return {(check.requirement, check.verdict.value, check.behaviour) for check in result.checks}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_fails_what_it_breaks_and_nothing_else(
    name: str, citizen_answers: dict[str, set[tuple[str, str, str]]]
) -> None:
    mutant = MUTANTS[name]
    results = perform(chosen(mutant), name, IMPATIENT)
    found = bad(results)
    unexpected = {requirement: words for requirement, words in found.items() if requirement not in mutant.breaks}
    assert unexpected == {}, f"{name} breaks {mutant.breaks}"
    noticed = {answer[0] for result in results for answer in answers(result) ^ citizen_answers[result.case]}
    assert noticed >= set(mutant.breaks) & settled(), "it gets away with it"


def chosen(mutant: mutation.Mutant) -> list[Case]:
    """All cases about what it breaks, half of their neighbours in the same files, and a hundredth of all others."""
    about = {case.id for case in cases() if case.settles() & set(mutant.breaks)}
    files = {name.partition("[")[0].rpartition("/")[0] for name in about}
    return [
        case
        for case in cases()
        if case.id in about or (is_quick(case) and drawn(mutant, case, one_in=2 if case.file in files else 100))
    ]


def is_quick(case: Case) -> bool:
    return not case.own_process and case.over is Over.TCP


def drawn(mutant: mutation.Mutant, case: Case, one_in: int) -> bool:
    """One pair in so many, always the same ones."""
    return zlib.crc32(f"{mutant.name} {case.id}".encode()) % one_in == 0


@pytest.mark.parametrize("requirement", sorted(settled()))
def test_every_requirement_that_is_settled_has_a_mutant(requirement: str) -> None:
    assert any(requirement in mutant.breaks for mutant in MUTANTS.values())


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_requirements_that_exist(name: str) -> None:
    assert all(requirement in load() for requirement in MUTANTS[name].breaks)
