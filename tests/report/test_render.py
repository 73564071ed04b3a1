"""`asgi-conformance render`."""

import gzip
import json
from pathlib import Path

import pytest

from asgi_conformance.__main__ import main
from asgi_conformance.report import knowledge
from asgi_conformance.results import from_json, to_json

from .samples import KNOWLEDGE, OTHER, RUN, UVICORN


@pytest.fixture(autouse=True)
def _small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("html", "markdown"):
        monkeypatch.setattr(f"asgi_conformance.report.{module}.published", lambda: KNOWLEDGE)
    assert knowledge.published is not None


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    from dataclasses import replace

    found = []
    for subject in (UVICORN, OTHER):
        file = tmp_path / f"{subject.name}.json"
        file.write_text(to_json(replace(RUN, subjects=(subject,))), "utf-8")
        found.append(file)
    return found


def call(*words: object) -> int:
    return main(["render", *map(str, words)])


def test_runs_are_merged_and_written(files: list[Path], tmp_path: Path) -> None:
    html, markdown = tmp_path / "a.html", tmp_path / "a.md"
    assert call(*files, "--html", html, "--markdown", markdown) == 0
    assert html.read_text("utf-8").startswith("<!doctype html>")
    assert "2 ASGI servers tested" in markdown.read_text("utf-8")


def test_the_forms_for_machines(files: list[Path], tmp_path: Path) -> None:
    places = {form: tmp_path / f"a.{form}" for form in ("json", "badge", "sarif", "ctrf")}
    assert call(*files, *(f"--{form}={place}" for form, place in places.items())) == 0
    merged = from_json(places["json"].read_text("utf-8"))
    assert [subject.id for subject in merged.subjects] == [UVICORN.id, OTHER.id]
    told = {form: json.loads(place.read_text("utf-8")) for form, place in places.items()}
    assert told["badge"]["schemaVersion"] == 1
    assert told["sarif"]["version"] == "2.1.0"
    assert told["ctrf"]["results"]["summary"]["tests"] == len(UVICORN.results) + len(OTHER.results)


def test_merged_runs_may_be_compressed_and_rendered_again(files: list[Path], tmp_path: Path) -> None:
    packed, plain = tmp_path / "all.json.gz", tmp_path / "all.json"
    assert call(*files, "--json", packed) == call(packed, "--json", plain) == 0
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()


@pytest.mark.parametrize("form", ["json", "badge", "sarif", "ctrf"])
def test_a_machine_form_that_cannot_be_written_is_said(
    files: list[Path], capsys: pytest.CaptureFixture[str], form: str
) -> None:
    assert call(*files, f"--{form}", files[0].parent / "no" / "out") == 4
    assert "cannot write" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "it is not JSON"),
        (b"{}", 'its "format" is not'),
        (json.dumps({"format": "asgi-conformance-run", "format_version": 99}).encode(), "format_version is 99"),
        (b"\xff", "it is not UTF-8"),
    ],
)
def test_an_unreadable_run_is_one_line_and_status_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, words: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    assert call(file, "--html", tmp_path / "out.html") == 4
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert words in error
    assert not (tmp_path / "out.html").exists()


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(tmp_path / "none.json", "--html", tmp_path / "out.html") == 4
    assert "none.json: No such file" in capsys.readouterr().err


def test_nothing_to_write_is_said(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*files) == 4
    assert "name a file with --html, --markdown, --json, --badge, --sarif, --ctrf" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*files, "--html", files[0].parent / "no" / "out.html") == 4
    assert "cannot write" in capsys.readouterr().err


def test_a_compressed_run_is_read_as_any_other(files: list[Path], tmp_path: Path) -> None:
    packed = tmp_path / "run.json.gz"
    packed.write_bytes(gzip.compress(files[0].read_bytes()))
    assert call(packed, "--html", tmp_path / "packed.html") == call(files[0], "--html", tmp_path / "plain.html") == 0
    assert (tmp_path / "packed.html").read_bytes() == (tmp_path / "plain.html").read_bytes()


@pytest.mark.parametrize("content", [b"{}", gzip.compress(b"{}")[:-9]])
def test_what_is_not_compressed_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    file = tmp_path / "run.json.gz"
    file.write_bytes(content)
    assert call(file, "--html", tmp_path / "out.html") == 4
    assert "not compressed by gzip as its name says" in capsys.readouterr().err


def test_the_page_marks_what_has_changed_since_an_older_run(files: list[Path], tmp_path: Path) -> None:
    from .pages import older

    before = tmp_path / "older.json"
    before.write_text(to_json(older()), "utf-8")
    assert call(*files, "--html", tmp_path / "new.html", "--against", before) == 0
    page = (tmp_path / "new.html").read_text("utf-8")
    assert "Since 1 November 2026" in page
    assert '<ins class="broken" title="was pass: 403">broken</ins>' in page


def test_an_older_run_is_for_the_page(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(*files, "--markdown", files[0].parent / "a.md", "--against", files[0]) == 4
    assert "name a file with --html" in capsys.readouterr().err
