"""What a server is made of. Every class that another one makes is looked up here, so that a mutant can replace it."""

from functools import cached_property
from typing import Any, TypeVar

from citizen.body import ChunkedBody, SizedBody
from citizen.connection import Connection
from citizen.framed import StreamDenial, StreamHandshake, StreamResponse
from citizen.frames import Frames
from citizen.handshake import Handshake
from citizen.http import Http
from citizen.http2 import Http2
from citizen.lifespan import Lifespan
from citizen.request import RequestParser
from citizen.response import Response
from citizen.server import Server
from citizen.stream import Stream, StreamBody
from citizen.websocket import WebSocket

Part = TypeVar("Part")


def fresh(part: type[Part]) -> type[Part]:
    """A subclass of its own: what is patched on it changes no other."""
    return type(part.__name__, (part,), {})


class Parts:
    def __init__(self) -> None:
        self.server = fresh(Server)
        self.connection = fresh(Connection)
        self.parser = fresh(RequestParser)
        self.sized_body = fresh(SizedBody)
        self.chunked_body = fresh(ChunkedBody)
        self.response = fresh(Response)
        self.denial = fresh(Response)
        """The response to a WebSocket that the application denies."""
        self.refusal = fresh(Response)
        """The server's own error responses."""
        self.http = fresh(Http)
        self.handshake = fresh(Handshake)
        self.websocket = fresh(WebSocket)
        self.frames = fresh(Frames)
        self.lifespan = fresh(Lifespan)
        self.http2 = fresh(Http2)
        self.stream = fresh(Stream)
        """What a connection is to a call over HTTP/1.1; the next four likewise."""
        self.stream_body = fresh(StreamBody)
        self.stream_response = fresh(StreamResponse)
        self.stream_denial = fresh(StreamDenial)
        self.stream_handshake = fresh(StreamHandshake)

    @cached_property
    def http3(self) -> Any:
        """Only where it is wanted, for its library takes a while to import."""
        from citizen.http3 import Http3

        return fresh(Http3)

    @property
    def calls(self) -> tuple[type[Http], type[WebSocket]]:
        """The two that share `citizen.call.Call`: what is common to them is broken in both."""
        return self.http, self.websocket

    @property
    def scopes(self) -> tuple[type[Http], type[WebSocket], type[Lifespan]]:
        """All that call the application."""
        return self.http, self.websocket, self.lifespan
