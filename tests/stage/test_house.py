"""Where a server lives: what it is given, what it says when it does not come up, and that nothing is left of it."""

import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.script import Over
from asgi_conformance.servers.adapter import Adapter, Launch, Place, Server, Transport, Unsupported
from asgi_conformance.stage import house
from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.connection import Refused
from asgi_conformance.stage.guard import Guard
from asgi_conformance.stage.house import NotStarted, Residence, Setting, described, free_port, refused
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.process import ColdStarter

PATIENCE = 20.0  # seconds; what waits that long has failed
LISTENS = """
import socket, sys
with socket.create_server((sys.argv[1], int(sys.argv[2]))) as listener:
    print("listening", flush=True)
    listener.accept()[0].close()
"""


class Recorder:
    """Guards nothing, but notes what it should."""

    def __init__(self) -> None:
        self.kept: list[tuple[Path, int | None]] = []
        self.released: list[Path] = []

    def keep(self, folder: Path, group: int | None = None) -> None:
        self.kept.append((folder, group))

    def release(self, folder: Path) -> None:
        self.released.append(folder)


@pytest.fixture
def guard() -> Recorder:
    return Recorder()


@pytest.fixture
def places() -> list[Place]:
    """Where the servers were told to listen."""
    return []


Move = Callable[..., Residence]


@pytest.fixture
def move_in(hub: Hub, folder: Path, guard: Recorder, places: list[Place]) -> Iterator[Move]:
    """Start a program as a server; it gets host and port as its arguments."""
    residences: list[Residence] = []
    means = Means(Patience(0.5), Certificates(folder), guard)  # type: ignore[arg-type] # its double

    def move_in(text: str = LISTENS, setting: Setting | None = None, argv: tuple[str, ...] = ()) -> Residence:
        def launch(python: str, application: str, place: Place, options: Mapping[str, str]) -> Launch:
            places.append(place)
            if place.transport is Transport.HTTP2_CLEAR:
                raise Unsupported("it does not serve HTTP/2")
            return Launch(argv or (python, "-ISc", text, place.host, str(place.port)), {"OF_THE_ADAPTER": application})

        server = Server(Adapter(name="fake", distribution=None, launch=launch))
        residence = Residence(hub, server, sys.executable, setting or Setting(), ColdStarter(), means)
        residences.append(residence)
        return residence

    yield move_in
    for residence in residences:
        residence.remove()


def temporary() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("asgi-conformance-*")}


def test_it_is_connected_to_when_it_listens(hub: Hub, move_in: Move) -> None:
    residence = move_in()
    assert residence.accepts_within(PATIENCE) or residence.process.status == 0
    assert residence.process.output.text == "listening\n"


def test_until_it_listens_it_refuses(hub: Hub, move_in: Move) -> None:
    residence = move_in("import signal; signal.pause()")
    assert not residence.accepts()
    assert not residence.accepts_within(0.02)
    with pytest.raises(Refused):
        residence.connect()


def test_one_that_has_ended_accepts_nothing(hub: Hub, move_in: Move) -> None:
    residence = move_in("")
    assert not residence.accepts_within(PATIENCE)
    assert residence.process.status == 0


def test_its_environment_leads_to_the_remote_application(hub: Hub, move_in: Move) -> None:
    residence = move_in("import os, json; print(json.dumps(dict(os.environ)))")
    assert residence.process.ends_within(PATIENCE)
    residence.process.drain()
    environment = __import__("json").loads(residence.process.output.text)
    assert environment["OF_THE_ADAPTER"] == "remote_application:application"
    assert environment["ASGI_CONFORMANCE_CONTROL"] == residence.channel.address
    assert environment["ASGI_CONFORMANCE_TOKEN"] == residence.channel.token
    assert environment["ASGI_CONFORMANCE_FOLDER"] == str(residence.folder)
    assert (Path(environment["PYTHONPATH"].split(":")[0]) / "remote_application.py").is_file()


@pytest.mark.parametrize(
    ("setting", "transport"),
    [
        (Setting(), Transport.TCP),
        (Setting(Over.UNIX), Transport.UNIX),
        (Setting(Over.TLS), Transport.TLS),
        (Setting(Over.HTTP2_TLS), Transport.HTTP2_TLS),
        (Setting(Over.HTTP3), Transport.HTTP3),
        (Setting(root_path="/r", application="double"), Transport.TCP),
    ],
)
def test_the_setting_says_where_it_has_to_listen(
    move_in: Move, places: list[Place], setting: Setting, transport: Transport
) -> None:
    residence = move_in("", setting)
    (place,) = places
    assert (place.transport, place.root_path) == (transport, setting.root_path)
    assert residence.address == (place.path or ("127.0.0.1", place.port))
    assert bool(residence.tls) is bool(place.certfile) is transport.encrypted


def test_nothing_is_left_of_it(hub: Hub, move_in: Move, guard: Recorder) -> None:
    before = temporary()
    residence = move_in("import signal; signal.pause()")
    assert guard.kept == [(residence.folder, None), (residence.folder, residence.process.pid)]
    residence.remove()
    assert residence.process.status == -signal.SIGKILL
    assert guard.released == [residence.folder]
    assert temporary() == before
    residence.remove()


def test_a_command_that_cannot_be_executed(move_in: Move, guard: Recorder) -> None:
    before = temporary()
    with pytest.raises(NotStarted, match="^/nowhere/at/all cannot be executed: No such file or directory$"):
        move_in(argv=("/nowhere/at/all",))
    assert temporary() == before
    assert guard.released == [guard.kept[0][0]]


def test_what_it_does_not_serve_leaves_nothing_either(move_in: Move) -> None:
    before = temporary()
    with pytest.raises(Unsupported, match="it does not serve HTTP/2"):
        move_in(setting=Setting(Over.HTTP2))
    assert temporary() == before


def test_ctrl_c_while_it_is_started_leaves_nothing(move_in: Move, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    before = temporary()
    monkeypatch.setattr(house, "ServerProcess", interrupted)
    with pytest.raises(KeyboardInterrupt):
        move_in()
    assert temporary() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import sys; print('one'); sys.exit('two')", "it ended at once with exit status 1; its last words: one | two"),
        ("import os; os.kill(os.getpid(), 9)", "it ended at once with signal SIGKILL; its last words: (none)"),
    ],
)
def test_why_it_did_not_come_up(move_in: Move, text: str, words: str) -> None:
    residence = move_in(f"import sys; sys.stdout.reconfigure(line_buffering=True); {text}")
    assert residence.process.ends_within(PATIENCE)
    assert refused(residence) == words


def test_why_one_that_still_runs_did_not_come_up(hub: Hub, move_in: Move) -> None:
    residence = move_in("import signal; print('\\n'.join('abcdefgh'), 'x' * 900, flush=True); signal.pause()")
    assert hub.until(lambda: residence.process.output.text.endswith("\n"), PATIENCE)
    words = refused(residence)
    assert words.startswith("it accepted no connection in time; its last words: xxx")
    assert len(words) < 800


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "exit status 0"), (7, "exit status 7"), (-15, "signal SIGTERM"), (-99, "signal 99")],
)
def test_an_exit_status_in_words(status: int, words: str) -> None:
    assert described(status) == words


def test_a_free_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        monkeypatch.setattr(house, "PORTS", range(port, port + 1))
        with pytest.raises(NotStarted, match=f"no free port between {port} and {port + 1}"):
            free_port()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", port))
        with pytest.raises(NotStarted):
            free_port()


def test_folders_of_other_tests_are_not_ours(folder: Path) -> None:
    assert folder.name in temporary()
    shutil.rmtree(folder)
    assert isinstance(Guard(), Guard)
