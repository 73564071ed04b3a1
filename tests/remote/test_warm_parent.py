"""What the warm parent forks behaves as `python -m` does, is reported when it ends, and never outlives the parent."""

import ast
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.servers.adapter import Place
from asgi_conformance.servers.registry import BUILT_IN
from asgi_conformance.stage.interpreter import installed_versions

SOURCE = Path(__file__).parents[2] / "asgi_conformance" / "remote" / "warm_parent.py"

PATIENCE = 20.0  # seconds; what waits that long has failed

FACTS = """
import json, os, signal, sys, threading
print(json.dumps({
    "argv": sys.argv, "orig_argv": getattr(sys, "orig_argv", [])[1:], "path": sys.path, "name": __name__,
    "file": __file__, "spec": __spec__.name, "main": sys.modules["__main__"].__dict__ is globals(),
    "cwd": os.getcwd(), "environ": dict(os.environ), "stdin": sys.stdin.read(), "threads": threading.active_count(),
    "handlers": {s.name: str(signal.getsignal(s)).split(" at ")[0] for s in signal.Signals},
    "blocked": list(signal.pthread_sigmask(signal.SIG_BLOCK, [])), "leader": os.getpgrp() == os.getpid(),
    "descriptors": sorted(map(int, os.listdir("/dev/fd")))[:-1],
}))
"""

ENDINGS = {
    "falls off its end": ("", 0),
    "exits": ("raise SystemExit", 0),
    "exits with a status": ("raise SystemExit(3)", 3),
    "exits with a large status": ("raise SystemExit(257)", 1),
    "exits with words": ("raise SystemExit('words')", 1),
    "raises": ("1 / 0", 1),
    "is interrupted": ("raise KeyboardInterrupt", -signal.SIGINT),
    "is terminated": ("import os; os.kill(os.getpid(), 15)", -signal.SIGTERM),
    "exits hard": ("import os; os._exit(4)", 4),
    "does not exist": (None, 1),
}


class Process:
    """One process that the parent forked."""

    def __init__(self, parent: "Parent", number: int, output: int) -> None:
        self.parent = parent
        self.number = number
        self.output = output
        self.pid: int = parent.answer(number)["pid"]

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read its output until it holds this."""
        text = ""
        while not (found := re.search(pattern, text)):
            piece = self._read()
            assert piece, f"it ended without {pattern!r}: {text}"
            text += piece
        return found

    def read(self) -> str:
        """Its output until nobody is left who could write."""
        return "".join(iter(self._read, ""))

    def exit_status(self) -> int:
        status = self.parent.answer(self.number)["exit"]
        assert isinstance(status, int)
        return status

    def _read(self) -> str:
        ready, _, _ = select.select([self.output], [], [], PATIENCE)
        assert ready, "its output neither grows nor ends"
        return os.read(self.output, 65536).decode()


class Parent:
    """A warm parent, and our end of its socket."""

    def __init__(self, folder: Path, *modules: str) -> None:
        self.folder = folder
        self.environ = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(folder)}
        self.control, theirs = socket.socketpair()
        self.control.settimeout(PATIENCE)
        self.lines = self.control.makefile("rb")
        self.process = subprocess.Popen(
            [sys.executable, SOURCE, str(theirs.fileno()), *modules],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=self.environ,
            start_new_session=True,
        )
        theirs.close()
        self.requests = 0
        self.unclaimed: list[dict[str, Any]] = []
        self.outputs: list[int] = []

    def start(self, module: str, *arguments: str, environ: Mapping[str, str] | None = None) -> Process:
        output = self.request(module, *arguments, environ=environ)
        return Process(self, self.requests, output)

    def request(self, module: str, *arguments: str, environ: Mapping[str, str] | None = None) -> int:
        self.requests += 1
        output, theirs = os.pipe()
        self.outputs.append(output)
        request = {
            "id": self.requests,
            "argv": ["-m", module, *arguments],
            "env": {**self.environ, **(environ or {})},
            "cwd": str(self.folder),
        }
        socket.send_fds(self.control, [json.dumps(request).encode() + b"\n"], [theirs])
        os.close(theirs)
        return output

    def answer(self, number: int) -> dict[str, Any]:
        """The next answer to this request; those to others are kept for later."""
        while True:
            for answer in self.unclaimed:
                if answer["id"] == number:
                    self.unclaimed.remove(answer)
                    return answer
            line = self.lines.readline()
            assert line, "the parent is gone"
            self.unclaimed.append(json.loads(line))

    def close(self) -> int:
        """Close our end of the socket; the parent's exit status."""
        self.lines.close()
        self.control.close()
        return self.process.wait(PATIENCE)


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Parent]:
    yield from _parent(tmp_path)


def _parent(folder: Path, *modules: str) -> Iterator[Parent]:
    parent = Parent(folder, *modules)
    try:
        yield parent
    finally:
        try:
            parent.close()
        finally:
            parent.process.kill()
            parent.process.wait()
            for output in parent.outputs:
                os.close(output)


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(text)


def as_from_the_command_line(parent: Parent, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=parent.folder,
        env=parent.environ,
        stdin=subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        start_new_session=True,
    )


def test_it_needs_nothing_but_an_old_python() -> None:
    tree = ast.parse(SOURCE.read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert imported <= sys.stdlib_module_names
    sources = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert sources == {"__future__", "collections.abc", "typing"}


def test_a_module_sees_what_it_would_see_under_python_m(parent: Parent) -> None:
    write(parent.folder, "facts", FACTS)
    process = parent.start("facts", "--flag", "a b")
    expected = json.loads(as_from_the_command_line(parent, "facts", "--flag", "a b").stdout)
    assert json.loads(process.read()) == expected
    assert process.exit_status() == 0


def test_environment_and_import_path_are_those_of_the_request(parent: Parent, tmp_path: Path) -> None:
    write(parent.folder, "facts", FACTS)
    elsewhere = tmp_path / "elsewhere"
    process = parent.start("facts", environ={"PYTHONPATH": str(elsewhere), "ONLY_HERE": "1"})
    facts = json.loads(process.read())
    assert facts["environ"]["ONLY_HERE"] == "1"
    assert facts["path"][:2] == [str(tmp_path), str(elsewhere)]


@pytest.mark.parametrize(("text", "status"), ENDINGS.values(), ids=ENDINGS)
def test_the_exit_status_is_that_of_python_m(parent: Parent, text: str | None, status: int) -> None:
    if text is not None:
        write(parent.folder, "ending", text)
    process = parent.start("ending")
    assert process.exit_status() == status
    assert as_from_the_command_line(parent, "ending").returncode == status


def test_an_exception_is_printed(parent: Parent) -> None:
    write(parent.folder, "broken", "1 / 0")
    assert "ZeroDivisionError: division by zero" in parent.start("broken").read()


def test_threads_and_exit_handlers_finish_first(parent: Parent) -> None:
    write(
        parent.folder,
        "threads",
        "import atexit, sys, threading\n"
        "go = threading.Event()\n"
        "threading.Thread(target=lambda: (go.wait(), sys.stdout.write('thread '))).start()\n"
        "atexit.register(sys.stdout.write, 'handler ')\n"
        "go.set()\n",
    )
    process = parent.start("threads")
    assert process.read() == "thread handler "
    assert process.exit_status() == 0


def test_modules_are_imported_once_and_before_the_fork(tmp_path: Path) -> None:
    write(tmp_path, "heavy", "import os\nimported_by = os.getpid()\nprint('imported')\n")
    write(tmp_path, "uses_heavy", "import heavy, os\nprint(heavy.imported_by == os.getppid())\n")
    for parent in _parent(tmp_path, "heavy"):
        assert parent.start("uses_heavy").read() == parent.start("uses_heavy").read() == "True\n"


def test_modules_that_cannot_be_imported_are_left_to_the_server(tmp_path: Path) -> None:
    write(tmp_path, "raises", "1 / 0")
    write(tmp_path, "fine", "print('fine')")
    for parent in _parent(tmp_path, "no_such_module", "raises"):
        assert parent.start("fine").read() == "fine\n"


def test_the_parents_neighbours_cannot_be_imported(parent: Parent) -> None:
    write(parent.folder, "curious", "import warm_parent")
    assert "No module named 'warm_parent'" in parent.start("curious").read()


def test_several_run_at_a_time_and_hold_nothing_of_each_other(parent: Parent) -> None:
    write(parent.folder, "waits", "import signal\nprint('ready')\nsignal.pause()\n")
    first, second, third = (parent.start("waits") for _ in range(3))
    for process in (third, second, first):
        process.read_until("ready\n")
    os.kill(second.pid, signal.SIGTERM)
    assert second.read() == ""
    assert second.exit_status() == -signal.SIGTERM
    os.killpg(first.pid, signal.SIGKILL)
    assert first.read() == ""
    assert first.exit_status() == -signal.SIGKILL
    os.kill(third.pid, signal.SIGINT)
    assert "KeyboardInterrupt" in third.read()
    assert third.exit_status() == -signal.SIGINT


def test_requests_may_come_faster_than_they_are_served(parent: Parent) -> None:
    write(parent.folder, "says", "import sys\nprint(sys.argv[1])\n")
    parent.process.send_signal(signal.SIGSTOP)
    outputs = [parent.request("says", str(number)) for number in range(5)]
    parent.process.send_signal(signal.SIGCONT)
    said = [Process(parent, number + 1, output).read() for number, output in enumerate(outputs)]
    assert said == [f"{number}\n" for number in range(5)]


def test_what_a_process_leaves_behind_is_killed_when_it_ends(parent: Parent) -> None:
    write(
        parent.folder,
        "leaves",
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n",
    )
    process = parent.start("leaves")
    assert process.exit_status() == 0
    assert process.read() == ""


@pytest.mark.parametrize("how", ["the socket closes", "it is terminated"])
def test_nothing_outlives_the_parent(parent: Parent, how: str) -> None:
    write(
        parent.folder,
        "family",
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen([sys.executable, '-uc', 'import signal; print(\"ready\"); signal.pause()'])\n"
        "signal.pause()\n",
    )
    family = [parent.start("family"), parent.start("family")]
    for process in family:
        process.read_until("ready\n")
    if how == "it is terminated":
        parent.process.terminate()
    assert parent.close() == (1 if how == "it is terminated" else 0)
    assert [process.read() for process in family] == ["", ""]


def test_ctrl_c_is_not_for_the_parent(parent: Parent) -> None:
    write(parent.folder, "fine", "print('fine')")
    parent.start("fine").exit_status()
    parent.process.send_signal(signal.SIGINT)
    assert parent.start("fine").read() == "fine\n"


def test_a_failed_fork_is_answered(tmp_path: Path) -> None:
    write(tmp_path, "no_more", "import os\ndef fork():\n    raise OSError(12, 'no memory')\nos.fork = fork\n")
    for parent in _parent(tmp_path, "no_more"):
        output = parent.request("no_more")
        assert parent.answer(1) == {"id": 1, "error": "no memory"}
        assert os.read(output, 1) == b""


def test_a_server_of_the_standard_library_runs(parent: Parent) -> None:
    process = parent.start("http.server", "--bind", "127.0.0.1", "0")
    port = int(process.read_until(r"port (\d+)")[1])
    assert _status_line(port) == b"HTTP/1.0 200 OK"
    os.kill(process.pid, signal.SIGINT)
    process.read_until("Keyboard interrupt received, exiting")
    assert process.exit_status() == 0


@pytest.mark.parametrize("adapter", BUILT_IN, ids=lambda adapter: adapter.name)
def test_a_server_under_test_runs(tmp_path: Path, adapter: Any) -> None:
    if not installed_versions(sys.executable, [adapter.distribution])[adapter.distribution]:
        pytest.skip(f"{adapter.name} is not installed")
    write(
        tmp_path,
        "application",
        "async def app(scope, receive, send):\n"
        "    if scope['type'] == 'http':\n"
        "        await send({'type': 'http.response.start', 'status': 204, 'headers': []})\n"
        "        await send({'type': 'http.response.body'})\n",
    )
    port = _free_port()
    launch = adapter.launch(sys.executable, "application:app", Place(port=port), {})
    for parent in _parent(tmp_path, *launch.preload):
        process = parent.start(*launch.argv[2:], environ=launch.env)
        assert _status_line(port).split()[1] == b"204"
        os.kill(process.pid, signal.SIGTERM)
        assert process.exit_status() == (-signal.SIGTERM if adapter.name == "uvicorn" else 0)
        process.read()


def _status_line(port: int) -> bytes:
    with _connection(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        return client.makefile("rb").readline().strip()


def _connection(port: int) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "it never listens"
            time.sleep(0.005)  # nothing tells when a server listens: not all print it, and some do too early


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
