"""The README tells the truth: its commands are run as they stand, its options exist, its case passes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def shell_lines() -> list[str]:
    text = "\n".join(body for kind, body in BLOCKS if kind == "sh")
    return [line.split("  #")[0].strip() for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has Python and pip and nothing else."""
    folder = tmp_path_factory.mktemp("newcomer")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV", "PYTHON"))}
    return {**keep, "PATH": f"{folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}


def test_the_main_job_from_nothing(newcomer: dict[str, str], tmp_path: Path) -> None:
    """The first command: its installation in the checkout, its run in an empty folder."""
    install, run = shell_lines()[0].split(" && ")
    subprocess.run([*shell(f"{install} -q")], cwd=ROOT, env=newcomer, check=True, timeout=600)
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
    install, test = shell_lines()[1].split(" && ")
    script = (ROOT / ".ci" / "run").read_text()
    assert test in script
    assert all(extra in script for extra in re.findall(r"[a-z]+\d?", install.partition("[")[2].rpartition("]")[0]))


def test_every_option_exists() -> None:
    command = [sys.executable, "-m", "pytest", "--help"]
    known = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT).stdout
    for line in shell_lines():
        if line.startswith("pytest"):
            for option in re.findall(r"--[aw]sgi-[a-z-]+", line):
                assert option in known, line


def test_the_command_line_is_as_written(tmp_path: Path) -> None:
    for line in shell_lines():
        if line.startswith("asgi-conformance list"):
            command = [sys.executable, "-m", "asgi_conformance", *line.split()[1:]]
            assert subprocess.run(command, check=False, capture_output=True, cwd=ROOT).returncode == 0


def test_the_case_passes(tmp_path: Path) -> None:
    code = next(body for kind, body in BLOCKS if kind == "python")
    (tmp_path / "readme_cases.py").write_text(code)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--asgi-server=uvicorn",
        "-q",
        "readme_cases.py",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout


def test_the_lint_is_wrapped_as_it_says() -> None:
    code = [body for kind, body in BLOCKS if kind == "python"][1]
    names: dict[str, Any] = {"app": print, "violations": []}
    exec(code, names)  # noqa: S102 - the README's own
    assert isinstance(names["app"], names["lint"].Lint)
