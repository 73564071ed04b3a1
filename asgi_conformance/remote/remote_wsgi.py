"""The WSGI application inside the server under test: it does what the script says next, and tells what came of it.

Standard library only, Python 3.8 and later, because it runs in the environment of the server: in a thread, a greenlet
or a process of its own. On every call it dials the control channel named by `ASGI_CONFORMANCE_CONTROL` (`unix:PATH` or
`tcp:HOST:PORT`), says how it was called, and then follows commands, one JSON object a line. Each is followed where the
server is at that moment: in the call itself, or, once the call has returned an iterable of ours, in its `__next__`.
When the channel closes, the call and the iterable come to their end.
"""

import contextlib
import functools
import itertools
import json
import os
import socket
import sys
import threading
import time
import weakref

from remote_files import INSIDE, file_of
from remote_iterables import SHAPES
from remote_values import decode, encode, error_like, told_of_error, type_name

PIECE = 65536  # bytes of a body that are read at a time
MOST_READS = 100000  # a stream may have no end
PLAIN = (str, bytes, bytearray, int, float, tuple, list, dict, type(None))
METHODS = {
    "wsgi.input": ("read", "readline", "readlines", "__iter__"),
    "wsgi.errors": ("flush", "write", "writelines"),
}
_tracked = []  # weak references to what stood in the frames of exceptions
_count = itertools.count(1)


class Left(BaseException):
    """The script is over."""


class Over(BaseException):
    """The script ends the call, or what `__next__` is doing, with an exception of its own."""

    def __init__(self, error):
        super().__init__()
        self.error = error


class Line:
    """The control channel, as one call has it."""

    def __init__(self):
        kind, address = os.environ["ASGI_CONFORMANCE_CONTROL"].split(":", 1)
        if kind == "unix":
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.connect(address)
        else:
            host, port = address.rsplit(":", 1)
            self._socket = socket.create_connection((host, int(port)))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(None)
        self._buffer = b""

    def tell(self, **message):
        with contextlib.suppress(OSError):  # nobody listens any more: the next command will say so
            self._socket.sendall(json.dumps(message).encode("ascii") + b"\n")

    def next(self):
        """The next command. Raises `Left`."""
        while b"\n" not in self._buffer:
            try:
                data = self._socket.recv(PIECE)
            except OSError:
                data = b""
            if not data:
                raise Left
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line.decode("ascii"))

    def close(self):
        self._socket.close()


# --------------------------------------------------------------------------- what it tells of itself


def told_environ(environ):
    """Plain values with their exact types; of anything else just its type, for a stream would be read by looking."""
    pairs = [[encode(key), _told(value)] for key, value in dict(environ).items()]
    return {"d": pairs} if type(environ) is dict else {"f": type_name(environ), "v": {"d": pairs}, "s": ""}


def _told(value):
    return encode(value) if isinstance(value, PLAIN) else {"f": type_name(value), "v": None, "s": ""}


def _hello(arguments, keywords, environ, start_response):
    missing = [
        f"{key}.{name}"
        for key, names in METHODS.items()
        for name in names
        if not callable(getattr(environ.get(key), name, None))
    ]
    return {
        "hello": next(_count),
        "token": os.environ.get("ASGI_CONFORMANCE_TOKEN", ""),
        "pid": os.getpid(),
        "arguments": len(arguments),
        "keywords": sorted(keywords),
        "callable": callable(start_response),
        "missing": missing,
        "file_wrapper": callable(environ.get("wsgi.file_wrapper")),
        "thread": threading.get_ident(),
        "native_thread": threading.get_native_id(),  # greenlets that share a thread share this
        "from_system": [name for name in os.environ if name in environ],
        "python": ".".join(map(str, sys.version_info[:3])),
        "http_proxy": os.environ.get("HTTP_PROXY"),
        "environ": told_environ(environ),
        "id": id(environ),
    }


# --------------------------------------------------------------------------- following commands


class Call:
    """One call of the application, up to the end of what it returned."""

    def __init__(self, environ, start_response, line):
        self.environ, self.start_response, self.line = environ, start_response, line
        self.write = None
        self.started = False
        self.goes_on = False  # whether what was returned has more to tell
        self.last_error = None

    def follow(self, ends):
        """Do as we are told until a command of these names comes, which is returned. Raises `Left` and `Over`."""
        while True:
            command = self.line.next()
            if command["do"] in ends:
                return command
            began = time.perf_counter()
            try:
                reply = getattr(self, "do_" + command["do"])(command)
            except Exception as error:  # noqa: BLE001 - whatever the server's callables raise
                self.last_error = error
                reply = {"raised": told_of_error(error)}
            self.done(command, reply, began)

    def done(self, command, reply, began=None):
        took = {} if began is None else {"us": int((time.perf_counter() - began) * 1e6)}
        self.line.tell(n=command["n"], **reply, **took)

    def do_start(self, command):
        """`start_response`, with an exception that was really raised and caught where there is to be one."""
        self.started = True
        status, headers = decode(command["status"]), decode(command["headers"])
        if "exc_info" not in command:
            return self._starts(status, headers)
        if command["exc_info"] is None:
            return self._starts(status, headers, None)
        try:
            _fails(*command["exc_info"])
        except Exception as error:  # noqa: BLE001 - the one that was raised
            try:
                return self._starts(status, headers, sys.exc_info())
            except Exception as raised:  # noqa: BLE001 - whatever the server raises
                self.last_error = raised
                known = {"same": raised is error, "frame": "_fails" in _functions(raised.__traceback__)}
                return {"raised": told_of_error(raised), "ok": encode(known)}

    def _starts(self, *arguments):
        self.write = self.start_response(*arguments)
        return {"ok": "write" if callable(self.write) else type_name(self.write)}

    def do_write(self, command):
        self.write(decode(command["data"]))
        return {"ok": None}

    def do_use(self, command):
        """A method of one of the streams."""
        method = getattr(self.environ[command["key"]], command["method"])
        return {"ok": encode(method(*decode(command["arguments"])))}

    def do_iterate_input(self, command):
        return {"ok": encode(list(itertools.islice(self.environ["wsgi.input"], command["items"])))}

    def do_read_body(self, command):
        """As applications do: so much as was announced, or to the end where nothing was."""
        announced = self.environ.get("CONTENT_LENGTH")
        left = int(announced) if announced else sys.maxsize
        return {"ok": encode(b"".join(self._pieces(left, PIECE)))}

    def do_read_to_end(self, command):
        """Again and again so many bytes, until there are no more or enough; the pieces."""
        return {"ok": encode(list(self._pieces(command.get("up_to") or sys.maxsize, command["size"])))}

    def _pieces(self, left, size):
        stream = self.environ["wsgi.input"]
        for _ in range(MOST_READS):
            data = stream.read(min(size, left))
            left -= len(data)
            if data:
                yield data
            if not data or left <= 0:
                return

    def do_environ(self, command):
        """Look at the environ again, or change it."""
        if command["how"] == "set":
            self.environ[command["key"]] = decode(command["value"])
        elif command["how"] == "delete":
            del self.environ[command["key"]]
        elif command["how"] == "clear":
            self.environ.clear()
        return {"ok": told_environ(self.environ)}

    def do_is_freed(self, command):
        """Whether nothing holds the exception any more that an earlier call has told the server of."""
        return {"ok": all(reference() is None for reference in _tracked)}

    def wrapper(self, command):
        """What `wsgi.file_wrapper` makes of a file of ours."""
        file = file_of(command, lambda what: self.line.tell(used=what))
        return self.environ["wsgi.file_wrapper"](file, *([command["size"]] if command["size"] else []))

    def do_wrap_file(self, command):
        """Wrap a file, and let the wrapper go, take all that it gives, or close it."""
        wrapper = self.wrapper(command)
        if command["then"] == "close":
            wrapper.close()
        return {"ok": encode(list(wrapper) if command["then"] == "iterate" else None)}

    def result(self, command):
        """What the call returns. Raises `Over`."""
        what = command["do"]
        if what == "raise":
            raise Over(error_like(command["kind"], command["text"]))
        if what == "reraise" or (what == "reraise_or_return" and self.last_error is not None):
            raise Over(self.last_error)
        self.goes_on = what in ("iterate", "wrap")
        if what == "iterate":
            return SHAPES[command["shape"]](self, command)
        if what == "wrap":
            return INSIDE[command["inside"]](self.wrapper(command))
        return decode(command["value"])

    def next_block(self):
        """What `__next__` of the result gives: it does as it is told until it is told of one."""
        try:
            command = self.follow(ENDS_OF_NEXT)
        except Left:
            raise StopIteration from None
        self.done(command, {"ok": None})
        if command["do"] == "yield":
            return decode(command["data"])
        if command["do"] == "stop":
            raise StopIteration
        try:
            self.result(command)
        except Over as over:
            raise over.error from None

    def waits_for_release(self):
        """What `close` of the result does where the script says when it comes back."""
        with contextlib.suppress(Left):
            self.done(self.follow(("release",)), {"ok": None})


ENDS = ("return", "raise", "reraise", "reraise_or_return", "iterate", "wrap")
ENDS_OF_NEXT = ("yield", "stop", "raise", "reraise")


class _Reference:
    pass


def _fails(kind, text):
    held = _Reference()
    _tracked[:] = [weakref.ref(held)]
    raise error_like(kind, text)


def _functions(traceback):
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_name
        traceback = traceback.tb_next


def application(*arguments, **keywords):
    """Takes whatever it is given, so that the way it is called can be seen.

    Some servers call an application without arguments to find out if it is a factory.
    """
    if not arguments and not keywords:
        raise TypeError("a WSGI application takes two arguments")
    environ = arguments[0] if arguments else keywords.get("environ", {})
    start_response = arguments[1] if len(arguments) > 1 else keywords.get("start_response")
    call = Call(environ, start_response, Line())
    call.line.tell(**_hello(arguments, keywords, environ, start_response))
    return _result(call)


def _result(call):
    """What the script has the call return; the channel stays open while there is something to tell."""
    try:
        command = call.follow(ENDS)
        try:
            result = call.result(command)
        except Over as over:
            call.done(command, {"ok": None})
            raise over.error from None
        except Exception as error:  # noqa: BLE001 - whatever the server's file wrapper raises
            call.goes_on = False
            call.done(command, {"raised": told_of_error(error)})
            return []
        call.done(command, {"ok": type_name(result)})
        return result
    except Left:
        if not call.started:
            with contextlib.suppress(Exception):
                call.start_response("500 The script is over", [("Content-Length", "0")])
        return []
    finally:
        if not call.goes_on:
            call.line.close()


# --------------------------------------------------------------------------- the same in other shapes
#
# The names that `options={"application": ...}` of a case may give.


def _after_another(_, environ, start_response):
    return application(environ, start_response)


class _Instance:
    def __call__(self, environ, start_response):
        return application(environ, start_response)

    def method(self, environ, start_response):
        return application(environ, start_response)


class _Bare:
    """Has nothing but what every callable has."""

    __slots__ = ()

    def __call__(self, environ, start_response):
        return application(environ, start_response)

    def __getattr__(self, name):
        raise AttributeError(name)


class cls:
    """A class: to call it makes the iterable."""

    def __init__(self, environ, start_response):
        self._result = application(environ, start_response)

    def __iter__(self):
        return iter(self._result)

    def close(self):
        if hasattr(self._result, "close"):
            self._result.close()


instance = _Instance()
method = instance.method
bare = _Bare()
partial = functools.partial(_after_another, None)
