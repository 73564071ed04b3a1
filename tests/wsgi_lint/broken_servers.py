"""Servers that break a rule, around an application that keeps them all. The violations of `environ` are in a table."""

import io
import threading
from collections.abc import Callable
from typing import Any

from wsgi_lint.playing import MISSING, TEXT, Application, Blocks, Scenario, Server, Wrap, good, streaming

E = "wsgi.environ."


class TextOfAnotherKind(str):
    __slots__ = ()


class DictOfAnotherKind(dict[Any, Any]):
    pass


class Without:
    """A stream that lacks methods."""

    def __init__(self, stream: Any, *methods: str) -> None:
        self._stream, self._missing = stream, methods

    def __getattr__(self, name: str) -> Any:
        if name in self._missing:
            raise AttributeError(name)
        return getattr(self._stream, name)


CLIENT = "the request itself is not seen"
WIRE = "what goes out on the wire is not seen"
ENVIRONS: list[tuple[str, str, dict[Any, Any], str]] = [
    ("values-native-str", "SERVER_PORT given as int", {"SERVER_PORT": 8000}, ""),
    ("values-native-str", "PATH_INFO given as bytes", {"PATH_INFO": b"/p"}, ""),
    ("values-native-str", "REMOTE_USER present with value None", {"REMOTE_USER": None}, ""),
    ("values-native-str", "PATH_INFO is a str subclass", {"PATH_INFO": TextOfAnotherKind("/p")}, ""),
    ("latin1-only", "PATH_INFO holds a code point above U+00FF", {"PATH_INFO": "/\u65e5"}, ""),
    ("latin1-only", "HTTP_X holds a surrogateescape code point", {"HTTP_X": "a\udcff"}, ""),
    ("request-method.present", "REQUEST_METHOD missing", {"REQUEST_METHOD": MISSING}, ""),
    ("request-method.present", "REQUEST_METHOD is the empty string", {"REQUEST_METHOD": ""}, ""),
    ("server-name", "SERVER_NAME missing", {"SERVER_NAME": MISSING}, ""),
    ("server-name", "SERVER_NAME is the empty string", {"SERVER_NAME": ""}, ""),
    ("server-port", "SERVER_PORT is the empty string", {"SERVER_PORT": ""}, ""),
    ("server-port", "SERVER_PORT is not a number", {"SERVER_PORT": "http"}, ""),
    ("server-protocol", "SERVER_PROTOCOL missing", {"SERVER_PROTOCOL": MISSING}, ""),
    ("server-protocol", "SERVER_PROTOCOL malformed ('1.1')", {"SERVER_PROTOCOL": "1.1"}, ""),
    ("script-name.leading-slash", "SCRIPT_NAME without leading slash", {"SCRIPT_NAME": "app"}, ""),
    ("script-name.leading-slash", "SCRIPT_NAME is '/'", {"SCRIPT_NAME": "/", "PATH_INFO": ""}, ""),
    ("script-name.leading-slash", "SCRIPT_NAME '/' with PATH_INFO '/p'", {"SCRIPT_NAME": "/"}, ""),
    ("path-info.leading-slash", "PATH_INFO without leading slash", {"PATH_INFO": "p"}, ""),
    ("path-info.present", "SCRIPT_NAME empty and PATH_INFO missing", {"PATH_INFO": MISSING}, ""),
    ("path-info.percent-decoded", "PATH_INFO left percent-encoded", {"PATH_INFO": "/a%20b"}, f"{CLIENT}: %2520"),
    ("path-info.no-query", "query string left inside PATH_INFO", {"PATH_INFO": "/p?a=1"}, f"{CLIENT}: %3F"),
    ("query-string.verbatim", "QUERY_STRING includes the '?'", {"QUERY_STRING": "?a=1"}, f"{CLIENT}: /p??a=1"),
    ("content-not-duplicated", "HTTP_CONTENT_LENGTH present", {"HTTP_CONTENT_LENGTH": "0"}, ""),
    ("content-length.verbatim", "CONTENT_LENGTH negative", {"CONTENT_LENGTH": "-5"}, ""),
    ("content-length.verbatim", "CONTENT_LENGTH '+5'", {"CONTENT_LENGTH": "+5"}, ""),
    (
        "content-length.verbatim",
        "CONTENT_LENGTH larger than the body",
        {"CONTENT_LENGTH": "5"},
        "a client that has left in the middle of its body looks the same",
    ),
    ("http-vars.name-mapping", "header key not upper-cased (HTTP_x-y)", {"HTTP_x-y": "1"}, ""),
    ("version", "wsgi.version is a list [1, 0]", {"wsgi.version": [1, 0]}, ""),
    ("version", "wsgi.version is the tuple (1, 1)", {"wsgi.version": (1, 1)}, ""),
    ("version", "wsgi.version missing", {"wsgi.version": MISSING}, ""),
    ("url-scheme", "wsgi.url_scheme missing", {"wsgi.url_scheme": MISSING}, ""),
    ("url-scheme", "wsgi.url_scheme 'HTTP' (upper case)", {"wsgi.url_scheme": "HTTP"}, ""),
    ("multithread", "wsgi.multithread missing", {"wsgi.multithread": MISSING}, ""),
    ("run-once", "wsgi.run_once missing", {"wsgi.run_once": MISSING}, ""),
    ("keys-native-str", "environ has a bytes key", {b"HTTP_X": "1"}, ""),
    ("path-info.present", "path parameters (;v=1) cut off", {"PATH_INFO": "/a"}, CLIENT),
    ("multiprocess", "wsgi.multiprocess missing", {"wsgi.multiprocess": MISSING}, ""),
    (
        "multiprocess",
        "wsgi.multiprocess False with two workers",
        {"wsgi.multiprocess": False},
        "the other process is not seen",
    ),
    ("url-scheme", "wsgi.url_scheme 'http' although HTTPS=on", {"HTTPS": "on"}, ""),
    (
        "content-type.verbatim",
        "CONTENT_TYPE invented for a request without one",
        {"CONTENT_TYPE": "text/plain"},
        CLIENT,
    ),
    (
        "http-vars.cookie-joined",
        "two cookies joined with a comma",
        {"HTTP_COOKIE": "a=1,b=2"},
        f"{CLIENT}: one cookie may be sent with a comma",
    ),
    ("http-vars.ows-stripped", "white space left around a header value", {"HTTP_X": " v "}, ""),
]


def with_environ(changes: dict[Any, Any]) -> Callable[[Wrap], object]:
    return lambda wrap: Server().change(changes).run(wrap(good))


# --------------------------------------------------------------------------- wsgi.input and wsgi.errors


class Reading(io.BytesIO):
    """An input whose methods a subclass breaks."""


class ReadsText(Reading):
    def read(self, size: Any = -1) -> Any:
        return super().read(size).decode("latin-1")


class ReadsArrays(Reading):
    def read(self, size: Any = -1) -> Any:
        return bytearray(super().read(size))


class ReadsMore(Reading):
    def read(self, size: Any = -1) -> Any:
        return super().read(size + 1 if size > 0 else size)


class IteratesToEmpty(Reading):
    def __iter__(self) -> Any:
        yield from self.getvalue().splitlines(True)
        yield b""


class CountsLines(Reading):
    def readlines(self, hint: Any = -1) -> Any:
        return [self.readline() for _ in range(hint)]


class GivesTuples(Reading):
    def readlines(self, hint: Any = -1) -> Any:
        return tuple(super().readlines(hint))


class EndsEveryLine(Reading):
    def readlines(self, hint: Any = -1) -> Any:
        return [line.rstrip(b"\n") + b"\n" for line in super().readlines(hint)]


class RewritesLines(Reading):
    def read(self, size: Any = -1) -> Any:
        return super().read(size).replace(b"\r\n", b"\n")


class IgnoresSizes(Reading):
    def readline(self, size: Any = -1) -> Any:
        return super().readline()


class EndsWithNone(Reading):
    def read(self, size: Any = -1) -> Any:
        return super().read(size) or None


def reads(stream: type[Reading], use: Callable[[Any], object], body: bytes = b"ab\r\ncd", **changes: Any) -> Any:
    """The application uses its input so; the stream may hold more than CONTENT_LENGTH says."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        use(environ["wsgi.input"])
        start_response("200 OK", [TEXT])
        return [b"ok"]

    def play(wrap: Wrap) -> object:
        changed = {"wsgi__input": stream(body), **changes}
        return Server(body, **changed).run(wrap(application))

    return play


class AsciiErrors(io.StringIO):
    def write(self, text: str) -> int:
        text.encode("ascii")
        return super().write(text)


def logs(environ: Any, start_response: Any) -> list[bytes]:
    environ["wsgi.errors"].write("\u65e5")
    return good(environ, start_response)


# --------------------------------------------------------------------------- calls


class Keywords(Server):
    def call(self, application: Application) -> Any:
        return application(environ=self.environ, start_response=self.start_response)


class ThreeArguments(Server):
    def call(self, application: Application) -> Any:
        return application(self.environ, self.start_response, None)


def takes_more(environ: Any, start_response: Any, *_: Any) -> list[bytes]:
    return good(environ, start_response)


class AnotherDict(Server):
    def call(self, application: Application) -> Any:
        return application(DictOfAnotherKind(self.environ), self.start_response)


class NoWrite(Server):
    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        super().start_response(status, headers, exc_info)


class StartsAnything(Server):
    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        self.head = status, headers
        return self.write


class SendsAtOnce(Server):
    def start_response(self, status: Any, headers: Any, exc_info: Any = None) -> Any:
        self.sent.append(b"HTTP/1.1 200 OK\r\n")
        return super().start_response(status, headers, exc_info)


def starts_anew(environ: Any, start_response: Any) -> Any:
    """An error in the middle of the body, and a server that has to raise it again."""
    start_response("200 OK", [TEXT])
    yield b"a"
    try:
        raise ValueError("x")
    except ValueError as error:
        start_response("500 Oops", [TEXT], (type(error), error, error.__traceback__))
    yield b"b"


def starts_twice(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT])
    start_response("201 Created", [TEXT])
    return [b"ok"]


def sends_connection(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [TEXT, ("Connection", "close")])
    return [b"ok"]


class NeverCloses(Server):
    def close(self, result: Any) -> None:
        pass


class ClosesTwice(Server):
    def close(self, result: Any) -> None:
        super().close(result)
        super().close(result)


def breaks_off(environ: Any, start_response: Any) -> Blocks:
    def fails() -> Any:
        yield b"a"
        raise ValueError("x")

    start_response("200 OK", [TEXT])
    result = Blocks()
    result.blocks = fails()
    return result


class OneBlock(Server):
    def iterate(self, result: Any) -> None:
        self.write(next(iter(result)))


class OneBlockAndGone(OneBlock, NeverCloses):
    pass


class NoBlock(Server):
    def iterate(self, result: Any) -> None:
        pass


class Buffers(Server):
    def iterate(self, result: Any) -> None:
        self.sent.append(b"".join(result))


class LooksInside(Server):
    def iterate(self, result: Any) -> None:
        self.write(getattr(result, "buf", b""))
        super().iterate(result)


def with_buffer(environ: Any, start_response: Any) -> Blocks:
    result = streaming(environ, start_response)
    result.buf = b"x"  # type: ignore[attr-defined]  # what such a server looks for
    return result


class GoesOn(Server):
    def run(self, application: Application) -> Server:
        result = self.call(application)
        iterator = iter(result)
        self.write(next(iterator))
        self.close(result)
        self.write(next(iterator))
        return self


class SendsSurplus(Server):
    def iterate(self, result: Any) -> None:
        super().iterate(result)
        self.write(b"surplus")


class OpenWrapper:
    """A file wrapper that lacks `close`."""

    def __init__(self, file: Any, size: int = 8192) -> None:
        self._read = lambda: file.read(size)

    def __iter__(self) -> Any:
        return iter(self._read, b"")


def sends_file(environ: Any, start_response: Any) -> Any:
    start_response("200 OK", [TEXT])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"abc"))


# --------------------------------------------------------------------------- threads


class Meeting:
    """An application in which one thread waits until the other has been there."""

    def __init__(self, in_iteration: bool) -> None:
        self._in_iteration = in_iteration
        self._inside, self._seen = threading.Event(), threading.Event()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/second":
            self._seen.set()
            return good(environ, start_response)
        start_response("200 OK", [TEXT])
        if self._in_iteration:
            return self._blocks()
        self._wait()
        return [b"first"]

    def _blocks(self) -> Any:
        self._wait()
        yield b"first"

    def _wait(self) -> None:
        self._inside.set()
        assert self._seen.wait(10)

    def play(self, wrap: Wrap) -> None:
        application = wrap(self)
        first = threading.Thread(target=lambda: Server(wsgi__multithread=False).run(application))
        first.start()
        assert self._inside.wait(10)
        try:
            Server(wsgi__multithread=False, PATH_INFO="/second").run(application)
        finally:
            self._seen.set()
            first.join()


def twice_once(wrap: Wrap) -> None:
    application = wrap(good)
    for _ in range(2):
        Server(wsgi__run_once=True).run(application)


S = Scenario
SCENARIOS: list[Scenario] = [
    *(S(E + name, title, with_environ(changes), invisible=reason) for name, title, changes, reason in ENVIRONS),
    S(
        "wsgi.call.positional-args",
        "application called with keyword arguments",
        lambda wrap: Keywords().run(wrap(good)),
    ),
    S(
        "wsgi.call.positional-args",
        "application called with a third positional argument",
        lambda wrap: ThreeArguments().run(wrap(takes_more)),
    ),
    S(E + "builtin-dict", "environ is a dict subclass", lambda wrap: AnotherDict().run(wrap(good))),
    S(
        "wsgi.thread.flag-honoured",
        "application run concurrently with wsgi.multithread False",
        lambda wrap: Meeting(in_iteration=True).play(wrap),
    ),
    S(
        E + "multithread",
        "wsgi.multithread False although two threads run the app",
        lambda wrap: Meeting(in_iteration=False).play(wrap),
    ),
    S(E + "run-once", "wsgi.run_once True although the process serves many requests", twice_once),
    S(
        "wsgi.input.methods",
        "wsgi.input without __iter__",
        lambda wrap: Server(wsgi__input=Without(io.BytesIO(), "__iter__")).run(wrap(good)),
    ),
    S(
        "wsgi.errors.methods",
        "wsgi.errors without writelines",
        lambda wrap: Server(wsgi__errors=Without(io.StringIO(), "writelines")).run(wrap(good)),
    ),
    S("wsgi.input.bytes-type", "wsgi.input.read(5) returns str", reads(ReadsText, lambda stream: stream.read(5))),
    S(
        "wsgi.input.bytes-type",
        "wsgi.input.read(5) returns bytearray",
        reads(ReadsArrays, lambda stream: stream.read(5)),
    ),
    S("wsgi.input.read-size", "read(2) returns more than 2 bytes", reads(ReadsMore, lambda stream: stream.read(2))),
    S(
        "wsgi.input.eof-at-content-length",
        "read() past CONTENT_LENGTH hands out the next request's bytes",
        reads(Reading, lambda stream: stream.read(6), CONTENT_LENGTH="4"),
        seen=("wsgi.input.app-no-over-read", "wsgi.input.eof-at-content-length"),
    ),
    S("wsgi.input.iter", "__iter__ yields a trailing b''", reads(IteratesToEmpty, list)),
    S(
        "wsgi.input.readlines-hint",
        "readlines(hint) treats hint as a line count (list padded with b'')",
        reads(CountsLines, lambda stream: stream.readlines(3)),
    ),
    S("wsgi.input.readlines", "readlines() returns a tuple", reads(GivesTuples, lambda stream: stream.readlines())),
    S(
        "wsgi.input.readlines",
        "readlines() appends a newline to the last line",
        reads(EndsEveryLine, lambda stream: stream.readlines()),
    ),
    S(
        "wsgi.input.binary-clean",
        "input stream rewrites CRLF to LF",
        reads(RewritesLines, lambda stream: stream.read(6)),
        invisible="what the client sent is not seen, and a client that has left looks the same",
    ),
    S(
        "wsgi.input.readline-size",
        "readline(3) ignores the size",
        reads(IgnoresSizes, lambda stream: stream.readline(3)),
    ),
    S(
        "wsgi.input.exhausted-empty",
        "read at EOF returns None",
        reads(EndsWithNone, lambda stream: [stream.read(6), stream.read()]),
    ),
    S(
        "wsgi.errors.unicode",
        "wsgi.errors.write('\\u65e5') raises UnicodeEncodeError",
        lambda wrap: Server(wsgi__errors=AsciiErrors()).run(wrap(logs)),
    ),
    S(
        "wsgi.start-response.returns-write",
        "server's start_response returns None instead of write()",
        lambda wrap: NoWrite().run(wrap(good)),
    ),
    S(
        "wsgi.start-response.defer-headers",
        "headers transmitted inside start_response",
        lambda wrap: SendsAtOnce().run(wrap(good)),
        invisible=WIRE,
    ),
    S(
        "wsgi.start-response.exc-info-reraise",
        "exc_info ignored after headers were sent",
        lambda wrap: StartsAnything().run(wrap(starts_anew)),
    ),
    S(
        "wsgi.start-response.second-call-fatal",
        "server lets the app call start_response twice without exc_info",
        lambda wrap: StartsAnything().run(wrap(starts_twice)),
        seen=("wsgi.start-response.app-second-call", "wsgi.start-response.second-call-fatal"),
    ),
    S(
        "wsgi.start-response.server-rejects-hop-by-hop",
        "server accepts 'Connection: close' from the app",
        lambda wrap: StartsAnything().run(wrap(sends_connection)),
        seen=("wsgi.start-response.app-no-hop-by-hop", "wsgi.start-response.server-rejects-hop-by-hop"),
    ),
    S("wsgi.close.normal", "close() never called by the server", lambda wrap: NeverCloses().run(wrap(streaming))),
    S("wsgi.close.exactly-once", "close() called twice", lambda wrap: ClosesTwice().run(wrap(streaming))),
    S(
        "wsgi.close.app-error",
        "no close() after an exception during iteration",
        lambda wrap: NeverCloses().run(wrap(breaks_off)),
    ),
    S(
        "wsgi.close.disconnect",
        "client gone: server drops the iterable without close()",
        lambda wrap: OneBlockAndGone().run(wrap(streaming)),
    ),
    S(
        "wsgi.stream.no-delay",
        "all blocks buffered until the iterable is exhausted",
        lambda wrap: Buffers().run(wrap(streaming)),
        invisible=WIRE,
    ),
    S(
        "wsgi.iterable.iterate-all",
        "server stops after the first block (not all body sent)",
        lambda wrap: OneBlock().run(wrap(streaming)),
        invisible="a server whose client has left does the same, lawfully",
    ),
    S(
        "wsgi.iterable.iterate-all",
        "server never iterates the result",
        lambda wrap: NoBlock().run(wrap(streaming)),
        invisible="a server whose client has left does the same, lawfully",
    ),
    S(
        "wsgi.iterable.no-other-attributes",
        "server reads an undocumented attribute (.buf) of the result",
        lambda wrap: LooksInside().run(wrap(with_buffer)),
    ),
    S("wsgi.iterable.after-close", "server keeps iterating after close()", lambda wrap: GoesOn().run(wrap(streaming))),
    S(
        "wsgi.content-length.overrun",
        "server transmits more bytes than the app's Content-Length",
        lambda wrap: SendsSurplus().run(wrap(good)),
        invisible=WIRE,
    ),
    S(
        "wsgi.file-wrapper.close",
        "wsgi.file_wrapper result lacks close()",
        lambda wrap: Server(wsgi__file_wrapper=OpenWrapper).run(wrap(sends_file)),
    ),
]
