"""The client's end of one connection: exact bytes out, everything that comes in kept."""

import contextlib
import socket
import ssl
import struct
import time
from collections.abc import Callable

from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import End, Negotiated, Why

FLOOD = 1 << 26  # unread bytes, after which nothing more is read

Address = tuple[str, int] | str
"""(host, port), or the path of a unix socket."""


VERSIONS = {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}


class Refused(Exception):
    """Nobody accepts connections at that address, or not in this way: `why` tells which."""

    def __init__(self, text: str, why: Why = Why.REFUSED) -> None:
        super().__init__(text)
        self.why = why


class Connection:
    """One connection to the server under test."""

    def __init__(self, hub: Hub, address: Address, tls: ssl.SSLContext | None, patience: float) -> None:
        """Connect. Raises `Refused`. `patience`: seconds for connecting and for every write."""
        self._hub, self._patience = hub, patience
        self.unread = bytearray()
        self.end = End.OPEN
        self.heard: Callable[[], None] | None = None
        """Called whenever something has come."""
        self.reflex: Callable[[bytes], bytes] | None = None
        """What it answers by itself to bytes that come."""
        self.arrived = 0.0
        """`time.perf_counter()` when the last bytes, or the end, came."""
        self._socket = _connect(address, tls, patience)
        name = self._socket.getsockname()
        self.port: int | None = name[1] if isinstance(name, tuple) else None
        self.addresses: tuple[Address, Address] = (_address(name), _address(address))
        """Our own and the server's."""
        hub.listen(self._socket, self._readable)
        self._outbox = bytearray()
        self._writer: socket.socket | None = None  # the same socket again: the hub knows a file by its descriptor

    @property
    def alpn(self) -> str | None:
        """The protocol that ALPN chose; None without TLS, or where the server chose none."""
        return self._socket.selected_alpn_protocol() if isinstance(self._socket, ssl.SSLSocket) else None

    @property
    def negotiated(self) -> Negotiated | None:
        """What the TLS handshake came to, without what we present; None without TLS."""
        if not isinstance(self._socket, ssl.SSLSocket):
            return None
        name, version = (self._socket.cipher() or ("",))[0], self._socket.version() or ""
        numbers = {suite["name"]: suite["id"] & 0xFFFF for suite in self._socket.context.get_ciphers()}
        return Negotiated(VERSIONS.get(version, 0), numbers.get(name, 0), self._socket.getpeercert(True) or b"")

    def _readable(self) -> None:
        self._read()
        if self.heard is not None:
            self.heard()

    def _read(self) -> None:
        try:
            while data := self._socket.recv(1 << 18):
                self.unread += data
                self.arrived = time.perf_counter()
                if self.reflex is not None and (answer := self.reflex(data)):
                    with contextlib.suppress(OSError):  # who takes no pong gets none
                        self._socket.send(answer)
                if len(self.unread) > FLOOD:
                    self._hub.forget(self._socket)
                if not isinstance(self._socket, ssl.SSLSocket) or len(self.unread) > FLOOD:
                    return
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            self._over(End.RESET)
        else:
            self._over(End.FIN)

    def _over(self, end: End) -> None:
        self.end = end
        self.arrived = time.perf_counter()
        self._hub.forget(self._socket)

    def send(self, data: bytes) -> bool:
        """Write it all; False if the server did not take it in time or the connection has ended."""
        if self._outbox:
            self._hub.until(lambda: not self._outbox, self._patience)
        view = memoryview(data)
        deadline = time.monotonic() + self._patience
        while view:
            try:
                view = view[self._socket.send(view) :]
            except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
                if time.monotonic() > deadline:
                    return False
                self._hub.until(lambda: False, 0.001)
            except OSError:
                return False
        return True

    def send_along(self, data: bytes) -> None:
        """Write what the server takes now, and the rest whenever it takes more while anyone waits. Not over TLS."""
        self._outbox += data
        if self._writer is None:
            self._writer = self._socket.dup()
            self._hub.listen(self._writer, self._writable, writing=True)

    def _writable(self) -> None:
        try:
            del self._outbox[: self._socket.send(self._outbox[: 1 << 18])]
        except BlockingIOError:
            return
        except OSError:
            self._outbox.clear()
        if not self._outbox:
            self._stop_writing()

    def _stop_writing(self) -> None:
        if self._writer is not None:
            self._hub.forget(self._writer)
            self._writer.close()
            self._writer = None

    def pump(self) -> None:
        """Nothing is due by the clock here; streams on multiplexed connections have such things."""

    def take(self, size: int) -> bytes:
        """Take bytes off the unread ones."""
        data = bytes(self.unread[:size])
        del self.unread[:size]
        return data

    def stop_reading(self, *, shrinks: bool = True) -> None:
        """Leave what comes in the buffers of the system until `read_again`. `shrinks`: they are made small, for good,
        which makes whatever comes later slow."""
        self._hub.forget(self._socket)
        if shrinks:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)

    def read_again(self) -> None:
        if self.end is End.OPEN:
            self._hub.listen(self._socket, self._readable)

    def shut_down_sending(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._over(End.RESET)

    def close(self, *, reset: bool = False) -> None:
        """Close with FIN, or with RST."""
        self._hub.forget(self._socket)
        self._stop_writing()
        if reset:
            linger = struct.pack("ii", 1, 0)
            with contextlib.suppress(OSError):  # the peer was quicker
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._socket.close()


def _address(name: Address) -> Address:
    return name if isinstance(name, str) else name[:2]


def _connect(address: Address, tls: ssl.SSLContext | None, patience: float) -> socket.socket:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    raw = socket.socket(family, socket.SOCK_STREAM)
    raw.settimeout(patience)
    try:
        raw.connect(address)
        if family != socket.AF_UNIX:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            raw = tls.wrap_socket(raw, server_hostname="localhost")
    except OSError as error:
        raw.close()
        answered = isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError)
        raise Refused(str(error), Why.NO_HANDSHAKE if answered else Why.REFUSED) from None
    raw.setblocking(False)
    return raw
