"""Every case has a mutant that it catches, and the model citizen passes them all: the tests of the tests.

For each case ever added three things hold: the citizen passes it; some mutant breaks each requirement that it settles;
a mutant fails what it breaks, and nothing else.
"""

import sys
from collections.abc import Iterator

import pytest
from citizen import mutation
from trial import Trial, bad

from asgi_conformance.campaign import Wishes
from asgi_conformance.spec.catalogue import load
from asgi_conformance.verdict import Verdict

MUTANTS = mutation.load_all()


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


TRIAL = Trial("asgi-server", lambda mutant, scale: Wishes(commands=commands(mutant), time_scale=scale))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A trial puts the citizen on the path of the processes it starts."""
    monkeypatch.setenv("PYTHONPATH", "")
    yield


def test_the_citizen_passes_every_case() -> None:
    results = TRIAL.perform(TRIAL.cases())
    assert bad(results) == {}
    idle = [result.case for result in results if result.verdict in (Verdict.BLOCKED, Verdict.NOT_RUN)]
    assert idle == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_fails_what_it_breaks_and_nothing_else(name: str) -> None:
    TRIAL.try_out(MUTANTS[name])


@pytest.mark.parametrize("requirement", sorted(TRIAL.settled()))
def test_every_requirement_that_is_settled_has_a_mutant(requirement: str) -> None:
    assert any(requirement in mutant.breaks for mutant in MUTANTS.values())


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_requirements_that_exist(name: str) -> None:
    assert all(requirement in load() for requirement in MUTANTS[name].breaks)
