"""A server process: told apart from others, its output bounded, its whole group gone at the end."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from asgi_conformance.stage import process as module
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.process import ColdStarter, ServerProcess

PATIENCE = 20.0  # seconds; what waits that long has failed


@pytest.fixture
def start(hub: Hub, folder: Path) -> Iterator["Start"]:
    starting = Start(hub, folder)
    yield starting
    for process in starting.all:
        process.kill()


class Start:
    """Starts Python programs."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self.all: list[ServerProcess] = []

    def __call__(self, text: str) -> ServerProcess:
        argv = [sys.executable, "-ISuc", f"import os, signal, sys, time\n{text}"]
        self.all.append(ServerProcess(self.hub, ColdStarter(), argv, {**os.environ, "ONLY_HERE": "1"}, self.folder))
        return self.all[-1]

    def ready(self, text: str) -> ServerProcess:
        """Wait until it has printed a line."""
        process = self(text)
        assert self.hub.until(lambda: "\n" in process.output.text, PATIENCE)
        return process


def is_gone(pid: int) -> bool:
    """Whether no process has this id, or only one that has ended and that nobody has asked for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"


def test_what_it_prints_and_how_it_ends(start: Start) -> None:
    process = start("print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert process.ends_within(PATIENCE)
    process.drain()
    assert process.status == 3
    assert process.output.text == "out\nerr\n"
    assert not process.output.open


def test_it_has_a_folder_an_environment_no_input_and_a_group_of_its_own(start: Start, folder: Path) -> None:
    alone = "os.getpgrp() == os.getpid() == os.getsid(0)"
    process = start(f"print(os.getcwd(), os.environ['ONLY_HERE'], sys.stdin.read(), {alone})")
    assert process.ends_within(PATIENCE)
    process.drain()
    assert process.output.text == f"{folder.resolve()} 1  True\n"


def test_signals_are_for_the_process(start: Start) -> None:
    process = start.ready("print('ready'); signal.pause()")
    assert process.status is None
    assert not process.ends_within(0)
    process.signal("SIGTERM")
    assert process.ends_within(PATIENCE)
    assert process.status == -signal.SIGTERM
    process.signal("SIGTERM")


def test_ctrl_c_reaches_it_although_we_ignore_it(start: Start) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = start.ready("print(signal.getsignal(signal.SIGINT) is signal.default_int_handler); signal.pause()")
    finally:
        signal.signal(signal.SIGINT, before)
    assert process.output.text == "True\n"


def test_the_whole_group_is_killed_at_the_end(start: Start) -> None:
    process = start.ready(
        "pid = os.fork()\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "if not pid: signal.pause()\n"
        "print(pid); signal.pause()"
    )
    child = int(process.output.text)
    process.kill()
    assert process.status == -signal.SIGKILL
    assert start.hub.until(lambda: is_gone(child), PATIENCE)
    process.kill()


def test_what_outlives_its_parent_is_killed_too(start: Start) -> None:
    process = start("pid = os.fork()\nif not pid: signal.pause()\nprint(pid)")
    assert process.ends_within(PATIENCE)
    assert start.hub.until(lambda: "\n" in process.output.text, PATIENCE)
    process.drain()  # the child still holds the pipe, and is not waited for
    assert process.output.open
    process.kill()
    assert start.hub.until(lambda: is_gone(int(process.output.text)), PATIENCE)
    assert not process.output.open


def test_a_flood_is_kept_from_its_beginning_and_from_its_end(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 1000)
    process = start("print('first'); sys.stdout.write('x' * 3_000_000); print('last')")
    assert process.ends_within(PATIENCE)
    process.drain()
    text = process.output.text
    assert text.startswith("first\n")
    assert text.endswith("last\n")
    assert "bytes left out" in text
    assert len(text) < 5000


def test_output_need_not_be_text(start: Start) -> None:
    process = start(r"os.write(1, b'\xff\x00ok')")
    assert process.ends_within(PATIENCE)
    process.drain()
    assert process.output.text == "\ufffd\x00ok"


def test_drain_does_not_wait_for_what_still_runs(start: Start) -> None:
    process = start.ready("print('ready'); signal.pause()")
    process.drain()
    assert process.output.open


def test_a_command_that_cannot_be_executed_leaves_nothing_open(hub: Hub, folder: Path) -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    with pytest.raises(FileNotFoundError):
        ServerProcess(hub, ColdStarter(), ["/nowhere/at/all"], {}, folder)
    assert sorted(os.listdir("/proc/self/fd")) == before
    ColdStarter().close()
