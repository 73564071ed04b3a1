"""What an adapter is: how one server is told where to listen and what to serve. Values only; nothing is started."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum


class BadSubject(Exception):
    """A subject that cannot be tested as it was named: the user's to mend. One line that says what to type instead."""


class Unsupported(Exception):
    """The server has no such transport or option: nobody's fault. The message is the reason, for the report."""


class Transport(Enum):
    """What lies between client and server. The values are what messages print."""

    TCP = "HTTP/1.1 over TCP"
    UNIX = "HTTP/1.1 over a unix socket"
    TLS = "HTTP/1.1 over TLS"
    HTTP2_TLS = "HTTP/2 over TLS"
    HTTP2_CLEAR = "HTTP/2 without TLS"
    HTTP3 = "HTTP/3"

    @property
    def encrypted(self) -> bool:
        """Whether a certificate is needed."""
        return self in (Transport.TLS, Transport.HTTP2_TLS, Transport.HTTP3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server has to listen. What the transport does not use stays empty."""

    transport: Transport = Transport.TCP
    host: str = "127.0.0.1"
    port: int = 0
    """TCP, or UDP for HTTP/3 (a server that has to listen on TCP as well gets the same number there)."""
    path: str = ""
    """Of the unix socket."""
    certfile: str = ""
    keyfile: str = ""
    """PEM, without password, in PKCS#8 (`BEGIN PRIVATE KEY`): not every server reads the older forms."""
    client_ca: str = ""
    """PEM of the authority whose client certificates are asked for; a client without one is still to be served."""
    root_path: str = ""
    ping_interval: str = ""
    """Seconds, a whole number, after which a silent WebSocket is pinged; empty: as the server has it."""
    threads: str = ""
    """How many serve at once; empty: as the options say. Adapters that have an option of this name see it there."""
    environ: str = ""
    """`NAME=value`, to be put into the environ of every call; empty: nothing."""

    def __post_init__(self) -> None:
        if self.transport is Transport.UNIX and not self.path:
            raise ValueError("a unix socket needs a path")
        if self.transport.encrypted and not (self.certfile and self.keyfile):
            raise ValueError(f"{self.transport.value} needs certfile and keyfile")
        if self.client_ca and not self.transport.encrypted:
            raise ValueError(f"{self.transport.value} has no client certificates")

    @property
    def address(self) -> str:
        """`127.0.0.1:8000` or `[::1]:8000`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a server; it is ready when it accepts a connection and answers."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    """To be added to the environment."""
    tries: bool = False
    """Whether it may turn out that the server does not serve the transport at all; only trying tells."""
    preload: tuple[str, ...] = ()
    """Modules that the server will import, for a warm parent to import before it forks; empty: start it cold."""

    @property
    def module(self) -> str | None:
        """The module that runs (`python -m module`); None for any other command."""
        return self.argv[2] if self.argv[1:2] == ("-m",) and len(self.argv) > 2 else None


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a user may choose about a server: `http` in `uvicorn[http=h11]`."""

    flag: str
    """What the server's own command line calls it."""
    help: str
    values: tuple[str, ...] | None = None
    """What may be chosen; None: any text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """One server, as the entry-point group `asgi_conformance.servers` offers it."""

    name: str
    distribution: str | None
    """Its name on PyPI, for "is it installed" and "which version"; None where nobody can know."""
    launch: Callable[[str, str, Place, Mapping[str, str]], Launch]
    """(interpreter under test, application as `module:attribute`, where, chosen options); raises `Unsupported`."""
    options: Mapping[str, Option] = field(default_factory=dict)
    kind: str = "asgi-server"
    label: str = ""
    """Its name in reports, where a server of another kind has the same name."""
    version: Callable[[str, Mapping[str, str]], str | None] | None = None
    """(interpreter under test, chosen options): which version that is, where the distribution alone does not tell; None
    where it is not installed. It may run the interpreter or the server to ask."""
    remedy: str = ""
    """What to type where it is not installed, if `pip install` with its distribution is not the answer."""
    extras: tuple[str, ...] = ()
    """Extras of its distribution without which it does not show all that it can."""
    companions: tuple[str, ...] = ()
    """What else has to be installed for that, as pip takes it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server with the options chosen for it: one column of the report."""

    adapter: Adapter
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.adapter.name

    @property
    def kind(self) -> str:
        return self.adapter.kind

    @property
    def distributions(self) -> tuple[str, ...]:
        """Those whose versions are its own: its name on PyPI, where that is known and tells all."""
        return (self.adapter.distribution,) if self.adapter.distribution and not self.adapter.version else ()

    @property
    def id(self) -> str:
        """`uvicorn[http=h11,ws=wsproto]`, options in the adapter's order, however they were typed."""
        chosen = ",".join(f"{name}={self.options[name]}" for name in self.adapter.options if name in self.options)
        name = self.adapter.label or self.adapter.name
        return f"{name}[{chosen}]" if chosen else name

    def version(self, python: str) -> str | None:
        """What the adapter says of itself; None where `distributions` tell. Raises `BadSubject` if it is not there."""
        if self.adapter.version is None:
            return None
        if (version := self.adapter.version(python, self.options)) is None:
            remedy = f": {self.adapter.remedy}" if self.adapter.remedy else ""
            raise BadSubject(
                f"{self.id} is not installed for {python}{remedy}, "
                "or name the interpreter that has it with --asgi-python"
            )
        return version

    def launch(self, python: str, application: str, place: Place) -> Launch:
        """The command line; raises `Unsupported`."""
        options = self.options
        if place.threads and "threads" in self.adapter.options:
            options, place = {**options, "threads": place.threads}, replace(place, threads="")
        return self.adapter.launch(python, application, place, options)


def flags(options: Mapping[str, Option], chosen: Mapping[str, str]) -> list[str]:
    """The chosen options as the server's command line has them."""
    return [word for name, option in options.items() if name in chosen for word in (option.flag, chosen[name])]


def unsupported(server: str, transport: Transport, remedy: str = "") -> Unsupported:
    """The error for a transport that a server does not have; `remedy`: under which condition it would."""
    return Unsupported(f"{server} does not serve {transport.value}{remedy and f' {remedy}'}")
