# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""The client of a server: exact bytes out, everything that comes in kept."""

import contextlib
import os
import socket
import ssl
import struct
import subprocess

from asgi_conformance.kits.machinery.comparison import CannotTry
from asgi_conformance.kits.machinery.facts import response_to_head, wire_facts

PATIENCE = 2.0  # seconds for what has to come
QUIET = 0.2  # seconds for what must not come
START = 20.0  # seconds for the server to start


class Client:
    """One connection to the server: exact bytes out, everything that comes in kept."""

    def __init__(self, play):
        self.play, self.socket, self.unread, self.outbox, self.end = play, None, b"", b"", "open"

    def connects(self, number):
        if self.socket:
            return
        family, address = self.play.address()
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.connect(address)
            if family == socket.AF_INET:
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.play.transport == "tls":
                self.socket = unchecked_tls().wrap_socket(self.socket, server_hostname="localhost")
        except OSError:
            self.shut()
            return self.play.missing(number, "the connection was refused")
        self.socket.setblocking(False)
        self.play.readable[self.socket] = self.hear
        self.play.latest = self

    def hear(self):
        try:
            data = self.socket.recv(1 << 18)
            while data and isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
                data += self.socket.recv(1 << 18)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            data, self.end = b"", "reset"
        if not data:
            self.end = "closed" if self.end == "open" else self.end
            self.play.readable.pop(self.socket)
        self.unread += data

    def sends(self, number, *pieces, early=False, along=False):
        """Each piece in a write of its own. `early`: as soon as a server that starts accepts connections, unless it
        has called before; `along`: the rest goes out while the script goes on."""
        play = self.play
        if early:
            play.wait(lambda: play.waiting or play.gone() or play.accepts(), START)
            if play.waiting or not play.accepts():
                return
        self.connects(number)
        for piece in pieces:
            self.outbox += piece
            self.flush()
            if self not in play.outgoing:
                play.outgoing.append(self)
            if not along:
                play.wait(lambda: not self.outbox, PATIENCE)

    def flush(self):
        try:
            self.outbox = self.outbox[self.socket.send(self.outbox[: 1 << 18]) :] if self.outbox else b""
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except OSError:
            self.outbox = b""

    def enough(self, readers):
        """How many bytes each reader would take."""
        sizes = (reader(self.unread, self.end != "open") for reader in readers)
        return [size for size in sizes if size is not None]

    def hears(self, number, *readers, within=PATIENCE):
        self.connects(number)
        self.play.wait(lambda: self.enough(readers) or self.end != "open" or self.play.gone(), within)
        self.play.wait(lambda: self.enough(readers) or self.end != "open", 0.1 if self.play.gone() else 0)
        self.takes(number, readers)

    def takes(self, number, readers):
        sizes = self.enough(readers)
        size = sizes[0] if sizes else len(self.unread)
        data, self.unread = self.unread[:size], self.unread[size:]
        if not data and self.end == "open" and self.play.gone():
            return self.play.missing(number, "the server process ended")
        self.play.saw[number] = wire_facts(data, "open" if self.unread else self.end, response_to_head in readers)

    def hears_nothing(self, number, *readers):
        self.hears(number, *readers, within=QUIET)

    def stops_reading(self, number, shrinks=True):
        self.connects(number)
        self.play.readable.pop(self.socket, None)
        if shrinks:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)

    def reads_again(self, number):
        if self.end == "open":
            self.play.readable[self.socket] = self.hear

    def shuts_down_sending(self, number):
        self.connects(number)
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def closes(self, number):
        self.connects(number)
        self.shut()

    def resets(self, number):
        self.connects(number)
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.shut()

    def shut(self):
        self.outbox = b""
        if self.socket:
            self.play.readable.pop(self.socket, None)
            self.socket.close()


def unchecked_tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def make_certificate(folder):
    """Of localhost, for two days, by the openssl command."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    files = ["-keyout", os.path.join(folder, "key.pem"), "-out", os.path.join(folder, "cert.pem")]
    try:
        subprocess.run([*command, *files], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotTry(f"the command openssl makes no certificate: {error}") from None
