"""One HTTP/2 connection: what its frames mean, by the h2 library, and the streams on it (RFC 9113)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from citizen.messages import Headers
from citizen.request import Request

if TYPE_CHECKING:
    from citizen.connection import Connection
    from citizen.parts import Parts
    from citizen.stream import Stream

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
CONNECT_PROTOCOL: Final = 0x8
"""The setting that offers WebSockets (RFC 8441, section 3)."""
REFUSED_STREAM: Final = 0x7
PSEUDO: Final = (b":method", b":scheme", b":path", b":authority", b":protocol")


class Http2:
    """Every stream is one call of the application. Requests that are malformed end the connection."""

    version = "2"

    def __init__(self, connection: Connection) -> None:
        import h2.config  # here, because a start without HTTP/2 is to be quick
        import h2.connection
        import h2.settings

        self.connection = connection
        self.server = connection.server
        self.parts: Parts = connection.parts
        self.streams: dict[int, Stream] = {}
        self.h2: Any = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding=None, normalize_inbound_headers=False)
        )
        self.h2.local_settings = h2.settings.Settings(client=False, initial_values=self.settings())

    def settings(self) -> Any:
        return {CONNECT_PROTOCOL: 1, 0x3: 100, 0x6: 64 * 1024}  # how many streams, how long a header section

    async def serve(self) -> None:
        """Until the client has gone and nothing is under way, or until it has been silent for too long."""
        self.h2.initiate_connection()
        try:
            while self.listen() and not self.is_over():
                idle = None if self.streams else self.server.options.keep_alive
                async with asyncio.timeout(idle):
                    await self.connection.change()
        except TimeoutError:
            self.h2.close_connection()
        finally:
            self.flush()
            for stream in list(self.streams.values()):
                stream.lose()

    def is_over(self) -> bool:
        return self.connection.closed or ((self.connection.gone or self.server.stopping) and not self.streams)

    def listen(self) -> bool:
        """Take in what has come; False after an error of the connection, of which the client has been told."""
        from h2.exceptions import ProtocolError

        data = self.connection.read(self.everything)
        try:
            for event in self.h2.receive_data(data) if data else ():
                self.on_event(event)
        except ProtocolError:
            return False
        finally:
            self.flush()
            for stream in list(self.streams.values()):
                stream.resume()
        return True

    def everything(self, buffer: bytearray) -> bytes:
        data = bytes(buffer)
        buffer.clear()
        return data

    def flush(self) -> None:
        self.connection.write(self.h2.data_to_send())

    # What the client sends

    def on_event(self, event: Any) -> None:
        stream = self.streams.get(getattr(event, "stream_id", None) or 0)
        match type(event).__name__:
            case "RequestReceived":
                self.on_request(event.stream_id, event.headers, ended=event.stream_ended is not None)
            case "DataReceived" if stream is not None:
                self.h2.acknowledge_received_data(event.flow_controlled_length - len(event.data), event.stream_id)
                stream.on_data(event.data)
            case "DataReceived":
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case "StreamEnded" if stream is not None:
                stream.on_end()
            case "StreamReset" if stream is not None:
                stream.lose()

    def on_request(self, number: int, fields: Any, *, ended: bool) -> None:
        if self.server.stopping:
            self.h2.reset_stream(number, REFUSED_STREAM)
        else:
            self.open(number, self.request_of(list(fields)), ended=ended)

    def open(self, number: int, request: Request, *, ended: bool) -> None:
        stream = self.streams[number] = self.parts.stream(self, number, request, ended=ended)
        self.server.spawn(stream.serve())

    def request_of(self, fields: Headers) -> Request:
        pseudo = {name: value for name, value in fields if name in PSEUDO}
        return Request(
            method=pseudo[b":method"].decode("latin-1"),
            target=self.target(pseudo),
            version=self.version,
            headers=self.headers(pseudo.get(b":authority"), [field for field in fields if field[0] not in PSEUDO]),
            protocol=pseudo.get(b":protocol"),
        )

    def target(self, pseudo: dict[bytes, bytes]) -> bytes:
        """Ordinary CONNECT has none (section 8.5)."""
        return pseudo.get(b":path", b"")

    def headers(self, authority: bytes | None, headers: Headers) -> Headers:
        """The authority comes first, as the one host there is (ASGI HTTP, "HTTP Connection Scope")."""
        if authority is None:
            return headers
        return [(b"host", authority), *(field for field in headers if field[0] != b"host")]

    # What is pushed

    def push(self, parent: Stream, target: bytes, headers: Headers) -> None:
        """Try to push: a client that takes no pushes, or no more of them, gets none."""
        from h2.exceptions import H2Error

        fields = self.promise(parent, target, headers)
        try:
            number = self.h2.get_next_available_stream_id()
            self.h2.push_stream(parent.number, number, fields)
        except H2Error:
            return
        self.flush()
        self.open(number, self.request_of(fields), ended=True)

    def promise(self, parent: Stream, target: bytes, headers: Headers) -> Headers:
        pseudo = [(b":method", b"GET"), (b":scheme", self.scheme()), (b":path", target)]
        return [*pseudo, *self.authority(parent), *((name.lower(), value) for name, value in headers)]

    def scheme(self) -> bytes:
        return b"https" if self.connection.tls else b"http"

    def authority(self, parent: Stream) -> Headers:
        """That of the request which led to the push (ASGI extensions, "HTTP/2 Server Push")."""
        return [(b":authority", value) for value in parent.request.values(b"host")]

    # The end

    def stop(self) -> None:
        """Streams that are under way may finish (section 6.8)."""
        from hyperframe.frame import GoAwayFrame

        self.connection.write(GoAwayFrame(0, last_stream_id=max(self.streams, default=0)).serialize())
        for stream in self.streams.values():
            stream.stop()
