"""What the citizen is asked to serve in its own tests. The path says which application it is."""

import contextlib
import io
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

Environ = dict[str, Any]
Start = Callable[..., Callable[[bytes], None]]

PLAIN = [("Content-Type", "text/plain")]
CLOSED: list[str] = []
GO_ON = threading.Event()
BARRIER = threading.Barrier(2)


class Closing:
    """An iterable whose end is remembered."""

    def __init__(self, name: str, blocks: Iterable[Any]) -> None:
        self.name = name
        self.blocks = blocks

    def __iter__(self) -> Iterator[Any]:
        return iter(self.blocks)

    def close(self) -> None:
        CLOSED.append(self.name)


def application(environ: Environ, start_response: Start) -> Iterable[Any]:
    name = environ["PATH_INFO"].split("/")[1].replace("-", "_")
    return globals()[f"on_{name}"](environ, start_response)  # type: ignore[no-any-return]  # it is one of those below


def on_environ(environ: Environ, start_response: Start) -> Iterable[bytes]:
    shown = {key: value for key, value in environ.items() if isinstance(value, (str, bool, tuple))}
    environ.clear()
    start_response("200 OK", PLAIN)
    return [ascii(shown).encode()]


def on_echo(environ: Environ, start_response: Start) -> Iterable[bytes]:
    body = environ["wsgi.input"]
    read = [next(iter(body), b""), body.readline(2), body.read(1), body.readlines(), body.read(), body.readline()]
    start_response("200 OK", PLAIN)
    return [repr(read).encode()]


def on_ignore(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("413 No", [("Content-Length", "0")])
    return []


def on_wait(environ: Environ, start_response: Start) -> Iterator[bytes]:
    start_response("200 OK", PLAIN)
    yield b""
    yield b"first"
    GO_ON.wait(3)
    yield b"second"


def on_go_on(environ: Environ, start_response: Start) -> Iterable[bytes]:
    GO_ON.set()
    start_response("200 OK", PLAIN)
    return [b"gone"]


def on_both(environ: Environ, start_response: Start) -> Iterable[bytes]:
    """Answers when it is called twice at once."""
    BARRIER.wait(3)
    start_response("200 OK", PLAIN)
    return [b"both"]


def on_late_error(environ: Environ, start_response: Start) -> Iterator[bytes]:
    start_response("200 OK", [("X-Old", "1"), ("Content-Length", "9")])
    yield b""
    try:
        raise ValueError("late")
    except ValueError:
        start_response("500 Oops", [("X-New", "1")], sys.exc_info())
    yield b"err"


def on_too_late(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", PLAIN)(b"part")
    try:
        raise ValueError("too late")
    except ValueError:
        start_response("500 Oops", PLAIN, sys.exc_info())
    return [b"never"]


def on_twice(environ: Environ, start_response: Start) -> Iterable[bytes]:
    for value in ("a\nb", "c"):
        with contextlib.suppress(Exception):
            start_response("200 OK", [("X", value)])
    return Closing("twice", [b"never"])


def on_bad_header(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [("Connection", "close")])
    return [b"never"]


def on_interim(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("103 Early Hints", [])
    return [b"never"]


def on_overrun(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "3")])
    return Closing("overrun", (b"abc" for _ in iter(int, 1)))


def on_underrun(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Length", "10")])
    return Closing("underrun", [b"abc"])


def on_breaks(environ: Environ, start_response: Start) -> Iterable[bytes]:
    def blocks() -> Iterator[bytes]:
        start_response("200 OK", PLAIN)
        yield b"abc"
        raise ValueError("in the middle")

    return Closing("breaks", blocks())


def on_no_content(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("204 No Content", [("Content-Length", "4")])
    return Closing("no-content", [b"data"])


def on_endless(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", PLAIN)
    return Closing("endless", (b"x" * 65536 for _ in iter(int, 1)))


def on_closed(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", PLAIN)
    return [repr(CLOSED).encode()]


def on_file(environ: Environ, start_response: Start) -> Iterable[bytes]:
    filelike: Any = open(__file__, "rb") if environ["QUERY_STRING"] == "real" else io.BytesIO(b"0123456789" * 1000)  # noqa: SIM115 - the server closes it
    filelike.read(5)
    start_response("200 OK", PLAIN)
    return environ["wsgi.file_wrapper"](filelike, 512)  # type: ignore[no-any-return]  # it is what the PEP says


def on_errors(environ: Environ, start_response: Start) -> Iterable[bytes]:
    environ["wsgi.errors"].writelines(["caf\xe9 \u65e5 \udc80\n"])
    environ["wsgi.errors"].flush()
    start_response("200 OK", PLAIN)
    return [b"logged"]


@validator
def on_valid(environ: Any, start_response: Any) -> Iterable[bytes]:
    environ["wsgi.input"].read(10)
    start_response("200 OK", PLAIN)
    return [b"valid"]
