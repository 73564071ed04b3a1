"""Fields of responses of HTTP/2: what is forbidden, and how they are written down."""

import pytest

from asgi_conformance.peers import http1, http2


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ([(b"X-A", b"1")], "upper-case field name b'X-A'"),
        ([(b"transfer-encoding", b"chunked")], "connection-specific field b'transfer-encoding'"),
        ([(b"x-a", b"1\r\n2")], "a control character in b'x-a'"),
        ([(b":path", b"/")], "pseudo-header field b':path'"),
        ([(b":status", b"200")], "2 :status fields"),
    ],
)
def test_what_is_forbidden_is_told(fields: list[tuple[bytes, bytes]], fault: str) -> None:
    assert http2.faults([(b":status", b"200"), *fields]) == [fault]


def test_a_good_response_has_no_faults() -> None:
    assert http2.faults([(b":status", b"200"), (b"x-a", b"1"), (b"x-a", b"")]) == []
    assert http2.faults([]) == ["0 :status fields"]


def test_fields_are_read_as_those_of_http_1_are() -> None:
    data = http2.written([(b"x-a", b"1"), (b":status", b"403"), (b"content-length", b"2")]) + b"no"
    response = http1.read(data, ended=False)
    assert (response.status, response.version, response.body) == (403, "2", b"no")
    assert response.headers == ((b"x-a", b"1"), (b"content-length", b"2"))
    assert (response.state, response.faults, response.head_size) == (http1.State.DONE, (), len(data) - 2)


def test_without_a_length_the_end_of_the_stream_is_the_end() -> None:
    data = http2.written([(b":status", b"401")]) + b"de"
    assert http1.read(data, ended=False).state is http1.State.BODY
    assert http1.read(data, ended=True).body == b"de"


def test_their_faults_are_those_of_http_2() -> None:
    response = http1.read(http2.written([(b":status", b"200"), (b"Connection", b"close")]), ended=False)
    assert response.faults == ("upper-case field name b'Connection'",)
