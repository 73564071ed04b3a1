"""The citizen itself, at its sharpest rules: raw requests to one process that turns warnings into errors."""

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from wsgi_server import mutation
from wsgi_server.parts import Parts

from asgi_conformance.spec.catalogue import load

HERE = Path(__file__).parent
TESTS = HERE.parent
CHUNKED = b"POST %b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"


class Process:
    def __init__(self, started: "subprocess.Popen[str]", port: int) -> None:
        self.started = started
        self.port = port

    def client(self, data: bytes = b"") -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        sock.sendall(data)
        return sock

    def exchange(self, *requests: bytes) -> bytes:
        """What the server says to these, and nothing more, until it closes the connection."""
        with self.client(b"".join(requests)) as sock:
            sock.shutdown(socket.SHUT_WR)
            return undated(b"".join(iter(lambda: sock.recv(65536), b"")))

    def body(self, *requests: bytes) -> bytes:
        return self.exchange(*requests).rpartition(b"\r\n\r\n")[2]

    def closed(self) -> list[str]:
        return re.findall(r"[\w-]+", self.body(get("/closed")).decode())


@contextmanager
def process(*options: str) -> Iterator[Process]:
    command = [sys.executable, "-W", "error", "-m", "wsgi_server", "--app", "citizen_app:application", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONIOENCODING": "ascii", "HTTP_X_SPOOF": "1"}
    with subprocess.Popen(
        [*command, *options], stderr=subprocess.PIPE, text=True, cwd=HERE, env=environment
    ) as started:
        assert started.stderr is not None
        line = started.stderr.readline()
        found = re.search(r"listening on \S+:(\d+)", line)
        assert found, line
        try:
            yield Process(started, int(found[1]))
        finally:
            started.kill()


@pytest.fixture(scope="module")
def server() -> Iterator[Process]:
    with process("--keep-alive", "1") as started:
        drain = threading.Thread(target=lambda: list(started.started.stderr or ()), daemon=True)
        drain.start()
        yield started
        started.started.kill()
        drain.join()


def get(target: str, *fields: str, method: str = "GET", version: str = "HTTP/1.1") -> bytes:
    return "\r\n".join((f"{method} {target} {version}", "Host: h", *fields, "", "")).encode("latin-1")


def post(target: str, body: bytes, *fields: str) -> bytes:
    return get(target, f"Content-Length: {len(body)}", *fields, method="POST") + body


def undated(data: bytes) -> bytes:
    assert data.count(b"\r\nDate: ") == data.count(b"\r\nServer: ") == data.count(b"HTTP/1.1 ")
    return re.sub(rb"\r\n(Date|Server): [^\r]*", b"", data)


def until(sock: socket.socket, end: bytes) -> bytes:
    data = b""
    while end not in data:
        more = sock.recv(65536)
        assert more, data
        data += more
    return data


def test_the_environ_says_what_the_request_says(server: Process) -> None:
    target = "/environ/%E6%97%A5%2541//a+b;v=1?a=%20+b?\xe9"
    said = server.body(
        get(target, "X-A: 1", "x-a:\t2 \t", "Cookie: a=1", "X_A: 3", "Cookie: b=2", "Script-Name: /evil"),
    )
    environ = eval(said, {})
    del environ["REMOTE_PORT"]
    assert environ == {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/environ/\xe6\x97\xa5%41//a+b;v=1",
        "QUERY_STRING": "a=%20+b?\xe9",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "SERVER_SOFTWARE": "wsgi_server",
        "GATEWAY_INTERFACE": "CGI/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "h",
        "HTTP_X_A": "1, 2",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_SCRIPT_NAME": "/evil",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def test_every_way_of_reading_shares_a_position_and_ends_where_the_body_does(server: Process) -> None:
    read = repr([b"a\r\n", b"bc", b"d", [b"\n", b"e\n", b"f"], b"", b""]).encode()
    body = b"a\r\nbcd\ne\nf"
    chunks = b"1;x=y\r\na\r\n5\r\n\r\nbcd\r\n" + b"4\r\n\ne\nf\r\n0\r\nT: v\r\n\r\n"
    said = server.exchange(post("/echo", body), CHUNKED % b"/echo" + chunks, get("/echo"))
    assert said.count(read) == 2
    assert said.endswith(b"[b'', b'', b'', [], b'', b'']")


def test_a_body_that_ends_too_soon_is_an_error_and_the_last_one(server: Process) -> None:
    for request in (get("/echo", "Content-Length: 9", method="POST") + b"abc", CHUNKED % b"/echo" + b"5\r\nabc"):
        assert server.exchange(request).startswith(b"HTTP/1.1 400 ")


def test_a_client_is_told_to_go_on_when_the_application_reads(server: Process) -> None:
    head = get("/echo", "Expect: 100-continue", "Content-Length: 1", method="POST")
    with server.client(head) as sock:
        assert until(sock, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"x")
        assert b"b'x'" in until(sock, b"]")
    with server.client(head.replace(b"echo", b"ignore")) as sock:
        assert b"\r\nConnection: close\r\n" in until(sock, b"\r\n\r\n")
        assert sock.recv(1) == b""


def test_a_body_that_nobody_reads_is_no_request(server: Process) -> None:
    assert server.exchange(post("/ignore", get("/environ")), get("/closed")).count(b"HTTP/1.1 ") == 2


def test_a_block_goes_out_before_the_next_is_asked_for(server: Process) -> None:
    with server.client(get("/wait")) as sock:
        until(sock, b"5\r\nfirst\r\n")
        assert server.body(get("/go-on")) == b"gone"
        assert until(sock, b"0\r\n\r\n") == b"6\r\nsecond\r\n0\r\n\r\n"


def test_calls_run_at_the_same_time(server: Process) -> None:
    with server.client(get("/both")) as sock:
        assert server.body(get("/both")) == b"both"
        assert until(sock, b"both")


def test_a_head_that_has_not_gone_out_is_replaced(server: Process) -> None:
    said = server.exchange(get("/late-error"))
    assert said == b"HTTP/1.1 500 Oops\r\nX-New: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nerr\r\n0\r\n\r\n"


def test_one_that_has_is_not_and_the_response_is_cut_off(server: Process) -> None:
    for target in ("/too-late", "/breaks"):
        head, _, body = server.exchange(get(target), get("/environ")).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert body in (b"4\r\npart\r\n", b"3\r\nabc\r\n")


def test_what_start_response_refuses_is_never_sent(server: Process) -> None:
    for target in ("/twice", "/bad-header", "/interim", "/nowhere"):
        assert server.exchange(get(target)).startswith(b"HTTP/1.1 500 Internal Server Error\r\nContent-Type")
    assert server.closed().count("twice") == 1


def test_a_content_length_is_neither_exceeded_nor_filled(server: Process) -> None:
    said = server.exchange(get("/overrun"), get("/underrun"), get("/environ"))
    assert said == (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    assert [name for name in server.closed() if "run" in name] == ["overrun", "underrun"]


def test_what_has_no_body_gets_none(server: Process) -> None:
    said = server.exchange(get("/no-content"), get("/closed", method="HEAD"), get("/go-on"))
    heads = said.split(b"\r\n\r\n")
    assert heads[0] == b"HTTP/1.1 204 No Content"
    assert re.fullmatch(rb"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: \d+", heads[1])
    assert heads[3] == b"gone"
    assert server.closed().count("no-content") == 1


def test_a_client_that_goes_ends_the_iteration(server: Process) -> None:
    with server.client(get("/endless")) as sock:
        sock.recv(1024)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end = time.monotonic() + 5
    while "endless" not in server.closed():
        assert time.monotonic() < end


def test_http_1_0_knows_no_chunks(server: Process) -> None:
    said = server.exchange(get("/late-error", "Connection: keep-alive", version="HTTP/1.0"), get("/environ"))
    assert said == b"HTTP/1.1 500 Oops\r\nX-New: 1\r\nConnection: close\r\n\r\nerr"


def test_files_are_sent_from_where_they_stand(server: Process) -> None:
    source = (HERE / "citizen_app.py").read_bytes()[5:]
    said = server.exchange(get("/file?real"))
    assert said.endswith(b"\r\nContent-Length: %d\r\n\r\n%b" % (len(source), source))
    assert server.exchange(get("/file", version="HTTP/1.0")).endswith(b"\r\n\r\n" + (b"0123456789" * 1000)[5:])


def test_any_text_can_be_logged_and_the_validator_agrees(server: Process) -> None:
    assert server.body(get("/errors")) == b"logged"
    assert b"\r\n5\r\nvalid\r\n" in server.exchange(post("/valid", b"abc"))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: h\n\n", 400),
        (b"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505),
        (get("/", "Host: i"), 400),
        (get("/", "X : 1"), 400),
        (get("/", " folded"), 400),
        (get("/", "Content-Length: 1", "Transfer-Encoding: chunked"), 400),
        (get("/", "Content-Length: -1"), 400),
        (get("/", "Content-Length: 99999999999"), 413),
        (get("/", "Transfer-Encoding: gzip, chunked"), 501),
        (get("/", "Expect: miracles"), 417),
        (get("h:1", method="CONNECT"), 501),
        (get("/" + "x" * 20000), 414),
        (get("/", "X: " + "x" * 20000), 431),
        (get("*", method="OPTIONS"), 200),
    ],
)
def test_what_is_no_request_for_the_application_is_answered_without_it(
    server: Process, request_: bytes, status: int
) -> None:
    assert server.exchange(request_).startswith(b"HTTP/1.1 %d " % status)


def test_a_mounted_application_sees_its_part_of_the_path(tmp_path: Path) -> None:
    with process("--root-path", "/app/", "--sync", "--environ", "my.key=v") as mounted:
        environ = eval(mounted.body(get("/app/environ/app/x")), {})
        assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == ("/app", "/environ/app/x")
        assert (environ["wsgi.multithread"], environ["my.key"]) == (False, "v")
        assert mounted.exchange(get("/application/x")).startswith(b"HTTP/1.1 404 ")


def test_sigterm_lets_a_response_come_to_its_end() -> None:
    head = get("/echo", "Expect: 100-continue", "Content-Length: 1", method="POST")
    with process() as ending, ending.client(head) as sock, ending.client() as idle:
        until(sock, b"100 Continue\r\n\r\n")
        ending.started.send_signal(signal.SIGTERM)
        assert idle.recv(1) == b""
        sock.sendall(b"x")
        assert b"\r\nConnection: close\r\n" in until(sock, b"[b'x'")
        sock.close()
        assert ending.started.wait(5) == 0


MUTANTS = mutation.load_all()


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_breaks_requirements_that_exist(name: str) -> None:
    assert all(requirement in load() for requirement in MUTANTS[name].breaks)
    assert mutation.load(name) is MUTANTS[name]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_changes_parts_that_exist(name: str) -> None:
    """Of this set of parts, and of no other."""
    parts, others = Parts(), Parts()
    before = snapshot(parts)
    MUTANTS[name].apply(parts)
    assert snapshot(parts) != before
    assert all(snapshot(others)[part].keys() == snapshot(Parts())[part].keys() for part in before)


def snapshot(parts: Parts) -> dict[str, dict[str, object]]:
    return {name: dict(vars(part), __module__=None) for name, part in vars(parts).items()}


def test_what_is_no_mutant_is_not_found() -> None:
    for name in ("environ/is-perfect", "nowhere/at-all", "nonsense"):
        with pytest.raises(LookupError):
            mutation.load(name)
