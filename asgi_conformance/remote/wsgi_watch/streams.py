"""`wsgi.input` and `wsgi.errors`."""

from __future__ import annotations

from typing import Any, Iterator

from .breach import WARN
from .call import WatchedCall
from .values import shown, typed


class _Stream:
    """What both have in common: any further attribute belongs to the server."""

    __slots__ = ("_call", "_stream")
    _name, _listed, _no_close = "", "", ""

    def __init__(self, stream: Any, call: WatchedCall) -> None:
        self._stream, self._call = stream, call

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._stream, name)
        if name.startswith("__"):
            return value
        if not callable(value):
            self._beyond(name, WARN)  # to look at what may be missing is not to use it
            return value

        self._call.asks(self._name + name, 1)

        def method(*args: Any, **kwargs: Any) -> Any:
            self._beyond(name, WARN if self._call.asks(self._name + name, -1) else None)
            return value(*args, **kwargs)

        return method

    def _beyond(self, name: str, verdict: str | None = None) -> None:
        if name == "close":
            self._call.tell("application", self._no_close, "it stays open", f"{self._name}.close()")
        else:
            self._call.tell("application", self._listed, "the methods of PEP 3333", f"{self._name}.{name}", verdict)

    def __enter__(self) -> Any:
        self._beyond("__enter__")
        self._stream.__enter__()
        return self

    def __exit__(self, *args: object) -> Any:
        self._beyond("close")
        return self._stream.__exit__(*args)

    def _told(self, method: str, args: tuple[Any, ...], outcome: Any) -> None:
        listener = self._call.listener
        if listener is not None:
            listener.uses(self._name, method, args, outcome)

    def _asked(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._call.listener is None:
            return getattr(self._stream, method)(*args, **kwargs)
        try:
            outcome = getattr(self._stream, method)(*args, **kwargs)
        except BaseException as error:
            self._told(method, args, error)
            raise
        self._told(method, args, outcome)
        return outcome


class Input(_Stream):
    """`wsgi.input`"""

    __slots__ = ("_declared", "_terminated", "_total")
    _name, _listed = "wsgi.input", "wsgi.input.app-listed-methods"
    _no_close = "wsgi.input.app-no-close"

    def __init__(self, stream: Any, call: WatchedCall, environ: dict[str, Any]) -> None:
        self._stream, self._call, self._total = stream, call, 0
        self._declared, self._terminated = environ.get("CONTENT_LENGTH"), environ.get("wsgi.input_terminated")

    def read(self, *args: Any, **kwargs: Any) -> Any:
        left = self._left()
        size = args[0] if len(args) == 1 and isinstance(args[0], int) and args[0] >= 0 else None
        if left is not None and size is not None and size > left and not self._terminated:
            requirement = "wsgi.input.app-no-over-read"
            self._call.tell("application", requirement, f"at most {left} bytes", f"read({size})")
        data = self._asked("read", args, kwargs)
        if self._is_bytes("read", data):
            if size is not None and len(data) > size:
                self._wrong("wsgi.input.read-size", f"at most {size} bytes", f"{len(data)}")
            elif left is not None and len(data) <= left:
                self._total += len(data)
            else:
                self._got(data)
        return data

    def readline(self, *args: Any, **kwargs: Any) -> Any:
        data = self._asked("readline", args, kwargs)
        if self._is_bytes("readline", data):
            size = args[0] if len(args) == 1 and isinstance(args[0], int) and args[0] >= 0 else None
            if size is not None and len(data) > size:
                self._wrong("wsgi.input.readline-size", f"at most {size} bytes", f"{len(data)}")
            else:
                self._line(data)
                self._got(data)
        return data

    def readlines(self, *args: Any, **kwargs: Any) -> Any:
        lines = self._asked("readlines", args, kwargs)
        if type(lines) is not list:
            self._wrong("wsgi.input.readlines", "a list", typed(lines))
            return lines
        if not all(self._is_bytes("readlines", line) for line in lines):
            return lines
        if b"" in lines:
            if any(args):
                self._wrong("wsgi.input.readlines-hint", "lines of the body alone", "an empty item", WARN)
            else:
                self._wrong("wsgi.input.readlines", "lines of the body alone", "an empty item")
        for line in lines:
            self._line(line)
        left = self._left()
        data = b"".join(lines)
        if left is not None and len(data) == left + 1 and data.endswith(b"\n"):
            self._wrong("wsgi.input.readlines", f"{left} bytes", f"{len(data)}, the last one a line end")
            self._total += left
        else:
            self._got(data)
        return lines

    def __iter__(self) -> Iterator[Any]:
        for line in iter(self._stream):
            self._told("__iter__", (), line)
            if self._is_bytes("__iter__", line):
                if not line:
                    self._wrong("wsgi.input.iter", "no empty item", "b''")
                self._line(line)
                self._got(line)
            yield line
        self._told("__iter__", (), None)

    def __next__(self) -> Any:
        self._beyond("__next__")
        return next(self._stream)

    def _beyond(self, name: str, verdict: str | None = None) -> None:
        self._declared = None  # it may be anywhere from now on
        super()._beyond(name, verdict)

    def _left(self) -> int | None:
        declared = self._declared
        if isinstance(declared, str) and declared.isdigit() and declared.isascii():
            return max(0, int(declared) - self._total)
        return None

    def _got(self, data: bytes) -> None:
        left = self._left()
        self._total += len(data)
        if left is not None and len(data) > left:
            requirement = "wsgi.input.eof-at-content-length"
            self._wrong(requirement, f"{self._declared} bytes, CONTENT_LENGTH", f"{self._total}")
            self._declared = None  # told

    def _line(self, line: bytes) -> None:
        if b"\n" in line[:-1]:
            self._wrong("wsgi.input.readline", "one line", shown(line))

    def _is_bytes(self, method: str, data: Any) -> bool:
        if type(data) is bytes:
            return True
        if data is None and method in ("read", "readline"):
            self._wrong("wsgi.input.exhausted-empty", "b''", "None")
        else:
            self._wrong("wsgi.input.bytes-type", f"type bytes from {method}", typed(data))
        return False

    def _wrong(self, requirement: str, expected: str, got: str, verdict: str | None = None) -> None:
        self._call.tell("server", requirement, expected, got, verdict)


class Errors(_Stream):
    """`wsgi.errors`"""

    __slots__ = ()
    _name, _listed = "wsgi.errors", "wsgi.errors.app-listed-methods"
    _no_close = "wsgi.errors.app-no-close"

    def write(self, *args: Any, **kwargs: Any) -> Any:
        return self._written("write", args, kwargs, [*args, *kwargs.values()])

    def writelines(self, *args: Any, **kwargs: Any) -> Any:
        lines = args[0] if args and isinstance(args[0], (list, tuple)) else ()
        return self._written("writelines", args, kwargs, list(lines))

    def flush(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("flush", args, kwargs)

    def _written(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any], texts: list[Any]) -> Any:
        wrong = [text for text in texts if not isinstance(text, str)]
        if wrong:
            self._call.tell("application", "wsgi.errors.text-mode", "type str", typed(wrong[0]))
        try:
            return self._asked(method, args, kwargs)
        except UnicodeEncodeError as error:
            self._call.tell("server", "wsgi.errors.unicode", "the text, or what stands for it", shown(error))
            raise
        except TypeError as error:
            if texts and not wrong:
                self._call.tell("server", "wsgi.errors.text-mode", "type str is taken", shown(error))
            raise
