"""WSGI applications that keep the rules in other ways: no case may say a bad word about any of them."""

import functools
import io
import itertools
import sys

TEXT = ("Content-Type", "text/plain")


def headless(application):
    """Without content for HEAD."""

    @functools.wraps(application)
    def wrapped(environ, start_response):
        if environ["REQUEST_METHOD"] != "HEAD":
            return application(environ, start_response)
        for _ in application(environ, lambda *start: start_response(*start) and (lambda data: None)):
            pass
        return []

    return wrapped


def bare(environ, start_response):
    """Neither type nor length nor content."""
    start_response("200 OK", [])
    return ()


@headless
def lazy(environ, start_response):
    """Begins its response when it is asked for the first item."""
    start_response("200 OK", [TEXT])
    yield b""
    yield b"lazy"


def empty(environ, start_response):
    """Begins its response, and gives nothing."""
    start_response("404 Not Found", [])
    yield from ()


class Instance:
    """The class is the application, and its instance the result."""

    def __init__(self, environ, start_response):
        self._start_response = start_response

    def __iter__(self):
        self._start_response("200 It's all right: \xe9", [TEXT, ("1st", "a"), ("X.Y!", ""), ("x-tab", "a\tb")])
        yield b"instance"

    def close(self):
        pass


instance = headless(Instance)


class Indexed:
    """Is iterated by numbers, and says how many there are."""

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return (b"a", b"b")[index]


@headless
def indexed(environ, start_response):
    start_response("200 OK", [TEXT])
    return Indexed()


class Methods:
    """A bound method that keeps nothing."""

    def serve(self, environ, start_response):
        start_response("200 OK", [TEXT, ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")], None)
        return iter([b"a", b"", b"b"])


method = headless(Methods().serve)


def refusing(environ, start_response):
    """Serves nobody."""
    start_response("403 Forbidden", [("Content-Length", "0")])
    return []


def raising(environ, start_response):
    """Serves nobody, and leaves it to its server to say so."""
    raise RuntimeError("not today")


@headless
def failing_late(environ, start_response):
    """Fails in its body, always."""
    start_response("200 OK", [TEXT])
    yield b"so far"
    raise RuntimeError("so good")


@headless
def apologetic(environ, start_response):
    """Begins anew with every request, and tells why."""
    start_response("200 OK", [TEXT, ("Content-Length", "100")])
    try:
        raise ValueError("changed my mind")
    except ValueError:
        start_response("500 Oops", [TEXT], sys.exc_info())
    return [b"sorry"]


def reading_all(environ, start_response):
    """Reads without a size: the end of the body is the server's matter."""
    data = environ["wsgi.input"].read()
    start_response("200 OK", [TEXT, ("Content-Length", str(len(data)))])
    return [data] if environ["REQUEST_METHOD"] != "HEAD" else []


@headless
def reading_lines(environ, start_response):
    lines = [environ["wsgi.input"].readline(), *environ["wsgi.input"].readlines(), *environ["wsgi.input"]]
    print("lines", len(lines), file=environ["wsgi.errors"])
    start_response("200 OK", [TEXT])
    return lines


def writing(environ, start_response):
    write = start_response("200 OK", [TEXT])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    write(b"")
    write(b"written")
    return itertools.chain([b" and"], [b" given"])


@headless
def writing_carefully(environ, start_response):
    """Does not mind that the client has left."""
    write = start_response("200 OK", [TEXT])
    try:
        write(b"written")
    except OSError:
        environ["wsgi.errors"].write("gone\n")
    return []


def probing(environ, start_response):
    """Asks whether there is more to the streams, and gets along without it."""
    seekable = hasattr(environ["wsgi.input"], "read1"), hasattr(environ["wsgi.errors"], "fileno")
    start_response("200 OK", [("Content-Length", "3")])
    return [b"yes" if any(seekable) else b"no!"] if environ["REQUEST_METHOD"] != "HEAD" else []


def wrapping(environ, start_response):
    """Sends a file, by the server's own means if there are any."""
    start_response("200 OK", [TEXT, ("Content-Length", "4")])
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    file = io.BytesIO(b"file")
    return environ.get("wsgi.file_wrapper", lambda one: iter(lambda: one.read(3), b""))(file)


@headless
def only_once(environ, start_response):
    """Has everybody wait who comes again."""
    only_once.calls += 1
    if only_once.calls % 2:
        start_response("200 OK", [TEXT])
        return [b"first"]
    start_response("429 Too Many Requests", [("Retry-After", "1")])
    return []


only_once.calls = 0


@headless
def now_and_then(environ, start_response):
    """Is out of luck every third time."""
    now_and_then.calls += 1
    if now_and_then.calls % 3 == 0:
        raise RuntimeError("out of luck")
    start_response("200 OK", [TEXT])
    return [b"lucky"]


now_and_then.calls = 0


def ranges(environ, start_response):
    """Answers ranges of its ten bytes, and says so where there is none."""
    asked = environ.get("HTTP_RANGE", "")
    if asked == "bytes=0-1":
        start_response("206 Partial Content", [TEXT, ("Content-Range", "bytes 0-1/10"), ("Content-Length", "2")])
        return [b"01"]
    if asked == "bytes=0-0,2-2":
        body = b"--x\r\nContent-Range: bytes 0-0/10\r\n\r\n0\r\n--x\r\nContent-Range: bytes 2-2/10\r\n\r\n2\r\n--x--"
        start_response("206 Partial Content", [("Content-Type", "multipart/byteranges; boundary=x")])
        return [body]
    if asked:
        start_response("416 Range Not Satisfiable", [("Content-Range", "bytes */10")])
        return []
    start_response("200 OK", [TEXT, ("Accept-Ranges", "bytes")])
    return [b"0123456789"] if environ["REQUEST_METHOD"] != "HEAD" else []


def of_requests(handler):
    """As frameworks make applications of functions that know neither environ nor start_response."""

    @functools.wraps(handler)
    def application(*arguments):
        environ, start_response = arguments
        start_response("200 OK", [TEXT])
        return [handler(environ.get("PATH_INFO", ""))]

    return application


@headless
@of_requests
def handler(path):
    """Is called with something else than its application."""
    return path.encode("latin-1")


handler_alone = of_requests(lambda path: b"")

ALL = (
    "bare", "lazy", "empty", "instance", "indexed", "method", "refusing", "raising", "failing_late",
    "apologetic", "reading_all", "reading_lines", "writing", "writing_carefully", "probing", "wrapping", "only_once",
    "now_and_then", "ranges", "handler", "handler_alone",
)  # fmt: skip
