"""The command lines that adapters build, and that the servers accept them."""

import asyncio
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.servers.adapter import Adapter, Launch, Place, Server, Transport, Unsupported
from asgi_conformance.servers.registry import BUILT_IN
from asgi_conformance.stage.interpreter import installed_versions

PATIENCE = 20.0  # seconds; what waits that long has failed

PLACES = {
    Transport.TCP: Place(port=8000),
    Transport.UNIX: Place(transport=Transport.UNIX, path="/run/a:b.sock"),
    Transport.TLS: Place(transport=Transport.TLS, port=8443, certfile="/c.pem", keyfile="/k.pem"),
    Transport.HTTP2_TLS: Place(transport=Transport.HTTP2_TLS, port=8443, certfile="/c.pem", keyfile="/k.pem"),
    Transport.HTTP2_CLEAR: Place(transport=Transport.HTTP2_CLEAR, port=8000),
    Transport.HTTP3: Place(transport=Transport.HTTP3, port=8443, certfile="/c.pem", keyfile="/k.pem"),
}

LACKING = {
    "uvicorn": {Transport.HTTP2_TLS, Transport.HTTP2_CLEAR, Transport.HTTP3},
    "uvicorn[http=zttp]": {Transport.HTTP3},
    "hypercorn": set(),
    "daphne": {Transport.HTTP2_CLEAR, Transport.HTTP3},
    "granian": {Transport.HTTP3},
    "granian[http=1]": {Transport.HTTP2_TLS, Transport.HTTP2_CLEAR, Transport.HTTP3},
    "granian[http=2]": {Transport.TCP, Transport.UNIX, Transport.TLS, Transport.HTTP3},
    "gunicorn": {Transport.HTTP3},
}

adapters = pytest.mark.parametrize("adapter", BUILT_IN, ids=lambda adapter: adapter.name)


def server(subject: str) -> Server:
    name, _, option = subject.rstrip("]").partition("[")
    adapter = next(adapter for adapter in BUILT_IN if adapter.name == name)
    return Server(adapter, dict([option.split("=")]) if option else {})


def launch(subject: str, place: Place) -> Launch:
    return server(subject).launch("/venv/bin/python", "m:app", place)


@pytest.mark.parametrize(("subject", "lacking"), LACKING.items())
def test_what_a_server_lacks_is_unsupported_and_nothing_else(subject: str, lacking: set[Transport]) -> None:
    refused = {}
    for transport, place in PLACES.items():
        try:
            launch(subject, place)
        except Unsupported as error:
            refused[transport] = str(error)
    assert set(refused) == lacking
    for transport, reason in refused.items():
        assert reason.startswith(subject.partition("[")[0])
        assert f"does not serve {transport.value}" in reason


def test_a_reason_names_the_remedy() -> None:
    with pytest.raises(Unsupported, match="except with http=zttp"):
        launch("uvicorn", PLACES[Transport.HTTP2_TLS])


@adapters
def test_the_interpreter_runs_the_module_and_the_application_comes_last(adapter: Adapter) -> None:
    found = launch(adapter.name, PLACES[Transport.TCP])
    assert found.argv[:3] == ("/venv/bin/python", "-m", adapter.name)
    assert found.module == adapter.name
    assert found.argv[-1] == "m:app"
    assert found.preload


@adapters
def test_every_option_reaches_the_command_line(adapter: Adapter) -> None:
    for name, option in adapter.options.items():
        value = option.values[0] if option.values else "3"
        argv = launch(f"{adapter.name}[{name}={value}]", PLACES[Transport.TCP]).argv
        assert argv[argv.index(option.flag) + 1] == value
        assert argv.count(option.flag) == 1


@adapters
def test_root_path_is_named_only_when_there_is_one(adapter: Adapter) -> None:
    place = replace(PLACES[Transport.TCP], root_path="/sub")
    assert "/sub" in launch(adapter.name, place).argv
    assert "--root-path" not in launch(adapter.name, PLACES[Transport.TCP]).argv


@adapters
def test_the_time_between_pings_is_named_or_unsupported(adapter: Adapter) -> None:
    place = replace(PLACES[Transport.TCP], ping_interval="7")
    if adapter.name in ("granian", "gunicorn"):
        with pytest.raises(Unsupported, match="no option for pings"):
            launch(adapter.name, place)
    else:
        assert "7" in launch(adapter.name, place).argv


@adapters
def test_an_ipv6_address_is_never_mistaken_for_a_port(adapter: Adapter) -> None:
    argv = launch(adapter.name, Place(host="::1", port=8000)).argv
    assert "[::1]:8000" in argv or ("::1" in argv and "8000" in argv)


def test_colons_in_a_path_do_not_end_an_endpoint_description_of_daphne() -> None:
    place = Place(transport=Transport.TLS, host="::1", port=1, certfile="/a:b=c.pem", keyfile="/k\\.pem")
    argv = launch("daphne", place).argv
    assert argv[argv.index("--endpoint") + 1] == (r"ssl:1:interface=\:\:1:privateKey=/k\\.pem:certKey=/a\:b\=c.pem")


def test_only_daphne_cannot_ask_for_client_certificates() -> None:
    place = replace(PLACES[Transport.TLS], client_ca="/ca.pem")
    for adapter in BUILT_IN:
        if adapter.name == "daphne":
            with pytest.raises(Unsupported, match="client certificates"):
                launch("daphne", place)
        else:
            assert "/ca.pem" in launch(adapter.name, place).argv


@pytest.mark.parametrize(
    "lacking",
    [
        {"transport": Transport.UNIX},
        {"transport": Transport.TLS},
        {"transport": Transport.HTTP3, "certfile": "c"},
        {"client_ca": "ca"},
    ],
)
def test_a_place_that_makes_no_sense_cannot_be_made(lacking: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Place(**lacking)


def test_a_launch_knows_what_it_runs() -> None:
    assert Launch(("python", "-m", "mine", "x")).module == "mine"
    assert Launch(("mine", "x")).module is None
    assert Launch(("python", "-m")).module is None


# --- and now for real


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    trustme = pytest.importorskip("trustme")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    folder = tmp_path_factory.mktemp("certificate")
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1")
    key = serialization.load_pem_private_key(issued.private_key_pem.bytes(), None)
    paths = {name: folder / f"{name}.pem" for name in ("certfile", "keyfile", "authority")}
    paths["certfile"].write_bytes(issued.cert_chain_pems[0].bytes())
    paths["keyfile"].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    paths["authority"].write_bytes(authority.cert_pem.bytes())
    return {name: str(path) for name, path in paths.items()}


@contextmanager
def running(launch: Launch, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            launch.argv,
            cwd=folder,
            env={**os.environ, **launch.env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def connect(place: Place, process: subprocess.Popen[bytes]) -> socket.socket:
    """A connection as soon as the server listens."""
    deadline = time.monotonic() + PATIENCE
    while True:
        client = socket.socket(socket.AF_UNIX if place.path else socket.AF_INET)
        client.settimeout(PATIENCE)
        try:
            client.connect(place.path or (place.host, place.port))
        except (ConnectionRefusedError, FileNotFoundError):
            client.close()
            assert process.poll() is None, "it ended"
            assert time.monotonic() < deadline, "it never listens"
            time.sleep(0.005)  # nothing tells when a server listens: not all print it, and some do too early
        else:
            return client


def encrypted(client: socket.socket, authority: str, protocol: str) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols([protocol])
    return context.wrap_socket(client, server_hostname="localhost")


def speaks_http1(client: socket.socket) -> bool:
    client.sendall(b"GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
    return client.makefile("rb").readline().startswith(b"HTTP/1.1 204")


def speaks_http2(client: socket.socket) -> bool:
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    frame = client.makefile("rb").read(9)
    return frame[3:4] == b"\x04"  # SETTINGS


def speaks_http3(place: Place, authority: str) -> bool:
    aioquic = pytest.importorskip("aioquic.asyncio")
    configuration = pytest.importorskip("aioquic.quic.configuration").QuicConfiguration(
        is_client=True, alpn_protocols=["h3"], server_name="localhost", cafile=authority
    )

    async def handshake() -> bool:
        async with aioquic.connect(place.host, place.port, configuration=configuration) as client:
            await client.ping()
        return True

    return asyncio.run(asyncio.wait_for(handshake(), PATIENCE))


@pytest.mark.parametrize(
    ("adapter", "transport"),
    [
        pytest.param(adapter, transport, id=f"{adapter.name}-{transport.name.lower()}")
        for adapter in BUILT_IN
        for transport in Transport
        if transport not in LACKING[adapter.name]
    ],
)
def test_a_server_serves_where_it_was_told_to(
    adapter: Adapter, transport: Transport, tmp_path: Path, certificate: dict[str, str]
) -> None:
    assert adapter.distribution
    if not installed_versions(sys.executable, [adapter.distribution])[adapter.distribution]:
        pytest.skip(f"{adapter.name} is not installed")
    (tmp_path / "application.py").write_text(
        "async def app(scope, receive, send):\n"
        "    if scope['type'] == 'http':\n"
        "        await send({'type': 'http.response.start', 'status': 204, 'headers': []})\n"
        "        await send({'type': 'http.response.body'})\n"
    )
    place = Place(
        transport=transport,
        port=free_port(),
        path=str(tmp_path / "socket") if transport is Transport.UNIX else "",
        certfile=certificate["certfile"] if transport.encrypted else "",
        keyfile=certificate["keyfile"] if transport.encrypted else "",
    )
    launch = adapter.launch(sys.executable, "application:app", place, {})
    with running(launch, tmp_path) as process, connect(place, process) as client:
        match transport:
            case Transport.TCP | Transport.UNIX:
                assert speaks_http1(client)
            case Transport.TLS:
                with encrypted(client, certificate["authority"], "http/1.1") as channel:
                    assert speaks_http1(channel)
            case Transport.HTTP2_CLEAR:
                assert speaks_http2(client)
            case Transport.HTTP2_TLS:
                with encrypted(client, certificate["authority"], "h2") as channel:
                    assert channel.selected_alpn_protocol() == "h2"
                    assert speaks_http2(channel)
            case Transport.HTTP3:
                client.close()
                assert speaks_http3(place, certificate["authority"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
