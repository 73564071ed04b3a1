"""The control channel: where the remote application dials back on every call, and is told what to do next."""

import json
import os
import secrets
import socket
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asgi_conformance.codec import decode
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import Call, Outcome, Raised

LIMIT = 1 << 26  # bytes of one message; a subject may flood


class RemoteCall:
    """One call of the application inside the server: commands out, replies in."""

    def __init__(self, hub: Hub, connection: socket.socket, announce: Callable[["RemoteCall"], None]) -> None:
        self._hub, self._socket, self._announce = hub, connection, announce
        self._buffer = bytearray()
        self._replies: dict[int, dict[str, Any]] = {}
        self.tasks: dict[str, dict[str, Any]] = {}
        """Outcomes of tasks begun earlier, by name, as they come."""
        self.arrived: dict[str, float] = {}
        self._commands = 0
        self.hello: dict[str, Any] = {}
        self.scope: Any = None
        self.at = 0.0
        """`time.perf_counter()` when the call came."""
        self.ended = False
        self.was_cancelled = False
        connection.setblocking(False)
        hub.listen(connection, self._readable)

    @property
    def seen(self) -> Call:
        """The call as timelines hold it."""
        return Call(self.scope, {key: value for key, value in self.hello.items() if key not in ("scope", "token")})

    @property
    def kind(self) -> str | None:
        """The scope's type; None where the scope has none."""
        kind = self.scope.get("type") if isinstance(self.scope, dict) else None
        return kind if isinstance(kind, str) else None

    def _readable(self) -> None:
        try:
            data = self._socket.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data or len(self._buffer) > LIMIT:
            self._over()
            return
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest)
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self._over()
        elif "hello" in message:
            self.hello, self.at = message, time.perf_counter()
            self.scope = decode(message.get("scope"))
            self._announce(self)
        elif "task" in message:
            self.tasks[str(message["task"])] = message
            self.arrived[str(message["task"])] = time.perf_counter()
        elif "n" in message:
            self._replies[message["n"]] = message
        elif "cancelled" in message:
            self.was_cancelled = True

    def _over(self) -> None:
        self.ended = True
        self._hub.forget(self._socket)

    def tell(self, **command: Any) -> int:
        """Send a command; returns its number."""
        self._commands += 1
        data = json.dumps({**command, "n": self._commands}).encode() + b"\n"
        self._socket.setblocking(True)
        self._socket.settimeout(5)
        try:
            self._socket.sendall(data)
        except OSError:
            self._over()
        self._socket.setblocking(False)
        return self._commands

    def reply(self, number: int) -> dict[str, Any] | None:
        return self._replies.get(number)

    def leave(self) -> None:
        """Nothing more will be told: the remote application returns, whatever it waits for."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._over()

    def close(self) -> None:
        self._hub.forget(self._socket)
        self._socket.close()


def outcome(message: dict[str, Any]) -> Outcome:
    """What a reply says of a send, a return or a task."""
    raised = message.get("raised")
    return Outcome(
        raised=Raised(str(raised["type"]), tuple(raised["kinds"]), str(raised["text"])) if raised else None,
        value=decode(message.get("ok")),
        cancelled=bool(message.get("cancelled")),
        done=int(message.get("done", 1)),
        awaitable=bool(message.get("awaitable", True)),
    )


class ControlChannel:
    """The listening end, private to one server process."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        """`folder`: an existing private folder for the socket file. Where there are no unix sockets: loopback TCP."""
        self._hub = hub
        self.token = secrets.token_hex(16)
        self.waiting: deque[RemoteCall] = deque()
        """Calls that nobody has picked up yet, in the order they came."""
        self._dialling: list[RemoteCall] = []
        if hasattr(socket, "AF_UNIX"):
            path = str(folder / "control")
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
        self._dialling.append(RemoteCall(self._hub, connection, self._announced))

    def _announced(self, call: RemoteCall) -> None:
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
    """A new temporary folder that only this user can enter; short, for the path of a unix socket has a limit."""
    folder = Path(tempfile.mkdtemp(prefix="asgi-conformance-"))
    os.chmod(folder, 0o700)
    return folder
