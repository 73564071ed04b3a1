"""The client's end of an HTTP/2 connection, by the h2 library (the extra `http2`): events in, requests out."""

import contextlib
from collections.abc import Iterator
from typing import Any

from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.timeline import End, StreamEvent

CANCEL = 8  # RFC 9113, section 7
SETTINGS = b"\x04"  # section 6.5: what the fourth byte of a connection has to be


class Http2Connection:
    """One HTTP/2 connection: over TLS as ALPN chose it, or with prior knowledge (RFC 9113, section 3)."""

    def __init__(self, connection: Connection) -> None:
        """Raises `MissingExtra` if the extra is not installed."""
        try:
            import h2.config
            import h2.connection
        except ImportError:
            raise MissingExtra("HTTP/2", "http2") from None
        config = h2.config.H2Configuration(
            client_side=True, header_encoding=None, validate_inbound_headers=False, validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )  # fmt: skip
        self._h2: Any = h2.connection.H2Connection(config)
        self._connection = connection
        self._names: dict[int, str] = {}
        self.unread: list[StreamEvent] = []
        self.requested: set[str] = set()
        """Our names of the streams that we have opened."""
        self.refused = ""
        """Why it is no HTTP/2 connection after all."""
        self._met = False
        self._h2.initiate_connection()
        self._flush()

    @property
    def end(self) -> End:
        return self._connection.end

    @property
    def arrived(self) -> float:
        return self._connection.arrived

    @property
    def port(self) -> int | None:
        return self._connection.port

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._connection.send(data)

    def request(self, stream: str, fields: tuple[tuple[bytes, bytes], ...], body: bytes, ends: bool) -> None:
        number = self._h2.get_next_available_stream_id()
        self._names[number] = stream
        self.requested.add(stream)
        with self._if_allowed():
            self._h2.send_headers(number, list(fields), end_stream=ends and not body)
        if body:
            self.send_data(stream, body, ends)

    def send_data(self, stream: str, data: bytes, ends: bool) -> None:
        """Within the flow-control windows that a request has from the beginning; our bodies are small."""
        size = self._h2.max_outbound_frame_size
        pieces = [data[start : start + size] for start in range(0, len(data), size)] or [b""]
        with self._if_allowed():
            for number, piece in enumerate(pieces, start=1):
                self._h2.send_data(self._number(stream), piece, end_stream=ends and number == len(pieces))

    def reset(self, stream: str) -> None:
        with self._if_allowed():
            self._h2.reset_stream(self._number(stream), error_code=CANCEL)

    @contextlib.contextmanager
    def _if_allowed(self) -> Iterator[None]:
        """Send what the block says, unless the server has closed the stream, or all of them, before."""
        from h2.exceptions import H2Error

        with contextlib.suppress(H2Error):
            yield
        self._flush()

    def _number(self, stream: str) -> int:
        return next(number for number, name in self._names.items() if name == stream)

    def pump(self) -> None:
        """Turn the bytes that have come into events, and answer what the protocol wants answered."""
        data = self._connection.take(len(self._connection.unread))
        if not data:
            return
        from h2.exceptions import H2Error

        try:
            if not self._met and data[3:4] not in (b"", SETTINGS):
                raise H2Error("no SETTINGS frame at the beginning (section 3.4)")
            self._met = True
            events = self._h2.receive_data(data)
        except H2Error as error:
            self.refused = f"{type(error).__name__}: {error}; got {data[:60]!r}"
            self.unread.append(StreamEvent("broken", "", self.refused))
            self._connection.end = End.RESET
            return
        for event in events:
            self._translate(event)
        self._flush()

    def _translate(self, event: Any) -> None:
        stream = self._names.get(getattr(event, "stream_id", None) or 0, f"#{getattr(event, 'stream_id', 0)}")
        match type(event).__name__:
            case "ResponseReceived" | "InformationalResponseReceived" | "TrailersReceived":
                self.unread.append(StreamEvent("headers", stream, tuple(tuple(field) for field in event.headers)))
            case "DataReceived":
                self.unread.append(StreamEvent("data", stream, event.data))
                if event.flow_controlled_length:
                    self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case "StreamEnded":
                self.unread.append(StreamEvent("end", stream))
            case "StreamReset":
                self.unread.append(StreamEvent("reset", stream, int(event.error_code)))
            case "PushedStreamReceived":
                fields = tuple(tuple(field) for field in event.headers)
                parent = self._names.get(event.parent_stream_id, "")
                self._names[event.pushed_stream_id] = f"push:{len(self._names)}"
                self.unread.append(StreamEvent("push", parent, fields))
            case "ConnectionTerminated":
                self.unread.append(StreamEvent("goaway", "", int(event.error_code)))

    def take(self, count: int) -> tuple[StreamEvent, ...]:
        taken = tuple(self.unread[:count])
        del self.unread[:count]
        return taken

    def close(self, *, reset: bool = False) -> None:
        self._connection.close(reset=reset)
