"""The published results are made by one command, the same from the same runs, and say what their runs say."""

import gzip
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from asgi_conformance.servers.registry import known_names

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "reports"
README = "# A project\n\n<!-- matrix -->\nold\n<!-- /matrix -->\n\nThe end.\n"


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("publish", REPORTS / "publish.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules["publish"] = found  # where its dataclasses look for their annotations
    spec.loader.exec_module(found)
    return found


PUBLISH = module()


@pytest.mark.parametrize(("option", "kind"), [("--asgi-server", "asgi-server"), ("--wsgi-server", "wsgi-server")])
def test_every_server_is_published(option: str, kind: str) -> None:
    named = [one for shard in PUBLISH.shards() if shard.page == "servers" for one in shard.options]
    words = [one.partition("=")[2] for one in named if one.startswith(f"{option}=")]
    servers = {name for word in words for name in re.sub(r"\[.*?\]", "", word).split(",")}
    assert servers == set(known_names(kind))


def test_every_framework_is_published() -> None:
    options = {one for shard in PUBLISH.shards() if shard.page == "frameworks" for one in shard.options}
    assert options == {"--asgi-framework=all", "--wsgi-framework=all"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports of three narrow shards, beside a README."""
    root = tmp_path_factory.mktemp("project")
    (root / "README.md").write_text(README, "utf-8")
    folder = root / "reports"
    folder.mkdir()
    assert PUBLISH.run(narrow(), folder) == 0
    return folder


def narrow() -> list[object]:
    case = "--asgi-case=http/response_start/header-*"
    return [
        PUBLISH.Shard("one", "servers", ("--asgi-server=uvicorn", case)),
        PUBLISH.Shard("two", "servers", ("--asgi-server=uvicorn[http=h11],granian", case)),
        PUBLISH.Shard("three", "frameworks", ("--asgi-framework=starlette", "--asgi-case=contract/requests/*")),
    ]


def files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def test_all_is_made_of_the_runs(small: Path) -> None:
    assert PUBLISH.render(narrow(), small) == 0
    names = {path.relative_to(small).as_posix() for path in files(small)}
    made = {f"runs/{name}.json.gz" for name in ("one", "two", "three")}
    made |= {f"{page}.{kind}" for page in ("servers", "frameworks") for kind in ("html", "md")}
    made |= {f"badges/asgi-server/{name}.json" for name in ("uvicorn", "uvicorn-http-h11", "granian")}
    assert names == made | {"badges/asgi-framework/starlette.json", "changes.md", "coverage.md"}
    assert all(name in (small / "servers.html").read_text("utf-8") for name in ("uvicorn", "granian"))
    shown = (small.parent / "README.md").read_text("utf-8")
    assert "granian" in shown and "old" not in shown and "http=h11" not in shown
    assert shown.startswith("# A project\n") and shown.endswith("<!-- /matrix -->\n\nThe end.\n")


def test_the_same_runs_give_the_same_bytes(small: Path) -> None:
    def made(seed: str) -> dict[str, bytes]:
        code = (
            "import sys; sys.path[:0] = ['tests']; import test_reports as t; from pathlib import Path;"
            f"sys.exit(t.PUBLISH.render(t.narrow(), Path({str(small)!r})))"
        )
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment, timeout=120)
        return {str(path): path.read_bytes() for path in files(small.parent)}

    assert made("1") == made("2")


def test_a_new_run_tells_what_has_changed(small: Path) -> None:
    shard = narrow()[0]
    file = small / "runs" / "one.json.gz"
    run = json.loads(gzip.decompress(file.read_bytes()))
    check = run["subjects"][0]["results"][0]["checks"][0]
    check["verdict"] = "fail" if check["verdict"] == "pass" else "pass"
    file.write_bytes(gzip.compress(json.dumps(run).encode()))
    assert PUBLISH.run([shard], small) == 0
    assert check["requirement"] in (small / "changes.md").read_text("utf-8")
    assert PUBLISH.run([shard], small) == 0
    assert (small / "changes.md").read_text("utf-8") == "Nothing has changed.\n"


def test_a_shard_that_cannot_be_run_leaves_what_there_was(small: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = (small / "runs" / "one.json.gz").read_bytes()
    assert PUBLISH.run([PUBLISH.Shard("one", "servers", ("--asgi-server=none-such",))], small) == 4
    assert "none-such" in capfd.readouterr().err
    assert (small / "runs" / "one.json.gz").read_bytes() == before


def test_where_things_lie_is_not_published(small: Path) -> None:
    assert (
        PUBLISH.run([PUBLISH.Shard("four", "servers", ("--wsgi-server=wsgiref", "--asgi-case=wsgi/error/*"))], small)
        == 0
    )
    text = gzip.decompress((small / "runs" / "four.json.gz").read_bytes()).decode()
    assert "asgi_conformance/remote" in text  # in the traceback of a crash
    assert not any(place in text for place in (str(ROOT), sys.prefix, sys.base_prefix))


def test_a_path_that_was_cut_off_is_not_published_either() -> None:
    cut = str(ROOT)[:-1]
    told = json.loads(PUBLISH.without_places(json.dumps(f"File {ROOT}/x.py, File {cut}… (9 more), /roo…, {cut} alone")))
    assert told.startswith("File project/x.py, File ") and told.endswith(f"… (9 more), /roo…, {cut} alone")
    assert f"{cut}…" not in told


def test_nothing_published_tells_where_things_lie() -> None:
    for file in (REPORTS / "runs").iterdir():
        text = gzip.decompress(file.read_bytes()).decode()
        assert "/site-packages" not in text and "/asgi_conformance/remote" not in text, file


def test_an_unknown_shard_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        PUBLISH.main(["run", "none-such"])
    assert "no such shard: none-such; there are uvicorn" in capsys.readouterr().err


def test_what_is_published_is_made_of_the_published_runs(tmp_path: Path) -> None:
    """All but the pages, which change with every change of their looks."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "runs").symlink_to(REPORTS / "runs")
    (tmp_path / "README.md").write_bytes((ROOT / "README.md").read_bytes())
    PUBLISH.tables(PUBLISH.shards(), folder)
    for path in files(tmp_path):
        original = ROOT / path.relative_to(tmp_path)
        assert path.read_bytes() == original.read_bytes(), f"{original} is outdated: python reports/publish.py render"
