"""The client's end of an HTTP/3 connection, by the aioquic library (the extra `http3`), over a socket of our own."""

import socket
import time
from typing import Any

from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import End, StreamEvent

REQUEST_CANCELLED = 0x10C  # RFC 9114, section 8.1


class Http3Connection:
    """One HTTP/3 connection (RFC 9114). Nobody knows whether it stands before something has come over it."""

    def __init__(self, hub: Hub, address: tuple[str, int], authority: bytes) -> None:
        """Begin to connect. `authority`: PEM of the certificate authority. Raises `MissingExtra` without the extra."""
        try:
            from aioquic.h3.connection import H3Connection
            from aioquic.quic.configuration import QuicConfiguration
            from aioquic.quic.connection import QuicConnection
        except ImportError:
            raise MissingExtra("HTTP/3", "http3") from None
        configuration = QuicConfiguration(is_client=True, alpn_protocols=["h3"], server_name="localhost")
        configuration.load_verify_locations(cadata=authority)
        self._quic: Any = QuicConnection(configuration=configuration)
        self._h3: Any = H3Connection(self._quic)
        self._hub = hub
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(address)
        self._socket.setblocking(False)
        self.port: int | None = self._socket.getsockname()[1]
        self._names: dict[int, str] = {}
        self.unread: list[StreamEvent] = []
        self.requested: set[str] = set()
        """Our names of the streams that we have opened."""
        self.end = End.OPEN
        self.arrived = 0.0
        self._quic.connect(address, now=time.time())
        self._flush()
        hub.listen(self._socket, self._readable)

    def _flush(self) -> None:
        for data, _ in self._quic.datagrams_to_send(now=time.time()):
            try:
                self._socket.send(data)
            except OSError:
                self.end = End.RESET  # nobody listens there

    def _readable(self) -> None:
        try:
            while True:
                data = self._socket.recv(65536)
                self._quic.receive_datagram(data, self._socket.getpeername(), now=time.time())
                self.arrived = time.perf_counter()
        except BlockingIOError:
            pass
        except OSError:
            self.end = End.RESET
        self._take_events()

    def _take_events(self) -> None:
        while (event := self._quic.next_event()) is not None:
            if type(event).__name__ == "ConnectionTerminated":
                self.end = End.FIN
            for found in self._h3.handle_event(event):
                self._translate(found)
            if type(event).__name__ == "StreamReset":
                self.unread.append(StreamEvent("reset", self._name(event.stream_id), event.error_code))
        self._flush()

    def _translate(self, event: Any) -> None:
        stream = self._name(getattr(event, "stream_id", 0))
        match type(event).__name__:
            case "HeadersReceived":
                self.unread.append(StreamEvent("headers", stream, tuple(event.headers)))
            case "DataReceived" if event.data:
                self.unread.append(StreamEvent("data", stream, event.data))
        if getattr(event, "stream_ended", False):
            self.unread.append(StreamEvent("end", stream))

    def _name(self, number: int) -> str:
        return self._names.get(number, f"#{number}")

    def request(self, stream: str, fields: tuple[tuple[bytes, bytes], ...], body: bytes, ends: bool) -> None:
        number = self._quic.get_next_available_stream_id()
        self._names[number] = stream
        self.requested.add(stream)
        self._h3.send_headers(number, list(fields), end_stream=ends and not body)
        self._flush()
        if body:
            self.send_data(stream, body, ends)

    def send_data(self, stream: str, data: bytes, ends: bool) -> None:
        self._h3.send_data(self._number(stream), data, end_stream=ends)
        self._flush()

    def reset(self, stream: str) -> None:
        self._quic.reset_stream(self._number(stream), REQUEST_CANCELLED)
        self._flush()

    def _number(self, stream: str) -> int:
        return next(number for number, name in self._names.items() if name == stream)

    def pump(self) -> None:
        """What is due by the clock: retransmissions, acknowledgements, the end of an idle connection."""
        due = self._quic.get_timer()
        if due is not None and due <= time.time():
            self._quic.handle_timer(now=time.time())
            self._take_events()

    def take(self, count: int) -> tuple[StreamEvent, ...]:
        taken = tuple(self.unread[:count])
        del self.unread[:count]
        return taken

    def close(self, *, reset: bool = False) -> None:
        """Say goodbye, or with `reset` just go."""
        self._hub.forget(self._socket)
        if not reset and self.end is End.OPEN:
            self._quic.close()
            self._flush()
        self._socket.close()
