"""HTTP/3: the same as HTTP/2 to whoever looks at streams, over datagrams."""

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.stage.hub import Hub
from asgi_conformance.stage.quic import REQUEST_CANCELLED, Http3Connection
from asgi_conformance.timeline import End, StreamEvent

pytest.importorskip("aioquic")

from aioquic._buffer import Buffer
from aioquic.h3.connection import H3Connection
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.packet import pull_quic_header

PATIENCE = 10.0  # seconds; what waits that long has failed
GET = ((b":method", b"GET"), (b":scheme", b"https"), (b":path", b"/"), (b":authority", b"test"))
OK = [(b":status", b"200"), (b"x-a", b"1")]


class Server:
    """The other end, in the same hub; for one connection."""

    def __init__(self, hub: Hub, certificates: Certificates) -> None:
        self.configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
        self.configuration.load_cert_chain(**certificates.files())
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.quic: Any = None
        self.h3: Any = None
        self.events: list[Any] = []
        hub.listen(self.socket, self.readable)

    def readable(self) -> None:
        data, address = self.socket.recvfrom(1 << 16)
        if self.quic is None:
            header = pull_quic_header(Buffer(data=data), host_cid_length=8)
            self.quic = QuicConnection(
                configuration=self.configuration, original_destination_connection_id=header.destination_cid
            )
            self.h3 = H3Connection(self.quic)
        self.quic.receive_datagram(data, address, now=time.time())
        while (event := self.quic.next_event()) is not None:
            self.events.append(event)
            self.events += self.h3.handle_event(event)
        self.flush()

    def flush(self) -> None:
        for data, address in self.quic.datagrams_to_send(now=time.time()):
            self.socket.sendto(data, address)

    def saw(self, kind: str) -> bool:
        return any(type(event).__name__ == kind for event in self.events)


@pytest.fixture
def certificates(folder: Path) -> Certificates:
    return Certificates(folder)


@pytest.fixture
def ends(hub: Hub, certificates: Certificates) -> Iterator[tuple[Http3Connection, Server]]:
    server = Server(hub, certificates)
    client = Http3Connection(hub, server.socket.getsockname(), certificates.authority())
    yield client, server
    client.close()
    hub.forget(server.socket)
    server.socket.close()


Ends = tuple[Http3Connection, Server]


def heard(hub: Hub, client: Http3Connection, *kinds: str) -> tuple[StreamEvent, ...]:
    """Everything up to events of these kinds."""

    def came() -> bool:
        client.pump()
        return set(kinds) <= {event.kind for event in client.unread}

    assert hub.until(came, PATIENCE), client.unread
    return client.take(len(client.unread))


def test_a_request_and_its_response(hub: Hub, ends: Ends) -> None:
    client, server = ends
    client.request("a", GET, b"body", True)
    assert hub.until(lambda: server.saw("DataReceived"), PATIENCE)
    server.h3.send_headers(0, OK)
    server.h3.send_data(0, b"ok", end_stream=True)
    server.flush()
    events = heard(hub, client, "end")
    assert events[0] == StreamEvent("headers", "a", tuple(OK))
    assert b"".join(event.value for event in events if event.kind == "data") == b"ok"
    assert client.end is End.OPEN
    assert client.arrived > 0
    assert client.port


def test_resets_go_both_ways(hub: Hub, ends: Ends) -> None:
    client, server = ends
    client.request("a", GET, b"", False)
    client.send_data("a", b"x", False)
    assert hub.until(lambda: server.saw("HeadersReceived"), PATIENCE)
    client.reset("a")
    assert hub.until(lambda: server.saw("StreamReset"), PATIENCE)
    assert {event.error_code for event in server.events if type(event).__name__ == "StreamReset"} == {REQUEST_CANCELLED}
    server.quic.reset_stream(0, 2)
    server.flush()
    assert StreamEvent("reset", "a", 2) in heard(hub, client, "reset")


def test_the_end_of_the_connection(hub: Hub, ends: Ends) -> None:
    client, server = ends
    client.request("a", GET, b"", True)
    assert hub.until(lambda: server.saw("HeadersReceived"), PATIENCE)
    server.quic.close()
    server.flush()

    def closed() -> bool:
        client.pump()
        return client.end is End.FIN

    assert hub.until(closed, PATIENCE)
    client.close(reset=True)


def test_where_nobody_listens(hub: Hub, certificates: Certificates) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    client = Http3Connection(hub, address, certificates.authority())
    assert hub.until(lambda: client.end is End.RESET, PATIENCE)
    client.request("a", GET, b"", True)
    client.close()


def test_the_library_comes_with_an_extra(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aioquic.h3.connection", None)
    with pytest.raises(MissingExtra, match=r"pip install 'asgi-conformance\[http3\]'"):
        Http3Connection(hub, ("127.0.0.1", 1), b"")
