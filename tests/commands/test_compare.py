"""`asgi-conformance compare`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from report.samples import RUN, UVICORN

from asgi_conformance import run_file
from asgi_conformance.__main__ import main
from asgi_conformance.results import Result, Subject
from asgi_conformance.verdict import Verdict


def failing(result: Result) -> Result:
    """The same, but what was kept is broken."""
    kept = Verdict.PASS
    checks = (replace(check, verdict=Verdict.FAIL) if check.verdict is kept else check for check in result.checks)
    return replace(result, checks=tuple(checks))


WORSE = replace(UVICORN, version="0.55.0", results=tuple(map(failing, UVICORN.results)))


def written(path: Path, *subjects: Subject) -> str:
    path.write_bytes(run_file.content(replace(RUN, subjects=subjects), path))
    return str(path)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return written(tmp_path / "old.json", UVICORN)


@pytest.fixture
def new(tmp_path: Path) -> str:
    return written(tmp_path / "new.json.gz", WORSE)


def test_text(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", old, new]) == 0
    told = capsys.readouterr().out
    assert "uvicorn[ws=wsproto] 0.54.0 → 0.55.0: 5 broken\n" in told
    assert "    http.scope.type\n        ✓ pass → ✗ fail\n" in told
    assert "\x1b" not in told


def test_markdown(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", old, new, "--markdown"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("# What has changed\n\n")
    assert "`uvicorn" not in told
    assert "<code>http.scope.type</code> | ✓ pass | ✗ fail |\n" in told


def test_json(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", old, new, "--json"]) == 0
    assert {change["kind"] for change in json.loads(capsys.readouterr().out)["changes"]} == {"broken"}


@pytest.mark.parametrize(("worse", "status"), [(True, 1), (False, 0)])
def test_what_is_broken_fails_if_that_is_asked_for(worse: bool, status: int, old: str, new: str) -> None:
    files = [old, new] if worse else [new, old]
    assert main(["compare", *files, "--fail-on=broken"]) == status
    assert main(["compare", *files]) == 0


@pytest.mark.parametrize("name", ["mine", "mine[command=a=b]"])
def test_a_subject_by_another_name(name: str, old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = written(tmp_path / "new.json", replace(WORSE, id=name))
    assert main(["compare", old, new, f"--subject={UVICORN.id}={name}", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [pair["new"]["id"] for pair in told["subjects"]] == [name]
    assert len(told["changes"]) == 5


def test_a_name_that_neither_run_has(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", old, new, "--subject=nope=\x1bmine"]) == 4
    assert capsys.readouterr().err == (
        "asgi-conformance compare: --subject 'nope=\\x1bmine' is no OLD_ID=NEW_ID: "
        "the old run has uvicorn[ws=wsproto]; the new one has uvicorn[ws=wsproto]\n"
    )


def test_a_file_that_is_no_run(old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", old, str(tmp_path / "nowhere.json")]) == 4
    error = capsys.readouterr().err
    assert error.endswith("nowhere.json: No such file or directory\n")
    assert error.count("\n") == 1
