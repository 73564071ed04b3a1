"""A server of HTTP/2, played in the very hub that the stage waits in, and what its client has heard of it."""

import contextlib
import socket
from collections.abc import Callable
from typing import Any

import h2.config
import h2.connection
import h2.exceptions

from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.timeline import StreamEvent

from .play import Residence

PATIENCE = 10.0  # seconds; what waits that long has failed
OK = ((b":status", b"200"), (b"x-a", b"1"))


class Server:
    """The other end, in the same hub."""

    def __init__(self, hub: Hub, connection: socket.socket) -> None:
        self.socket = connection
        self.h2: Any = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding=None))
        self.h2.initiate_connection()
        self.events: list[Any] = []
        self.flush()
        hub.listen(connection, self.readable)

    def readable(self) -> None:
        with contextlib.suppress(h2.exceptions.ProtocolError):  # it may have closed already
            self.events += self.h2.receive_data(self.socket.recv(1 << 16))
        self.flush()

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(self.h2.data_to_send())

    def saw(self, kind: type) -> bool:
        return any(isinstance(event, kind) for event in self.events)


def heard(hub: Hub, streams: Http2Connection, *kinds: str) -> tuple[StreamEvent, ...]:
    """Everything up to events of these kinds."""

    def came() -> bool:
        streams.pump()
        return set(kinds) <= {event.kind for event in streams.unread}

    assert hub.until(came, PATIENCE), streams.unread
    return streams.take(len(streams.unread))


def answering(deed: Callable[[Server], None]) -> Callable[[Residence, socket.socket, bytes], None]:
    """A server that does this when the first bytes have come, kept as `residence.heard`."""

    def on_bytes(residence: Residence, connection: socket.socket, data: bytes) -> None:
        residence.hub.forget(connection)
        server = Server(residence.hub, connection)
        server.events += server.h2.receive_data(data)
        deed(server)
        server.flush()
        residence.heard = server  # type: ignore[attr-defined]

    return on_bytes
