"""One stream of an HTTP/2 connection: to the call on it, it is what a connection is over HTTP/1.1."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from wsgi_server.body import Body
from wsgi_server.refusal import ClientGone, Refused
from wsgi_server.request import TOKEN, VALUE, Fields, Request
from wsgi_server.response import Headers, Response

if TYPE_CHECKING:
    from wsgi_server.http2 import Http2

NO_ERROR: Final = 0x0
INTERNAL_ERROR: Final = 0x2


class Stream:
    """It has a thread of its own."""

    def __init__(self, http2: Http2, number: int, fields: Fields, *, ended: bool) -> None:
        self.http2 = http2
        self.number = number
        self.fields = fields
        self.changed = http2.changed
        connection = http2.connection
        self.server, self.parts, self.patience = connection.server, connection.parts, connection.patience
        self.peer, self.address, self.tls = connection.peer, connection.address, connection.tls
        self.buffer = bytearray()
        self.ended = ended
        """Whether the client has sent all."""
        self.reset = False

    def run(self) -> None:
        connection: Any = self
        response = self.parts.stream_response(connection, None, None)
        try:
            request = self.request()
            body = self.parts.stream_body(connection, request)
            response = self.parts.stream_response(connection, request, body)
            self.http2.connection.answer(request, body, response)
        except Refused as refused:
            with contextlib.suppress(ClientGone):
                response.refuse(refused)
        finally:
            self.close(whole=response.complete)

    def request(self) -> Request:
        """Raises Refused."""
        reader: Any = self.parts.reader(self.http2.connection)
        pseudo = {name: value for name, value in self.fields if name.startswith(b":")}
        fields = self.with_authority(pseudo.get(b":authority"))
        if not all(TOKEN.fullmatch(name) and VALUE.fullmatch(value) for name, value in fields):
            raise Refused("400 Bad Request", "no header field")
        reader.check_method(pseudo[b":method"])
        authority, path, query = reader.split(pseudo[b":method"], pseudo[b":path"])
        if authority is not None:
            raise Refused("400 Bad Request", "an authority has a field of its own")
        fields = reader.with_host(b"HTTP/2", None, fields)
        length = 0 if self.ended else reader.length(b"HTTP/2", fields) or None
        request = Request(pseudo[b":method"].decode(), path, query, "HTTP/2", fields, length)
        reader.check_expectation(request)
        return request

    def with_authority(self, authority: bytes | None) -> Fields:
        """The fields, of which it is the host."""
        fields = [field for field in self.fields if not field[0].startswith(b":")]
        if authority is None:
            return fields
        return [(b"host", authority), *(field for field in fields if field[0] != b"host")]

    def close(self, *, whole: bool) -> None:
        """A response that has not ended never will; what is still to come of a request is of no use."""
        from h2.exceptions import ProtocolError

        with self.changed, contextlib.suppress(ProtocolError):  # the connection is closed
            del self.http2.streams[self.number]
            self.changed.notify_all()
            if not self.lost:
                self.http2.h2.acknowledge_received_data(len(self.buffer), self.number)
                if not (whole and self.ended):
                    self.http2.h2.reset_stream(self.number, NO_ERROR if whole else INTERNAL_ERROR)
            self.http2.flush()

    @property
    def lost(self) -> bool:
        return self.reset or self.http2.over

    def until(self, wanted: Any) -> Any:
        """Wait until this gives something true. Raises ClientGone, TimeoutError."""
        if not self.changed.wait_for(lambda: self.lost or wanted(), self.patience):
            raise TimeoutError("the client lets us wait")
        if self.lost:
            raise ClientGone("the stream is closed")
        return wanted()

    def receive(self, limit: int, patience: float | None = None) -> bytes:
        """Between 1 and `limit` bytes; none at the end."""
        with self.changed:
            self.until(lambda: self.buffer or self.ended)
            data = bytes(self.buffer[:limit])
            del self.buffer[:limit]
            self.tell("acknowledge_received_data", len(data), self.number)
            return data

    def send(self, data: bytes) -> None:
        """As the windows of the client allow. Raises ClientGone."""
        with self.changed:
            try:
                while data:
                    room = self.until(self.room)
                    self.tell("send_data", self.number, data[:room])
                    data = data[room:]
            except TimeoutError:
                raise ClientGone("the client takes nothing") from None

    def room(self) -> int:
        """How many bytes may be sent now."""
        if len(self.http2.outbox) >= self.http2.outbox_limit:
            return 0
        h2 = self.http2.h2
        return int(min(h2.local_flow_control_window(self.number), h2.max_outbound_frame_size))

    def send_head(self, status: str, headers: Headers) -> None:
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        self.tell("send_headers", self.number, [(b":status", status[:3].encode()), *fields])

    def end(self) -> None:
        self.tell("end_stream", self.number)

    def tell(self, method: str, *arguments: Any) -> None:
        """One of the library's methods. Raises ClientGone."""
        from h2.exceptions import ProtocolError

        with self.changed:
            if self.lost:
                raise ClientGone("the stream is closed")
            try:
                getattr(self.http2.h2, method)(*arguments)
            except ProtocolError as error:
                raise ClientGone("the stream is closed") from error
            self.http2.flush()


class StreamBody(Body):
    """It ends with the stream. That it is as long as it says is the library's business."""

    connection: Any

    def invite(self) -> None:
        if self.expected and not self.answered and not self.connection.buffer:
            self.connection.send_head("100", [])
        self.expected = False

    def take(self, limit: int) -> bytes:
        data: bytes = self.connection.receive(limit)
        self.done = not data
        return data


class StreamResponse(Response):
    """Its head and its end are frames."""

    connection: Any

    def written(self, headers: Headers) -> bytes:
        self.connection.send_head(self.status, headers)
        return b""

    def may_be_chunked(self) -> bool:
        return False

    def connection_headers(self) -> Headers:
        return []

    def end(self) -> bytes:
        """None where something is missing: the stream is reset then."""
        if not self.left:
            self.connection.end()
        return b""
