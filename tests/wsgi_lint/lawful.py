"""What is lawful, though it looks odd; the first ones are those that `wsgiref.validate` was tried on."""

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

from wsgi_lint.playing import MISSING, TEXT, Blocks, Scenario, Server, Wrap, good, streaming


def starts(status: str = "200 OK", *headers: Any, result: Any = (), **environ: Any) -> Callable[[Wrap], object]:
    def application(_: Any, start_response: Any) -> Any:
        start_response(status, list(headers))
        return result() if callable(result) else result

    return lambda wrap: Server(**environ).run(wrap(application))


def served(**environ: Any) -> Callable[[Wrap], object]:
    return lambda wrap: Server(**environ).run(wrap(good))


def runs(application: Callable[..., Any], body: bytes = b"", **environ: Any) -> Callable[[Wrap], object]:
    return lambda wrap: Server(body, **environ).run(wrap(application))


def reads_all(environ: Any, start_response: Any) -> list[bytes]:
    body = environ["wsgi.input"].read()
    start_response("200 OK", [TEXT])
    return [body]


class Measures(Server):
    """Takes the only block's length for Content-Length, and no other way will do."""

    def iterate(self, result: Any) -> None:
        assert len(result) == 1
        super().iterate(result)


class FileWrapper:
    def __init__(self, file: Any, size: int = 8192) -> None:
        self.file, self.size = file, size

    def __iter__(self) -> Any:
        return iter(lambda: self.file.read(self.size), b"")

    def close(self) -> None:
        self.file.close()


class SendsFiles(Server):
    def __init__(self) -> None:
        super().__init__(wsgi__file_wrapper=FileWrapper)

    def iterate(self, result: Any) -> None:
        assert type(result) is FileWrapper
        super().iterate(result)


def sends_file(environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [TEXT])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"abc"), 2)


class NoWrite(Server):
    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        super().start_response(status, headers, exc_info)


def looks_at_write(environ: Any, start_response: Any) -> list[bytes]:
    assert start_response("200 OK", [TEXT]) is None
    return []


def writes(environ: Any, start_response: Any) -> list[bytes]:
    write = start_response("200 OK", [TEXT])
    write(b"a")
    write(b"")
    return []


def lazily(environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [TEXT])
    yield b""
    yield b"a"


class InstanceAsResult:
    """An application that is a class."""

    def __init__(self, environ: Any, start_response: Any) -> None:
        self.start_response = start_response

    def __iter__(self) -> Any:
        self.start_response("200 OK", [TEXT])
        yield b"a"


class ByIndex:
    def __getitem__(self, index: int) -> bytes:
        return (b"a", b"b")[index]


class Sized(Blocks):
    def __len__(self) -> int:
        return 2


def replaces_error(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT], None)
    try:
        raise ValueError("x")
    except ValueError:
        start_response("500 Oops", [TEXT], sys.exc_info())
    return [b"oops"]


def fails_late(environ: Any, start_response: Any) -> Any:
    """The server raises the error again, and that goes on."""
    start_response("200 OK", [TEXT])
    yield b"a"
    try:
        raise ValueError("x")
    except ValueError:
        start_response("500 Oops", [TEXT], sys.exc_info())


def raised(play: Callable[[Wrap], object]) -> Callable[[Wrap], object]:
    def plays(wrap: Wrap) -> None:
        with contextlib.suppress(ValueError):
            play(wrap)

    return plays


def logs(environ: Any, start_response: Any) -> list[bytes]:
    errors = environ["wsgi.errors"]
    errors.write("a\n")
    errors.writelines(["b\n", "\u65e5\n"])
    errors.flush()
    print("c", file=errors)
    return good(environ, start_response)


def reads_lines(environ: Any, start_response: Any) -> list[bytes]:
    stream = environ["wsgi.input"]
    lines = [stream.readline(), stream.readline(2), *stream.readlines(1), *stream, *stream.readlines(), stream.read(0)]
    start_response("200 OK", [TEXT])
    return lines


def probes(environ: Any, start_response: Any) -> list[bytes]:
    assert not hasattr(environ["wsgi.input"], "peek")
    return good(environ, start_response)


def adds(application: Any) -> Any:
    """A middleware that keeps the rules."""

    def middleware(environ: Any, start_response: Any) -> Any:
        def start(status: Any, headers: Any, *exc_info: Any) -> Any:
            return start_response(status, [*headers, ("X-A", "1")], *exc_info)

        return application(environ, start)

    return middleware


def between(wrap: Wrap) -> object:
    return Server().run(wrap(adds(wrap(streaming))))


TWO_LINES = [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
TO_COMPARE: list[Scenario] = [
    Scenario("wsgi.input.read-no-arg", "app calls wsgi.input.read() with no argument", runs(reads_all, b"hello")),
    Scenario(
        "wsgi.http.content-type-optional",
        "200 without Content-Type and with an empty body",
        starts("200 OK", ("Content-Length", "0")),
    ),
    Scenario(
        "wsgi.http.content-type-optional",
        "301 without Content-Type",
        starts("301 Moved Permanently", ("Location", "/x"), ("Content-Length", "0")),
    ),
    Scenario("wsgi.http.content-type-optional", "304 carrying Content-Type", starts("304 Not Modified", TEXT)),
    Scenario(
        "wsgi.start-response.header-name-token",
        "legal header name '1st' (token starting with a digit)",
        starts("200 OK", TEXT, ("1st", "a")),
    ),
    Scenario("wsgi.start-response.header-name-token", "legal header name 'X.Y'", starts("200 OK", TEXT, ("X.Y", "a"))),
    Scenario(
        "wsgi.start-response.header-value-no-control",
        "horizontal tab inside a header value (legal HTTP, a control character to PEP 3333)",
        starts("200 OK", TEXT, ("X", "a\tb")),
    ),
    Scenario("wsgi.environ.request-method.verbatim", "extension method PROPFIND", served(REQUEST_METHOD="PROPFIND")),
    Scenario("wsgi.environ.query-string.absent", "QUERY_STRING omitted", served(QUERY_STRING=MISSING)),
    Scenario(
        "wsgi.environ.path-info.asterisk",
        "OPTIONS * with PATH_INFO '*'",
        served(REQUEST_METHOD="OPTIONS", PATH_INFO="*"),
    ),
    Scenario("wsgi.environ.script-name.value", "SCRIPT_NAME omitted, PATH_INFO given", served(SCRIPT_NAME=MISSING)),
    Scenario("wsgi.iterable.any-kind", "a generator that calls start_response late", runs(lazily)),
    Scenario("wsgi.write.triggers-headers", "write(), then an empty list", runs(writes)),
]
KEPT: list[Scenario] = [
    Scenario(
        "wsgi.content-length.single-item",
        "len() of the result is there",
        lambda wrap: Measures().run(wrap(good)),
    ),
    Scenario(
        "wsgi.file-wrapper.wrapped",
        "the server knows its file wrapper by its type",
        lambda wrap: SendsFiles().run(wrap(sends_file)),
    ),
    Scenario(
        "wsgi.start-response.returns-write",
        "the application sees that start_response returns None",
        lambda wrap: NoWrite().run(wrap(looks_at_write)),
    ),
]
"""What a wrapper in between must not hide: each raises if it does."""
MORE: list[Scenario] = [
    Scenario("", "an empty CONTENT_LENGTH and CONTENT_TYPE", served(CONTENT_LENGTH="", CONTENT_TYPE="")),
    Scenario("", "a GET", served()),
    Scenario("", "a POST", runs(good, b"hello")),
    Scenario("", "a HEAD", starts("200 OK", TEXT, ("Content-Length", "5"), REQUEST_METHOD="HEAD")),
    Scenario("", "a 304 with a length", starts("304 Not Modified", ("Content-Length", "5"), result=lambda: Blocks())),
    Scenario("", "blocks with close()", runs(streaming)),
    Scenario("", "an application that is a class", runs(InstanceAsResult)),
    Scenario("", "a result by index", starts("200 OK", TEXT, result=ByIndex)),
    Scenario("", "a tuple", starts("200 OK", TEXT, result=(b"a", b""))),
    Scenario("", "a result with a length", starts("200 OK", TEXT, result=lambda: Sized(b"a", b"b"))),
    Scenario("", "an empty generator", starts("200 OK", TEXT, result=lambda: (block for block in list[bytes]()))),
    Scenario("", "several lines of one name", starts("200 OK", TEXT, *TWO_LINES, result=[b""])),
    Scenario("", "Latin-1 in a value", starts("200 \xc9", TEXT, ("X", "caf\xe9\xa0"))),
    Scenario("", "an error before anything went out", runs(replaces_error)),
    Scenario("", "an error after something went out", raised(runs(fails_late))),
    Scenario("", "the log", runs(logs)),
    Scenario("", "lines of the body", runs(reads_lines, b"a\nbcd\ne\nf")),
    Scenario("", "a method that the input lacks is asked for", runs(probes)),
    Scenario("", "a middleware between two lints", between),
    Scenario("", "Latin-1 in the path", served(PATH_INFO="/caf\xc3\xa9 ", HTTP_X="\xa0v\xa0")),
    Scenario("", "lines joined, the last one empty", served(HTTP_X="a, ", HTTP_COOKIE="a=1; ")),
    Scenario("", "HTTP/2", served(SERVER_PROTOCOL="HTTP/2")),
    Scenario("", "TLS", served(HTTPS="on", wsgi__url_scheme="https")),
    Scenario("", "a mount", served(SCRIPT_NAME="/app", PATH_INFO="")),
    Scenario("", "a mount, nothing behind it", served(SCRIPT_NAME="/app", PATH_INFO=MISSING)),
    Scenario("", "CONNECT", served(REQUEST_METHOD="CONNECT", PATH_INFO="")),
    Scenario("", "keys of the server's own", served(server__socket=object(), headers_raw=(1,))),
    Scenario(
        "", "a body without a length", runs(reads_all, b"hello", CONTENT_LENGTH=MISSING, wsgi__input_terminated=1)
    ),
    Scenario(
        "",
        "a read to the end that is promised",
        lambda wrap: Server(b"hello", wsgi__input_terminated=True).run(
            wrap(lambda environ, start: [environ["wsgi.input"].read(100)] if start("200 OK", [TEXT]) else [])
        ),
    ),
    Scenario(
        "",
        "one thread at a time",
        lambda wrap: [Server(wsgi__multithread=False).run(app) for app in [wrap(streaming)] * 2],
    ),
]
