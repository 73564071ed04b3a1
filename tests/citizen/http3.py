"""HTTP/3 (RFC 9114), by the aioquic library: to the streams on it, what `Http2` is over TCP."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import serve as serve_quic
from aioquic.h3.connection import H3Connection
from aioquic.quic.configuration import QuicConfiguration

from citizen.http2 import Http2
from citizen.messages import Headers

if TYPE_CHECKING:
    from citizen.parts import Parts
    from citizen.server import Server
    from citizen.stream import Stream

INTERNAL_ERROR: Final = 0x102
ROOM: Final = 1 << 30
"""Flow control is the library's business: it keeps what cannot be sent yet."""


class Frames:
    """What a stream of ours says, in the words of the HTTP/2 library."""

    max_outbound_frame_size = ROOM

    def __init__(self, http3: Http3) -> None:
        self.http3 = http3

    def send_headers(self, number: int, headers: Headers, *, end_stream: bool) -> None:
        self.http3.h3.send_headers(number, headers, end_stream)

    def send_data(self, number: int, data: bytes, *, end_stream: bool) -> None:
        self.http3.h3.send_data(number, data, end_stream)

    def end_stream(self, number: int) -> None:
        self.http3.h3.send_data(number, b"", True)

    def reset_stream(self, number: int, error_code: int) -> None:
        if error_code:  # that nothing more is wanted of the request is not worth a frame
            self.http3.quic.reset_stream(number, INTERNAL_ERROR)

    def local_flow_control_window(self, number: int) -> int:
        return ROOM

    def acknowledge_received_data(self, count: int, number: int) -> None:
        """The library has done so."""


class Http3(QuicConnectionProtocol, Http2):
    """One connection, which has no other beneath it: it is its own."""

    version = "3"
    gone = False
    writing_paused = False
    tls = True

    def __init__(self, *args: Any, server: Server, **kwargs: Any) -> None:
        QuicConnectionProtocol.__init__(self, *args, **kwargs)
        self.quic: Any = self._quic
        self.h3: Any = None
        self.h2 = Frames(self)
        self.connection: Any = self
        self.server: Server = server
        self.parts: Parts = server.parts
        self.streams: dict[int, Stream] = {}

    @property
    def transport(self) -> Any:
        return self

    def get_extra_info(self, name: str) -> Any:
        """The addresses, as a transport tells them."""
        beneath: Any = self._transport
        return self.quic._network_paths[0].addr if name == "peername" else beneath.get_extra_info(name)

    @property
    def closed(self) -> bool:
        return bool(self.gone)

    def notify(self) -> None:
        """Nobody waits for a connection."""

    def flush(self) -> None:
        self.transmit()

    def quic_event_received(self, event: Any) -> None:
        match type(event).__name__:
            case "ProtocolNegotiated":
                self.h3 = H3Connection(self.quic)
            case "StreamReset" if event.stream_id in self.streams:
                self.streams[event.stream_id].lose()
            case "ConnectionTerminated":
                self.gone = True
                for stream in list(self.streams.values()):
                    stream.lose()
        for found in self.h3.handle_event(event) if self.h3 is not None else ():
            self.on_h3_event(found)

    def on_h3_event(self, event: Any) -> None:
        stream = self.streams.get(event.stream_id)
        if type(event).__name__ == "HeadersReceived" and stream is None:
            self.open(event.stream_id, self.request_of(list(event.headers)), ended=event.stream_ended)
        elif stream is not None:
            stream.on_data(getattr(event, "data", b""))
            if event.stream_ended:
                stream.on_end()


async def listen(server: Server, port: int) -> Any:
    """Serve HTTP/3 on this UDP port; what is returned has `close`."""
    configuration = QuicConfiguration(is_client=False, alpn_protocols=["h3"])
    configuration.load_cert_chain(server.options.certfile or "", server.options.keyfile)
    protocol = partial(server.parts.http3, server=server)
    return await serve_quic(server.options.host, port, configuration=configuration, create_protocol=protocol)
