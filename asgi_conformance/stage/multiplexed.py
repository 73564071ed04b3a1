"""The client's end of an HTTP/2 connection, by the h2 library (the extra `http2`): events in, requests out."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from asgi_conformance.stage.connection import Connection
from asgi_conformance.stage.extras import MissingExtra
from asgi_conformance.timeline import End, StreamEvent

CANCEL = 8  # RFC 9113, section 7
SETTINGS = b"\x04"  # section 6.5: what the fourth byte of a connection has to be


class Http2Connection:
    """One HTTP/2 connection: over TLS as ALPN chose it, or with prior knowledge (RFC 9113, section 3)."""

    def __init__(self, connection: Connection, settings: tuple[tuple[str, int], ...] = ()) -> None:
        """`settings`: for our first frame, besides the library's. Raises `MissingExtra` without the extra."""
        try:
            import h2.config
            import h2.connection
            import h2.settings
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
        """Our names of the streams that we have opened, and of those pushed: `push:1` after one of ours."""
        self.refused = ""
        """Why it is no HTTP/2 connection after all."""
        self.met = False
        """Whether it began as HTTP/2 begins: with the server's SETTINGS."""
        self._pumping = False
        self._partial = bytearray()
        self._outbox: dict[str, tuple[bytes, bool]] = {}
        """What the server's flow-control windows have no room for yet, and whether the stream ends with it."""
        self._reset: set[str] = set()
        self._withheld: set[str | None] = set()
        self._owed: Counter[int] = Counter()
        for name, value in settings:
            self._h2.local_settings[h2.settings.SettingCodes[name.upper()]] = value
            self._h2.local_settings.acknowledge()
        self._h2.initiate_connection()
        self._flush()
        connection.heard = self.pump

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

    def send_data(self, stream: str, data: bytes, ends: bool) -> bool:
        """What the server has no room for follows as it makes room. False if it has closed the stream."""
        if stream in self._reset:
            return False
        waiting, _ = self._outbox.get(stream, (b"", False))
        self._outbox[stream] = waiting + data, ends
        return self._send_more(stream)

    def _send_more(self, stream: str) -> bool:
        number, (data, ends) = self._number(stream), self._outbox.pop(stream)
        with self._if_allowed():
            while True:
                size = min(self._h2.max_outbound_frame_size, self._h2.local_flow_control_window(number), len(data))
                piece, data = data[:size], data[size:]
                if piece or not data:
                    self._h2.send_data(number, piece, end_stream=ends and not data)
                if not data:
                    return True
                if not piece:
                    self._outbox[stream] = data, ends
                    return True
        return False

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
        if self._pumping:  # while something is written, more may come
            return
        self._pumping = True
        try:
            while data := self._connection.take(len(self._connection.unread)):
                self._take_in(data)
                for stream in list(self._outbox):
                    self._send_more(stream)
        finally:
            self._pumping = False

    def _take_in(self, data: bytes) -> None:
        """Frame by frame, so that what came before a frame in error is not lost with it."""
        self._partial += data
        while not self.refused and (frame := self._whole_frame()):
            self._feed(frame)

    def _whole_frame(self) -> bytes:
        """The next one; empty while it is incomplete. What can be none is not waited for."""
        if len(self._partial) < 9 and (self.met or self._partial[3:4] in (b"", SETTINGS)):
            return b""
        length = int.from_bytes(self._partial[:3], "big")
        fits = length <= self._h2.max_inbound_frame_size and (self.met or self._partial[3:4] == SETTINGS)
        if fits and len(self._partial) < 9 + length:
            return b""
        frame = bytes(self._partial[: 9 + length if fits else None])
        del self._partial[: len(frame)]
        return frame

    def _feed(self, data: bytes) -> None:
        from h2.exceptions import H2Error

        try:
            if not self.met and data[3:4] != SETTINGS:
                raise H2Error("no SETTINGS frame at the beginning (section 3.4)")
            self.met = True
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
                self._give_room(event.stream_id, stream, event.flow_controlled_length)
            case "StreamEnded":
                self.unread.append(StreamEvent("end", stream))
            case "StreamReset":
                self._reset.add(stream)
                self._outbox.pop(stream, None)
                self.unread.append(StreamEvent("reset", stream, int(event.error_code)))
            case "PushedStreamReceived":
                fields = tuple(tuple(field) for field in event.headers)
                parent = self._names.get(event.parent_stream_id, "")
                name = self._names[event.pushed_stream_id] = f"push:{len(self._names)}"
                self.requested.add(name)
                self.unread.append(StreamEvent("push", parent, fields))
            case "ConnectionTerminated":
                self.unread.append(StreamEvent("goaway", "", int(event.error_code)))

    @property
    def offers_tunnels(self) -> bool:
        """Whether the server said that it takes extended CONNECT (RFC 8441, section 3)."""
        return bool(self._h2.remote_settings.enable_connect_protocol)

    def stop_reading(self, stream: str | None) -> None:
        """Leave the window of this stream, or those of all and of the connection, as they are, until `read_again`."""
        self._withheld.add(stream)

    def read_again(self, stream: str | None) -> None:
        self._withheld.discard(stream)
        owed, self._owed = self._owed, Counter()
        for number, count in owed.items():
            if number:
                self._give_room(number, self._names.get(number, ""), count, connection=False)
            else:
                self._give_room(0, "", count)
        self._flush()

    def _give_room(self, number: int, stream: str, count: int, *, connection: bool = True) -> None:
        """Open the windows by as much as has come (RFC 9113, section 6.9), or remember it."""
        windows: list[tuple[int, str | None]] = [(0, None)] if connection else []
        windows += [(number, stream)] if number else []
        for window, name in windows:
            if None in self._withheld or name in self._withheld:
                self._owed[window] += count
            elif count:
                with self._if_allowed():
                    self._h2.increment_flow_control_window(count, window or None)

    def take_of(self, stream: str) -> list[StreamEvent]:
        """The unread events of one stream."""
        taken = [event for event in self.unread if event.stream == stream]
        self.unread = [event for event in self.unread if event.stream != stream]
        return taken

    def take(self, count: int) -> tuple[StreamEvent, ...]:
        taken = tuple(self.unread[:count])
        del self.unread[:count]
        return taken

    def close(self, *, reset: bool = False) -> None:
        self._connection.close(reset=reset)
