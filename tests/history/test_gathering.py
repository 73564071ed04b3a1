"""A history, release by release, where nothing is installed or run."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from report.samples import KNOWLEDGE, RUN, check, result

from asgi_conformance.history import gathering, runs
from asgi_conformance.history.cache import Cache, judgement, named, usual_folder
from asgi_conformance.history.environments import Environment, NotTested, Recipe
from asgi_conformance.history.gathering import Gathering
from asgi_conformance.results import Run, Subject
from asgi_conformance.servers.registry import parse_subjects
from asgi_conformance.stage.interpreter import Interpreter
from asgi_conformance.verdict import Verdict

RULE = "http.scope.method.upper"
NEW, OLD = Interpreter("/new/python", "3.14.0", {}), Interpreter("/old/python", "3.8.1", {})


def run(verdict: Verdict) -> Run:
    case = result("a[b]", check(RULE, verdict))
    return replace(RUN, performed=1, subjects=(Subject("uvicorn", "asgi-server", "uvicorn", "1", results=(case,)),))


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]) -> Gathering:
    """Release 1.0 runs on the old Python alone, 2.0 on both, 3.0 on neither; 2.0 is not the same twice."""

    def install(recipe: Recipe, _cache: Cache) -> Environment:
        if recipe.version == "3.0" or (recipe.version == "1.0" and recipe.python == NEW.executable):
            raise NotTested(f"not installed: {recipe.version} does not like {recipe.python}")
        return Environment(Path(recipe.python), {"uvicorn": recipe.version})

    def performed(recipe: Recipe, _place: Environment, _cache: Cache, globs: Sequence[str]) -> Run:
        assert tuple(globs) in ((), ("a[[]b]",))
        return run(Verdict.PASS if recipe.version == "2.0" and not globs else Verdict.FAIL)

    monkeypatch.setattr(gathering, "environment", install)
    monkeypatch.setattr(runs, "run", performed)
    (server,) = parse_subjects(["uvicorn"], lambda names: dict.fromkeys(names))
    return Gathering(server, [NEW, OLD], (), (), Cache(tmp_path), told.append)


def test_a_release_is_tested_with_the_first_python_that_can(gathered: Gathering) -> None:
    readings = gathered.readings(["1.0", "2.0", "3.0"], KNOWLEDGE)
    assert [(one.version, one.python, dict(one.packages)) for one in readings] == [
        ("1.0", "3.8.1", {"uvicorn": "1.0"}),
        ("2.0", "3.14.0", {"uvicorn": "2.0"}),
        ("3.0", "", {}),
    ]
    assert readings[2].why == "not installed: 3.0 does not like /old/python"


def test_what_differs_is_tried_again_and_what_does_not_hold_is_said(gathered: Gathering, told: list[str]) -> None:
    readings = gathered.readings(["1.0", "2.0", "3.0"], KNOWLEDGE)
    assert [one.unsteady for one in readings] == [frozenset(), {RULE}, frozenset()]
    assert told == [
        "uvicorn 1.0: 1 case, 0 s",
        "uvicorn 2.0: 1 case, 0 s",
        "uvicorn 3.0: not tested: not installed: 3.0 does not like /old/python",
        "uvicorn 1.0: 1 case once more",
        "uvicorn 2.0: 1 case once more",
        f"uvicorn 2.0: unsteady: {RULE}",
    ]


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert usual_folder() == tmp_path / "asgi-conformance"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert usual_folder() == tmp_path / ".cache" / "asgi-conformance"


def test_a_run_that_cannot_be_read_was_not_kept(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.keep("mine", run(Verdict.PASS))
    assert kept.run("mine") == run(Verdict.PASS)
    (tmp_path / "runs" / judgement() / "mine.json.gz").write_bytes(b"half")
    assert kept.run("mine") is None


def test_a_relative_folder_is_meant_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The interpreter in it is used from another folder."""
    monkeypatch.chdir(tmp_path)
    assert Cache(Path("kept")).environment("mine") == tmp_path / "kept" / "environments" / "mine"


def test_a_second_run_that_cannot_be_made_says_why(
    gathered: Gathering, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = runs.run

    def performed(recipe: Recipe, place: Environment, cache: Cache, globs: Sequence[str] = ()) -> Run:
        if globs:
            raise NotTested("not performed: no end within 1 s")
        return first(recipe, place, cache, globs)

    monkeypatch.setattr(runs, "run", performed)
    readings = gathered.readings(["1.0", "2.0"], KNOWLEDGE)
    assert [one.unsteady for one in readings] == [{RULE}, {RULE}]
    assert "uvicorn 1.0: not performed: no end within 1 s" in told


def test_names_of_files() -> None:
    assert named("uvicorn[http=h11]-1.0", "x").startswith("uvicorn_http_h11_-1.0-")
    assert named("a", "b", "c") != named("a", "b,c")
    assert "/" not in named("../..", sys.executable)
