"""The command lines that adapters of WSGI servers build, and that the servers serve as they say."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from asgi_conformance.servers.adapter import Adapter, Launch, Place, Server, Transport, Unsupported
from asgi_conformance.servers.registry import parse_subjects
from asgi_conformance.servers.wsgi import ADAPTERS, mod_wsgi
from asgi_conformance.servers.wsgi.launching import LAUNCHER
from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.warm import Forked, WarmStarter

PATIENCE = 20.0  # seconds; what waits that long has failed

PLACES = {
    Transport.TCP: Place(port=8000),
    Transport.UNIX: Place(transport=Transport.UNIX, path="/run/a b.sock"),
    Transport.TLS: Place(transport=Transport.TLS, port=8443, certfile="/c.pem", keyfile="/k.pem"),
    Transport.HTTP2_TLS: Place(transport=Transport.HTTP2_TLS, port=8443, certfile="/c.pem", keyfile="/k.pem"),
    Transport.HTTP2_CLEAR: Place(transport=Transport.HTTP2_CLEAR, port=8000),
    Transport.HTTP3: Place(transport=Transport.HTTP3, port=8443, certfile="/c.pem", keyfile="/k.pem"),
}
HTTP1 = (Transport.TCP, Transport.UNIX, Transport.TLS)
HTTP2 = (Transport.HTTP2_TLS, Transport.HTTP2_CLEAR)

SERVES = {
    "gunicorn": set(HTTP1),
    "uwsgi": {Transport.TCP, Transport.UNIX},
    "mod_wsgi": {Transport.TCP, Transport.TLS},
    "waitress": {Transport.TCP, Transport.UNIX},
    "cheroot": set(HTTP1),
    "gevent": set(HTTP1),
    "bjoern": {Transport.TCP, Transport.UNIX},
    "granian": set(Transport) - {Transport.HTTP3},
    "hypercorn": set(Transport),
    "uvicorn": set(HTTP1),
    "werkzeug": set(HTTP1),
    "wsgiref": {Transport.TCP},
}
MOUNTS = {"gunicorn", "uwsgi", "mod_wsgi", "waitress", "cheroot", "granian", "hypercorn", "werkzeug"}
"""Those that can be told below which path they serve an application."""
ONE_AT_A_TIME = {"gunicorn", "bjoern", "werkzeug", "wsgiref"}
"""Those that answer a second request when the first is answered, as they are by default."""

adapters = pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)


def server(subject: str) -> Server:
    (found,) = parse_subjects([subject], lambda names: {}, "wsgi-server")
    return found


def launch(subject: str, place: Place = PLACES[Transport.TCP]) -> Launch:
    return server(subject).launch("/venv/bin/python", "m:app", place)


def told(subject: str, place: Place = PLACES[Transport.TCP]) -> str:
    """What follows the interpreter, as one line."""
    first, *rest = launch(subject, place).argv
    assert first == "/venv/bin/python"
    return " ".join(rest).replace(LAUNCHER, "LAUNCHER")


GUNICORN = "-m gunicorn --workers 1 --no-control-socket --forwarded-allow-ips  --bind"
TRUSTING = GUNICORN.replace("ips ", "ips 127.0.0.1,::1")
H2 = "--http-protocols h2,h1"
H2C = f"{H2} --http2-cleartext prior-knowledge"
UWSGI = "LAUNCHER uwsgi --need-app --disable-logging --die-on-term --http-socket"
GRANIAN = "-m granian --workers 1 --no-access-log"
UVICORN = "--no-access-log --no-proxy-headers --workers 1"


@pytest.mark.parametrize(
    ("subject", "transport", "line"),
    [
        ("gunicorn", "TCP", f"{GUNICORN} 127.0.0.1:8000 --worker-class sync m:app"),
        ("gunicorn", "UNIX", f"{GUNICORN} unix:/run/a b.sock --worker-class sync m:app"),
        (
            "gunicorn",
            "TLS",
            f"{GUNICORN} 127.0.0.1:8443 --certfile /c.pem --keyfile /k.pem --worker-class sync m:app",
        ),
        ("gunicorn[worker=gthread]", "TCP", f"{GUNICORN} 127.0.0.1:8000 --worker-class gthread --threads 4 m:app"),
        ("gunicorn[threads=8]", "TCP", f"{GUNICORN} 127.0.0.1:8000 --worker-class gthread --threads 8 m:app"),
        ("gunicorn[worker=gevent]", "TCP", f"{GUNICORN} 127.0.0.1:8000 --worker-class gevent m:app"),
        (
            "gunicorn[worker=gevent]",
            "HTTP2_TLS",
            f"{GUNICORN} 127.0.0.1:8443 {H2} --certfile /c.pem --keyfile /k.pem --worker-class gevent m:app",
        ),
        (
            "gunicorn[worker=gthread]",
            "HTTP2_CLEAR",
            f"{TRUSTING} 127.0.0.1:8000 {H2C} --worker-class gthread --threads 4 m:app",
        ),
        ("uwsgi", "TCP", f"{UWSGI} 127.0.0.1:8000 --threads 4 --module m:app"),
        ("uwsgi[gevent=9]", "UNIX", f"{UWSGI} /run/a b.sock --gevent 9 --gevent-monkey-patch --module m:app"),
        ("waitress", "TCP", "-m waitress --listen 127.0.0.1:8000 m:app"),
        ("waitress[threads=8]", "UNIX", "-m waitress --unix-socket /run/a b.sock --threads 8 m:app"),
        ("cheroot", "TCP", "-m cheroot --bind 127.0.0.1:8000 m:app"),
        ("cheroot[threads=3]", "UNIX", "-m cheroot --bind /run/a b.sock --threads 3 m:app"),
        (
            "cheroot[threads=3]",
            "TLS",
            "LAUNCHER cheroot m:app --host 127.0.0.1 --port 8443 --certfile /c.pem --keyfile /k.pem --threads 3",
        ),
        ("gevent", "UNIX", "LAUNCHER gevent m:app --uds /run/a b.sock"),
        ("bjoern", "TCP", "LAUNCHER bjoern m:app --host 127.0.0.1 --port 8000"),
        (
            "granian[threads=8]",
            "TCP",
            f"{GRANIAN} --host 127.0.0.1 --port 8000 --interface wsgi --blocking-threads 8 m:app",
        ),
        ("hypercorn", "TCP", "-m hypercorn --bind 127.0.0.1:8000 wsgi:m:app"),
        ("uvicorn", "UNIX", f"-m uvicorn {UVICORN} --uds /run/a b.sock --interface wsgi m:app"),
        (
            "uvicorn[adapter=own,http=h11]",
            "TCP",
            f"LAUNCHER uvicorn --adapter own {UVICORN} --host 127.0.0.1 --port 8000 --http h11 --interface wsgi m:app",
        ),
        ("werkzeug", "TCP", "LAUNCHER werkzeug m:app --host 127.0.0.1 --port 8000"),
        ("werkzeug[threaded=yes]", "TCP", "LAUNCHER werkzeug m:app --host 127.0.0.1 --port 8000 --threaded yes"),
        ("wsgiref", "TCP", "LAUNCHER wsgiref m:app --host 127.0.0.1 --port 8000"),
    ],
)
def test_a_command_line(subject: str, transport: str, line: str) -> None:
    assert told(subject, PLACES[Transport[transport]]) == line


def directives(subject: str, place: Place) -> list[str]:
    """What Apache is told."""
    return [word for flag, word in pairwise(launch(subject, place).argv) if flag == "-C"]


@pytest.fixture
def apache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mod_wsgi, "apache", lambda python: None)


@pytest.mark.usefixtures("apache")
class TestApache:
    def test_is_told_everything_on_its_command_line(self) -> None:
        argv = launch("mod_wsgi").argv
        first = argv.index("apache2")
        assert argv[first : first + 6] == ("apache2", "-DFOREGROUND", "-d", ".", "-f", os.devnull)
        assert directives("mod_wsgi[threads=4]", PLACES[Transport.TCP]) == [
            'LoadModule wsgi_module "/usr/lib/apache2/modules/mod_wsgi.so"',
            '<IfFile "/usr/lib/apache2/modules/mod_mpm_event.so">',
            'LoadModule mpm_event_module "/usr/lib/apache2/modules/mod_mpm_event.so"',
            "</IfFile>",
            '<IfFile "/usr/lib/apache2/modules/mod_authz_core.so">',
            'LoadModule authz_core_module "/usr/lib/apache2/modules/mod_authz_core.so"',
            "</IfFile>",
            "ServerName localhost:8000",
            "DefaultRuntimeDir .",
            "PidFile apache.pid",
            "WSGISocketPrefix wsgi",
            "ErrorLog /dev/stderr",
            "User #65534",
            "Group #65534",
            "Listen 127.0.0.1:8000",
            'WSGIDaemonProcess application python-path="${PYTHONPATH}" threads=4',
            "WSGIProcessGroup application",
            "WSGIApplicationGroup %{GLOBAL}",
            f'WSGIScriptAlias / "{mod_wsgi.SCRIPT}"',
        ]
        assert launch("mod_wsgi").env == {"ASGI_CONFORMANCE_WSGI_TARGET": "m:app"}

    def test_encrypts_with_a_module_of_its_own(self) -> None:
        lines = directives("mod_wsgi", PLACES[Transport.TLS])
        assert 'LoadModule ssl_module "/usr/lib/apache2/modules/mod_ssl.so"' in lines
        assert lines[lines.index("Listen 127.0.0.1:8443") + 1 :][:3] == [
            "SSLEngine on",
            'SSLCertificateFile "/c.pem"',
            'SSLCertificateKeyFile "/k.pem"',
        ]

    def test_started_by_root_keeps_what_enters_private_folders(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        words = ("/usr/bin/setpriv", "--securebits", "+no_setuid_fixup", "apache2")
        assert launch("mod_wsgi").argv[:4] == words
        monkeypatch.setattr("shutil.which", lambda name: None)
        with pytest.raises(Unsupported, match=r"does not serve as root.*setpriv"):
            launch("mod_wsgi")

    def test_started_by_anybody_else_is_started_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        assert launch("mod_wsgi").argv[0] == "apache2"

    def test_has_no_version_where_it_is_not(self) -> None:
        assert mod_wsgi.version("python", {}) is None

    def test_reads_a_path_as_one_word(self) -> None:
        place = replace(PLACES[Transport.TLS], certfile='/a "b"\\c.pem')
        assert r'SSLCertificateFile "/a \"b\"\\c.pem"' in directives("mod_wsgi", place)


@adapters
def test_what_a_server_lacks_is_unsupported_and_nothing_else(adapter: Adapter) -> None:
    refused = {}
    for transport, place in PLACES.items():
        try:
            launch(adapter.name, place)
        except Unsupported as error:
            refused[transport] = str(error)
    assert set(refused) == set(PLACES) - SERVES[adapter.name]
    for transport, reason in refused.items():
        assert reason.startswith(f"{adapter.name} does not serve {transport.value}")


@adapters
def test_a_mount_is_told_or_unsupported(adapter: Adapter) -> None:
    place = replace(PLACES[Transport.TCP], root_path="/sub")
    if adapter.name in MOUNTS:
        found = launch(adapter.name, place)
        assert [word for word in (*found.argv, *found.env.values()) if "/sub" in word]
    else:
        with pytest.raises(Unsupported, match=r"below which path|has cut the prefix"):
            launch(adapter.name, place)


@adapters
def test_there_is_no_websocket_to_be_pinged(adapter: Adapter) -> None:
    with pytest.raises(Unsupported, match=f"{adapter.name} has no WebSockets"):
        launch(adapter.name, replace(PLACES[Transport.TCP], ping_interval="7"))


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("gunicorn[worker=sync,threads=2]", "gunicorn[worker=sync] has no threads to choose; worker=gthread has"),
        ("gunicorn[worker=gevent,threads=2]", "gunicorn[worker=gevent] has no threads"),
        ("uwsgi[threads=2,gevent=2]", "not with both"),
    ],
)
def test_options_that_exclude_each_other_are_unsupported(subject: str, reason: str) -> None:
    with pytest.raises(Unsupported) as caught:
        launch(subject)
    assert reason in str(caught.value)


@pytest.mark.parametrize("transport", HTTP2)
def test_gunicorn_serves_http2_with_workers_that_can(transport: Transport) -> None:
    for subject in ("gunicorn[worker=gthread]", "gunicorn[threads=2]", "gunicorn[worker=gevent]"):
        assert H2 in told(subject, PLACES[transport])
    with pytest.raises(Unsupported):
        launch("gunicorn[worker=sync]", PLACES[transport])


def test_gevent_patches_before_anything_else_is_imported() -> None:
    assert launch("gunicorn[worker=gevent]").preload == ()
    assert launch("gunicorn").preload


@adapters
def test_what_is_preloaded_is_a_module_that_runs(adapter: Adapter) -> None:
    found = launch(adapter.name)
    assert not found.preload or found.module


# --- and now for real

APPLICATION = """\
import threading

meeting = threading.Barrier(2)

def app(environ, start_response):
    if environ["PATH_INFO"] == "/meet":
        meeting.wait(float(environ["QUERY_STRING"]))
    words = [environ["wsgi.url_scheme"], environ["SCRIPT_NAME"], environ["PATH_INFO"]]
    body = "|".join(words).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return Certificates(tmp_path_factory.mktemp("certificate")).files()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "application.py").write_text(APPLICATION)
    (tmp_path / "run").mkdir()
    return tmp_path


@contextmanager
def running(server: Server, place: Place, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    launch = server.launch(sys.executable, "application:app", place)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            launch.argv,
            cwd=folder / "run",
            env={**os.environ, "PYTHONPATH": str(folder), **launch.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # it may have ended
                os.killpg(process.pid, signal.SIGKILL)


def connect(place: Place, runs: Callable[[], bool], log: Path) -> socket.socket:
    """A connection as soon as the server listens."""
    deadline = time.monotonic() + PATIENCE
    while True:
        client = socket.socket(socket.AF_UNIX if place.path else socket.AF_INET)
        client.settimeout(PATIENCE)
        try:
            client.connect(place.path or (place.host, place.port))
        except (ConnectionRefusedError, FileNotFoundError):
            client.close()
            assert runs(), log.read_text()
            assert time.monotonic() < deadline, "it never listens"
            time.sleep(0.005)  # nothing tells when a server listens: not all print it, and some do too early
        else:
            return client


def encrypted(client: socket.socket, protocol: str = "http/1.1") -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.set_alpn_protocols([protocol])
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(client)


def answer(client: socket.socket, target: str) -> tuple[str, str]:
    """Status code and body."""
    client.sendall(f"GET {target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
    with client, client.makefile("rb") as file:
        head, _, body = file.read().partition(b"\r\n\r\n")
    return head.split()[1].decode(), body.decode()


def answer_by_http2(client: socket.socket, target: str, scheme: str) -> tuple[str, str]:
    """The same over HTTP/2, in which the client knows beforehand."""
    config = h2.config.H2Configuration(header_encoding=None)
    connection: Any = h2.connection.H2Connection(config)
    connection.initiate_connection()
    request = {":method": "GET", ":scheme": scheme, ":path": target, ":authority": "test"}
    connection.send_headers(1, list(request.items()), end_stream=True)
    events: list[Any] = []
    with client:
        while not any(isinstance(event, h2.events.StreamEnded) for event in events):
            client.sendall(connection.data_to_send())
            data = client.recv(65536)
            assert data, "closed"
            events += connection.receive_data(data)
    fields = next(event.headers for event in events if isinstance(event, h2.events.ResponseReceived))
    body = b"".join(event.data for event in events if isinstance(event, h2.events.DataReceived))
    return dict(fields)[b":status"].decode(), body.decode()


ALTERNATIVES = (
    "gunicorn[worker=gthread]",
    "gunicorn[worker=gevent]",
    "uwsgi[gevent=10]",
    "uvicorn[adapter=own]",
    "uvicorn[adapter=a2wsgi]",
    "werkzeug[threaded=yes]",
)


@pytest.mark.parametrize(
    ("subject", "transport"),
    [
        pytest.param(subject, transport, id=f"{subject}-{transport.name.lower()}")
        for subject in (*SERVES, *ALTERNATIVES)
        for transport in HTTP1
        if transport in SERVES[subject.partition("[")[0]]
    ],
)
def test_a_server_serves_where_it_was_told_to(
    subject: str, transport: Transport, folder: Path, certificate: dict[str, str]
) -> None:
    files = certificate if transport.encrypted else {}
    path = str(folder / "run" / "socket") if transport is Transport.UNIX else ""
    place = Place(transport=transport, port=free_port(), path=path, **files)
    with running(server(subject), place, folder) as process:
        client = connect(place, lambda: process.poll() is None, folder / "log")
        scheme = "https" if transport.encrypted else "http"
        status, body = answer(encrypted(client) if transport.encrypted else client, "/a%20b")
    assert (status, body) == ("200", f"{scheme}||/a b"), (folder / "log").read_text()


@pytest.mark.parametrize("transport", HTTP2)
@pytest.mark.parametrize("subject", ["gunicorn[worker=gthread]", "gunicorn[worker=gevent]", "granian", "hypercorn"])
def test_a_server_serves_http2_where_it_was_told_to(
    subject: str, transport: Transport, folder: Path, certificate: dict[str, str]
) -> None:
    files = certificate if transport.encrypted else {}
    place = Place(transport=transport, port=free_port(), **files)
    with running(server(subject), place, folder) as process:
        client = connect(place, lambda: process.poll() is None, folder / "log")
        scheme = "https" if transport.encrypted else "http"
        channel = encrypted(client, "h2") if transport.encrypted else client
        status, body = answer_by_http2(channel, "/a%20b", scheme)
    assert (status, body) == ("200", f"{scheme}||/a b"), (folder / "log").read_text()


@pytest.mark.parametrize("subject", sorted(MOUNTS))
def test_a_mounted_application_is_called_with_what_follows(subject: str, folder: Path) -> None:
    place = Place(port=free_port(), root_path="/sub")
    with running(server(subject), place, folder) as process:
        assert answer(connect(place, lambda: process.poll() is None, folder / "log"), "/sub/x") == (
            "200",
            "http|/sub|/x",
        )


@pytest.mark.parametrize("subject", [*sorted(set(SERVES) - ONE_AT_A_TIME), *ALTERNATIVES])
def test_two_calls_can_meet(subject: str, folder: Path) -> None:
    place = Place(port=free_port())
    with running(server(subject), place, folder) as process:
        first, second = (connect(place, lambda: process.poll() is None, folder / "log") for _ in range(2))
        answers: list[tuple[str, str]] = []
        thread = threading.Thread(target=lambda: answers.append(answer(first, f"/meet?{PATIENCE / 2}")))
        thread.start()
        answers.append(answer(second, f"/meet?{PATIENCE / 2}"))
        thread.join()
    assert [status for status, _ in answers] == ["200", "200"], (folder / "log").read_text()


@pytest.mark.parametrize("subject", [adapter.name for adapter in ADAPTERS if launch(adapter.name).preload])
def test_a_server_serves_from_a_warm_parent(subject: str, folder: Path) -> None:
    place = Place(port=free_port())
    found = server(subject).launch(sys.executable, "application:app", place)
    starter = WarmStarter(sys.executable, found.preload)
    with (folder / "log").open("wb") as log:
        try:
            env = {**os.environ, "PYTHONPATH": str(folder), **found.env}
            process = starter.start(found.argv, env, folder / "run", log.fileno())
            assert isinstance(process, Forked)
            client = connect(place, lambda: process.status() is None, folder / "log")
            assert answer(client, "/x") == ("200", "http||/x")
        finally:
            starter.close()


def test_apache_leaves_nothing_behind(folder: Path) -> None:
    place = Place(port=free_port())
    with running(server("mod_wsgi"), place, folder) as process:
        assert answer(connect(place, lambda: process.poll() is None, folder / "log"), "/")[0] == "200"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert list((folder / "run").iterdir()) == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
