"""Plays the server of a WSGI application, in memory: calls it, asks for its blocks, and tells all that it did.

Standard library only, Python 3.8 and later, because it runs in the environment of the application:

    python -m wsgi_host '{"target": "shop.wsgi:application", "factory": false, "role": "application"}'

It dials the address in `ASGI_CONFORMANCE_CONTROL`, says whether the application could be loaded, and follows commands,
one JSON object a line. Every call of the application has a thread of its own, as with a server, so that one that waits
keeps nobody else waiting. Between us and the application stands an observer (`wsgi_watch`), and of a middleware also
between it and the application inside it, which is that of `remote_wsgi.py`.
"""

import contextlib
import json
import os
import queue
import sys
import threading

import remote_wsgi
from application_loading import NotLoaded, in_a_line, load
from remote_values import decode, encode, told_of_error, type_name
from wsgi_watch import Watch

MOST_BLOCKS = 1000  # of one response; some never end
MOST_BYTES = 1 << 22
STEPS = 2000  # that one call tells of


class ClientGone(OSError):
    """What `write`, or a read of `wsgi.input`, raises once the client has left."""


class Input:
    """`wsgi.input`: a body that has come already."""

    def __init__(self, call, body, piece):
        self._call, self._body, self._piece, self._position = call, body, piece or len(body), 0

    def _take(self, end):
        self._call.step("read")
        if self._call.fails == "read" or (self._call.fails == "read-later" and self._position):
            raise ClientGone("the client has left")
        data = self._body[self._position : max(end, self._position)]
        self._position += len(data)
        return data

    def read(self, size=-1):
        left = len(self._body) - self._position
        if size is None or size < 0:
            return self._take(len(self._body))
        return self._take(self._position + min(size, self._piece, left))

    def readline(self, size=-1):
        found = self._body.find(b"\n", self._position)
        end = len(self._body) if found < 0 else found + 1
        if size is not None and size >= 0:
            end = min(end, self._position + size)
        return self._take(end)

    def readlines(self, hint=-1):
        return list(self)

    def __iter__(self):
        return iter(self.readline, b"")

    # What other servers' streams have too. An application may not use it; the observer tells.

    closed = False

    def close(self):
        pass

    def readable(self):
        return True

    def writable(self):
        return False

    def seekable(self):
        return True

    def tell(self):
        return self._position

    def seek(self, offset, whence=0):
        self._position = max(0, offset + (0, self._position, len(self._body))[whence])
        return self._position


class Errors:
    """`wsgi.errors`: what is written is recorded."""

    def __init__(self, call):
        self._call = call

    def write(self, text):
        self._call.step("error", text)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    # As with the input:

    encoding = "utf-8"

    def close(self):
        pass

    def isatty(self):
        return False


class FileWrapper:
    """`wsgi.file_wrapper`, in the plain way: blocks of a file."""

    def __init__(self, file, size=8192):
        self._file, self._size = file, size
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return self

    def __next__(self):
        data = self._file.read(self._size)
        if not data:
            raise StopIteration
        return data


class Call:
    """One call of the application: we are the server."""

    def __init__(self, host, command):
        self.host, self.name, self._command, self.fails = host, command["call"], command, command["fails"]
        self.steps = []
        self.breaches = []
        self.status = self.headers = None
        self.given = 0  # bytes that went to the client
        self.sent = []  # what was written and yielded since we last told of it
        self.iterator = self.result = None
        self.given_back = None  # what the application itself returned
        self.ended = self.closed = False
        self._wishes = queue.Queue()
        threading.Thread(target=self._follow, daemon=True, name=self.name).start()

    def step(self, what, value=None):
        if len(self.steps) < STEPS:
            self.steps.append([what, encode(value)])

    def wish(self, command):
        self._wishes.put(command)

    def outer_breach(self, breach):
        """What the server does is ours."""
        if breach.side == "application":
            self.breach(breach)

    def breach(self, breach):
        place = list(breach.place) if breach.place else None
        self.breaches.append([breach.requirement, breach.side, breach.got, breach.expected, place, breach.verdict])

    # ------------------------------------------------------------------ the thread of the call

    def _follow(self):
        while True:
            command = self._wishes.get()
            if command is None:
                return
            try:
                reply = getattr(self, "do_" + command["do"])(command)
            except BaseException as error:  # noqa: BLE001 - whatever leaves an application
                self.step("raised", f"{type_name(error)}: {str(error)[:500]}")
                self.ended = True
                reply = {"raised": told_of_error(error)}
            self.host.tell(dict(reply, n=command["n"]))

    def do_result(self, command):
        """Call the application."""
        environ = decode(self._command["environ"])
        environ.update(self._surroundings(environ))
        watch = Watch(self._application, self.outer_breach)
        try:
            self.result = watch(environ, self.start_response)
        except TypeError as error:
            if _innermost(error) is Call._application.__code__:
                self.step("uncallable")
            raise
        size = None
        with contextlib.suppress(Exception):
            size = len(self.result)
        name = type_name(self.given_back)
        self.step("returned", [name, size])
        if self.host.was_returned_before(self):
            self.step("shared")
        return {"ok": self._so_far(name)}

    def _application(self, environ, start_response):
        self.given_back = self.host.application(environ, start_response)
        return self.given_back

    def _surroundings(self, environ):
        body = decode(self._command["body"])
        own = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": environ.get("wsgi.url_scheme", "http"),
            "wsgi.input": Input(self, body, self._command["pieces"]),
            "wsgi.errors": Errors(self),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if self._command["terminated"]:
            own["wsgi.input_terminated"] = True
        if self._command["file_wrapper"]:
            own["wsgi.file_wrapper"] = FileWrapper
        return {key: value for key, value in own.items() if key not in environ}

    def do_block(self, command):
        """Ask for the next item."""
        ended, data = self._next()
        if ended:
            return {"ok": self._so_far(None), "done": 0}
        return {"ok": self._so_far(data)}

    def _next(self):
        """Whether the end has come, and the next item."""
        if self.iterator is None:
            self.iterator = iter(self.result)
        try:
            data = next(self.iterator)
        except StopIteration:
            self.step("end")
            self.ended = True
            return True, None
        self.step("block", data)
        self._sends(data)
        return False, data

    def do_close(self, command):
        if hasattr(self.result, "close") and not self.closed:
            self.closed = True
            self.step("closed")
            self.result.close()
        return {"ok": None}

    def do_whole(self, command):
        """All that is left, and `close()` whatever comes of it."""
        try:
            for _ in range(MOST_BLOCKS):
                if self._next()[0] or self.given > MOST_BYTES:
                    break
        finally:
            self.do_close(command)
        return {"ok": self._so_far(None)}

    def _sends(self, data):
        self.given += len(data) if isinstance(data, bytes) else 0
        self.sent.append(data)

    def _so_far(self, value):
        """What has come of the command, and what the client would have been sent since the last."""
        sent, self.sent = self.sent, []
        pairs = [["value", value], ["status", self.status], ["headers", self.headers], ["sent", sent]]
        return {"d": [[key, encode(item)] for key, item in pairs]}

    # ------------------------------------------------------------------ what the application calls

    def start_response(self, status, headers, exc_info=None):
        self.step("start", [status, headers, exc_info is not None])
        try:
            if exc_info is not None:
                if self.given or self.fails == "exc_info":
                    raise exc_info[1].with_traceback(exc_info[2])
            elif self.status is not None:
                raise AssertionError("start_response was called again without exc_info")
        finally:
            exc_info = None
        self.status, self.headers = status, list(headers) if isinstance(headers, list) else headers
        if self._command["spoils_headers"] and isinstance(headers, list):
            headers[:] = [("X-Spoilt", "by the server")]
        return self.write

    def write(self, data):
        self.step("write", data)
        if self.fails == "write":
            raise ClientGone("the client has left")
        self._sends(data)


class Host:
    """Holds the application, and the calls of one case."""

    def __init__(self, line, application):
        self._line, self.application = line, application
        self._lock = threading.Lock()
        self.calls = {}

    def tell(self, message):
        with self._lock:
            self._line.tell(**message)

    def drive(self):
        """Follow commands until the channel closes."""
        while True:
            command = self._line.next()
            do = command["do"]
            if do == "call":
                self.calls[command["call"]] = Call(self, command)
                self.tell({"n": command["n"], "ok": None})
            elif do == "end":
                self.tell({"n": command["n"], "ok": self._logs()})
            else:
                self.calls[command["call"]].wish(command)

    def was_returned_before(self, call):
        """Whether an earlier call has returned this very iterator: there is nothing left of it."""
        found = call.given_back
        others = [one.given_back for one in list(self.calls.values()) if one is not call]
        return hasattr(type(found), "__next__") and any(found is other for other in others)

    def _logs(self):
        """Of the calls of the case, which is over."""
        calls, self.calls = self.calls, {}
        for call in calls.values():
            call.wish(None)
        logs = [
            [name, {"d": [["steps", call.steps], ["breaches", call.breaches]]}] for name, call in list(calls.items())
        ]
        return {"d": logs}


def main():
    wanted = json.loads(sys.argv[1])
    line = remote_wsgi.Line()
    hello = {"token": os.environ.get("ASGI_CONFORMANCE_TOKEN", ""), "pid": os.getpid(), "environ": None}
    try:
        application = load(wanted["target"], wanted["factory"], wanted["role"], "wsgi")
    except NotLoaded as error:
        line.tell(**hello, error=str(error))
        return
    host = Host(line, application)
    if wanted["role"] == "middleware":
        inner = Watch(remote_wsgi.application, lambda breach: _inner_breach(host, breach))
        try:
            host.application = application(inner)
        except BaseException as error:  # noqa: BLE001 - whatever a middleware does when it is made
            line.tell(**hello, error="{}(application) fails: {}".format(wanted["target"], in_a_line(error)))
            return
    line.tell(**hello)
    with contextlib.suppress(remote_wsgi.Left):
        host.drive()
    sys.stdout.flush()
    os._exit(0)  # threads of the application may go on for ever


def _innermost(error):
    """The code that raised it."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code


def _inner_breach(host, breach):
    """What a middleware does wrong as the server of the application inside it: told with the last of its calls."""
    if breach.side == "application":
        return  # that application is ours
    for call in list(host.calls.values())[-1:]:
        call.breach(breach)


if __name__ == "__main__":
    main()
