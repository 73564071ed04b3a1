"""`asgi-conformance history`: releases of a toy server, from a folder of wheels."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from commands.fake_index import adapter, wheel
from report.samples import REFUSAL, RUN, UVICORN, check, result

from asgi_conformance.__main__ import main
from asgi_conformance.commands import history
from asgi_conformance.history import environments, process, releases, runs
from asgi_conformance.history.cache import Cache
from asgi_conformance.history.environments import Environment, NotTested, Recipe
from asgi_conformance.history.process import Outcome, TooSlow, execute
from asgi_conformance.results import Run, to_json
from asgi_conformance.servers.registry import parse_subjects
from asgi_conformance.verdict import Verdict

ROOT = Path(__file__).parent.parent.parent
CASES = "http/response_start/header-order*"
ORDER = "http.response.start.headers.order"


@dataclass(frozen=True)
class Shop:
    """What all these tests share: three releases, and a cache that is filled by the first test that needs it."""

    plugins: Path
    index: Path
    cache: Path


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    shop = Shop(folder / "plugins", folder / "index", folder / "cache")
    shop.index.mkdir()
    wheel(shop.index, "1.0", "--mutant", "http/response_start:sorts_the_headers")
    wheel(shop.index, "2.0")
    wheel(shop.index, "3.0", needs="nothing-of-the-kind")
    adapter(shop.plugins)
    return shop


@pytest.fixture
def world(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """pip sees this index alone, and every process the adapter."""
    monkeypatch.syspath_prepend(shop.plugins)
    for name, value in {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(shop.plugins)]),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(shop.index),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_COMPILE": "1",
        "XDG_CACHE_HOME": str(shop.cache),
        "PYTEST_ADDOPTS": "--nothing-we-know",
    }.items():
        monkeypatch.setenv(name, value)
    return shop


def test_since_when(world: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = tmp_path / "toy.json", tmp_path / "toy.md"
    line = ["history", "toy", f"--case={CASES}", f"--json={files[0]}", f"--markdown={files[1]}"]
    assert main([*line, "--versions=2.0, 3.0,1.0"]) == 0
    told = capsys.readouterr()
    (row,) = (row.split() for row in told.out.splitlines() if row.startswith(ORDER))
    assert row[:4] == [ORDER, "2.0", "✗", "≤"]
    assert "3.0: not tested: not installed: No matching distribution found for nothing-of-the-kind\n" in told.out
    assert "toy 1.0: 1 case once more" in told.err
    assert "unsteady" not in told.err
    table = json.loads(files[0].read_text())
    assert [(release["version"], release["tested"]) for release in table["releases"]] == [
        ("1.0", True),
        ("2.0", True),
        ("3.0", False),
    ]
    assert table["releases"][0]["packages"] == {"asgi-toy": "1.0"}
    states = [(span["state"], span["first"], span["after"]) for span in table["requirements"][ORDER]["support"]]
    assert states == [("broken", "1.0", None), ("kept", "2.0", "1.0")]
    again(world, [*line, "--versions=1.0,2.0"], table["requirements"], files, capsys)


def again(world: Shop, line: list[str], before: Any, files: Sequence[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The second time everything comes from the cache, and is the same."""
    kept = {path: path.stat().st_mtime_ns for path in world.cache.rglob("*.json.gz")}
    assert len(kept) == 4
    assert main(line) == 0
    assert {path: path.stat().st_mtime_ns for path in world.cache.rglob("*.json.gz")} == kept
    assert json.loads(files[0].read_text())["requirements"] == before
    assert files[1].read_text(encoding="utf-8").startswith("# toy: since when\n")
    assert "toy 2.0: 1 case, 0 s\n" in capsys.readouterr().err


def test_the_newest_releases(world: Shop) -> None:
    assert releases.last("asgi-toy", 2, sys.executable) == ("2.0", "3.0")
    with pytest.raises(releases.NoReleases, match="pip tells of no releases of asgi-nowhere: No matching distribution"):
        releases.last("asgi-nowhere", 2, sys.executable)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope", "--versions=1"], "no server is called 'nope'"),
        (["all", "--versions=1"], "a history is about one server"),
        (["uvicorn,daphne", "--versions=1"], "a history is about one server"),
        (["wsgiref", "--wsgi", "--versions=1"], "wsgiref has no releases of its own that could be installed"),
        (["uvicorn", "--versions=one"], "Invalid version: 'one'"),
        (["uvicorn", "--versions=,"], "--versions names no release"),
        (["uvicorn", "--last=0"], "--last is a number from 1 on, not 0"),
        (["uvicorn", "--last=1", "--python=/nowhere"], "--python: '/nowhere' cannot be used (No such file"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: list[str], words: str, world: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", *arguments]) == 4
    error = capsys.readouterr().err
    assert error.startswith(f"asgi-conformance history: {words}")
    assert error.count("\n") == 1


def test_no_network(world: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "execute", lambda *_: Outcome(1, "WARNING: Retrying\nERROR: No route to host\n\n"))
    assert main(["history", "toy", "--last=2"]) == 4
    assert capsys.readouterr().err == (
        "asgi-conformance history: pip tells of no releases of asgi-toy: No route to host; name some: --versions\n"
    )


def test_none_could_be_tested(world: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def slow(*_: Any, **__: Any) -> Outcome:
        raise TooSlow("no end within 300 s")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(environments, "execute", slow)
        assert main(["history", "toy", "--versions=1.0", f"--cache={tmp_path}"]) == 4
    assert capsys.readouterr().err == (
        "toy 1.0: not tested: made no environment: no end within 300 s\n"
        "asgi-conformance history: none of these releases could be tested\n"
    )


def test_a_cache_that_cannot_be_used(world: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert main(["history", "toy", "--versions=1.0", f"--cache={tmp_path / 'file'}"]) == 4
    assert "the cache cannot be used: " in capsys.readouterr().err
    with Cache(tmp_path).held():
        assert main(["history", "toy", "--versions=1.0", f"--cache={tmp_path}"]) == 4
    assert "another history is being written" in capsys.readouterr().err


# ---------------------------------------------------------------------- environments


def recipe(version: str = "1.0", *, name: str = "uvicorn", beside: tuple[str, ...] = ()) -> Recipe:
    (server,) = parse_subjects([name], lambda names: dict.fromkeys(names))
    return Recipe(server, version, sys.executable, "3.11.7", beside)


def test_what_is_installed() -> None:
    assert recipe("0.30.0", beside=("websockets<14",)).requirements == ("uvicorn[standard]==0.30.0", "websockets<14")
    assert recipe("4.1.0", name="daphne").requirements == ("daphne==4.1.0", "twisted[http2,tls]")
    names = {recipe().name, recipe("2.0").name, recipe(beside=("h11<1",)).name, recipe(name="hypercorn").name}
    assert len(names) == 4
    assert recipe(name="uvicorn[http=h11]").name == recipe().name


def test_an_environment_that_is_half_made_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def pretend(argv: Sequence[Any], _patience: float) -> Outcome:
        folder = Path(argv[-1]) if "venv" in argv else None
        steps.append("venv" if folder else "install" if "install" in argv else "list")
        if folder:
            folder.mkdir(parents=True)  # fails if the half-made one is still there
        return Outcome(0, '{"uvicorn": "1.0", "pip": "1"}\n' if "-c" in argv else "")

    monkeypatch.setattr(environments, "execute", pretend)
    kept = Cache(tmp_path)
    half = tmp_path / "environments" / recipe().name
    half.mkdir(parents=True)
    assert environments.environment(recipe(), kept).packages == {"uvicorn": "1.0"}
    assert environments.environment(recipe(), kept).python == half / "bin" / "python"
    assert steps == ["venv", "install", "list"]


def test_an_install_that_fails_leaves_nothing_that_looks_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = "some words\nERROR: Failed building wheel\nERROR: Could not build wheels\n[notice] a new pip"
    monkeypatch.setattr(environments, "execute", lambda *_: Outcome(1, output))
    with pytest.raises(NotTested, match="^made no environment: Could not build wheels$"):
        environments.environment(recipe(), Cache(tmp_path))
    assert Cache(tmp_path).made(tmp_path / "environments" / recipe().name) is None


def test_names_of_releases() -> None:
    assert releases.in_order(["0.10.0", "0.9", "0.9.0", "0.9.post1"]) == ("0.9", "0.9.post1", "0.10.0")
    assert releases.is_same("1.0", "1.0.0")
    assert not releases.is_same("1.0", "1.0.post1")
    assert releases.is_same("unreleased", "unreleased")
    assert not releases.is_same("unreleased", "1.0")


def test_pip_that_says_nothing() -> None:
    assert releases.complaint("\n \n") == "it says nothing"
    assert releases.complaint("one\ntwo\n") == "two"


# ---------------------------------------------------------------------- runs


def test_runs_that_say_nothing_of_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, kept = Environment(tmp_path, {}), Cache(tmp_path)

    def why(outcome: Any) -> str:
        def pretend(*_: Any, **__: Any) -> Outcome:
            if isinstance(outcome, Exception):
                raise outcome
            return Outcome(4, outcome)

        monkeypatch.setattr(runs, "execute", pretend)
        with pytest.raises(NotTested) as told:
            runs.run(recipe(), place, kept)
        return str(told.value)

    assert why(TooSlow("no end within 1 s")) == "not performed: no end within 1 s"
    assert why("some words\nERROR: usage\n") == "not performed: ERROR: usage"
    assert why("") == "not performed: pytest says nothing"


def with_run(run: Run) -> Any:
    """In the place of pytest: it writes this run."""

    def pretend(*_: Any, folder: Path, **__: Any) -> Outcome:
        (folder / "run.json").write_text(to_json(run), encoding="ascii")
        return Outcome(0, "")

    return pretend


ONE = replace(RUN, subjects=(replace(UVICORN, id="uvicorn", version="1.0.0"),))
NEVER_STARTED = replace(
    ONE.subjects[0],
    results=(
        result("a", check(REFUSAL, Verdict.ERROR, how="uvicorn did not start: exit status 1")),
        result("b", check(REFUSAL, Verdict.NOT_RUN, how="uvicorn did not start: exit status 1")),
    ),
)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (replace(ONE, complete=False, performed=3), "not performed: 3 of 30 cases only"),
        (replace(ONE, subjects=(UVICORN,)), "not installed: what is there calls itself 0.54.0"),
        (replace(ONE, subjects=(NEVER_STARTED,)), "uvicorn did not start: exit status 1"),
        (replace(ONE, subjects=(replace(NEVER_STARTED, results=()),)), "nothing was performed"),
    ],
)
def test_runs_that_are_not_accepted(run: Run, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "execute", with_run(run))
    with pytest.raises(NotTested, match=f"^{words}$"):
        runs.run(recipe(), Environment(tmp_path, {}), Cache(tmp_path))
    assert not (tmp_path / "runs").exists()


def test_a_run_is_kept_unless_something_failed_that_is_not_the_server_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, kept = Environment(tmp_path, {}), Cache(tmp_path)
    trouble = replace(UVICORN, version="1.0", results=(*UVICORN.results, NEVER_STARTED.results[0]))
    monkeypatch.setattr(runs, "execute", with_run(replace(ONE, subjects=(trouble,))))
    assert runs.run(recipe(), place, kept).subjects == (trouble,)
    monkeypatch.setattr(runs, "execute", with_run(ONE))
    assert runs.run(recipe(), place, kept) == ONE
    monkeypatch.setattr(runs, "execute", None)
    assert runs.run(recipe(), place, kept) == ONE


# ---------------------------------------------------------------------- processes


def test_a_command_that_cannot_be_run(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        execute([tmp_path / "nothing"], 1)
    with pytest.raises(releases.NoReleases, match="pip cannot be asked for the releases of x: .*No such file"):
        releases.last("x", 1, str(tmp_path / "nothing"))


def test_an_interrupted_command_says_so(
    world: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(history, "_history", interrupt)
    assert main(["history", "toy", "--versions=1.0"]) == 130
    assert capsys.readouterr().err.startswith("interrupted; ")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_command_that_does_not_end_is_ended(tmp_path: Path) -> None:
    """It is told to before it is killed."""
    said = tmp_path / "said"
    script = "import pathlib, sys, time\ntry:\n  time.sleep(60)\nexcept KeyboardInterrupt:\n  "
    script += f"pathlib.Path({str(said)!r}).touch()"
    with pytest.raises(TooSlow, match="no end within 0.5 s"):
        execute([sys.executable, "-c", script], 0.5)
    assert said.exists()


def test_a_command_that_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FAREWELL", 0.1)
    began = time.monotonic()
    with pytest.raises(TooSlow):
        execute(["sh", "-c", "trap '' INT; sleep 60 & wait; sleep 60"], 0.3, folder=tmp_path)
    assert time.monotonic() - began < 30


def test_what_a_command_leaves_behind_goes_with_it() -> None:
    told = execute(["sh", "-c", "sleep 60 & echo $!; echo at last >&2; exit 3"], 30)
    number, words = told.output.split("\n", 1)
    assert (told.status, words) == (3, "at last\n")
    assert gone(int(number))


def gone(number: int) -> bool:
    """Within ten seconds; a zombie that nobody has collected is gone."""
    for _ in range(1000):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_history_leaves_no_process(number: int, world: Shop, tmp_path: Path) -> None:
    """Here an interpreter that would make environments for a minute."""
    python = tmp_path / "python"
    answer = json.dumps({"executable": str(python), "version": "3.11.7", "installed": {}})
    at_work = f"echo $$ > {tmp_path}/part; mv {tmp_path}/part {tmp_path}/pid; exec sleep 60"
    python.write_text(f"#!/bin/sh\nif [ $1 = -c ]; then echo '{answer}'; exit; fi\n{at_work}\n")
    python.chmod(0o755)
    line = [sys.executable, "-m", "asgi_conformance", "history", "toy", "--versions=1.0", f"--cache={tmp_path}"]
    with subprocess.Popen([*line, f"--python={python}"], stderr=subprocess.PIPE, text=True) as command:
        for _ in range(3000):
            if (tmp_path / "pid").exists():
                break
            time.sleep(0.01)
        command.send_signal(number)
        _, error = command.communicate(timeout=60)
    assert command.returncode == 130
    assert error == "interrupted; what is done is kept, and the next history goes on from there\n"
    assert gone(int((tmp_path / "pid").read_text()))
