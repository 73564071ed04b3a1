"""The catalogue that ships, and what may not be wrong with its files."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from asgi_conformance.spec import catalogue
from asgi_conformance.spec.catalogue import AREAS, BrokenCatalogue, Catalogue, Testable, UnknownRequirement, load
from asgi_conformance.verdict import Verdict

SPEC = Path(catalogue.__file__).parent

ENTRY = """
[[requirement]]
id = "{id}"
side = "server"
level = "MUST"
title = "T"
summary = "S"
reference = {{ doc = "RFC 9112", section = "§3" }}
stimulus = "S"
expect = "E"
testable = "yes"
violations = ["V"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue of one requirement in each area."""
    (tmp_path / "requirements").mkdir()
    for area, prefix in AREAS.items():
        text = f'area = "{area}"\nspec = "www"\n' + ENTRY.format(id=f"{prefix}.scope.type")
        (tmp_path / "requirements" / f"{area}.toml").write_text(text)
    (tmp_path / "ambiguities.md").write_text("### A01 Something\ntext A02\n")
    (tmp_path / "ambiguities-wsgi-and-wire.md").write_text("- **W01** **Something** else\n")
    return tmp_path


def test_every_requirement_that_ships_holds_together() -> None:
    requirements = list(load().values())
    assert len(requirements) == len(load()) >= 947
    assert all(requirement.url.startswith("https://") for requirement in requirements)
    assert sum(requirement.testable is Testable.NO for requirement in requirements) == 5


def test_every_file_of_requirements_is_an_area() -> None:
    assert {path.stem for path in (SPEC / "requirements").iterdir()} == set(AREAS)


def test_no_id_was_ever_taken_back() -> None:
    """Baselines and suites of others hold on to ids: a new one is added to `ids.txt`, none is removed."""
    ever = (SPEC / "ids.txt").read_text().splitlines()
    assert ever == sorted(set(ever))
    assert set(ever) - set(load()) == set()
    assert set(load()) - set(ever) == set()


def test_it_is_a_mapping_in_the_order_of_the_files() -> None:
    found = load()
    assert isinstance(found, Mapping)
    ids = list(found)
    assert ids[0] == "common.app.single-callable"
    assert ids.index("http.scope.type") < ids.index("websocket.scope.type") < ids.index("ws.handshake.accept-key")
    assert found["http.scope.type"].broken is Verdict.FAIL
    assert found.get("http.scope.typ") is None
    assert "http.scope.type" in found
    assert "nonsense" not in found


def test_it_is_read_once() -> None:
    assert load() is load()
    assert load()["tls.only-on-tls"] is load()["tls.only-on-tls"]


def test_only_the_file_that_is_asked_for_is_read(folder: Path) -> None:
    (folder / "requirements" / "wsgi.toml").write_text("nonsense")
    found = Catalogue(folder)
    assert found["http.scope.type"].area == "http"
    with pytest.raises(BrokenCatalogue):
        found["wsgi.scope.type"]


def test_where_a_requirement_stands() -> None:
    assert load().section("websocket.close.code-default") == "www.rst, Close - send event"


def test_an_unknown_id_is_met_with_what_was_meant() -> None:
    with pytest.raises(UnknownRequirement) as unknown:
        load()["http.scope.typ"]
    assert str(unknown.value).startswith("there is no requirement http.scope.typ; did you mean http.scope.")
    with pytest.raises(UnknownRequirement) as unknown:
        load()["42"]
    assert str(unknown.value) == "there is no requirement 42"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "requirements/http.toml: "),
        ('spec = "www"\n', "requirements/http.toml: area is missing at its head"),
        ('area = "http"\n', "requirements/http.toml: spec is missing at its head"),
        ('area = "tls"\nspec = "www"\n', "requirements/http.toml: area is 'tls', not the name of the file"),
        (
            'area = "http"\nspec = "www"\n' + ENTRY.format(id="httpscope.type"),
            "requirements/http.toml: httpscope.type: id does not begin with 'http' and a dot",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_named(folder: Path, text: str, message: str) -> None:
    (folder / "requirements" / "http.toml").write_text(text)
    with pytest.raises(BrokenCatalogue) as broken:
        list(Catalogue(folder))
    assert str(broken.value).startswith(message)


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / "requirements" / "tls.toml").unlink()
    with pytest.raises(BrokenCatalogue, match=r"requirements/tls\.toml: "):
        list(Catalogue(folder))


def test_the_registers_explain_by_headings_and_items(folder: Path) -> None:
    assert catalogue.ambiguities(folder) == {"A01", "W01"}


def test_both_registers_count_without_gap() -> None:
    known = catalogue.ambiguities(SPEC)
    assert known == {f"A{n:02}" for n in range(1, 77)} | {f"W{n:02}" for n in range(1, 68)}
