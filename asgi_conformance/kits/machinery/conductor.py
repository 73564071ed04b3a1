# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""The conductor: starts the server, is its client, gives the application its turns, and compares what was seen."""

import contextlib
import os
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from asgi_conformance.kits.machinery.calls import App, Call
from asgi_conformance.kits.machinery.client import START, Client, make_certificate
from asgi_conformance.kits.machinery.comparison import CannotTry, is_shown, report, utf8

TRIES = 3
STOP = 8.0  # seconds for it to end after a signal


class Astray(Exception):
    """The exchange took another course than the script, which cannot go on."""


class Play:
    """What everybody shares: the one loop that waits, the server's process, and what each line saw."""

    def __init__(self, argv, transport, extra, files, tolerated):
        self.tolerated, self.transport = tolerated, transport
        self.saw, self.calls, self.waiting, self.latest = {}, {}, [], None
        self.readable, self.folder = {}, tempfile.mkdtemp(prefix="kit-")
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.readable[self.listener] = lambda: self.waiting.append(Call(self, self.listener.accept()[0]))
        self.clients, self.outgoing = {}, []
        self.port = free_port()
        self.path = os.path.join(self.folder, "server.sock")
        self.process = None
        try:
            self.start(argv, extra, files)
        except BaseException:
            self.close()
            raise

    def start(self, argv, extra, files):
        if self.transport == "tls":
            make_certificate(self.folder)
        for name, text in files.items():
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        shutil.copy(os.path.abspath(sys.argv[0]), os.path.join(self.folder, "kit.py"))
        names = {"{python}": server_python(), "{app}": "kit:application"}
        names.update({"{port}": str(self.port), "{folder}": self.folder})

        def filled(word):
            for name, value in names.items():
                word = word.replace(name, value)
            return word

        paths = os.pathsep.join(filter(None, [self.folder, os.environ.get("PYTHONPATH")]))
        own = {"KIT_PORT": str(self.listener.getsockname()[1]), "PYTHONPATH": paths, "PYTHONUNBUFFERED": "1"}
        environment = dict(os.environ, **own)
        environment.update({name: filled(value) for name, value in extra.items()})
        self.log = open(os.path.join(self.folder, "log"), "w+b")  # noqa: SIM115 - closed with the process
        command = [filled(word) for word in argv]
        try:
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                start_new_session=True,
            )
        except OSError as error:
            raise CannotTry(f"{command[0]} cannot be executed: {error}") from None

    # ---- waiting

    def wait(self, ready, seconds):
        """Handle what comes until `ready()` or the time is over; what `ready()` says in the end."""
        deadline = time.monotonic() + seconds
        while True:
            found = ready()
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            writers = [client.socket for client in self.outgoing if client.outbox]
            reading, writing, _ = select.select(list(self.readable), writers, [], min(left, 0.02))
            for client in [client for client in self.outgoing if client.socket in writing]:
                client.flush()
            for file in reading:
                if file in self.readable:
                    self.readable[file]()

    def gone(self):
        return self.process.poll() is not None

    def missing(self, number, why):
        """A line saw that nothing came, or could not be done."""
        why = "the server process ended" if self.gone() else why
        self.saw[number] = {"missing": why}
        if number not in self.tolerated:
            raise Astray(why)

    # ---- the server's process

    def accepts(self):
        family, address = self.address()
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex(address) == 0

    def address(self):
        return (socket.AF_UNIX, self.path) if self.transport == "unix" else (socket.AF_INET, ("127.0.0.1", self.port))

    def serves(self, number, patience=START):
        self.wait(lambda: self.gone() or self.accepts(), patience)
        if self.gone() or not self.accepts():
            self.missing(number, "nothing came")

    def up(self):
        """It is ready before the first line."""
        if not self.wait(lambda: self.gone() or self.accepts(), START) or self.gone():
            raise CannotTry("the server did not start; its last words:\n" + self.words()[-1500:])

    def words(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def gets_signal(self, number, name):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, getattr(signal, name))

    def exits(self, number):
        if not self.wait(self.gone, STOP):
            return self.missing(number, "nothing came")
        self.saw[number] = {"status": self.process.poll()}

    def prints(self, number):
        self.saw[number] = {"log": self.words()}

    def client(self, name="client"):
        return self.clients.setdefault(name, Client(self))

    def app(self, name="app"):
        return App(self, name)

    def close(self):
        for client in self.clients.values():
            client.shut()
        for call in [*self.calls.values(), *self.waiting]:
            call.socket.close()
        self.listener.close()
        if self.process:
            for _ in range(2):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    for _ in range(200):
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise CannotTry("there is no free port")


def server_python():
    """The interpreter whose environment holds the server: this one, or the one that is named."""
    return sys.argv[1] if len(sys.argv) > 1 else sys.executable


def perform(script, argv, transport="tcp", environment=(), files=(), starts_it=False, tolerated=()):
    """Play the script; what each line saw, and how it went astray, if it did."""
    play = Play(argv, transport, dict(environment), dict(files), tolerated)
    try:
        if not starts_it:
            play.up()
        script(play)
    except Astray as error:
        return play.saw, str(error)
    finally:
        play.close()
    return play.saw, ""


def main(title, lines, behaviour, script, argv, transport, environment, how):
    """The exit status: 1: the behaviour is shown; 0: it is not; 2: it could not be tried.

    What depends on who is quicker may show at the second or third try only.
    """
    utf8()
    try:
        for _ in range(TRIES):
            saw, astray = perform(script, argv, transport, environment, **how)
            if is_shown(behaviour, saw):
                break
    except CannotTry as error:
        print(error)
        return 2
    return report(title, lines, behaviour, saw, astray)
