"""The first contact: whether a server has come up, and whether it speaks HTTP/2 where only trying tells."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import h2.config
import h2.connection
import pytest

from asgi_conformance.script import Over
from asgi_conformance.stage.arrival import Arrival
from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.house import Setting
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.stage.multiplexed import Http2Connection

from .play import Residence

Answer = Callable[[Residence, socket.socket, bytes], None]
CALL = {"type": "http", "path": "/ready", "extensions": {"http.response.push": {}}}


class Alpn(Connection):
    """A connection on which ALPN has chosen."""

    chosen: str | None = None

    @property
    def alpn(self) -> str | None:
        return self.chosen


@pytest.fixture
def residence(hub: Hub, folder: Any) -> Iterator[Residence]:
    residence = Residence(hub, folder)
    residence.setting = Setting(Over.HTTP2)
    given: dict[str, Any] = {"streams": Http2Connection, "tls": None, "tries": True, "advertised": frozenset()}
    vars(residence).update(given)
    yield residence
    residence.close()


def arrival(residence: Residence, answer: Answer) -> Arrival:
    residence.on_bytes = answer
    return Arrival(residence.hub, residence, Patience(0.02))  # type: ignore[arg-type] # the play's in its place


def speaks(residence: Residence, connection: socket.socket, data: bytes) -> None:
    """As a server of HTTP/2 that takes WebSockets."""
    residence.hub.forget(connection)
    server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    server.local_settings[h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL] = 1
    server.local_settings.acknowledge()
    server.initiate_connection()
    connection.sendall(server.data_to_send())
    residence.calls(CALL)


def calls(residence: Residence, connection: socket.socket, data: bytes) -> None:
    """As a server that takes the beginning of HTTP/2 for a request."""
    residence.hub.forget(connection)
    residence.calls({"type": "http", "path": "*"})


def test_a_server_that_speaks_http_2(residence: Residence) -> None:
    contact = arrival(residence, speaks)
    assert contact.is_ready()
    assert contact.absent == ""
    assert residence.advertised == {"http.response.push"}  # type: ignore[attr-defined]
    assert residence.offers_tunnels  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda residence, connection, data: connection.sendall(b"HTTP/1.1 400 \r\n\r\n"), "answers the beginning"),
        (lambda residence, connection, data: connection.shutdown(socket.SHUT_RDWR), "closes connections"),
        (lambda residence, connection, data: None, "leads to nothing"),
        (calls, "calls the application and does not answer"),
    ],
)
def test_servers_that_do_not(residence: Residence, answer: Answer, reason: str) -> None:
    contact = arrival(residence, answer)
    assert not contact.is_ready()
    assert reason in contact.absent


def test_where_it_is_said_to_serve_it_silence_is_no_absence(residence: Residence) -> None:
    residence.tries = False  # type: ignore[attr-defined]
    contact = arrival(residence, lambda residence, connection, data: None)
    assert not contact.is_ready()
    assert contact.absent == ""


@pytest.mark.parametrize(("chosen", "words"), [("http/1.1", "chooses http/1.1"), (None, "chooses nothing")])
def test_alpn_tells(residence: Residence, hub: Hub, chosen: str | None, words: str) -> None:
    residence.setting = Setting(Over.HTTP2_TLS)

    def connect(patience: float | None = None, tls: Any = None) -> Connection:
        connection = Alpn(hub, residence.address, None, 1.0)
        connection.chosen = chosen
        return connection

    residence.connect = connect  # type: ignore[method-assign]
    contact = arrival(residence, speaks)
    assert not contact.is_ready()
    assert words in contact.absent


def test_a_process_that_has_ended_speaks_nothing(residence: Residence) -> None:
    residence.process.status = 1
    contact = arrival(residence, speaks)
    assert not contact.is_ready()
    assert contact.absent == ""
