"""Forked processes are as good as cold ones, and a parent that does not work is done without."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from asgi_conformance.stage import warm
from asgi_conformance.stage.hub import Hub, Stopped
from asgi_conformance.stage.process import Cold, ServerProcess
from asgi_conformance.stage.warm import Forked, WarmStarter

PATIENCE = 20.0  # seconds; what waits that long has failed

PROGRAM = """
import json, os, signal, sys
print(json.__name__, sys.argv[1:], os.environ.get("ONLY_HERE"), os.path.basename(os.getcwd()), flush=True)
if "exit" in sys.argv:
    sys.exit(3)
signal.pause()
"""


@pytest.fixture
def program(folder: Path) -> list[str]:
    """The command line of a module that lies in the folder it is started in."""
    (folder / "program.py").write_text(PROGRAM)
    return [sys.executable, "-m", "program"]


@pytest.fixture
def starter() -> Iterator[WarmStarter]:
    starter = WarmStarter(sys.executable, ["json"])
    yield starter
    starter.close()


def started(hub: Hub, starter: WarmStarter, argv: Sequence[str], folder: Path) -> ServerProcess:
    process = ServerProcess(hub, starter, argv, {**os.environ, "ONLY_HERE": "1"}, folder)
    assert hub.until(lambda: "\n" in process.output.text, PATIENCE)
    return process


def test_a_process_is_forked_and_watched(hub: Hub, starter: WarmStarter, program: list[str], folder: Path) -> None:
    process = started(hub, starter, [*program, "a b"], folder)
    assert process.output.text == f"json ['a b'] 1 {folder.name}\n"
    assert isinstance(process._running, Forked)
    assert process.status is None
    process.signal("SIGTERM")
    assert process.ends_within(PATIENCE)
    assert process.status == -signal.SIGTERM
    assert process.status == -signal.SIGTERM
    process.kill()


def test_several_run_at_once_and_each_ends_for_itself(
    hub: Hub, starter: WarmStarter, program: list[str], folder: Path
) -> None:
    first, second = (started(hub, starter, program, folder) for _ in range(2))
    third = started(hub, starter, [*program, "exit"], folder)
    assert third.ends_within(PATIENCE)
    assert (first.status, second.status, third.status) == (None, None, 3)
    for process in (first, second, third):
        process.kill()
    assert (first.status, second.status, third.status) == (-signal.SIGKILL, -signal.SIGKILL, 3)


def test_from_several_threads(starter: WarmStarter, program: list[str], folder: Path) -> None:
    ended: list[int | None] = []

    def start() -> None:
        hub = Hub()
        process = started(hub, starter, [*program, "exit"], folder)
        process.ends_within(PATIENCE)
        ended.append(process.status)
        process.kill()
        hub.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert ended == [3, 3, 3, 3]


def test_with_the_parent_go_its_children(hub: Hub, starter: WarmStarter, program: list[str], folder: Path) -> None:
    process = started(hub, starter, program, folder)
    starter.close()
    assert process.status == -signal.SIGKILL
    process.drain()
    assert not process.output.open
    process.kill()
    starter.close()


def test_a_parent_that_dies_is_noticed(hub: Hub, starter: WarmStarter, program: list[str], folder: Path) -> None:
    process = started(hub, starter, program, folder)
    assert starter._parent is not None
    starter._parent.kill()
    assert process.ends_within(PATIENCE)
    cold = started(hub, starter, program, folder)
    assert isinstance(cold._running, Cold)
    for one in (process, cold):
        one.kill()


@pytest.mark.parametrize("reason", ["nothing to import", "no fork", "another command", "no interpreter"])
def test_where_warming_up_does_not_work_processes_are_started_cold(
    hub: Hub, program: list[str], folder: Path, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = program
    if reason == "no fork":
        monkeypatch.delattr(os, "fork")
    if reason == "another command":
        argv = [sys.executable, str(folder / "program.py")]
    python = "/bin/false" if reason == "no interpreter" else sys.executable
    starter = WarmStarter(python, [] if reason == "nothing to import" else ["json"])
    process = started(hub, starter, argv, folder)
    assert isinstance(process._running, Cold)
    process.kill()
    starter.close()


def test_what_could_not_be_forked_is_started_cold(hub: Hub, program: list[str], folder: Path) -> None:
    (folder / "no_fork.py").write_text("import os\ndef fork():\n    raise OSError(12, 'no memory')\nos.fork = fork\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        starter = WarmStarter(sys.executable, ["no_fork"])
    process = started(hub, starter, program, folder)
    assert isinstance(process._running, Cold)
    process.kill()
    starter.close()


def test_a_parent_that_takes_too_long_is_not_waited_for(
    hub: Hub, program: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "PATIENCE", 0.05)
    monkeypatch.setattr(warm, "GOODBYE", 0.05)
    starter = silent(folder)
    process = started(hub, starter, program, folder)
    assert isinstance(process._running, Cold)
    process.kill()
    starter.close()


def silent(folder: Path) -> WarmStarter:
    """Its parent imports something that never ends."""
    (folder / "never_ends.py").write_text("import signal\nsignal.pause()\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        return WarmStarter(sys.executable, ["never_ends"])


def test_whoever_waits_for_it_leaves_when_the_run_is_over(
    program: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "GOODBYE", 0.05)
    starter = silent(folder)
    raised: list[BaseException] = []
    ours, theirs = socket.socketpair()

    def start() -> None:
        try:
            starter.start(program, dict(os.environ), folder, theirs.fileno())
        except Stopped as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=start)
    thread.start()
    starter.abandon()
    thread.join(PATIENCE)
    assert len(raised) == 1
    starter.close()
    ours.close()
    theirs.close()
