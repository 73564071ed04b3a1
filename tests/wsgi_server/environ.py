"""The environ of a call (PEP 3333, "environ Variables"; RFC 3875, section 4.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wsgi_server.refusal import Refused

if TYPE_CHECKING:
    from wsgi_server.connection import Connection
    from wsgi_server.input import Input
    from wsgi_server.request import Request

ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")


class Environ:
    """One method a variable, or a family of them. A value of None leaves the variable out."""

    elsewhere = frozenset({b"content-type", b"content-length", b"transfer-encoding"})
    """Fields without an `HTTP_` variable: they have one of their own, or are settled by the server."""

    def __init__(self, connection: Connection, request: Request, stream: Input) -> None:
        self.connection = connection
        self.server = connection.server
        self.parts = connection.parts
        self.request = request
        self.stream = stream

    def build(self) -> dict[str, Any]:
        """A new one. Raises Refused for what lies outside of the application."""
        environ: dict[str, Any] = {}
        for family in (self.deployer, self.http, self.request_variables, self.addresses, self.tls, self.wsgi):
            environ.update({name: value for name, value in family().items() if value is not None})
        return environ

    def deployer(self) -> dict[str, Any]:
        return {pair[0]: pair[1] if len(pair) > 1 else "" for pair in self.server.options.environ}

    def text(self, value: bytes) -> str:
        """Bytes as the PEP wants them in strings."""
        return value.decode("latin-1")

    # The request

    def request_variables(self) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": self.request_method(),
            "SCRIPT_NAME": self.script_name(),
            "PATH_INFO": self.path_info(),
            "QUERY_STRING": self.query_string(),
            "CONTENT_TYPE": self.content_type(),
            "CONTENT_LENGTH": self.content_length(),
            "SERVER_PROTOCOL": self.server_protocol(),
            "SERVER_SOFTWARE": "wsgi_server",
            "GATEWAY_INTERFACE": "CGI/1.1",
        }

    def request_method(self) -> Any:
        return self.request.method

    def root(self) -> bytes:
        """Where the application is mounted: nothing, or segments each of which begins with a slash."""
        root = self.server.options.root_path.strip("/").encode()
        return b"/" + root if root else b""

    def path(self) -> bytes:
        """Decoded once, and nothing else."""
        return self.decode(self.request.path)

    def decode(self, path: bytes) -> bytes:
        return ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), path)

    def is_inside(self, path: bytes, root: bytes) -> bool:
        return path == root or path.startswith(root + b"/")

    def script_name(self) -> Any:
        if not self.is_inside(self.path(), self.root()):
            raise Refused("404 Not Found", "the application is not mounted there")
        return self.text(self.root())

    def path_info(self) -> Any:
        return self.text(self.path()[len(self.root()) :])

    def query_string(self) -> Any:
        return self.text(self.request.query)

    def content_type(self) -> Any:
        return self.singleton(b"content-type")

    def content_length(self) -> Any:
        """None for a chunked body: its end is known when it has come (`wsgi.input_terminated`)."""
        return self.singleton(b"content-length")

    def singleton(self, name: bytes) -> str | None:
        values = self.request.values(name)
        return self.joined(name, values) if values else None

    def server_protocol(self) -> Any:
        return self.request.version

    # The header fields

    def http(self) -> dict[str, Any]:
        names = dict.fromkeys(name for name, _ in self.request.fields if self.has_variable(name))
        return {self.variable(name): self.joined(name, self.request.values(name)) for name in names}

    def has_variable(self, name: bytes) -> bool:
        """Whatever has an underscore could pass for another field that has a hyphen."""
        return name not in self.elsewhere and b"_" not in name

    def variable(self, name: bytes) -> Any:
        return "HTTP_" + self.text(name).upper().replace("-", "_")

    def joined(self, name: bytes, values: list[bytes]) -> Any:
        return self.text((b"; " if name == b"cookie" else b", ").join(values))

    # The two ends of the connection

    def addresses(self) -> dict[str, Any]:
        return {
            "SERVER_NAME": self.server_name(),
            "SERVER_PORT": self.server_port(),
            "REMOTE_ADDR": self.remote_addr(),
            "REMOTE_PORT": self.remote_port(),
        }

    def server_name(self) -> Any:
        """A unix socket has no name that a URL could have."""
        address = self.connection.address
        if not isinstance(address, tuple):
            return "localhost"
        return f"[{address[0]}]" if ":" in address[0] else address[0]

    def server_port(self) -> Any:
        address = self.connection.address
        return str(address[1]) if isinstance(address, tuple) else "80"

    def remote_addr(self) -> Any:
        return self.connection.peer[0] if self.connection.peer else None

    def remote_port(self) -> Any:
        return str(self.connection.peer[1]) if self.connection.peer else None

    def tls(self) -> dict[str, Any]:
        """Names as Apache has them; nothing on a connection without TLS."""
        tls = self.connection.tls
        if tls is None:
            return {}
        cipher = tls.cipher()
        return {"HTTPS": "on", "SSL_PROTOCOL": tls.version(), "SSL_CIPHER": cipher[0] if cipher else None}

    # What is WSGI's own

    def wsgi(self) -> dict[str, Any]:
        return {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.url_scheme(),
            "wsgi.input": self.stream,
            "wsgi.input_terminated": True,
            "wsgi.errors": self.parts.errors(),
            "wsgi.multithread": self.server.multithread,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": self.parts.file_wrapper,
        }

    def url_scheme(self) -> Any:
        return "https" if self.connection.tls else "http"
