"""HTTP/2 by the h2 library (RFC 9113): a thread for the connection, which alone reads and writes, and one a stream."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any, Final

from wsgi_server.refusal import ClientGone

if TYPE_CHECKING:
    from wsgi_server.connection import Connection
    from wsgi_server.request import Fields
    from wsgi_server.stream import Stream

REFUSED_STREAM: Final = 0x7
NOT_YET: Final = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Http2:
    """All that is here, and in the streams, is touched under `changed`; what is malformed ends the connection."""

    outbox_limit = 64 * 1024
    """Bytes that may wait for the client before streams wait too."""

    def __init__(self, connection: Connection) -> None:
        import h2.config  # here, because a start without HTTP/2 is to be quick
        import h2.connection

        self.connection = connection
        self.server = connection.server
        self.sock = connection.sock
        self.changed = threading.Condition(threading.RLock())
        self.streams: dict[int, Stream] = {}
        self.outbox = bytearray()
        self.over = False
        """Whether nothing more is read, and no stream goes on."""
        config = h2.config.H2Configuration(client_side=False, header_encoding=None, normalize_inbound_headers=False)
        self.h2: Any = h2.connection.H2Connection(config)
        self.alarm, self.wakeup = socket.socketpair()

    # The thread of the connection

    def serve(self) -> None:
        """Until the client has gone, has done nothing for too long, or is told that the server stops."""
        for sock in (self.sock, self.alarm, self.wakeup):
            sock.setblocking(False)
        with self.alarm, self.wakeup:
            try:
                self.h2.initiate_connection()
                self.take_in(bytes(self.connection.buffer))
                while self.goes_on():
                    self.wait()
            finally:
                self.end()

    def goes_on(self) -> bool:
        with self.changed:
            self.over = self.over or (self.server.stopping and not self.streams)
            return not self.over or bool(self.outbox)

    def wait(self) -> None:
        """For the client, for room to write, or for the streams; not for ever. Raises OSError."""
        patience = self.connection.patience if self.outbox else None if self.streams else self.server.options.keep_alive
        readers = [self.alarm] if self.over else [self.alarm, self.sock]
        writers = [self.sock] if self.outbox else []
        readable, writable, _ = select.select(readers, writers, [], patience)
        if self.alarm in readable:
            self.alarm.recv(4096)
        if self.sock in readable:
            self.read()
        if writable:
            self.write()
        if not readable and not writable:
            self.give_up()

    def read(self) -> None:
        with contextlib.suppress(*NOT_YET):
            data = self.sock.recv(self.connection.receive_size)
            while data and self.connection.tls and self.connection.tls.pending():
                data += self.sock.recv(self.connection.receive_size)
            if not data:
                raise ClientGone("the client has closed the connection")
            self.take_in(data)

    def write(self) -> None:
        with self.changed, contextlib.suppress(*NOT_YET):
            del self.outbox[: self.sock.send(self.outbox)]
            self.changed.notify_all()

    def give_up(self) -> None:
        """Nothing has happened for too long."""
        if self.outbox:
            raise ClientGone("the client takes nothing")
        with self.changed:
            if not self.streams:
                self.over = True
                self.h2.close_connection()
                self.flush()

    def end(self) -> None:
        with self.changed:
            self.over = True
            self.changed.notify_all()
            self.changed.wait_for(lambda: not self.streams)

    # What the client sends

    def take_in(self, data: bytes) -> None:
        from h2.exceptions import ProtocolError

        with self.changed:
            try:
                for event in self.h2.receive_data(data):
                    self.on_event(event)
            except ProtocolError:  # the library has said why
                self.over = True
            self.flush()
            self.changed.notify_all()

    def on_event(self, event: Any) -> None:
        stream = self.streams.get(getattr(event, "stream_id", None) or 0)
        match type(event).__name__:
            case "RequestReceived" if self.server.stopping:
                self.h2.reset_stream(event.stream_id, REFUSED_STREAM)
            case "RequestReceived":
                self.open(event.stream_id, event.headers, ended=event.stream_ended is not None)
            case "DataReceived":
                if stream is not None:
                    stream.buffer += event.data
                used = event.flow_controlled_length - (len(event.data) if stream is not None else 0)
                self.h2.acknowledge_received_data(used, event.stream_id)
            case "StreamEnded" if stream is not None:
                stream.ended = True
            case "StreamReset" if stream is not None:
                stream.reset = True
            case "ConnectionTerminated":
                self.over = True

    def open(self, number: int, fields: Fields, *, ended: bool) -> None:
        stream = self.streams[number] = self.connection.parts.stream(self, number, list(fields), ended=ended)
        threading.Thread(target=stream.run, daemon=True).start()

    # What is sent to it

    def flush(self) -> None:
        """Leave it to the thread of the connection, which may be waiting."""
        self.outbox += self.h2.data_to_send()
        self.wake()

    def wake(self) -> None:
        with contextlib.suppress(OSError):  # there is a call already, or nobody to be called
            self.wakeup.send(b"!")

    def stop(self) -> None:
        """Streams that are under way may finish (section 6.8)."""
        from hyperframe.frame import GoAwayFrame

        with self.changed:
            self.outbox += GoAwayFrame(0, last_stream_id=max(self.streams, default=0)).serialize()
        self.wake()
