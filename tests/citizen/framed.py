"""Responses and handshakes as frames of a stream have them: sections of fields, pieces of data, an end (RFC 9113)."""

from typing import Any, Final, NamedTuple

from citizen.handshake import OURS, Handshake
from citizen.messages import Headers, InvalidMessage
from citizen.request import Refused, Request
from citizen.response import Response

CONNECTION_SPECIFIC: Final = frozenset({b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade"})
"""What HTTP/2 has no use for and forbids (RFC 9113, section 8.2.2), besides Transfer-Encoding."""


class Fields(NamedTuple):
    """A header or trailer section."""

    headers: Headers


class Ending:
    """The end of our side of a stream."""


END: Final = Ending()
Piece = Fields | bytes | Ending


class StreamResponse(Response):
    """A response in frames: the stream says where it ends, and names are in lower case (RFC 9113, section 8)."""

    nothing = ()

    def __init__(self, request: Request | None) -> None:
        super().__init__(request, close=True)

    def head(self, length: int | None) -> Any:
        fields = [*self.application_headers(), *self.framing(length), *self.server_headers()]
        return (self.section(self.status, fields),)

    def section(self, status: int, headers: Headers) -> Fields:
        return Fields([(b":status", b"%d" % status), *((name.lower(), value) for name, value in headers)])

    def is_ours(self, name: bytes) -> bool:
        return name in CONNECTION_SPECIFIC or super().is_ours(name)

    def framing_of_unknown_length(self) -> Headers:
        return []

    def server_headers(self) -> Headers:
        return [(name, value) for name, value in super().server_headers() if not self.is_ours(name)]

    def chunk(self, data: bytes) -> Any:
        return (data,)

    def part(self, data: bytes) -> Any:
        if self.bodiless or not data:
            return ()
        self.written += len(data)
        return (data,)

    def end(self) -> Any:
        trailers = [(name.lower(), value) for name, value in self.trailers if self.sends_trailers()]
        return (Fields(trailers), END) if trailers else (END,)

    def interim(self, status: int, headers: Headers) -> Any:
        return (self.section(status, headers),)


class StreamDenial(StreamResponse):
    def start(self, status: int, headers: Headers, *, trailers: bool = False) -> None:
        """A 2xx would accept the WebSocket (RFC 8441, section 5)."""
        if 200 <= status <= 299:
            raise InvalidMessage(f"{status} denies no WebSocket over HTTP/2")
        super().start(status, headers, trailers=trailers)


class StreamHandshake(Handshake):
    """Extended CONNECT (RFC 8441, section 5): without the key, and answered with 200."""

    accepted = False

    def wanted(self) -> bool:
        return self.request.protocol == b"websocket"

    def check(self) -> None:
        if self.request.values(b"sec-websocket-version") != [b"13"]:
            raise Refused(400, "version", [(b"sec-websocket-version", b"13")])
        self.check_offers()

    def reply(self, subprotocol: str | None, headers: Headers) -> Any:
        self.accepted = True
        fields = [*self.subprotocol_fields(subprotocol), *self.application_fields(headers)]
        return (Fields([(b":status", b"200"), *((name.lower(), value) for name, value in fields)]),)

    def application_fields(self, headers: Headers) -> Headers:
        ours = OURS | CONNECTION_SPECIFIC
        return [(name, value) for name, value in headers if name.lower() not in ours]
