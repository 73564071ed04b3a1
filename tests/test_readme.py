"""The two commands of the README, from nothing. What else it says is tried with the documentation (`test_docs.py`)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from documentation.pages import ROOT, blocks

LINES = [line for block in blocks(ROOT / "README.md") if block.kind == "sh" for line in block.commands]
FIRST, SECOND = LINES[:2]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has Python and pip and nothing else."""
    folder = tmp_path_factory.mktemp("newcomer")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV", "PYTHON"))}
    return {**keep, "PATH": f"{folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}


def test_the_main_job_from_nothing(newcomer: dict[str, str], tmp_path: Path) -> None:
    """The first command: its installation in the checkout, its run in an empty folder."""
    install, run = FIRST.split(" && ")
    subprocess.run(shell(f"{install} -q"), cwd=ROOT, env=newcomer, check=True, timeout=600)
    done = subprocess.run(
        shell(run), check=False, cwd=tmp_path, env=newcomer, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr  # every one of them breaks something
    page = (tmp_path / "report.html").read_text("utf-8")
    assert all(name in page for name in ("uvicorn", "hypercorn", "daphne"))
    assert " error" not in done.stdout.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".pytest_cache", "report.html"]


def shell(line: str) -> list[str]:
    return ["bash", "-euc", line]


def test_the_test_command_is_what_continuous_integration_runs() -> None:
    install, test = SECOND.split(" && ")
    script = (ROOT / ".ci" / "run").read_text()
    assert test in script
    assert all(extra in script for extra in re.findall(r"[a-z]+\d?", install.partition("[")[2].rpartition("]")[0]))
