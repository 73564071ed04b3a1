"""The contract applications that ship with us: each framework's plays every case in memory, to a complete report."""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest

from asgi_conformance.applications import FOLDER, FRAMEWORKS

pytest_plugins = ["pytester"]

ENOUGH = 20
"""Checks of the contract that every one of them passes, and more: an adapter for WSGI has the least of it."""


def test_each_has_its_module_and_each_module_is_one() -> None:
    modules = {path.stem.removeprefix("on_").replace("_", "-") for path in FOLDER.glob("on_*.py")}
    assert modules == set(FRAMEWORKS)


def test_the_file_that_they_send_is_what_the_contract_says() -> None:
    assert (FOLDER / "contract_file.txt").read_bytes() == b"0123456789" * 1000


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_its_contract_application_plays_every_case_in_memory(name: str, pytester: pytest.Pytester) -> None:
    assert version(FRAMEWORKS[name])
    report = pytester.path / "run.json"
    options = ["-q", "-p", "no:cacheprovider", f"--asgi-framework={name}", f"--asgi-json={report}"]
    done = pytester.runpytest_subprocess(*options, timeout=180)
    assert done.ret in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), done.stderr.str()
    told = json.loads(Path(report).read_text("utf-8"))
    assert told["run"]["complete"]
    (subject,) = told["subjects"]
    checks = [(result["case"], check) for result in subject["results"] for check in result["checks"]]
    bad = [(case, check["observed"]) for case, check in checks if check["verdict"] in ("error", "not-run")]
    assert not bad
    verdicts = Counter(check["verdict"] for case, check in checks if case.startswith("contract/"))
    assert verdicts["pass"] > ENOUGH
