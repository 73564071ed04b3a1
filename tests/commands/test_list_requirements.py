"""`asgi-conformance list`."""

import json
import os
import subprocess
import sys

import pytest

from asgi_conformance import ledger
from asgi_conformance.__main__ import main
from asgi_conformance.commands.list_requirements import selected, table
from asgi_conformance.spec.catalogue import load

CASES = {"tls.only-on-tls": ["extensions/a", "tls/b"]}
MUTANTS = {"tls.only-on-tls": ["adds_tls"], "tls.app.optional": ["indexes_tls"]}


@pytest.fixture
def with_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "cases_by_requirement", lambda: CASES)
    monkeypatch.setattr(ledger, "mutants_by_requirement", lambda: MUTANTS)


def ids(output: str) -> list[str]:
    return [line.split()[0] for line in output.splitlines()[1:-2]]


def test_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    output = capsys.readouterr().out
    assert ids(output) == list(load())
    assert output.splitlines()[0].split() == ["id", "side", "level", "title"]
    assert output.splitlines()[-1] == f"{len(load())} requirements"


def test_the_columns_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--area", "tls", "--side", "application"])
    assert capsys.readouterr().out == (
        "id                     side         level   title\n"
        "tls.app.optional       application  MUST    "
        "Application treats the extension and its optional keys as optional\n"
        "tls.app.error-checked  application  SHOULD  "
        "Application authenticating by certificate honours client_cert_error\n"
        "\n"
        "2 requirements\n"
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((None, None, None), 947),
        (("tls", None, None), 19),
        (("tls", "application", None), 2),
        (("tls", "application", "SHOULD"), 1),
        ((None, "middleware", "MUST NOT"), 2),
    ],
)
def test_filters(filters: tuple[str | None, str | None, str | None], expected: int) -> None:
    assert len(selected(load().values(), *filters)) >= expected
    for requirement in selected(load().values(), *filters):
        values = (requirement.area, requirement.side.value, requirement.level.value)
        assert all(wanted in (None, value) for wanted, value in zip(filters, values, strict=True))


def test_nothing_fits() -> None:
    assert table([], coverage=False) == ["id  side  level  title", "", "0 requirements"]


@pytest.mark.usefixtures("with_cases")
def test_what_is_covered_and_what_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--area", "tls", "--covered"])
    assert ids(capsys.readouterr().out) == ["tls.only-on-tls"]
    main(["list", "--area", "tls", "--not-covered"])
    assert len(ids(capsys.readouterr().out)) == 18


@pytest.mark.usefixtures("with_cases")
def test_coverage_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--area", "tls", "--level", "MUST NOT", "--coverage"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["id", "side", "level", "cases", "mutants", "title"]
    assert lines[1].split()[:6] == ["tls.only-on-tls", "server", "MUST", "NOT", "2", "1"]
    assert lines[-1] == "1 requirements, 1 covered"


def test_without_a_mutant_there_is_no_column_of_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They do not ship with the package."""
    monkeypatch.setattr(ledger, "cases_by_requirement", lambda: CASES)
    monkeypatch.setattr(ledger, "mutants_by_requirement", dict)
    main(["list", "--area", "tls", "--level", "MUST NOT", "--coverage"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["id", "side", "level", "cases", "title"]
    assert lines[1].split()[:5] == ["tls.only-on-tls", "server", "MUST", "NOT", "2"]


@pytest.mark.usefixtures("with_cases")
def test_coverage_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--area", "tls", "--coverage", "--json"])
    found = {entry["id"]: entry for entry in json.loads(capsys.readouterr().out)}
    assert found["tls.only-on-tls"] == {
        "id": "tls.only-on-tls",
        "side": "server",
        "level": "MUST NOT",
        "testable": "yes",
        "cases": ["extensions/a", "tls/b"],
        "mutants": ["adds_tls"],
        "reason": "",
    }
    assert found["tls.app.optional"]["mutants"] == ["indexes_tls"]
    untestable = found["tls.client-cert-name.without-chain"]
    assert (untestable["testable"], untestable["cases"]) == ("no", [])
    assert untestable["reason"]


@pytest.mark.usefixtures("with_cases")
def test_the_ledger_as_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--area", "tls", "--level", "MUST NOT", "--markdown"])
    output = capsys.readouterr().out
    assert output.startswith("# What is tested\n")
    assert "| `extensions/a`, `tls/b` | `adds_tls` |" in output


def test_json_without_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--area", "tls", "--json"])
    entry = json.loads(capsys.readouterr().out)[0]
    assert list(entry) == ["id", "side", "level", "testable", "area", "title", "url"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "--area", "nope"], "asgi-conformance list: argument --area: invalid choice: 'nope'"),
        (["list", "--side", "client"], "asgi-conformance list: argument --side: invalid choice: 'client'"),
        (["list", "--level", "OUGHT"], "asgi-conformance list: argument --level: invalid choice: 'OUGHT'"),
        (["list", "--covered", "--not-covered"], "asgi-conformance list: argument --not-covered: not allowed with"),
        (["list", "--json", "--markdown"], "asgi-conformance list: argument --markdown: not allowed with"),
        ([], "asgi-conformance: the following arguments are required: COMMAND"),
        (["nope"], "asgi-conformance: argument COMMAND: invalid choice: 'nope'"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(words)
    assert captured.err.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "asgi_conformance", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert ended.stderr == b""
