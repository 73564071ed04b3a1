"""A server and the application inside it, played in the very hub that the stage waits in: no threads, no processes."""

import json
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asgi_conformance.codec import encode
from asgi_conformance.script import Case, Line
from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.control import ControlChannel, RemoteCall
from asgi_conformance.stage.house import Setting
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.performer import Performer
from asgi_conformance.timeline import Facts, Missing, Seen, Timeline, Why

SCOPE: dict[str, Any] = {"type": "http", "path": "/"}
Respond = Callable[[dict[str, Any]], Iterable[Mapping[str, Any]]]
"""What the remote end says to a command; `n` is added where there is neither `n` nor `task`."""


def agrees(command: dict[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Everything can be done, and comes to nothing."""
    yield {"ok": None}


class Remote:
    """The remote end of one call. It leaves when it is left, or told to return or raise."""

    def __init__(self, hub: Hub, channel: ControlChannel[RemoteCall], scope: Any, respond: Respond) -> None:
        self.hub, self.respond = hub, respond
        self.commands: list[dict[str, Any]] = []
        self.stays = False
        """Even when it is left."""
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(channel.address.removeprefix("unix:"))
        self.buffer = b""
        self.say({"hello": 1, "token": channel.token, "scope": encode(scope), "pid": 1})
        hub.listen(self.socket, self.readable)

    def say(self, message: Mapping[str, Any]) -> None:
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def readable(self) -> None:
        data = self.socket.recv(1 << 16)
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            command = json.loads(line)
            self.commands.append(command)
            for message in self.respond(command):
                self.say(message if {"n", "task"} & set(message) else {**message, "n": command["n"]})
            if command["do"] in ("return", "raise", "reraise", "send_last"):
                self.leave()
                return
        if not data:
            self.hub.forget(self.socket)
            if not self.stays:
                self.leave()

    def leave(self) -> None:
        self.hub.forget(self.socket)
        self.socket.close()


@dataclass
class Output:
    text: str = "printed"


@dataclass
class Process:
    """The server process, as far as the stage asks it anything."""

    status: int | None = None
    signals: list[str] = field(default_factory=list)
    output: Output = field(default_factory=Output)
    pid: int = 1

    def signal(self, name: str) -> None:
        self.signals.append(name)

    def ends_within(self, seconds: float) -> bool:
        return self.status is not None

    def drain(self) -> None:
        """There is no pipe."""


OnBytes = Callable[["Residence", socket.socket, bytes], None]
"""What the server does when bytes come on a connection."""


class Residence:
    """A server whose behaviour is a function, in the place of `house.Residence`."""

    def __init__(self, hub: Hub, folder: Path, on_bytes: OnBytes | None = None, patience: float = 0.05) -> None:
        self.hub, self.on_bytes = hub, on_bytes
        self.patience = Patience(patience)
        self.channel = ControlChannel(hub, folder, RemoteCall)
        self.process = Process()
        self.setting, self.kind = Setting(), "asgi-server"
        self.lifespan: Any = None
        self.remotes: list[Remote] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self.listener.getsockname()
        self.accepted: list[socket.socket] = []
        self.serves = True
        hub.listen(self.listener, self.acceptable)

    def acceptable(self) -> None:
        connection, _ = self.listener.accept()
        connection.setblocking(False)
        self.accepted.append(connection)
        self.hub.listen(connection, lambda: self.readable(connection))

    def readable(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(1 << 16)
        except BlockingIOError:
            return
        except ConnectionError:
            data = b""
        if not data:
            self.hub.forget(connection)
        elif self.on_bytes:
            self.on_bytes(self, connection, data)

    def calls(self, scope: Any = None, respond: Respond = agrees) -> Remote:
        """Call the application."""
        self.remotes.append(Remote(self.hub, self.channel, SCOPE if scope is None else scope, respond))
        return self.remotes[-1]

    def connect(self, patience: float | None = None, tls: Any = None) -> Connection:
        return Connection(self.hub, self.address, None, 1.0)

    def accepts(self) -> bool:
        return self.serves

    def accepts_within(self, seconds: float) -> bool:
        return self.serves

    def stop_listening(self) -> None:
        self.hub.forget(self.listener)
        self.listener.close()

    def close(self) -> None:
        for remote in self.remotes:
            remote.leave()
        for connection in self.accepted:
            self.hub.forget(connection)
            connection.close()
        self.stop_listening()
        self.channel.close()

    def performer(self, stale_ports: Iterable[int] = ()) -> Performer:
        return Performer(self.hub, self, self.patience, Facts(), set(stale_ports))  # type: ignore[arg-type] # its double

    def performs(self, *lines: Line, stale_ports: Iterable[int] = ()) -> Timeline:
        return self.performer(stale_ports).perform(Case("c", "C", lines))


Make = Callable[..., Residence]
"""The fixture `make`: a residence with this `on_bytes` and settings, closed after the test."""


def seen(timeline: Timeline) -> list[Seen]:
    return [entry.seen for entry in timeline.entries]


def missing(found: Seen) -> Why:
    assert isinstance(found, Missing)
    return found.why
