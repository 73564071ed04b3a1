"""Exact bytes out, everything that comes in kept, and the end told for what it is."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from asgi_conformance.acts import ClientCertificate, Tls
from asgi_conformance.stage import connection as module
from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.connection import Connection, Refused
from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import End, Why

PATIENCE = 10.0  # seconds; what waits that long has failed
BIG = 8 << 20  # bytes; more than the buffers between us hold


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def ends(hub: Hub, listener: socket.socket) -> Iterator[tuple[Connection, socket.socket]]:
    """A connection and its other end."""
    connection = Connection(hub, listener.getsockname(), None, PATIENCE)
    peer, _ = listener.accept()
    with peer:
        peer.settimeout(PATIENCE)
        yield connection, peer
        connection.close()


Ends = tuple[Connection, socket.socket]


def received(peer: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := peer.recv(size - len(data))):
        data += piece
    return data


def read_by(peer: socket.socket, size: int) -> tuple[threading.Thread, list[bytes]]:
    """A thread that reads so much."""
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.append(received(peer, size)))
    thread.start()
    return thread, got


def test_bytes_go_both_ways(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    assert connection.send(b"there")
    assert received(peer, 5) == b"there"
    peer.sendall(b"and back")
    assert hub.until(lambda: connection.unread == b"and back", PATIENCE)
    assert connection.arrived > 0
    assert connection.take(4) == b"and "
    assert connection.unread == b"back"
    assert connection.end is End.OPEN


def test_addresses_are_told(ends: Ends) -> None:
    connection, peer = ends
    assert connection.addresses == (peer.getpeername(), peer.getsockname())
    assert connection.port == peer.getpeername()[1]
    assert connection.alpn is None


def test_a_unix_socket_has_a_path_and_our_end_no_name(hub: Hub, folder: Path) -> None:
    path = str(folder / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        connection = Connection(hub, path, None, PATIENCE)
        assert connection.addresses == ("", path)
        assert connection.port is None
        connection.close()


def test_an_ipv6_address(hub: Hub) -> None:
    if not socket.has_ipv6:
        pytest.skip("there is no IPv6 here")
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("there is no IPv6 loopback here")
    with listener:
        connection = Connection(hub, listener.getsockname()[:2], None, PATIENCE)
        assert connection.addresses[1] == listener.getsockname()[:2]
        connection.close()


def test_where_nobody_listens_a_connection_is_refused(hub: Hub, listener: socket.socket, folder: Path) -> None:
    address = listener.getsockname()
    listener.close()
    with pytest.raises(Refused):
        Connection(hub, address, None, PATIENCE)
    with pytest.raises(Refused):
        Connection(hub, str(folder / "nobody"), None, PATIENCE)


def test_the_end_is_told(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    peer.sendall(b"last words")
    peer.shutdown(socket.SHUT_WR)
    assert hub.until(lambda: connection.end is End.FIN, PATIENCE)
    assert connection.unread == b"last words"
    assert connection.send(b"we may still")


def test_a_reset_is_told(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    connection.send(b"unread")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.close()
    assert hub.until(lambda: connection.end is End.RESET, PATIENCE)
    assert not connection.send(b"x")
    connection.shut_down_sending()
    assert connection.end is End.RESET
    connection.close(reset=True)


@pytest.mark.parametrize("reset", [False, True])
def test_we_can_close_in_two_ways(ends: Ends, reset: bool) -> None:
    connection, peer = ends
    connection.close(reset=reset)
    connection.close(reset=reset)
    if reset:
        with pytest.raises(ConnectionResetError):
            peer.recv(1)
    else:
        assert peer.recv(1) == b""


def test_we_can_close_our_half(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    connection.shut_down_sending()
    assert peer.recv(1) == b""
    peer.sendall(b"still there")
    assert hub.until(lambda: connection.unread == b"still there", PATIENCE)
    assert not connection.send(b"x")


def test_what_is_not_read_waits_in_the_buffers(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    connection.stop_reading()
    peer.sendall(b"later")
    hub.turn()
    assert connection.unread == b""
    connection.read_again()
    assert hub.until(lambda: connection.unread == b"later", PATIENCE)
    peer.close()
    assert hub.until(lambda: connection.end is End.FIN, PATIENCE)
    connection.read_again()  # nothing will come any more
    hub.turn()


def test_much_is_written_as_it_is_taken(ends: Ends) -> None:
    connection, peer = ends
    thread, got = read_by(peer, BIG)
    assert connection.send(b"x" * BIG)
    thread.join(PATIENCE)
    assert got == [b"x" * BIG]


def test_what_is_not_taken_in_time_is_given_up(hub: Hub, listener: socket.socket) -> None:
    connection = Connection(hub, listener.getsockname(), None, 0.05)
    assert not connection.send(b"x" * BIG)
    connection.close()


def test_much_is_written_while_other_things_happen(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    connection.send_along(b"a" * BIG)
    connection.send_along(b"b" * 10)
    thread, got = read_by(peer, BIG + 11)
    assert connection.send(b"c")  # waits for its turn
    thread.join(PATIENCE)
    assert got == [b"a" * BIG + b"b" * 10 + b"c"]


def test_writing_along_ends_with_the_connection(hub: Hub, ends: Ends) -> None:
    connection, peer = ends
    connection.send_along(b"a" * BIG)
    peer.close()
    assert hub.until(lambda: connection.end is not End.OPEN, PATIENCE)
    assert connection.send(b"")  # nothing is left that would have to be written before
    connection.send_along(b"once more")
    connection.close()


def test_a_flood_is_read_up_to_a_bound(hub: Hub, ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, peer = ends
    monkeypatch.setattr(module, "FLOOD", 1 << 20)
    thread = threading.Thread(target=lambda: pytest.raises(OSError, peer.sendall, b"x" * BIG))
    thread.start()
    assert hub.until(lambda: len(connection.unread) > 1 << 20, PATIENCE)
    hub.turn()
    hub.turn()
    assert len(connection.unread) <= (1 << 20) + (1 << 18)
    connection.close(reset=True)
    thread.join(PATIENCE)


# --------------------------------------------------------------------------- TLS


@pytest.fixture
def encrypted(hub: Hub, listener: socket.socket, folder: Path) -> Iterator[Ends]:
    certificates = Certificates(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(**certificates.files())
    context.set_alpn_protocols(["http/1.1"])
    accepted: list[ssl.SSLSocket] = []
    thread = threading.Thread(
        target=lambda: accepted.append(context.wrap_socket(listener.accept()[0], server_side=True))
    )
    thread.start()
    connection = Connection(hub, listener.getsockname(), certificates.client_context(("h2", "http/1.1")), PATIENCE)
    thread.join(PATIENCE)
    with accepted[0] as peer:
        peer.settimeout(PATIENCE)
        yield connection, peer
        connection.close()


def test_over_tls_all_is_the_same(hub: Hub, encrypted: Ends) -> None:
    connection, peer = encrypted
    assert connection.alpn == "http/1.1"
    thread, got = read_by(peer, BIG)
    assert connection.send(b"x" * BIG)
    thread.join(PATIENCE)
    assert got == [b"x" * BIG]
    thread = threading.Thread(target=lambda: peer.sendall(b"y" * BIG))
    thread.start()
    assert hub.until(lambda: len(connection.unread) == BIG, PATIENCE)
    thread.join(PATIENCE)
    peer.close()
    assert hub.until(lambda: connection.end is not End.OPEN, PATIENCE)


def test_a_flood_over_tls_is_bounded_too(hub: Hub, encrypted: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, peer = encrypted
    monkeypatch.setattr(module, "FLOOD", 1 << 16)
    peer.sendall(b"x" * (1 << 17))
    assert hub.until(lambda: len(connection.unread) > 1 << 16, PATIENCE)
    hub.turn()
    assert len(connection.unread) < 1 << 17


def test_what_was_negotiated(hub: Hub, listener: socket.socket, folder: Path) -> None:
    certificates = Certificates(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.client_ca())
    context.load_cert_chain(**certificates.files())
    context.verify_mode = ssl.CERT_REQUIRED
    shown = ClientCertificate((("C", "GB"), ("CN", "Jörg")), intermediate=True)
    wanted = Tls(version="1.2", cipher="ECDHE-ECDSA-AES128-GCM-SHA256", certificate=shown)
    seen: list[object] = []

    def accepts() -> None:
        with context.wrap_socket(listener.accept()[0], server_side=True) as peer:
            seen.extend([(peer.getpeercert() or {})["subject"], peer.getpeercert(True)])

    thread = threading.Thread(target=accepts)
    thread.start()
    client = certificates.client_context(tls=wanted)
    connection = Connection(hub, listener.getsockname(), client, PATIENCE)
    thread.join(PATIENCE)
    negotiated = connection.negotiated
    connection.close()
    assert negotiated is not None
    assert (negotiated.version, negotiated.cipher_suite) == (0x0303, 0xC02B)
    assert ssl.DER_cert_to_PEM_cert(negotiated.server) in Path(certificates.files()["certfile"]).read_text()
    assert seen == [((("countryName", "GB"),), (("commonName", "Jörg"),)), certificates.presented(shown)[0]]


def test_a_plain_connection_has_negotiated_nothing(ends: Ends) -> None:
    assert ends[0].negotiated is None


def test_a_handshake_that_fails_is_no_refused_connection(hub: Hub, listener: socket.socket, folder: Path) -> None:
    certificates = Certificates(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(**certificates.files())
    context.minimum_version = ssl.TLSVersion.TLSv1_3

    def fails() -> None:
        with contextlib.suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True):
            pass

    thread = threading.Thread(target=fails)
    thread.start()
    with pytest.raises(Refused) as refused:
        Connection(hub, listener.getsockname(), certificates.client_context(tls=Tls(version="1.2")), PATIENCE)
    thread.join(PATIENCE)
    assert refused.value.why is Why.NO_HANDSHAKE


def test_a_server_that_speaks_no_tls_refuses(hub: Hub, listener: socket.socket, folder: Path) -> None:
    def answers() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(1000)
            peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    thread = threading.Thread(target=answers)
    thread.start()
    with pytest.raises(Refused):
        Connection(hub, listener.getsockname(), Certificates(folder).client_context(), PATIENCE)
    thread.join(PATIENCE)
