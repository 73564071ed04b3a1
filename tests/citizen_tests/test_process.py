"""The citizen as a process: its command line, its lifespan, its end."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from citizen.mutation import load_all

TESTS = Path(__file__).parent.parent

APP = """
import asyncio, sys

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.sleep(0.05)
        print("cleaned up", file=sys.stderr)
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-b", b"1"), (b"x-a", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
    else:
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "text": (await receive())["text"]})

async def without_lifespan(scope, receive, send):
    assert scope["type"] == "http"
    await app(scope, receive, send)

async def failing(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.joinpath("process_app.py").write_text(APP)
    return tmp_path


@contextmanager
def process(folder: Path, *options: str, app: str = "app") -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process, and where it listens."""
    command = [sys.executable, "-m", "citizen", "--app", f"process_app:{app}", "--port", "0", *options]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder, env=environment) as started:
        assert started.stderr is not None
        line = started.stderr.readline()
        while "knows no lifespan" in line:
            line = started.stderr.readline()
        try:
            yield started, line.rpartition(" ")[2].strip()
        finally:
            started.kill()


def ask(address: str) -> bytes:
    host, _, port = address.rpartition(":")
    kind = socket.AF_INET if host else socket.AF_UNIX
    with socket.socket(kind) as client:
        client.settimeout(5)
        client.connect((host, int(port)) if host else address)
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        return b"".join(iter(lambda: client.recv(65536), b""))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal_and_lets_the_application_clean_up(folder: Path, number: int) -> None:
    with process(folder) as (started, address):
        assert ask(address).endswith(b"\r\n\r\nok")
        started.send_signal(number)
        assert started.communicate(timeout=5)[1] == "cleaned up\n"
        assert started.returncode == 0


def test_it_serves_applications_without_lifespan(folder: Path) -> None:
    with process(folder, app="without_lifespan") as (started, address):
        assert ask(address).endswith(b"\r\n\r\nok")
        started.terminate()
        assert started.wait(5) == 0


def test_it_does_not_serve_what_failed_to_start(folder: Path) -> None:
    with process(folder, app="failing") as (started, line):
        assert started.wait(5) == 3
        assert line == "database"


def test_it_serves_a_unix_socket(folder: Path) -> None:
    path = folder / "s"
    with process(folder, "--uds", str(path)) as (started, address):
        assert address == str(path)
        assert ask(address).endswith(b"\r\n\r\nok")
        started.terminate()
        assert started.wait(5) == 0
        assert not path.exists()


def test_it_commits_one_sin_when_asked_to(folder: Path) -> None:
    name = next(name for name, sin in load_all().items() if sin.breaks == ("http.response.start.headers.order",))
    with process(folder, "--mutant", name) as (_, address):
        assert b"\r\nx-a: 2\r\nx-b: 1\r\n" in ask(address)


def test_it_knows_which_sins_there_are(folder: Path) -> None:
    with process(folder, "--mutant", "http/scope:no_such_sin") as (started, _):
        assert started.wait(5) != 0


def test_ordinary_clients_get_along_with_it(folder: Path) -> None:
    httpx = pytest.importorskip("httpx")
    with process(folder) as (_, address), httpx.Client(base_url=f"http://{address}") as client:
        for _ in range(3):
            assert client.post("/", content=iter([b"a", b"b"])).text == "ok"
    websockets = pytest.importorskip("websockets.sync.client")
    with process(folder) as (_, address), websockets.connect(f"ws://{address}/") as connection:
        connection.send("h\u00e9llo")
        assert list(connection) == ["h\u00e9llo"]
