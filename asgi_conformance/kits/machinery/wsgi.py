# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""In the server's process: the application waits for the turns that the script gives it, and tells what it saw."""

import contextlib
import itertools
import os
import socket
import sys

from asgi_conformance.kits.machinery.facts import foreign, plain

PLAIN = (str, bytes, bytearray, int, float, tuple, list, dict, type(None))


class Over(BaseException):
    """The script has ended, so the call does."""


class Turns:
    """`line(7, write, data)`: when it is line 7's turn, call `write(data)` and tell what came of it."""

    def __init__(self, environ):
        self._socket = socket.create_connection(("127.0.0.1", int(os.environ["KIT_PORT"])))
        self._socket.settimeout(60)
        self._heard = b""
        self.error = None  # the last exception that was told
        self.tell({"called": told_environ(environ)})

    def tell(self, message):
        try:
            self._socket.sendall(repr(message).encode("ascii", "backslashreplace") + b"\n")
        except OSError:
            raise Over from None

    def word(self):
        """The next word of the script: the name of this call, then numbers of lines."""
        while b"\n" not in self._heard:
            try:
                data = self._socket.recv(1024)
            except OSError:
                data = b""
            if not data:
                raise Over
            self._heard += data
        word, _, self._heard = self._heard.partition(b"\n")
        return word.decode()

    def __call__(self, number, function=None, *arguments):
        while self.word() != str(number):
            pass
        value, told = None, {"value": None}
        try:
            value = function(*arguments) if function else None
            told["value"] = plain(value)
        except Exception as error:  # noqa: BLE001 - whatever the server raises
            self.error = error
            kind = type(error)
            name = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
            told = {"raised": name, "text": str(error)[:300]}
        self.tell(dict(told, line=number))
        return value

    def until_the_end(self):
        """Stay in the call while the client does what is left."""
        while True:
            self.word()

    def close(self):
        self._socket.close()


class Iterated:
    """What the application returns; it tells how the server uses it."""

    def __init__(self, line, blocks, length=0):
        self._line, self._blocks, self._length = line, blocks(), length

    def _tell(self, what):
        with contextlib.suppress(Over):
            self._line.tell({"used": what})

    def __iter__(self):
        self._tell("iter")
        return self

    def __next__(self):
        self._tell("next")
        try:
            return next(self._blocks)
        except StopIteration:
            self._tell("end")
            raise
        except Over:
            raise StopIteration from None


class Watched(Iterated):
    def close(self):
        self._tell("close")
        self._blocks = iter(())


class Sized(Watched):
    def __len__(self):
        return self._length


def taking_turns(players):
    """The application that the server is given. `players`: what each call of it does, by the name in the script."""

    def application(environ, start_response):
        line = Turns(environ)
        try:
            result = players[line.word()](environ, start_response, line)
        except Over:
            return []
        except BaseException:
            line.close()
            raise
        if not isinstance(result, Iterated):
            line.close()
        return result

    return application


def exc_info(error):
    """As of an exception that was raised and caught."""
    try:
        raise error
    except type(error):
        return sys.exc_info()


def first_items(stream, count):
    return list(itertools.islice(iter(stream), count))


def read_body(environ):
    length = environ.get("CONTENT_LENGTH")
    return (
        environ["wsgi.input"].read(int(length))
        if length
        else b"".join(iter(lambda: environ["wsgi.input"].read(65536), b""))
    )


def read_to_end(stream, size, up_to):
    parts, left = [], up_to
    while left is None or left > 0:
        part = stream.read(size if left is None else min(size, left))
        if not part:
            break
        parts.append(part)
        left = None if left is None else left - len(part)
    return b"".join(parts)


def changed(environ, how, key, value):
    """The environ after changing it, or not."""
    if how == "set":
        environ[key] = value
    elif how == "delete":
        del environ[key]
    elif how == "clear":
        environ.clear()
    return told_environ(environ)


def told_environ(environ):
    """Of its objects only the types: a stream would be read by looking."""
    return {plain(key): plain(value) if isinstance(value, PLAIN) else kind_of(value) for key, value in environ.items()}


def kind_of(value):
    kind = type(value)
    return foreign(kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}", "")
