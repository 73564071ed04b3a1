"""A WebSocket on a stream of HTTP/2 (RFC 8441), as the client's end of a connection: bytes out, bytes in, an end."""

from asgi_conformance.peers import http2
from asgi_conformance.stage.multiplexed import Http2Connection
from asgi_conformance.timeline import End


class Tunnel:
    """What the lines about bytes and frames speak of, from the request that opens it on."""

    def __init__(self, streams: Http2Connection, stream: str) -> None:
        self._streams, self._stream = streams, stream
        self._end = End.OPEN
        self.unread = bytearray()
        """The response's fields, a line each, and the data after them."""

    @property
    def end(self) -> End:
        """Of the stream (section 5: its end is a TCP connection's end, its reset a reset), or of the connection."""
        return self._streams.end if self._end is End.OPEN else self._end

    @property
    def arrived(self) -> float:
        return self._streams.arrived

    def send(self, data: bytes) -> bool:
        """False if the stream or the connection has ended."""
        return self._streams.send_data(self._stream, data, ends=False)

    def pump(self) -> None:
        """Take what has come for this stream from the events of the connection."""
        self._streams.pump()
        for event in self._streams.take_of(self._stream):
            if event.kind == "headers":
                self.unread += http2.written(event.value)
            elif event.kind == "data":
                self.unread += event.value
            elif event.kind in ("end", "reset") and self._end is End.OPEN:
                self._end = End.FIN if event.kind == "end" else End.RESET

    def take(self, size: int) -> bytes:
        """Take bytes off the unread ones."""
        data = bytes(self.unread[:size])
        del self.unread[:size]
        return data
