"""The same for WSGI servers: the model passes every case, and its mutants fail what they break and nothing else."""

import sys
from collections.abc import Iterator

import pytest
from trial import Trial, bad
from wsgi_server import mutation

from asgi_conformance.campaign import Wishes, WsgiWishes
from asgi_conformance.spec.catalogue import load
from asgi_conformance.verdict import Verdict

MUTANTS = mutation.load_all()


def commands(mutant: str = "") -> tuple[str, ...]:
    start = f"citizen={sys.executable} -m wsgi_server --app {{app}} {f'--mutant {mutant}' if mutant else ''} "
    return (
        start + "--host {host} --port {port} --root-path={root_path} --threads={threads} --environ={environ}",
        start + "--uds {uds}",
        start + "--host {host} --port {port} --certfile {certfile} --keyfile {keyfile}",
    )


TRIAL = Trial("wsgi-server", lambda mutant, scale: Wishes(wsgi=WsgiWishes(commands=commands(mutant)), time_scale=scale))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A trial puts the model on the path of the processes it starts."""
    monkeypatch.setenv("PYTHONPATH", "")
    yield


def test_the_model_passes_every_case() -> None:
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
