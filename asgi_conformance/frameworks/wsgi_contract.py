"""What WSGI can say of the contract, version 1 (CONTRACT.md), in WSGI itself, as an example of how PEP 3333 is kept.

`app` is for WSGI servers. `application` is for adapters that make an ASGI application of a WSGI one: their input has an
end even where nobody has told its length, and what they do about an error is to be seen, so nobody handles it.

Standard library only, Python 3.8 and later. Whatever waits, waits in the thread in which the application was called.
"""

import asyncio
import functools
import http.cookies
import json
import re
import sys
import time
import traceback
import wsgiref.util
from http.client import responses
from urllib.parse import parse_qsl, quote

import contract

TEXT = "text/plain; charset=utf-8"
WAITING = ("/stream", "/events", "/endless", "/poll")
ADAPTER = "asgi-conformance wsgi adapter 1"
SOON = 0.3  # seconds for which a call waits for another one
BETWEEN = 0.02  # seconds between two pieces of a response
FEW = 1 << 16  # bytes that are read at a time
SORRY = b"internal server error"


def app(environ, start_response):
    """For WSGI servers: reads no more than there is, and answers for its own errors."""
    try:
        if f"{environ['REQUEST_METHOD']} {path_of(environ)}" == "POST /echo/stream":
            begin(start_response, 200, [("Content-Type", "application/octet-stream")])
            return body_pieces(environ)
        return answered(environ, start_response, body_of)
    except Exception:  # noqa: BLE001 - whatever goes wrong, the client gets an answer
        environ["wsgi.errors"].write(traceback.format_exc())
        environ["wsgi.errors"].flush()
        fields = [("Content-Type", TEXT), ("Content-Length", str(len(SORRY)))]
        start_response("500 Internal Server Error", fields, sys.exc_info())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [SORRY]


def application(environ, start_response):
    """For adapters."""
    return answered(environ, start_response, whole_body_of)


def one_at_a_time(environ, start_response):
    """The same without the routes that wait: where all calls share one thread, nobody could open a gate."""
    if path_of(environ) in WAITING:
        start_response("404 Not Found", [("Content-Type", TEXT)])
        return [b"not found"]
    return application(environ, start_response)


def answered(environ, start_response, read_body):
    """The response of the route that is asked for; `read_body` gives the body of a request."""

    def answer(body, content_type=TEXT, status=200, headers=()):
        fields = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
        begin(start_response, status, fields + list(headers))
        return [] if method == "HEAD" else [body]

    def stream(pieces, content_type):
        begin(start_response, 200, [("Content-Type", content_type)])
        return [] if method == "HEAD" else pieces

    def as_json(value):
        return answer(json.dumps(value).encode("utf-8"), "application/json")

    def text(words, status=200, headers=()):
        return answer(words.encode("utf-8"), TEXT, status, headers)

    method, path = environ["REQUEST_METHOD"], path_of(environ)
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    key = dict(query).get("key", "")
    asked = f"{'GET' if method == 'HEAD' else method} {path}"

    if asked == "GET /":
        return text(contract.GREETING)
    if asked == "POST /echo":
        body = read_body(environ)
        contract.note(key, f"read {len(body)}")
        return answer(body, "application/octet-stream")
    if asked == "POST /json":
        return as_json(json.loads(read_body(environ).decode("utf-8")))
    if asked == "GET /stream":
        return stream(two_parts(key, contract.FIRST, contract.SECOND), TEXT)
    if asked == "GET /stream/gap":
        return stream([contract.FIRST, b"", contract.SECOND], TEXT)
    if asked == "GET /events":
        return stream(two_parts(key, contract.FIRST_EVENT, contract.SECOND_EVENT), contract.EVENT_STREAM)
    if asked == "GET /endless":
        return stream(ticks(key), TEXT)
    if asked == "GET /poll":
        contract.wait_until_opened(key)
        return text("released")
    if asked == "POST /gate":
        contract.open_gate(key)
        return text("opened")
    if asked == "GET /journal":
        return as_json(contract.journal(key))
    if asked == "GET /error":
        contract.fail()
    if asked == "GET /error/late":
        return stream(first_then_error(), TEXT)
    if asked.startswith("GET /path/"):
        return as_json({"value": path[len("/path/") :].encode("latin-1").decode("utf-8", "replace")})
    if asked == "GET /link":
        return as_json({"link": wsgiref.util.request_uri(environ, include_query=False)})
    if asked == "GET /headers":
        return as_json(headers_of(environ))
    if asked == "GET /cookies":
        jar = http.cookies.SimpleCookie(environ.get("HTTP_COOKIE", ""))
        return as_json({name: morsel.value for name, morsel in jar.items()})
    if asked == "GET /query":
        return as_json(query)
    if asked == "GET /set-cookies":
        expires = {"b": f"; Expires={contract.EXPIRES}"}
        fields = [("Set-Cookie", f"{name}={value}{expires.get(name, '')}") for name, value in contract.COOKIES]
        return text("cookies", headers=fields)
    if asked == "GET /repeated":
        return text("repeated", headers=[("X-Repeated", "one"), ("X-Repeated", "two")])
    if re.fullmatch(r"GET /status/[2-5][0-9]{2}", asked):
        empty = [] if path[-3:] in ("204", "304") else [("Content-Length", "0")]
        begin(start_response, int(path[-3:]), empty)
        return []
    if asked == "GET /redirect":
        return text("", 302, [("Location", quote(dict(query).get("to", "/"), safe="/:?#&=%+"))])
    if asked == "GET /file":
        fields = [("Content-Type", "text/plain"), ("Content-Length", str(contract.FILE.stat().st_size))]
        begin(start_response, 200, fields)
        if method == "HEAD":
            return []
        return environ.get("wsgi.file_wrapper", wsgiref.util.FileWrapper)(contract.FILE.open("rb"))
    if asked == "GET /sync":
        contract.block()
        return text("sync")

    # For adapters themselves (CONTRACT.md, "Adapters for WSGI"):
    if asked == "GET /wsgi":
        return text(ADAPTER)
    if "/wsgi/environ" in path:
        return as_json({name: as_told(value) for name, value in environ.items()})
    if asked.startswith("POST /wsgi/input/") and path[len("/wsgi/input/") :] in READERS:
        found = READERS[path[len("/wsgi/input/") :]](environ["wsgi.input"])
        return as_json([one.decode("latin-1") if isinstance(one, bytes) else repr(one) for one in found])
    if asked == "GET /wsgi/start":
        start_response("404 Not Here", [*FIELDS, ("Content-Length", "4")])
        return [] if method == "HEAD" else [b"none"]
    if asked == "GET /wsgi/start/latin-1":
        return text("latin-1", headers=[("X-Latin", "caf\xe9")])
    if asked == "GET /wsgi/start/again":
        start_response("200 OK", [("X-First", "1")])
        try:
            contract.fail()
        except RuntimeError:
            start_response("503 Busy", [("X-Second", "2")], sys.exc_info())
        return [] if method == "HEAD" else [b"busy"]
    if asked == "GET /wsgi/start/error":
        start_response("200 OK", [])
        time.sleep(BETWEEN)
        contract.fail()
    if asked == "GET /wsgi/write":
        write = begin(start_response, 200, [("Content-Type", TEXT)])
        if method == "HEAD":
            return []
        write(b"written, ")
        return [b"yielded"]
    if asked.startswith("GET /wsgi/body/") and path[len("/wsgi/body/") :] in BODIES:
        begin(start_response, 200, [("Content-Type", TEXT)])
        return Pieces(key, iter(()) if method == "HEAD" else BODIES[path[len("/wsgi/body/") :]]())
    if asked == "GET /wsgi/thread":
        return text(where())
    if asked == "GET /wsgi/wait":
        return text(", ".join([waited(key), where()]))
    return text("not found", 404)


def begin(start_response, status, headers):
    return start_response(f"{status} {responses.get(status, 'Unknown')}", headers)


def path_of(environ):
    """A path without characters may be left out; it is the root of the application."""
    return environ.get("PATH_INFO") or "/"


def body_of(environ):
    """As long as the request says, or until the end where the server says that there is one."""
    return b"".join(body_pieces(environ, FEW))


def whole_body_of(environ):
    """Until its end where the length is not known: the adapter's stream has one."""
    length = environ.get("CONTENT_LENGTH")
    return environ["wsgi.input"].read(int(length)) if length else environ["wsgi.input"].read()


def body_pieces(environ, size=contract.PIECE):
    """What `wsgi.input` gives when it is asked for so many bytes, until there are no more."""
    stream, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH")
    if not length and environ.get("wsgi.input_terminated"):
        yield from iter(functools.partial(stream.read, size), b"")
    left = int(length or 0)
    while left:
        piece = stream.read(min(size, left))
        if not piece:
            raise EOFError(f"{left} more bytes were to come")
        left -= len(piece)
        yield piece


def headers_of(environ):
    named = {name[len("HTTP_") :]: value for name, value in environ.items() if name.startswith("HTTP_")}
    named.update({name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)})
    return [[name.replace("_", "-").lower(), value] for name, value in named.items()]


def two_parts(key, first, second):
    yield first
    contract.wait_until_opened(key)
    yield second


def ticks(key):
    try:
        while True:
            yield contract.TICK
            time.sleep(contract.BETWEEN_TICKS)
    finally:
        contract.note(key, "endless left")


def first_then_error():
    yield contract.FIRST
    contract.fail()


# --------------------------------------------------------------------------- for adapters

FIELDS = [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("X-Between", "b"), ("Set-Cookie", "c=3")]


def as_told(value):
    """What JSON can say of it; anything else by the name of its type."""
    return value if isinstance(value, (str, int)) else type(value).__name__


READERS = {
    "whole": lambda stream: [stream.read(), stream.read()],
    "pieces": lambda stream: until_empty(lambda: stream.read(3)),
    "lines": lambda stream: until_empty(stream.readline),
    "short-lines": lambda stream: until_empty(lambda: stream.readline(2)),
    "all-lines": lambda stream: stream.readlines(),
    "iterated": lambda stream: list(stream),
    "nothing": lambda stream: (),
}


def until_empty(read):
    """What it returns again and again, with what is empty at the end."""
    found = [read()]
    while found[-1] and len(found) < 100:
        found.append(read())
    return found


def pieces():
    for piece in (b"a", b"", b"b"):
        yield piece
        time.sleep(BETWEEN)


def many():
    for _ in range(50):
        yield b"piece"


BODIES = {"pieces": pieces, "none": lambda: iter(()), "error": first_then_error, "many": many}


class Pieces:
    """An iterable that notes when it is closed."""

    def __init__(self, key, iterator):
        self._key, self._iterator = key, iterator

    def __iter__(self):
        return self._iterator

    def close(self):
        contract.note(self._key, "closed")


def where():
    """In what kind of thread this is called."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "in a thread" if contract.running_trio() is None else "on the event loop"
    return "on the event loop"


def waited(key):
    """Whether another call has opened the gate soon. Looks again and again: whoever only waits is taken to be idle."""
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        if contract.is_open(key):
            return "opened"
        time.sleep(0.002)
    return "not opened"
