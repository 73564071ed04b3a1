"""What a server is made of. Every class that another one makes is looked up here, so that a mutant can replace it."""

from typing import TypeVar

from citizen.body import ChunkedBody, SizedBody
from citizen.connection import Connection
from citizen.frames import Frames
from citizen.handshake import Handshake
from citizen.http import Http
from citizen.lifespan import Lifespan
from citizen.request import RequestParser
from citizen.response import Response
from citizen.server import Server
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

    @property
    def calls(self) -> tuple[type[Http], type[WebSocket]]:
        """The two that share `citizen.call.Call`: what is common to them is broken in both."""
        return self.http, self.websocket

    @property
    def scopes(self) -> tuple[type[Http], type[WebSocket], type[Lifespan]]:
        """All that call the application."""
        return self.http, self.websocket, self.lifespan
