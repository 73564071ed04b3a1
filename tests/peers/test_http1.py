"""What servers answer is parsed strictly, a byte more or less makes no difference, and every fault is named."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asgi_conformance.peers.http1 import HEAD_LIMIT, Framing, Response, State, read

a_few = settings(max_examples=60, deadline=None, derandomize=True, database=None)

Fields = tuple[tuple[bytes, bytes], ...]

names = st.from_regex(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}", fullmatch=True)
field_values = st.from_regex(rb"([!-~\x80-\xff]([ \t!-~\x80-\xff]{0,10}[!-~\x80-\xff])?)?", fullmatch=True)
others = st.lists(st.tuples(names.map(lambda name: b"x-" + name), field_values), max_size=4).map(tuple)
bodies = st.binary(max_size=200)
chunkings = st.lists(st.binary(min_size=1, max_size=40), max_size=6)


def head(status: bytes = b"200 OK", *lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, *lines, b"", b""])


def done(data: bytes, *, ended: bool = False, head_request: bool = False) -> Response:
    """Parse what is complete."""
    response = read(data, ended=ended, head_request=head_request)
    assert response.state is State.DONE
    return response


def test_a_response_with_a_length() -> None:
    data = head(b"200 OK", b"Content-Length: 5", b"X-A:  1\t", b"x-a:2") + b"hello"
    response = done(data + b"HTTP/1.1 404 Not Found\r\n\r\n")
    assert (response.status, response.version, response.reason, response.body) == (200, "1.1", b"OK", b"hello")
    assert response.headers == ((b"Content-Length", b"5"), (b"X-A", b"1"), (b"x-a", b"2"))
    assert response.values(b"x-a") == [b"1", b"2"]
    assert (response.framing, response.size, response.faults) == (Framing.LENGTH, len(data), ())


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_the_version_is_told(version: bytes) -> None:
    assert read(b"HTTP/" + version + b" 200 \r\n\r\n", ended=True).version == version.decode()


@a_few
@given(others, chunkings, st.booleans())
def test_chunks_are_joined_wherever_they_are_cut(
    fields: tuple[tuple[bytes, bytes], ...], chunks: list[bytes], extension: bool
) -> None:
    data = head(b"200 OK", b"Transfer-Encoding: chunked", *(name + b": " + value for name, value in fields))
    for chunk in chunks:
        data += b"%X%s\r\n%s\r\n" % (len(chunk), b" ;a=b" if extension else b"", chunk)
    data += b"0\r\n\r\n"
    response = done(data)
    assert response.headers[1:] == fields
    assert (response.body, response.framing, response.faults) == (b"".join(chunks), Framing.CHUNKED, ())
    for cut in range(len(data)):
        part = read(data[:cut], ended=False)
        assert part.state in (State.HEAD, State.BODY)
        assert b"".join(chunks).startswith(part.body)


@a_few
@given(others, bodies, bodies)
def test_a_length_ends_the_body_wherever_it_is_cut(fields: Fields, body: bytes, following: bytes) -> None:
    data = head(b"200 OK", b"content-length: %d" % len(body), *(name + b":" + value for name, value in fields)) + body
    assert done(data + following) == done(data)
    assert done(data).headers[1:] == fields
    assert all(read(data[:cut], ended=False).state in (State.HEAD, State.BODY) for cut in range(len(data)))
    assert all(read(data[:cut], ended=True).state is State.CUT for cut in range(len(data)))


@a_few
@given(bodies)
def test_the_end_of_the_connection_ends_what_has_no_length(body: bytes) -> None:
    response = done(head() + body, ended=True)
    assert (response.body, response.framing) == (body, Framing.CLOSE)
    assert read(head() + body, ended=False).state is State.BODY


def test_trailers_are_fields() -> None:
    start = head(b"200 OK", b"Transfer-Encoding: chunked")
    response = done(start + b"1\r\nx\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\nrest")
    assert response.trailers == ((b"X-A", b"1"), (b"X-B", b"2"))
    assert read(start + b"0\r\nX-A: 1\r\n", ended=False).state is State.BODY
    assert read(start + b"0\r\nX-A: 1\r\n", ended=True).state is State.CUT
    assert done(start + b"0\r\nno trailer\r\n\r\n").faults == ("no field line: b'no trailer'",)


@pytest.mark.parametrize("status", [100, 101, 103, 199, 204, 304])
def test_some_statuses_have_no_body(status: int) -> None:
    data = head(b"%d X" % status, b"Content-Length: 5")
    response = done(data + b"HTTP/1.1 200 OK\r\n\r\n")
    assert (response.framing, response.body, response.size) == (Framing.NONE, b"", len(data))


def test_the_answer_to_head_has_no_body() -> None:
    data = head(b"200 OK", b"Content-Length: 5")
    response = done(data + b"hello", head_request=True)
    assert (response.framing, response.size) == (Framing.NONE, len(data))


@pytest.mark.parametrize(
    ("lines", "framing", "fault"),
    [
        ([b"Content-Length: 0", b"Transfer-Encoding: chunked"], Framing.CHUNKED, "both Content-Length and"),
        ([b"Content-Length: 0", b"Content-Length: 0"], Framing.LENGTH, "more than one Content-Length"),
        ([b"Content-Length: -1"], Framing.CLOSE, "Content-Length b'-1'"),
        ([b"Content-Length: +1"], Framing.CLOSE, "Content-Length b'+1'"),
        ([b"Content-Length: 0, 0"], Framing.CLOSE, "Content-Length b'0, 0'"),
        ([b"Content-Length: "], Framing.CLOSE, "Content-Length b''"),
        ([b"Content-Length: " + b"9" * 5000], Framing.CLOSE, "Content-Length b'9999"),
        ([b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"], Framing.CHUNKED, "more than one Transfer-"),
        ([b"Transfer-Encoding: gzip, chunked"], Framing.CHUNKED, "that nobody asked for"),
        ([b"Transfer-Encoding: gzip"], Framing.CLOSE, "does not end in chunked"),
        ([b"Content-Length: 0", b"X A: 1"], Framing.LENGTH, "no field line: b'X A: 1'"),
        ([b"Content-Length: 0", b"X-A : 1"], Framing.LENGTH, "no field line: b'X-A : 1'"),
        ([b"Content-Length: 0", b" folded"], Framing.LENGTH, "no field line: b' folded'"),
        ([b"Content-Length: 0", b": 1"], Framing.LENGTH, "no field line: b': 1'"),
        ([b"Content-Length: 0", b"X-A: 1\n2"], Framing.LENGTH, "a control character in b'X-A'"),
        ([b"Content-Length: 0", b"X-A: 1\r2"], Framing.LENGTH, "a control character in b'X-A'"),
        ([b"Content-Length: 0", b"X-A: \x00"], Framing.LENGTH, "a control character in b'X-A'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_faults_of_framing_are_named(lines: list[bytes], framing: Framing, fault: str) -> None:
    response = read(head(b"200 OK", *lines) + b"0\r\n\r\n", ended=True)
    assert response.framing is framing
    assert fault in response.faults[0]


@pytest.mark.parametrize("status", [101, 204])
def test_a_transfer_coding_where_no_body_can_be(status: int) -> None:
    response = done(head(b"%d X" % status, b"Transfer-Encoding: chunked"))
    assert response.faults == (f"Transfer-Encoding in a {status} response",)


def test_a_status_line_without_its_last_space() -> None:
    response = done(b"HTTP/1.1 204\r\n\r\n")
    assert (response.status, response.reason) == (204, b"")
    assert response.faults == ("the status line has no space after the code",)


@pytest.mark.parametrize(
    ("chunk", "fault"),
    [
        (b"x\r\n", "no chunk size: b'x'"),
        (b"\r\n", "no chunk size: b''"),
        (b"-1\r\n", "no chunk size: b'-1'"),
        (b"0x1\r\n", "no chunk size: b'0x1'"),
        (b"1" * 17 + b"\r\n", "no chunk size: b'1111"),
        (b"1\r\nabc\r\n", "a chunk of 1 bytes that does not end where it says"),
    ],
)
def test_faults_of_chunks_are_named(chunk: bytes, fault: str) -> None:
    response = read(head(b"200 OK", b"Transfer-Encoding: chunked") + chunk, ended=False)
    assert response.state is State.CUT
    assert response.faults[0].startswith(fault)


def test_an_enormous_chunk_is_waited_for() -> None:
    response = read(head(b"200 OK", b"Transfer-Encoding: chunked") + b"F" * 16 + b"\r\nx", ended=False)
    assert (response.state, response.body) == (State.BODY, b"x")


@pytest.mark.parametrize("line", [b"SSH-2.0-x", b"HTTP/1.1 2000 OK", b"HTTP/1 200 OK", b"http/1.1 200 OK", b""])
@pytest.mark.parametrize("ended", [False, True])
def test_what_is_no_response_is_told_so(line: bytes, ended: bool) -> None:
    response = read(line + b"\r\n\r\n", ended=ended)
    assert (response.state, response.status) == (State.CUT, None)
    assert response.faults[0].startswith("no status line")


def test_a_head_that_never_ends() -> None:
    assert read(b"HTTP/1.1 200 OK\r\nX-A", ended=False) == Response(State.HEAD, size=20)
    assert read(b"", ended=True) == Response(State.CUT)
    assert read(b"HTTP/1.1", ended=True).faults == ("no end of the head in 8 bytes",)
    flood = b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * HEAD_LIMIT
    assert read(flood, ended=False).state is State.CUT


@pytest.mark.parametrize("part", [b" ", b" a", b";", b"\t:"], ids=repr)
def test_a_hostile_head_costs_no_more_than_its_length(part: bytes) -> None:
    part *= 250_000
    began = time.process_time()
    read(head(b"200 OK", b"X-A: a" + part + b"a", b"Transfer-Encoding: chunked") + b"1" + part + b"\r\n", ended=True)
    assert time.process_time() - began < 1
