"""What we leave behind when we are killed is removed by somebody else; and Ctrl-C waits until all is noted."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from asgi_conformance.stage.guard import Guard, uninterrupted
from asgi_conformance.stage.guardian import kept

PATIENCE = 20.0  # seconds; what waits that long has failed


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """One that runs until it is killed, in a group of its own."""
    code = "import signal; print('ready', flush=True); signal.pause()"
    process = subprocess.Popen([sys.executable, "-ISc", code], stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def guard() -> Iterator[Guard]:
    guard = Guard()
    guard.open()
    yield guard
    guard.close()


def test_what_is_not_released_is_removed(guard: Guard, tmp_path: Path, process: subprocess.Popen[bytes]) -> None:
    folder, another = tmp_path / "one", tmp_path / "another"
    for path in (folder, another):
        path.mkdir()
        (path / "file").touch()
    guard.keep(folder)
    guard.keep(folder, process.pid)
    guard.keep(another)
    guard.close()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []
    guard.close()
    guard.keep(folder)


def test_what_is_released_is_left_alone(guard: Guard, tmp_path: Path, process: subprocess.Popen[bytes]) -> None:
    guard.keep(tmp_path, process.pid)
    guard.release(tmp_path)
    guard.release(tmp_path / "never-kept")
    guard.close()
    assert process.poll() is None
    assert tmp_path.is_dir()


def test_it_works_when_we_are_killed(tmp_path: Path, process: subprocess.Popen[bytes]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    code = (
        "import os, pathlib, signal, sys\n"
        "from asgi_conformance.stage.guard import Guard\n"
        "guard = Guard()\n"
        "guard.open()\n"
        "guard.keep(pathlib.Path(sys.argv[1]), int(sys.argv[2]))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, folder, str(process.pid)], check=False, timeout=PATIENCE)
    assert killed.returncode == -signal.SIGKILL
    assert process.wait(PATIENCE) == -signal.SIGKILL


def test_without_a_guardian_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "killpg")
    guard = Guard()
    guard.open()
    guard.keep(tmp_path)
    guard.close()
    assert tmp_path.is_dir()


def test_the_last_word_on_a_folder_counts() -> None:
    lines = [b'["/a", null]', b'["/b", 1]', b'["/a", 2]', b'["/b"]', b'["/c"]']
    assert kept(lines) == {"/a": 2}


def test_ctrl_c_waits_for_the_end_of_the_block() -> None:
    done = False
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        done = True
    assert done
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_ctrl_c_nothing_happens() -> None:
    with uninterrupted(), uninterrupted():
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_exception_is_not_lost() -> None:
    with pytest.raises(ValueError, match="x"), uninterrupted():
        raise ValueError("x")


def test_other_threads_and_who_ignores_ctrl_c_are_left_alone() -> None:
    seen: list[object] = []

    def inside() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join(PATIENCE)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    inside()
    signal.signal(signal.SIGINT, before)
    assert seen == [before, signal.SIG_IGN]
