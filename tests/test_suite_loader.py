"""Files of cases become cases, wherever they lie, and a broken one says in a line what is wrong with it."""

import sys
from pathlib import Path

import pytest

from asgi_conformance import suite_loader
from asgi_conformance.script import BadCase
from asgi_conformance.suite_loader import digest, load_cases, load_file, load_others, suite_files, suites_folder

CASE = """
from asgi_conformance.authoring import app, case, client, requirement, response
case("A title", client.gets(response(200), requirement("http.response.start.status")))
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some_cases.py"
    path.write_text(CASE)
    return path


def complaint(file: Path, text: str) -> str:
    file.write_text(text)
    with pytest.raises(BadCase) as caught:
        load_others(file, "mine/")
    (line,) = str(caught.value).splitlines()
    assert line.startswith(str(file))
    return line.removeprefix(str(file))


def test_the_bundled_suites_lie_beside_the_package_in_a_checkout() -> None:
    assert suites_folder() == Path(suite_loader.__file__).parent.parent / "suites"


def test_the_bundled_suites_lie_inside_the_package_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "suites").mkdir()
    monkeypatch.setattr(suite_loader, "PACKAGE", tmp_path)
    assert suites_folder.__wrapped__() == tmp_path / "suites"


def test_every_bundled_file_makes_cases_with_its_path_in_their_ids() -> None:
    cases = load_cases()
    assert len({case.id for case in cases}) == len(cases)
    for path in suite_files():
        file = path.relative_to(suites_folder()).with_suffix("").as_posix()
        assert {case.file for case in load_file(path)} == {file}
        assert all(case.id == f"{case.file}/{case.name}" for case in load_file(path))


def test_a_file_is_executed_once(file: Path) -> None:
    count = file.with_suffix(".count")
    file.write_text(f"{CASE}with open({str(count)!r}, 'a') as count:\n    count.write('1')\n")
    assert load_file(file, "mine/") == load_file(file, "mine/")
    assert count.read_text() == "1"
    assert "asgi_conformance_suites.mine" not in sys.modules


def test_ids_begin_with_the_prefix(file: Path) -> None:
    (case,) = load_others(file, "tests/some_cases/")
    assert (case.id, case.file, case.name) == ("tests/some_cases/a-title", "tests/some_cases", "a-title")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1 +", ":1: SyntaxError: invalid syntax"),
        ("\n\nnonsense", ":3: NameError: name 'nonsense' is not defined"),
        ("import no_such_module", ":1: ModuleNotFoundError: No module named 'no_such_module'"),
        ("from asgi_conformance.authoring import nonsense", ":1: ImportError: cannot import name 'nonsense'"),
        ("raise ValueError('two\\nlines')", ":1: ValueError: two lines"),
        ("def f():\n    raise KeyError(1)\nf()", ":2: KeyError: 1"),
        ("from asgi_conformance.authoring import *\ncase('x', client.gets(1))", ":2: 1 is no matcher"),
        (CASE + CASE, ":6: two cases are called mine/a-title"),
        ("", " makes no case; it needs a call of asgi_conformance.authoring.case"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_a_line(file: Path, text: str, told: str) -> None:
    assert complaint(file, text).startswith(told)


def test_a_requirement_that_does_not_exist_is_told(file: Path) -> None:
    told = complaint(file, CASE.replace("start.status", "start.statsu"))
    assert told.startswith(": a-title: there is no requirement http.response.start.statsu; did you mean ")
    assert "http.response.start.status" in told


def test_a_file_of_another_kind_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(BadCase, match="is no Python file"):
        load_file(tmp_path / "cases.txt", "mine/")


def test_what_is_no_exception_is_let_through(file: Path) -> None:
    file.write_text("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load_file(file, "mine/")


def test_the_digest_is_that_of_the_content() -> None:
    assert digest.__wrapped__() == digest()
    assert digest().startswith("sha256:")
    assert len(digest()) == len("sha256:") + 64
