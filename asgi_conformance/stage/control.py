"""The control channel: where the remote application dials back on every call, and is told what to do next."""

import json
import os
import secrets
import socket
import tempfile
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from asgi_conformance.codec import decode
from asgi_conformance.matchers.app import plain
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import Call, Outcome, Raised, WsgiCall

LONGEST_PATH = 100  # characters of the path of a unix socket; the system's limit is 104 or 108
LIMIT = 1 << 26  # bytes that one call may tell; a subject may flood
SENDING = 5.0  # seconds to take a command
DIALLING = 256  # connections that have not said yet who they are
NONSENSE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What it may raise to read a message that nobody has checked; a subject may lie."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the remote application says came of a command, or of a task that was begun earlier."""

    ok: Any = None
    raised: Raised | None = None
    cancelled: bool = False
    done: int = 1
    """How many of several equal sends went through."""
    awaitable: bool = True
    id: int = 0
    """Identity of an event."""
    ids: Mapping[str, Any] = field(default_factory=dict)
    """Identities of the values in a scope."""

    @property
    def outcome(self) -> Outcome:
        """As what timelines hold of a send, a return or a task."""
        return Outcome(self.raised, self.ok, self.cancelled, self.done, self.awaitable)


def reply_of(message: Mapping[str, Any]) -> Reply:
    """Raises any of `NONSENSE`."""
    raised = message.get("raised")
    return Reply(
        ok=decode(message.get("ok")),
        raised=Raised(str(raised["type"]), tuple(map(str, raised["kinds"])), str(raised["text"])) if raised else None,
        cancelled=bool(message.get("cancelled")),
        done=int(message.get("done", 1)),
        awaitable=bool(message.get("awaitable", True)),
        id=int(message.get("id", 0)),
        ids=dict(message.get("ids", {})),
    )


class Dialler(ABC):
    """Somebody in another process who has dialled the control channel: lines of JSON in and out."""

    def __init__(self, hub: Hub, connection: socket.socket, announce: Callable[[Any], None]) -> None:
        """`announce`: told of us when we have said who we are."""
        self._hub, self._socket, self._announce = hub, connection, announce
        self._buffer = b""
        self._told = 0
        self._commands = 0
        self.hello: dict[str, Any] = {}
        self.at = 0.0
        """`time.perf_counter()` when it said who it is."""
        self.ended = False
        connection.setblocking(False)
        hub.listen(connection, self._readable)

    def _readable(self) -> None:
        try:
            data = self._socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._told += len(data)
        if not data or self._told > LIMIT:
            self._over()
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            try:
                self._hear(dict(json.loads(line).items()))
            except NONSENSE:
                self._over()
                return

    def _hear(self, message: dict[str, Any]) -> None:
        if self.hello:
            self._take(message)
        else:
            self._greet(message)
            self.hello, self.at = message, time.perf_counter()
            self._announce(self)

    def _greet(self, message: Mapping[str, Any]) -> None:
        """The first message. Raises any of `NONSENSE`."""

    @abstractmethod
    def _take(self, message: Mapping[str, Any]) -> None:
        """Every other message. Raises any of `NONSENSE`."""

    def _over(self) -> None:
        self.ended = True
        self.close()

    def tell(self, **command: Any) -> int:
        """Send a command; returns its number. No reply will come where the call has ended."""
        self._commands += 1
        data = json.dumps({**command, "n": self._commands}).encode() + b"\n"
        try:
            self._socket.settimeout(SENDING)
            self._socket.sendall(data)
            self._socket.setblocking(False)
        except OSError:
            self._over()
        return self._commands

    def leave(self) -> None:
        """Nothing more will be told: the remote application returns, whatever it waits for."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._over()

    def close(self) -> None:
        self._hub.forget(self._socket)
        self._socket.close()


class RemoteCall(Dialler):
    """One call of the application inside the server: commands out, replies in."""

    def __init__(self, hub: Hub, connection: socket.socket, announce: Callable[["RemoteCall"], None]) -> None:
        super().__init__(hub, connection, announce)
        self._replies: dict[int, Reply] = {}
        self.tasks: dict[str, Reply] = {}
        """Outcomes of tasks begun earlier, by name, as they come."""
        self.arrived: dict[str, float] = {}
        self.scope: Any = None
        self.was_cancelled = False

    @property
    def seen(self) -> Call | WsgiCall:
        """The call as timelines hold it."""
        return Call(self.scope, {key: value for key, value in self.hello.items() if key not in ("scope", "token")})

    @property
    def kind(self) -> str | None:
        """The scope's type; None where the scope has none."""
        kind = self.value("type")
        return kind if isinstance(kind, str) else None

    def value(self, key: str) -> Any:
        """What the scope holds under this key, whatever the exact types; None for nothing."""
        scope = plain(self.scope)
        return plain(scope.get(key)) if isinstance(scope, dict) else None

    @property
    def path(self) -> str | None:
        path = self.value("path")
        return path if isinstance(path, str) else None

    @property
    def client_port(self) -> Any:
        """The client's port, whatever it is that the server says it is; None where it says nothing."""
        client = self.value("client")
        return client[1] if isinstance(client, list | tuple) and len(client) == 2 else None

    @property
    def over(self) -> bool:
        """Whether nothing of it is left in the server."""
        return self.ended

    def _greet(self, message: Mapping[str, Any]) -> None:
        self.scope = decode(message["scope"])

    def _take(self, message: Mapping[str, Any]) -> None:
        if "task" in message:
            name = str(message["task"])
            self.tasks[name], self.arrived[name] = reply_of(message), time.perf_counter()
        elif "n" in message:
            self._replies[int(message["n"])] = reply_of(message)
        elif "cancelled" in message:
            self.was_cancelled = True

    def reply(self, number: int) -> Reply | None:
        """What came of the command with this number; None so far."""
        return self._replies.get(number)


class RemoteWsgiCall(RemoteCall):
    """One call of the WSGI application, up to the end of the iterable that it returned. Its environ is the `scope`."""

    def __init__(self, hub: Hub, connection: socket.socket, announce: Callable[["RemoteCall"], None]) -> None:
        super().__init__(hub, connection, announce)
        self.uses: list[str] = []
        """What the server has done with the iterable."""
        self.given = 0
        """How many of the server's questions for an item were answered."""
        self.begun = 0
        """The number of the command that was given and not waited for."""

    @property
    def seen(self) -> WsgiCall:
        return WsgiCall(
            self.scope, {key: value for key, value in self.hello.items() if key not in ("environ", "token")}
        )

    @property
    def path(self) -> str | None:
        path = self.value("PATH_INFO")
        return path if isinstance(path, str) else None

    @property
    def client_port(self) -> Any:
        return self.value("REMOTE_PORT")

    @property
    def over(self) -> bool:
        """An iterable that was closed may be held for a while, by whoever."""
        return self.ended or "close" in self.uses

    @property
    def is_asked(self) -> bool:
        """Whether the server waits for an item."""
        return self.uses.count("next") > self.given

    def _greet(self, message: Mapping[str, Any]) -> None:
        self.scope = decode(message["environ"])  # None: no call, but the host that plays our server

    def _take(self, message: Mapping[str, Any]) -> None:
        if "used" in message:
            self.uses.append(str(message["used"]))
        else:
            super()._take(message)


D = TypeVar("D", bound=Dialler)


class ControlChannel(Generic[D]):
    """The listening end, private to one server process."""

    def __init__(self, hub: Hub, folder: Path, who: Callable[[Hub, socket.socket, Callable[[D], None]], D]) -> None:
        """`folder`: an existing private folder for the socket file. Where there are no unix sockets: loopback TCP.

        `who`: what to make of those who dial.
        """
        self._hub, self._who = hub, who
        self.token = secrets.token_hex(16)
        self.waiting: deque[D] = deque()
        """Those whom nobody has picked up yet, in the order they came."""
        self._dialling: list[D] = []
        path = str(folder / "control")
        if hasattr(socket, "AF_UNIX") and len(path) <= LONGEST_PATH:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.bind(path)
            self.address = f"unix:{path}"
        else:
            self._socket = socket.create_server(("127.0.0.1", 0))
            self.address = f"tcp:127.0.0.1:{self._socket.getsockname()[1]}"
        self._socket.listen(256)
        self._socket.setblocking(False)
        hub.listen(self._socket, self._acceptable)

    def _acceptable(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        self._dialling = [call for call in self._dialling if not call.ended]  # those gave up without a word
        if len(self._dialling) < DIALLING:
            self._dialling.append(self._who(self._hub, connection, self._announced))
        else:
            connection.close()

    def _announced(self, call: D) -> None:
        self._dialling.remove(call)
        if call.hello.get("token") == self.token:
            self.waiting.append(call)
        else:
            call.close()

    def close(self) -> None:
        self._hub.forget(self._socket)
        self._socket.close()
        for call in [*self.waiting, *self._dialling]:
            call.close()


def private_folder() -> Path:
    """A new temporary folder that only this user can enter, short where there is a choice: see `LONGEST_PATH`."""
    usual = tempfile.gettempdir()
    short = "/tmp" if len(usual) > LONGEST_PATH - 50 and os.access("/tmp", os.W_OK) else usual
    folder = Path(tempfile.mkdtemp(prefix="asgi-conformance-", dir=short))
    os.chmod(folder, 0o700)
    return folder
