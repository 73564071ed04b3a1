"""Whole runs of pytest in a folder of their own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Outcome:
    status: int
    text: str
    run: Any
    """The run file; None where none was written."""

    def verdicts(self) -> dict[str, str]:
        """Worst verdict by case id of the first subject."""
        return {
            result["case"]: "/".join(sorted({check["verdict"] for check in result["checks"]}))
            for result in self.run["subjects"][0]["results"]
        }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a run takes place, empty."""
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """The temporary folder of a run, looked at afterwards; its path is short, as that of a socket has to be."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@pytest.fixture
def environment(temporary: Path) -> dict[str, str]:
    """For subprocesses: our checkout, the model citizen, a temporary folder that is looked at afterwards."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "COVERAGE_"))}
    return {**keep, "PYTHONPATH": path, "TMPDIR": str(temporary), "COLUMNS": "120"}


@pytest.fixture
def run(folder: Path, temporary: Path, environment: dict[str, str]) -> Callable[..., Outcome]:
    """Run pytest there, bounded; afterwards no temporary file may be left."""

    def run(*arguments: str, seconds: float = 60) -> Outcome:
        command = [*command_line(), "--asgi-json=run.json", *arguments]
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            errors="replace",
        )
        file = folder / "run.json"
        data = json.loads(file.read_text()) if file.exists() else None
        left = [path.name for path in temporary.iterdir() if not path.name.startswith("pytest-of-")]  # pytest-xdist's
        assert left == [], f"left behind: {left}"
        assert "Traceback" not in done.stdout + done.stderr, (done.stdout + done.stderr)[-3000:]
        return Outcome(done.returncode, done.stdout + done.stderr, data)

    return run


def command_line() -> list[str]:
    """pytest with our plugin, whether the distribution is installed or not."""
    return [sys.executable, "-m", "pytest", *plugin_arguments(), "-p", "no:cacheprovider"]


def plugin_arguments() -> list[str]:
    from importlib.metadata import entry_points

    installed = any(point.name == "asgi_conformance" for point in entry_points(group="pytest11"))
    return [] if installed else ["-p", "asgi_conformance.pytest_plugin"]


def processes_with(word: str) -> list[str]:
    """Command lines of running processes that mention the word."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if word in line and state != "Z" and "pytest" not in line:
                found.append(line)
    return found
