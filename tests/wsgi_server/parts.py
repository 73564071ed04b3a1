"""What a server is made of. Every class that another one makes is looked up here, so that a mutant can replace it."""

from typing import TypeVar

from wsgi_server.body import ChunkedBody, SizedBody
from wsgi_server.call import Call
from wsgi_server.connection import Connection
from wsgi_server.environ import Environ
from wsgi_server.errors import Errors
from wsgi_server.file_wrapper import FileWrapper
from wsgi_server.http2 import Http2
from wsgi_server.input import Input
from wsgi_server.request import RequestReader
from wsgi_server.response import Response
from wsgi_server.rules import Rules
from wsgi_server.server import Server
from wsgi_server.stream import Stream, StreamBody, StreamResponse

Part = TypeVar("Part")


def fresh(part: type[Part]) -> type[Part]:
    """A subclass of its own: what is patched on it changes no other."""
    return type(part.__name__, (part,), {})


class Parts:
    def __init__(self) -> None:
        self.server = fresh(Server)
        """Listens, starts a thread for each connection, stops."""
        self.connection = fresh(Connection)
        """Bytes in and out, and one request after another."""
        self.reader = fresh(RequestReader)
        """Request line, fields, framing; what it cannot accept it refuses."""
        self.sized_body = fresh(SizedBody)
        self.chunked_body = fresh(ChunkedBody)
        self.environ = fresh(Environ)
        """One method a variable, or a family of them."""
        self.input = fresh(Input)
        """`wsgi.input`."""
        self.errors = fresh(Errors)
        """`wsgi.errors`."""
        self.file_wrapper = fresh(FileWrapper)
        """`wsgi.file_wrapper`."""
        self.call = fresh(Call)
        """start_response, write, the iteration, close, and what becomes of errors."""
        self.rules = fresh(Rules)
        """What start_response accepts."""
        self.response = fresh(Response)
        """Head, framing and end on the wire."""
        self.http2 = fresh(Http2)
        """An HTTP/2 connection, after its first bytes."""
        self.stream = fresh(Stream)
        """A request of it, and what is sent for it."""
        self.stream_body = fresh(StreamBody)
        self.stream_response = fresh(StreamResponse)

    @property
    def bodies(self) -> tuple[type[SizedBody], type[ChunkedBody]]:
        return self.sized_body, self.chunked_body
