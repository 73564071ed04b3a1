"""The server's half of HTTP/1.1 in memory: one request after the other on one connection."""

from typing import Any

from asgi_conformance.peers.server import Begin, Connection, Deliver

GET = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"
START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
LAST: dict[str, Any] = {"type": "http.response.body", "body": b"ok"}


def test_a_request_that_came_early_begins_when_the_response_before_it_has_ended() -> None:
    connection = Connection()
    assert [type(deed) for deed in connection.receive(GET + GET)] == [Begin, Deliver]
    assert list(connection.answer(START)) == []
    disconnect, begin, request = connection.answer(LAST)
    assert isinstance(disconnect, Deliver) and disconnect.event == {"type": "http.disconnect"}
    assert isinstance(begin, Begin) and isinstance(request, Deliver)
    assert begin.scope["headers"] == [(b"host", b"test")]


def test_the_framing_is_the_servers() -> None:
    connection = Connection()
    list(connection.receive(GET))
    list(connection.answer({**START, "headers": [(b"Transfer-Encoding", b"chunked")]}))
    list(connection.answer({"type": "http.response.body", "body": b"a", "more_body": True}))
    list(connection.answer({"type": "http.response.body", "body": b"b"}))
    assert bytes(connection.out) == b"HTTP/1.1 200 \r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n"
