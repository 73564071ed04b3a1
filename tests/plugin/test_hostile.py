"""Servers that hang, flood, die and lie: each gives a clear verdict in bounded time and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest

from .conftest import command_line, processes_with

CASES = "--asgi-case=http/response_start/*"


@pytest.fixture
def word() -> str:
    """Marks the processes of one test."""
    return f"mark{uuid.uuid4().hex[:8]}"


@pytest.fixture
def hostile(word: str):
    def hostile(kind: str) -> str:
        place = "--app {app} --host {host} --port {port}"
        return f"--asgi-server-command=bad={sys.executable} -m hostile {kind} {place} --root-path /{word}"

    yield hostile
    assert processes_with(word) == []


def test_a_command_that_does_not_exist(run):
    done = run("--asgi-server-command=bad=/nowhere/at-all {app} {port}", CASES)
    assert done.status == 1
    assert "/nowhere/at-all cannot be executed: No such file or directory" in done.text
    assert list(done.verdicts().values()).count("error") == 1
    assert set(done.verdicts().values()) == {"error", "not-run"}


def test_a_server_that_exits_at_once(run, hostile):
    done = run(hostile("exits_at_once"), CASES)
    assert done.status == 1
    assert "exit status 1" in done.text and "hostile: I will not" in done.text
    assert set(done.verdicts().values()) == {"error", "not-run"}


@pytest.mark.parametrize("kind", ["never_listens", "listens_and_never_answers"])
def test_a_server_that_never_serves(run, hostile, kind):
    began = time.monotonic()
    done = run(hostile(kind), CASES, "--asgi-time-scale=0.1")
    assert time.monotonic() - began < 25
    assert "no request reached the application in time" in done.text
    assert set(done.verdicts().values()) == {"error", "not-run"}


def test_a_server_that_hangs_in_the_middle_of_a_response(run, hostile):
    done = run(hostile("hangs_in_the_middle_of_a_response"), "--asgi-case=http/response_*", "--asgi-time-scale=0.2")
    verdicts = done.verdicts()
    assert any("fail" in verdict or "blocked" in verdict for verdict in verdicts.values())
    assert any(verdict == "pass" for verdict in verdicts.values())
    assert done.run["run"]["complete"]


def test_a_server_that_ignores_sigterm(run, hostile):
    done = run(hostile("ignores_sigterm"), CASES)
    assert done.status == 0, done.text


def test_a_server_that_leaves_a_child(run, hostile):
    done = run(hostile("leaves_a_child"), CASES)
    assert done.status == 0, done.text


def test_a_server_that_floods_its_output(run, hostile):
    done = run(hostile("floods"), CASES)
    assert done.status == 0, done.text


def test_a_server_that_dies_half_way(run, hostile):
    done = run(hostile("dies_on_the_tenth_request"), CASES)
    verdicts = list(done.verdicts().values())
    assert done.run["run"]["complete"]
    assert 1 <= sum("warn" in verdict for verdict in verdicts) <= len(verdicts) / 5
    told = [
        check
        for result in done.run["subjects"][0]["results"]
        for check in result["checks"]
        if check["verdict"] == "warn"
    ]
    assert all(check["how"] == "the server died, and was tried again" for check in told)
    assert all("exit status 7" in check["observed"] for check in told)


def test_ctrl_c_leaves_nothing_behind(folder, temporary, environment, word):
    place = f"--app {{app}} --host {{host}} --port {{port}} --root-path /{word}"
    command = f"--asgi-server-command=bad={sys.executable} -m hostile listens_and_never_answers {place}"
    started = subprocess.Popen(
        [*command_line(), command, CASES, "--asgi-json=run.json"],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - one thread yet
    )  # fmt: skip
    assert started.stdout is not None
    assert any("collected" in line for line in started.stdout)  # reads on until then
    assert processes_with(word)
    os.kill(started.pid, signal.SIGINT)
    text, _ = started.communicate(timeout=20)
    assert started.returncode == 2, text
    assert processes_with(word) == []
    assert list(temporary.iterdir()) == []
    assert '"complete":false' in (folder / "run.json").read_text()
