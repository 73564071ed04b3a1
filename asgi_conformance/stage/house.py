"""Where a server under test lives: its processes, started, watched, replaced and removed."""

import os
import secrets
import shutil
import signal
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asgi_conformance import remote
from asgi_conformance.acts import Settings, Tls
from asgi_conformance.script import Over
from asgi_conformance.servers.adapter import Launch, Place, Server, Transport
from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.connection import Address, Connection
from asgi_conformance.stage.control import ControlChannel, RemoteCall, RemoteWsgiCall, private_folder
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.means import Means
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.stage.process import ServerProcess, Starter
from asgi_conformance.stage.quic import Http3Connection

FOLDER = Path(remote.__file__).parent
"""Holds what runs in the subject's environment."""
MODULES = {"asgi-server": "remote_application", "wsgi-server": "remote_wsgi"}
CALLS: dict[str, type[RemoteCall]] = {"asgi-server": RemoteCall, "wsgi-server": RemoteWsgiCall}
"""Our application, and a call of it, by the kind of server that holds it."""
TRANSPORTS = {
    Over.TCP: Transport.TCP,
    Over.UNIX: Transport.UNIX,
    Over.TLS: Transport.TLS,
    Over.HTTP2: Transport.HTTP2_CLEAR,
    Over.HTTP2_TLS: Transport.HTTP2_TLS,
    Over.HTTP3: Transport.HTTP3,
}
PORTS = range(20000, 32000)  # below the range from which the system takes ports for outgoing connections


class NotStarted(Exception):
    """A server that does not come up: the message says what happened, with the end of its output."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a server process is set up for; equal settings can share one."""

    over: Over = Over.TCP
    root_path: str = ""
    ping_interval: str = ""
    """Seconds, a whole number, after which a silent WebSocket is pinged; empty: as the server has it."""
    application: str = "application"
    """Which attribute of the remote application's module the server is given."""
    client_certificates: str = ""
    """`asked`: clients are asked for a certificate, and served without one, where the server can be told so."""
    threads: str = ""
    """How many serve at once; empty: as the subject was named."""
    environ: str = ""
    """`NAME=value`: what a deployer wants to see in every environ."""
    variables: str = ""
    """Of the operating system, `NAME=value` with spaces between them, for the server to find there."""


class Residence:
    """One server process with its control channel, its address and its folder."""

    def __init__(
        self,
        hub: Hub,
        server: Server,
        python: str,
        setting: Setting,
        starter: Starter,
        means: Means,
        target: str = "",
        paths: Sequence[str] = (),
    ) -> None:
        """Start it; it is not ready yet. Raises `Unsupported` (no such transport), `MissingExtra` or `NotStarted`.

        `target`: an application to be served instead of ours, as `module:attribute`, found in `paths` or the current
        folder.
        """
        self._paths = paths
        self._hub, self._means, self.setting = hub, means, setting
        self.lifespan: RemoteCall | None = None
        """The lifespan call of a shared process, attended by the stage; None where none came."""
        self.performances = 0
        """How many cases were performed here."""
        self.advertised: frozenset[str] = frozenset()
        """Names of the extensions in the scope of its first request."""
        self.offers_tunnels = False
        """Whether it takes WebSockets on streams of HTTP/2."""
        self.folder = private_folder()
        means.guard.keep(self.folder)
        try:
            place = _place(setting, self.folder, means.certificates)
            launch = server.launch(python, target or f"{MODULES[server.kind]}:{setting.application}", place)
            self.tries = launch.tries
            """Whether it may not serve this transport after all."""
            self.address: Address = place.path or (place.host, place.port)
            self.tls: ssl.SSLContext | None = None
            if place.transport.encrypted:
                self.tls = self._client_context(Tls())
            self.kind = server.kind
            self.channel = ControlChannel(hub, self.folder, CALLS[server.kind])
            self.process = self._started(starter, launch)
        except BaseException:
            self._remove_folder()
            raise
        means.guard.keep(self.folder, self.process.pid)

    def _started(self, starter: Starter, launch: Launch) -> ServerProcess:
        try:
            return ServerProcess(self._hub, starter, launch.argv, self._environment(launch.env), self.folder)
        except OSError as error:
            self.channel.close()
            raise NotStarted(f"{launch.argv[0]} cannot be executed: {error.strerror or error}") from None
        except BaseException:
            self.channel.close()
            raise

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        places = self._paths or [str(FOLDER)]
        own = {
            "PYTHONPATH": os.pathsep.join(filter(None, [*places, os.environ.get("PYTHONPATH", "")])),
            "PYTHONUNBUFFERED": "1",
            "ASGI_CONFORMANCE_CONTROL": self.channel.address,
            "ASGI_CONFORMANCE_TOKEN": self.channel.token,
            "ASGI_CONFORMANCE_FOLDER": str(self.folder),
        }
        variables = {name: value for name, _, value in (pair.partition("=") for pair in self.setting.variables.split())}
        return {**os.environ, **own, **variables, **extra}

    def _client_context(self, tls: Tls) -> ssl.SSLContext:
        protocols = ("h2",) if self.setting.over is Over.HTTP2_TLS else ("http/1.1",)
        return self._means.certificates.client_context(protocols, tls)

    def connect(self, patience: float | None = None, tls: Tls | None = None) -> Connection:
        """A new client connection. Raises `Refused`. `patience`: seconds, where the usual is too long."""
        context = self.tls if self.tls is None or tls is None else self._client_context(tls)
        return Connection(self._hub, self.address, context, patience or self._means.patience.full)

    def presented(self, tls: Tls | None) -> tuple[bytes, ...]:
        """The certificates that such a client presents, its own first, DER."""
        return self._means.certificates.presented(tls.certificate) if tls and tls.certificate else ()

    def streams(self, client: Connection | None, settings: Settings = ()) -> Http2Connection | Http3Connection:
        """HTTP/2 on a connection, with these settings of ours, or an HTTP/3 connection, which has no other beneath.

        Raises `MissingExtra`.
        """
        if self.setting.over is Over.HTTP3 and isinstance(self.address, tuple):
            return Http3Connection(self._hub, self.address, self._means.certificates.authority())
        return Http2Connection(client or self.connect(), settings)

    def accepts(self) -> bool:
        """Whether somebody accepts connections there now."""
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex(self.address) == 0

    def accepts_within(self, seconds: float) -> bool:
        """Poll until it accepts connections; False when it ends first or the time is over."""
        return self._hub.until(lambda: self._pause() or self.accepts(), seconds) and self.process.status is None

    def _pause(self) -> bool:
        """True if the process has ended, after a few milliseconds in which what comes is handled."""
        self._hub.until(lambda: self.process.status is not None, 0.004)
        return self.process.status is not None

    def remove(self) -> None:
        """Kill what is left of the process, close the channel, delete the folder."""
        self.process.kill()
        self.channel.close()
        self._remove_folder()

    def _remove_folder(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._means.guard.release(self.folder)


def _place(setting: Setting, folder: Path, certificates: Certificates) -> Place:
    transport = TRANSPORTS[setting.over]
    files = certificates.files() if transport.encrypted else {}
    if setting.client_certificates:
        files["client_ca"] = certificates.client_ca()
    return Place(
        transport=transport,
        host="127.0.0.1",
        port=0 if transport is Transport.UNIX else free_port(),
        path=str(folder / "server.sock") if transport is Transport.UNIX else "",
        root_path=setting.root_path,
        ping_interval=setting.ping_interval,
        threads=setting.threads,
        environ=setting.environ,
        **files,
    )


def free_port() -> int:
    """A port that nobody listens on at this moment. Somebody else may be quicker: the caller starts again then."""
    for _ in range(200):
        port = secrets.choice(PORTS)  # `random` may be seeded, and alike in every process
        if _is_free(port):
            return port
    raise NotStarted(f"no free port between {PORTS.start} and {PORTS.stop} on 127.0.0.1")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    with socket.socket() as probe:  # not every system minds two who listen
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def refused(residence: Residence) -> str:
    """Why it did not come up, in one sentence and the end of what it printed."""
    residence.process.drain()
    status = residence.process.status
    tail = " | ".join(residence.process.output.text.strip().splitlines()[-6:])
    slow = "no request reached the application in time"
    words = slow if status is None else f"it ended at once with {described(status)}"
    return f"{words}; its last words: {tail[-700:] or '(none)'}"


def described(status: int) -> str:
    """An exit status in words."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"
