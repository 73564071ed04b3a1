"""Applications and middleware that break a rule, called by a server that keeps them all."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

from wsgi_lint.playing import TEXT, Blocks, Refused, Scenario, Server, Wrap, good

START = "wsgi.start-response."
ONE = [b"ok"]


class Lenient(Server):
    """Takes what it ought to refuse; that is another requirement."""

    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        if exc_info and self.sent:
            raise exc_info[1]
        self.head = status, headers
        return self.write

    def write(self, data: Any) -> None:
        self.sent.append(bytes(data, "ascii") if isinstance(data, str) else data)

    def iterate(self, result: Any) -> None:
        for block in result if result is not None else ():
            self.write(block)


def starts(status: Any = "200 OK", headers: Any = None, result: Any = ONE, **environ: Any) -> Callable[[Wrap], object]:
    """An application that calls `start_response` like this and returns that, or what it makes."""

    def application(_: Any, start_response: Any) -> Any:
        start_response(status, [TEXT] if headers is None else headers)
        return result() if callable(result) else result

    return lambda wrap: Lenient(**environ).run(wrap(application))


def header(name: Any, value: Any) -> Callable[[Wrap], object]:
    return starts(headers=[TEXT, (name, value)])


def runs(application: Callable[..., Any], body: bytes = b"", **environ: Any) -> Callable[[Wrap], object]:
    return lambda wrap: Lenient(body, **environ).run(wrap(application))


def uses(use: Callable[[Any], object], body: bytes = b"hello") -> Callable[[Wrap], object]:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        use(environ)
        start_response("200 OK", [TEXT])
        return [b"ok"]

    return runs(application, body)


def with_keywords(environ: Any, start_response: Any) -> list[bytes]:
    start_response(status="200 OK", headers=[TEXT])
    return ONE


def yields_first(environ: Any, start_response: Any) -> Any:
    yield b"a"
    start_response("200 OK", [TEXT])


def never_starts(environ: Any, start_response: Any) -> list[bytes]:
    return []


def generates_nothing(environ: Any, start_response: Any) -> Any:
    yield from ()


def starts_twice(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT])
    start_response("201 Created", [TEXT])
    return ONE


def starts_with(exc_info: Any) -> Callable[..., Any]:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("500 Oops", [TEXT], exc_info)
        return ONE

    return application


def swallows(environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [TEXT])
    yield b"a"
    try:
        raise ValueError("x")
    except ValueError:
        try:
            start_response("500 Oops", [TEXT], sys.exc_info())
        except ValueError:
            yield b"b"


def writes_text(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT])("text")
    return []


def writes_while_iterated(environ: Any, start_response: Any) -> Any:
    write = start_response("200 OK", [TEXT])
    yield b"a"
    write(b"b")


def writes_and_returns_none(environ: Any, start_response: Any) -> None:
    start_response("200 OK", [TEXT])(b"a")


class LyingLength(Blocks):
    def __len__(self) -> int:
        return 5


class OnlyOnce:
    def __init__(self) -> None:
        self.called = False

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        if self.called:
            raise RuntimeError("used up")
        self.called = True
        return good(environ, start_response)

    @classmethod
    def play(cls, wrap: Wrap) -> None:
        application = wrap(cls())
        Server().run(application)
        with contextlib.suppress(RuntimeError):
            Server().run(application)


def closing(environ: Any, start_response: Any) -> Blocks:
    start_response("200 OK", [TEXT])
    return Blocks(b"a", b"b", b"c")


def joins(application: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> list[bytes]:
        result = application(environ, start_response)
        try:
            return [b"".join(result)]
        finally:
            result.close()

    return middleware


def drops_close(application: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> Any:
        return [block.upper() for block in application(environ, start_response)]

    return middleware


def drops_exc_info(application: Any) -> Any:
    def middleware(environ: Any, start_response: Any) -> Any:
        return application(environ, lambda status, headers, exc_info=None: start_response(status, headers))

    return middleware


def starts_over(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT])
    try:
        raise ValueError("x")
    except ValueError:
        start_response("500 Oops", [TEXT], sys.exc_info())
    return ONE


def refused(play: Callable[[Wrap], object]) -> Callable[[Wrap], object]:
    """By the server, which is right."""

    def plays(wrap: Wrap) -> None:
        with contextlib.suppress(Refused):
            play(wrap)

    return plays


def strict(application: Callable[..., Any]) -> Callable[[Wrap], object]:
    return refused(lambda wrap: Server().run(wrap(application)))


def sends(*headers: Any) -> Callable[[Wrap], object]:
    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [TEXT, *headers])
        return ONE

    return strict(application)


R = "wsgi.iterable.return-iterable"
Y = "wsgi.iterable.yields-bytes"
F = START + "before-first-body"
V = START + "header-value-no-control"
N = START + "header-name-token"
SF = START + "status-format"
S = Scenario
SCENARIOS: list[Scenario] = [
    S("wsgi.call.start-response-positional", "start_response called with keywords", runs(with_keywords)),
    S(R, "application returns None", starts(result=lambda: None)),
    S(R, "application returns a bytes object", starts(result=b"hello")),
    S(R, "application returns a str object", starts(result="hello")),
    S(R, "application returns a bytearray (iterates to ints)", starts(result=bytearray(b"hello"))),
    S(Y, "application yields str", starts(result=["hello"])),
    S(Y, "application yields bytearray", starts(result=[bytearray(b"hello")])),
    S(F, "body yielded before start_response was called", runs(yields_first)),
    S(F, "start_response never called, empty body", runs(never_starts)),
    S(F, "start_response never called, empty generator", runs(generates_nothing)),
    S(SF, "status '200OK' (no space)", starts("200OK")),
    S(SF, "status '200' without reason phrase", starts("200")),
    S(SF, "status '200  OK' (two spaces)", starts("200  OK")),
    S(SF, "status ' 200 OK' (leading space)", starts(" 200 OK")),
    S(SF, "status '999 Nope' (outside 100..599)", starts("999 Nope")),
    S(START + "status-native-str", "status is int 200", starts(200)),
    S(START + "status-native-str", "status is bytes", starts(b"200 OK")),
    S(START + "status-no-control", "status contains CR LF and an injected header", starts("200 OK\r\nX: y")),
    S(START + "app-latin1", "status contains U+65E5", starts("200 \u65e5")),
    S(START + "headers-list", "headers given as a tuple", starts(headers=(TEXT,))),
    S(START + "headers-list", "headers given as a dict", starts(headers=dict([TEXT]))),
    S(START + "headers-list", "headers given as a list subclass", starts(headers=type("List", (list,), {})([TEXT]))),
    S(START + "headers-tuples", "a header item is a list, not a tuple", starts(headers=[list(TEXT)])),
    S(START + "headers-tuples", "header value is an int", header("X", 1)),
    S(START + "headers-tuples", "header name and value are bytes", header(b"X", b"y")),
    S(N, "header name 'X-Foo:' with trailing colon", header("X-Foo:", "1")),
    S(N, "header name 'X Foo' with a space", header("X Foo", "1")),
    S(N, "header name 'X-Foo\\n' with trailing newline", header("X-Foo\n", "1")),
    S(V, "header value contains CR LF", header("X", "a\r\nSet-Cookie: b")),
    S(V, "header value contains DEL (0x7f)", header("X", "a\x7f")),
    S(V, "header value contains a C1 control (0x85)", header("X", "a\x85")),
    S(START + "app-latin1", "header value contains U+65E5", header("X", "\u65e5")),
    S(START + "app-no-hop-by-hop", "app sends Connection: close", sends(("Connection", "close"))),
    S(
        START + "app-no-transfer-encoding",
        "app sends Transfer-Encoding: chunked and chunks itself",
        sends(("Transfer-Encoding", "chunked")),
    ),
    S(START + "no-status-header", "app sends a 'Status' header", sends(("Status", "200 OK"))),
    S(
        START + "app-second-call",
        "second start_response without exc_info (server does not object)",
        runs(starts_twice),
        seen=(START + "app-second-call", START + "second-call-fatal"),
    ),
    S(
        START + "exc-info-type",
        "exc_info is an exception instance, not a tuple",
        runs(starts_with(ValueError("x"))),
    ),
    S(START + "exc-info-type", "exc_info is a tuple of the wrong shape ('a',)", runs(starts_with(("a",)))),
    S(START + "app-no-trap", "app swallows the exception start_response re-raises", runs(swallows)),
    S("wsgi.write.app-bytes", "write() called with str", runs(writes_text)),
    S(
        "wsgi.write.not-from-iterable",
        "write() called from inside the returned iterable",
        runs(writes_while_iterated),
    ),
    S("wsgi.write.still-return-iterable", "app uses write() and returns None", runs(writes_and_returns_none)),
    S(
        "wsgi.iterable.len-accurate",
        "__len__ lies about the number of items",
        starts(result=lambda: LyingLength(b"a", b"b")),
    ),
    S(
        "wsgi.content-length.app-underrun",
        "body shorter than declared Content-Length",
        starts(headers=[TEXT, ("Content-Length", "5")]),
    ),
    S(
        "wsgi.content-length.app-overrun",
        "body longer than declared Content-Length",
        starts(headers=[TEXT, ("Content-Length", "1")]),
    ),
    S(
        "wsgi.content-length.app-invalid",
        "Content-Length value 'abc'",
        starts(headers=[TEXT, ("Content-Length", "abc")]),
    ),
    S("wsgi.input.app-no-close", "app closes wsgi.input", uses(lambda environ: environ["wsgi.input"].close())),
    S(
        "wsgi.input.app-listed-methods",
        "app calls wsgi.input.seek(0)",
        uses(lambda environ: environ["wsgi.input"].seek(0)),
    ),
    S(
        "wsgi.input.app-no-over-read",
        "app reads past CONTENT_LENGTH",
        uses(lambda environ: environ["wsgi.input"].read(100)),
    ),
    S("wsgi.errors.app-no-close", "app closes wsgi.errors", uses(lambda environ: environ["wsgi.errors"].close())),
    S(
        "wsgi.errors.app-listed-methods",
        "app reads wsgi.errors.encoding",
        uses(lambda environ: environ["wsgi.errors"].encoding),
    ),
    S(
        "wsgi.errors.text-mode",
        "app writes bytes to wsgi.errors",
        runs(lambda environ, start_response: environ["wsgi.errors"].write(b"x")),
    ),
    S("wsgi.head.app-body", "app yields a body for HEAD", starts(REQUEST_METHOD="HEAD")),
    S("wsgi.http.status-without-body", "204 with a body", starts("204 No Content", [])),
    S("wsgi.http.no-1xx-status", "app uses '100 Continue' as its status", starts("100 Continue", result=[])),
    S(
        "wsgi.call.repeatable",
        "application fails on its second invocation",
        OnlyOnce.play,
        invisible="it may raise for a reason that lies in the request",
    ),
    S(
        "wsgi.middleware.block-boundaries",
        "middleware joins blocks, blocking iteration, around a validated app",
        lambda wrap: Server().run(joins(wrap(closing))),
        invisible="a server that transmits in another thread takes blocks as quickly",
    ),
    S(
        "wsgi.middleware.close-propagated",
        "middleware drops close() of the wrapped iterable",
        lambda wrap: Server().run(drops_close(wrap(closing))),
        seen=("wsgi.close.normal",),
    ),
    S(
        "wsgi.middleware.exc-info-forward",
        "middleware drops exc_info on the second start_response",
        refused(lambda wrap: Server().run(wrap(drops_exc_info(starts_over)))),
        seen=(START + "app-second-call",),
    ),
]
"""To the application inside, a middleware is the server, and to the server it is the application."""
