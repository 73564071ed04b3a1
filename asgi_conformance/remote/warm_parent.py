"""A parent that has imported a server's modules already, and forks a process for every start of that server.

Most of what a start costs is imports; this is how to pay for them once. The file stands alone (standard library, Python
3.8 or newer, POSIX) and is run by the interpreter under test:

    python warm_parent.py FD MODULE...

FD is one end of a unix stream socket. Requests and answers are lines of JSON:

    > {"id": 1, "argv": ["-m", "uvicorn", "app:app"], "env": {...}, "cwd": "/tmp"}   with a file descriptor (SCM_RIGHTS)
    < {"id": 1, "pid": 4711}                         it runs, in a session of its own
    < {"id": 1, "exit": 0}                           it has ended; negative: by that signal
    < {"id": 1, "error": "Cannot allocate memory"}   instead of both: it could not be forked

The descriptor becomes standard output and error. `env` is the whole environment; what the interpreter itself reads from
it at start (PYTHONUNBUFFERED and the like) is what this parent was started with, PYTHONPATH excepted. When a process
ends, what is left of its process group is killed; when the socket closes, so is everything that still runs.
"""

from __future__ import annotations

import array
import contextlib
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any

Request = Any
"""A line of JSON, decoded."""


class Parent:
    """The side that forks. It has no threads, so that what it forks is whole."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, int] = {}  # process id: request id
        self.descriptors: list[int] = []  # received and not yet used, in the order of the requests
        self.unread = b""
        self.woken, self.waker = socket.socketpair()
        self.waker.setblocking(False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever holds the other end of the socket
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)

    def serve(self) -> Request | None:
        """Answer until the socket closes, then return None; in a forked process: return the request it has to run."""
        while True:
            for request in self.receive():
                if request is None:
                    return None
                if self.fork(request):
                    return request

    def receive(self) -> Iterator[Request | None]:
        """Wait for something to happen. Yields the requests that came; None when the socket is closed."""
        ready, _, _ = select.select([self.control, self.woken], [], [])
        if self.woken in ready:
            self.woken.recv(4096)
            self.reap()
        if self.control not in ready:
            return
        data, ancillary, _, _ = self.control.recvmsg(65536, socket.CMSG_SPACE(16 * array.array("i").itemsize))
        for level, kind, payload in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors = array.array("i")
                descriptors.frombytes(payload[: len(payload) - len(payload) % descriptors.itemsize])
                self.descriptors.extend(descriptors)
        *lines, self.unread = (self.unread + data).split(b"\n")
        for line in lines:
            yield json.loads(line)
        if not data:
            yield None

    def fork(self, request: Request) -> bool:
        """Whether this is now the new process."""
        output = self.descriptors.pop(0)
        settled, unsettled = os.pipe()
        pid = None
        try:
            pid = os.fork()
        except OSError as error:
            self.answer({"id": request["id"], "error": error.strerror})
        if pid == 0:
            self.leave(output)
        for descriptor in (output, unsettled):
            os.close(descriptor)
        if pid:
            os.read(settled, 1)  # at end of file its session and signals are its own: from here on it can be killed
            self.children[pid] = request["id"]
            self.answer({"id": request["id"], "pid": pid})
        os.close(settled)
        return pid == 0

    def leave(self, output: int) -> None:
        """In the new process: let go of everything that is the parent's."""
        self.children.clear()
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGPIPE, signal.SIGXFSZ}:
            if number < 32:  # the others are the C library's own or real-time ones, which nobody has touched
                signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        os.close(nothing)
        for ours in (self.control, self.woken, self.waker):
            ours.close()
        for descriptor in self.descriptors:
            os.close(descriptor)

    def reap(self) -> None:
        for pid, number in list(self.children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self.children[pid]
                kill_group(pid)
                code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                self.answer({"id": number, "exit": code})

    def answer(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # the other end is gone: the next read finds that out
            self.control.sendall(json.dumps(message).encode() + b"\n")

    def end(self) -> None:
        for pid in self.children:
            kill_group(pid)


def kill_group(pid: int) -> None:
    with contextlib.suppress(OSError):  # nobody is left in it
        os.killpg(pid, signal.SIGKILL)


def warm_up(modules: list[str]) -> None:
    for name in modules:
        with contextlib.suppress(Exception):  # it may not be installed, or break: the server will say so itself
            importlib.import_module(name)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def become(request: Request) -> None:
    """Turn this process into `python -m MODULE ...`. Returns or raises as the module does."""
    _, module, *arguments = request["argv"]
    os.chdir(request["cwd"])
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ.clear()
    os.environ.update(request["env"])
    added = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    here = [] if getattr(sys.flags, "safe_path", False) else [os.getcwd()]
    sys.path[:] = here + added + [path for path in sys.path if path not in inherited]
    importlib.invalidate_caches()
    sys.argv = [module, *arguments]  # run_module puts the module's file in the first place
    if hasattr(sys, "orig_argv"):  # since Python 3.10
        sys.orig_argv = [sys.executable, *request["argv"]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main() -> None:
    descriptor, *modules = sys.argv[1:]
    if sys.path and sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
        del sys.path[0]  # this file's neighbours are not for the server to import
    parent = Parent(socket.socket(fileno=int(descriptor)))
    try:
        warm_up(modules)
        request = parent.serve()
    finally:
        parent.end()
    if request is not None:
        become(request)


if __name__ == "__main__":
    main()
