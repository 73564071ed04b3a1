"""HTTP/2 at the model: streams, windows, and what becomes of both when a response or the server ends."""

import ast
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import h2.config
import h2.connection
import pytest
from wsgi_server_tests.test_citizen import Process, process, until

GOAWAY = b"\x00\x00\x08\x07\x00"
"""How such a frame begins."""

Fields = list[tuple[bytes, bytes]]


class Client:
    """It knows beforehand that HTTP/2 is spoken, and never gives back what it has used of a window."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        config = h2.config.H2Configuration(header_encoding=None)
        config.validate_outbound_headers = config.normalize_outbound_headers = False
        self.h2: Any = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.events: list[Any] = []
        self.flush()

    def flush(self) -> None:
        self.sock.sendall(self.h2.data_to_send())

    def request(self, number: int, target: str, *fields: tuple[bytes, bytes], body: bytes | None = None) -> None:
        """A body does not end yet."""
        method = b"GET" if body is None else b"POST"
        pseudo = [(b":method", method), (b":scheme", b"http"), (b":path", target.encode()), (b":authority", b"a")]
        self.h2.send_headers(number, [*pseudo, *fields], end_stream=body is None)
        if body:
            self.h2.send_data(number, body)
        self.flush()

    def ends(self, number: int) -> None:
        self.h2.end_stream(number)
        self.flush()

    def listen(self) -> None:
        data = self.sock.recv(65536)
        assert data, "closed"
        self.events += self.h2.receive_data(data)
        self.flush()

    def found(self, kind: str, number: int) -> list[Any]:
        return [event for event in self.events if type(event).__name__ == kind and event.stream_id == number]

    def until(self, kind: str, number: int) -> Any:
        """The first event of this kind on this stream."""
        while not self.found(kind, number):
            self.listen()
        return self.found(kind, number)[0]

    def data(self, number: int) -> bytes:
        return b"".join(event.data for event in self.found("DataReceived", number))

    def answer(self, number: int) -> tuple[bytes, bytes]:
        """Status and body."""
        self.until("StreamEnded", number)
        return dict(self.until("ResponseReceived", number).headers)[b":status"], self.data(number)


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with process("--keep-alive", "1") as started:
        drain = threading.Thread(target=lambda: list(started.started.stderr or ()), daemon=True)
        drain.start()
        yield started
        started.started.kill()
        drain.join()


@contextmanager
def connected(server: Process) -> Iterator[Client]:
    with server.client() as sock:
        yield Client(sock)


def test_the_environ_is_that_of_any_request(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/environ/a%20b?c=%20", (b"cookie", b"a=1"), (b"x_a", b"1"), (b"cookie", b"b=2"))
        status, body = client.answer(1)
    environ = ast.literal_eval(body.decode())
    assert status == b"200"
    assert environ["SERVER_PROTOCOL"] == "HTTP/2"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/environ/a b", "c=%20")
    assert {key: value for key, value in environ.items() if key.startswith("HTTP_")} == {
        "HTTP_HOST": "a",
        "HTTP_COOKIE": "a=1; b=2",
    }
    assert not {"CONTENT_LENGTH", "CONTENT_TYPE"} & set(environ)


def test_a_stream_that_waits_holds_no_other(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/both")
        client.request(3, "/both")
        assert client.answer(1) == client.answer(3) == (b"200", b"both")


def test_a_body_is_read_to_the_end_of_its_stream(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/echo", body=b"one\ntwo\nthree")
        client.ends(1)
        assert client.answer(1)[1] == b"[b'one\\n', b'tw', b'o', [b'\\n', b'three'], b'', b'']"


def test_a_client_is_told_to_go_on(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/echo", (b"expect", b"100-continue"), body=b"")
        assert dict(client.until("InformationalResponseReceived", 1).headers)[b":status"] == b"100"
        client.ends(1)
        assert client.answer(1)[0] == b"200"


def test_nothing_is_sent_beyond_the_window(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/endless")
        while len(client.data(1)) < 65535:
            client.listen()
        client.request(3, "/ignore")
        assert client.answer(3) == (b"413", b"")
        assert len(client.data(1)) == 65535


def test_a_stream_that_is_reset_ends_its_call(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/endless")
        client.until("DataReceived", 1)
        before = server.closed().count("endless")
        client.h2.reset_stream(1)
        client.flush()
        deadline = time.monotonic() + 5
        while server.closed().count("endless") == before:
            assert time.monotonic() < deadline


def test_a_response_that_is_not_whole_is_reset(server: Process) -> None:
    with connected(server) as client:
        client.request(1, "/underrun")
        assert client.until("StreamReset", 1).error_code == 2


@pytest.mark.parametrize(
    ("fields", "target"),
    [([(b"host", b"a"), (b"expect", b"more")], "/environ"), ([], "http://a/")],
)
def test_what_is_refused_is_answered(server: Process, fields: Fields, target: str) -> None:
    with connected(server) as client:
        client.request(1, target, *fields)
        assert client.answer(1)[0] in (b"400", b"417")


def test_a_silent_connection_is_closed(server: Process) -> None:
    with connected(server) as client:
        data = b"".join(iter(lambda: client.sock.recv(65536), b""))
    assert GOAWAY in data


def test_sigterm_lets_a_stream_come_to_its_end() -> None:
    with process() as started, connected(started) as client:
        client.request(1, "/echo", (b"expect", b"100-continue"), body=b"")
        client.until("InformationalResponseReceived", 1)
        started.started.send_signal(signal.SIGTERM)
        until(client.sock, GOAWAY)
        client.h2.send_data(1, b"three", end_stream=True)
        client.flush()
        assert b"three" in b"".join(iter(lambda: client.sock.recv(65536), b""))
        assert started.started.wait(5) == 0
