"""A correct server in memory, a good application, and what a scenario is."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Application = Callable[..., Any]
Wrap = Callable[[Application], Application]
MISSING = object()
TEXT = ("Content-Type", "text/plain")
TWO = ("Content-Length", "2")
ENVIRON: dict[str, Any] = {
    "REQUEST_METHOD": "GET",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/p",
    "QUERY_STRING": "a=1",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "8000",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "HTTP_HOST": "localhost:8000",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}


class Refused(Exception):
    """What the correct server raises into an application."""


class Server:
    """One call. `run` plays it; a broken server overrides a step."""

    def __init__(self, body: bytes = b"", **changes: Any) -> None:
        self.environ = {**ENVIRON, "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO()}
        if body:
            self.environ |= {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body))}
        self.change({name.replace("__", "."): value for name, value in changes.items()})
        self.head: Any = None
        self.sent: list[bytes] = []

    def change(self, changes: dict[Any, Any]) -> "Server":
        self.environ = {name: value for name, value in {**self.environ, **changes}.items() if value is not MISSING}
        return self

    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        if exc_info and self.sent:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.head is not None and not exc_info:
            raise Refused("a second call")
        if any(str(item[0]).lower() in HOP_BY_HOP for item in headers if isinstance(item, tuple)):
            raise Refused("hop-by-hop")
        self.head = status, headers
        return self.write

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def call(self, application: Application) -> Any:
        return application(self.environ, self.start_response)

    def iterate(self, result: Iterable[bytes]) -> None:
        for block in result:
            if block:
                self.write(block)

    def close(self, result: Any) -> None:
        if hasattr(result, "close"):
            result.close()

    def run(self, application: Application) -> "Server":
        result = self.call(application)
        try:
            self.iterate(result)
        finally:
            self.close(result)
        return self


def good(environ: Any, start_response: Any) -> list[bytes]:
    """Reads the body and answers with it."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [TEXT, ("Content-Length", str(len(body) + 2))])
    return [b"ok", body] if body else [b"ok"]


class Blocks:
    """A result with `close`, whose blocks are given one by one."""

    def __init__(self, *blocks: Any) -> None:
        self.blocks = iter(blocks)
        self.closed = 0

    def __iter__(self) -> Any:
        return self.blocks

    def close(self) -> None:
        self.closed += 1


def streaming(environ: Any, start_response: Any) -> Blocks:
    start_response("200 OK", [TEXT])
    return Blocks(b"a", b"b")


@dataclass(frozen=True)
class Scenario:
    """Somebody does something, and somebody hears of it."""

    requirement: str
    """What is broken; of a lawful one, what allows it."""
    title: str
    play: Callable[[Wrap], object]
    seen: tuple[str, ...] = ()
    """Every id that the lint tells; empty: that of the requirement alone."""
    invisible: str = ""
    """Why nobody between server and application can see it."""

    @property
    def ids(self) -> tuple[str, ...]:
        return () if self.invisible else self.seen or (self.requirement,)
