"""The findings: each is reproduced by a short file that shows it without this project."""

import ast
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from asgi_conformance.servers.adapter import Server
from asgi_conformance.servers.registry import find_adapter

REPORTS = Path(__file__).parent.parent / "reports"
FINDINGS = (REPORTS / "findings.md").read_text("utf-8")
FILES = sorted((REPORTS / "reproductions").glob("*.py"))
NAMED = re.findall(r"`python (reports/reproductions/\w+\.py)`", FINDINGS)


def about() -> dict[str, tuple[str, str]]:
    """File name: server or framework, and its version, of the finding that names it."""
    found = {}
    for part in re.split(r"^### ", FINDINGS, flags=re.MULTILINE)[1:]:
        server, release = re.findall(r"(\w+)(?:\[[^]]*\])? (\d[\w.]*)", part)[0]
        found.update({Path(name).name: (server, release) for name in NAMED if name in part})
    return found


ABOUT = about()


def installed(subject: str) -> str:
    """Its version; of a server that is on PyPI under another name, or not at all, as its adapter knows it."""
    with suppress(PackageNotFoundError):
        return version(subject)
    server = Server(find_adapter(subject, "wsgi-server"))
    return (server.version(sys.executable) or "").partition(" ")[0]


def test_every_finding_has_its_file_and_every_file_its_finding() -> None:
    assert {Path(name).name for name in NAMED} == {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_short_and_needs_the_standard_library_and_its_framework_alone(path: Path) -> None:
    source = path.read_text("utf-8")
    assert source.count("\n") <= 30
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
        + ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
    }
    assert imported <= {*sys.stdlib_module_names, ABOUT[path.name][0]}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_shows_what_was_found(path: Path, tmp_path: Path) -> None:
    subject, release = ABOUT[path.name]
    have = installed(subject)
    if have != release:
        pytest.skip(f"found on {subject} {release}; {have} is installed")
    command = [sys.executable, str(path)]
    output = tmp_path / "output"
    with output.open("w") as written:
        running = subprocess.Popen(command, stdout=written, stderr=written, cwd=tmp_path, start_new_session=True)
    try:
        assert running.wait(60) == 1, output.read_text()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
