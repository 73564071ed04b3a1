"""A kit made from a run on an application in memory shows the same there, and does not show it on one that is right."""

import ast
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from applications import mutation
from kits.performed import only, performed, ran

from asgi_conformance.campaign import Wishes
from asgi_conformance.kits.kit import bundled, kit_of
from asgi_conformance.kits.literals import NoKit
from asgi_conformance.kits.story import story_of
from asgi_conformance.report.escape import visible
from asgi_conformance.results import Result, Run, Subject

RIGHT = Subject("applications.good:app", "asgi-app", "applications.good:app", "")
TITLES = ("app/response:writes_titles", "http.response.start.headers.app-lowercase")
TEXT = ("app/response:tells_the_status_as_text", "http.response.start.status-type")
FRAMEWORK = "app/lifespan/what-is-no-startup-is-rejected"


@cache
def run_of(mutant: str, requirement: str) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
        about = [case for case in bundled().values() if "asgi-app" in case.kinds and requirement in case.settles()]
        return performed(Wishes(apps=(mutation.target(mutant),), time_scale=0.25), *(case.id for case in about[:4]))


@cache
def run_of_starlette() -> Run:
    return performed(Wishes(frameworks=("starlette",)), FRAMEWORK)


def failed(mutant: str, requirement: str) -> tuple[Subject, Result]:
    subject = run_of(mutant, requirement).subjects[0]
    bad = (result for result in subject.results if any(check.verdict.is_bad for check in result.checks))
    return subject, next(bad)


def kit(subject: Subject, result: Result) -> str:
    return kit_of(story_of(subject, result, bundled()[result.case]))


@pytest.mark.parametrize(("mutant", "requirement"), [TITLES, TEXT])
def test_a_kit_shows_the_same_on_the_application(mutant: str, requirement: str, tmp_path: Path) -> None:
    shown = ran(kit(*failed(mutant, requirement)), tmp_path)
    assert shown.status == 1, shown.output
    assert "◄ here" in shown.output


@pytest.mark.parametrize(("mutant", "requirement"), [TITLES, TEXT])
def test_a_kit_does_not_claim_it_of_an_application_that_is_right(mutant: str, requirement: str, tmp_path: Path) -> None:
    shown = ran(kit(RIGHT, failed(mutant, requirement)[1]), tmp_path)
    assert shown.status == 0, shown.output
    assert shown.output.endswith("The behaviour is NOT shown.\n")


def test_a_frameworks_kit_carries_its_application(tmp_path: Path) -> None:
    text = kit(*only(run_of_starlette(), FRAMEWORK))
    shown = ran(text, tmp_path)
    assert shown.status == 1, shown.output
    assert "asgi_conformance" not in {
        alias.name.partition(".")[0]
        for node in ast.walk(ast.parse(text, feature_version=(3, 8)))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert [visible(line) for line in text.split("\n")] == text.split("\n")


def test_an_application_that_is_not_there_is_no_proof(tmp_path: Path) -> None:
    absent = replace(RIGHT, name="no_such_module:app")
    shown = ran(kit(absent, failed(*TITLES)[1]), tmp_path)
    assert shown.status == 2
    assert shown.output.startswith("no_such_module:app cannot be loaded: ModuleNotFoundError")


def test_an_application_that_blocks_its_event_loop_ends_by_itself(tmp_path: Path) -> None:
    (tmp_path / "blocking.py").write_text("import time\nasync def app(scope, receive, send):\n    time.sleep(30)\n")
    text = kit(replace(RIGHT, name="blocking:app"), failed(*TITLES)[1]).replace("LONGEST = 40.0", "LONGEST = 0.5")
    shown = ran(text, tmp_path, python=(sys.executable,))
    assert shown.status == 0
    assert "the application blocks its event loop: the script cannot go on" in shown.output


def test_what_a_kit_cannot_do_is_said() -> None:
    subject, result = failed(*TITLES)
    with pytest.raises(NoKit, match="run on trio"):
        kit(replace(subject, options={"loop": "trio"}), result)
    with pytest.raises(NoKit, match="where mine keeps its application is not known"):
        kit(replace(subject, kind="asgi-framework", name="mine"), result)
    with pytest.raises(NoKit, match="no kits for subjects of the kind asgi-stack"):
        kit(replace(subject, kind="asgi-stack"), result)
