"""Processes forked from a parent that has imported the server already: a start costs a tenth of a cold one.

The child runs what `python -m server …` runs, with the same arguments. The shared process of a subject is always
started cold, as its users start it; forked are the many that cases about start and stop need.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from asgi_conformance.remote import warm_parent
from asgi_conformance.stage.hub import Stopped
from asgi_conformance.stage.process import ColdStarter, Running

PATIENCE = 20.0  # seconds for the parent to import and fork; a cold start is the way out
GOODBYE = 2.0  # seconds for the parent to kill its children


class Forked:
    """A process that the warm parent has forked, and reports on."""

    def __init__(self, starter: "WarmStarter") -> None:
        self._starter = starter
        self.pid = 0
        self.exit: int | None = None
        self.error = ""

    def status(self) -> int | None:
        if self.exit is None:
            self._starter.read(0)
        return self.exit


class WarmStarter:
    """Starts processes of one server, from any thread. Where that does not work, it starts them cold."""

    def __init__(self, python: str, preload: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Begin to warm up; waits for nothing. `preload`: modules that the server imports at its start.

        `env`: the environment in which they are imported; our own if none is given.
        """
        self._cold = ColdStarter()
        self._lock = threading.RLock()
        self._children: dict[int, Forked] = {}
        self._buffer = b""
        self._open = False
        self._abandoned = False
        self._parent: subprocess.Popen[bytes] | None = None
        if not hasattr(os, "fork") or not preload:
            return
        self._socket, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            self._parent = subprocess.Popen(
                [python, str(warm_parent.__file__), str(number), *preload],
                pass_fds=[number],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env={**(os.environ if env is None else env), "PYTHONUNBUFFERED": "1"},
            )
        self._open = True

    def start(self, argv: Sequence[str], env: Mapping[str, str], folder: Path, output: int) -> Running:
        with self._lock:
            if self._open and tuple(argv[1:2]) == ("-m",):
                child = self._fork(argv, env, folder, output)
                if child.pid:
                    return child
        return self._cold.start(argv, env, folder, output)

    def _fork(self, argv: Sequence[str], env: Mapping[str, str], folder: Path, output: int) -> Forked:
        number = len(self._children) + 1
        child = self._children[number] = Forked(self)
        request = {"id": number, "argv": list(argv[1:]), "env": dict(env), "cwd": str(folder)}
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode() + b"\n"], [output])
        except OSError:
            self._over()
        deadline = time.monotonic() + PATIENCE
        while self._open and not (child.pid or child.error) and time.monotonic() < deadline:
            if self._abandoned:
                raise Stopped
            self.read(0.1)
        return child

    def read(self, seconds: float) -> None:
        """Take what the parent has to tell, waiting so long for it at most."""
        with self._lock:
            if not self._open or not select.select([self._socket], [], [], seconds)[0]:
                return
            try:
                data = self._socket.recv(65536)
            except OSError:
                data = b""
            if not data:
                self._over()
                return
            *lines, self._buffer = (self._buffer + data).split(b"\n")
            for line in lines:
                self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        child = self._children[message["id"]]
        child.pid = message.get("pid", child.pid)
        child.exit = message.get("exit", child.exit)
        child.error = message.get("error", child.error)

    def _over(self) -> None:
        """The parent is gone, and with it everything it forked."""
        self._open = False
        for child in self._children.values():
            child.exit = -signal.SIGKILL if child.exit is None else child.exit

    def abandon(self) -> None:
        """Whoever waits for a start, in any thread, shall leave."""
        self._abandoned = True

    def close(self) -> None:
        """End the parent; it takes its children along."""
        if self._parent is None:
            return
        with self._lock:
            self._over()
            self._socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._parent.wait(GOODBYE if self._children else 0)
        self._parent.kill()
        self._parent.wait()
