"""The interpreter under test is asked, and a wrong one is told apart."""

import os
import sys
from pathlib import Path

import pytest

from asgi_conformance.servers.adapter import BadSubject
from asgi_conformance.stage.interpreter import examine, installed_versions


@pytest.fixture
def same_by_another_name(tmp_path: Path) -> str:
    """A script that runs this interpreter, so that it cannot be taken for the one that runs."""
    return script(tmp_path, f'exec {sys.executable} "$@"')


def script(folder: Path, command: str) -> str:
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
    return str(path)


def complaint(python: str, patience: float = 20.0) -> str:
    with pytest.raises(BadSubject) as caught:
        examine(python, ["pytest"], patience)
    (line,) = str(caught.value).splitlines()
    return line


def test_our_own_interpreter_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", None)
    found = examine(sys.executable, ["pytest", "no-such-distribution"])
    assert found.installed == {"pytest": pytest.__version__, "no-such-distribution": None}
    assert found.executable == sys.executable


def test_another_interpreter_gives_the_same_answer(same_by_another_name: str) -> None:
    asked = ["pytest", "h11", "no-such-distribution"]
    assert examine(same_by_another_name, asked) == examine(sys.executable, asked)
    assert installed_versions(same_by_another_name, asked) == installed_versions(sys.executable, asked)


def test_modules_of_the_working_folder_do_not_get_in_the_way(
    same_by_another_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "metadata.py").write_text("1 / 0")
    (tmp_path / "json.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    assert installed_versions(same_by_another_name, ["pytest"]) == {"pytest": pytest.__version__}


def test_what_does_not_exist_is_named() -> None:
    line = complaint("/no/such/python")
    assert "'/no/such/python' cannot be used (No such file or directory)" in line
    assert f"--asgi-python={sys.executable}" in line


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("echo 42", "does not answer like a Python interpreter"),
        ("echo words", "does not answer like a Python interpreter"),
        ("true", "does not answer like a Python interpreter"),
        ("exit 3", "exit status 3"),
    ],
)
def test_what_is_no_interpreter_is_told_apart(tmp_path: Path, command: str, reason: str) -> None:
    assert reason in complaint(script(tmp_path, command))


def test_one_that_is_too_old_is_told_so(tmp_path: Path) -> None:
    answer = '{"executable": "/old", "version": "3.6.15", "installed": {}}'
    assert "is Python 3.6.15; name one from 3.8 on" in complaint(script(tmp_path, f"echo '{answer}'"))


def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    assert "no answer within 0.1 s" in complaint(script(tmp_path, "exec sleep 60"), patience=0.1)


def test_a_folder_is_no_interpreter(tmp_path: Path) -> None:
    assert "Permission denied" in complaint(os.fspath(tmp_path))
