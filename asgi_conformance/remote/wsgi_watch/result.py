"""What the application returned."""

from __future__ import annotations

import os
import sys
from types import GeneratorType
from typing import Any, Iterator

from .call import WatchedCall
from .file_wrapper import FileWrapper
from .one_thread import Alone, Busy
from .values import is_iterable, typed

# --------------------------------------------------------------------------- what is passed on


def passed_on(call: WatchedCall, result: Any, files: FileWrapper | None) -> Any:
    """What the server gets instead of this result; `files`: its file wrapper."""
    call.returns(result)
    kind = type(result)
    if files is not None and files.made(result):
        return result  # the server knows it by its type
    if kind is list or kind is tuple:
        if call.listener is None and call.is_right(result):
            return result
        return _SizedResult(call, result, len(result))
    if kind is GeneratorType:
        return _Result(call, result, None)
    if isinstance(result, (str, bytes, bytearray, memoryview)) or not is_iterable(result):
        requirement = "wsgi.write.still-return-iterable" if call.wrote else "wsgi.iterable.return-iterable"
        call.tell_once("application", requirement, "an iterable of bytes", typed(result))
        return result
    if hasattr(kind, "__len__"):
        return _SizedResult(call, result, _length(result))
    return _Result(call, result, None)


def _length(result: Any) -> int | None:
    """None where it cannot be told."""
    try:
        return len(result)
    except Exception:  # noqa: BLE001 - whatever the application raises there
        return None


# --------------------------------------------------------------------------- the result, wrapped

_processes = [0]
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=lambda: _processes.append(0))


class _Result:
    """What the application returned, as the server sees it. It is its own iterator."""

    _iterator: Any = None
    _closed = False
    _count = 0
    _state = ""
    """`end`, `error`: how the iteration came out"""

    def __init__(self, call: WatchedCall, inner: Any, length: int | None) -> None:
        self._call, self._inner, self._length, self._before = call, inner, length, call.taken
        self._process = len(_processes)

    def __iter__(self) -> Iterator[Any]:
        iterator = iter(self._inner)
        return self._walk(Alone(iterator, self._call) if self._call.alone else iterator)

    def __next__(self) -> Any:
        """Of a result that is an iterator."""
        if self._iterator is None:
            self._iterator = iter(self)
        return next(self._iterator)

    def _walk(self, iterator: Any) -> Iterator[Any]:
        call, count, listener = self._call, 0, self._call.listener
        self._count = 0
        call.taken = self._before  # it may be iterated anew
        if self._closed:
            self._is_read_after_close()
        try:
            for block in iterator:
                count += 1
                self._count = count
                if call.is_plain and type(block) is bytes:
                    call.taken += len(block)
                else:
                    call.yields(block)
                if listener is not None:
                    listener.yields(block)
                yield block
                if self._closed:
                    self._is_read_after_close()
                if not call.sent and call.taken:
                    call.goes_out()
        except GeneratorExit:  # nobody asks for more
            raise
        except BaseException as error:
            self._state = "error"
            if listener is not None:
                listener.raises(error, "iteration")
            raise
        self._ends()

    def _is_read_after_close(self) -> None:
        requirement = "wsgi.iterable.after-close"
        self._call.tell_once("server", requirement, "no iteration after close()", "another step")

    def _ends(self) -> None:
        call = self._call
        self._state = "end"
        call.ends()
        if self._length is not None and self._length != self._count:
            got = f"{self._count} blocks"
            call.tell_once("application", "wsgi.iterable.len-accurate", f"{self._length}, its len()", got)
        if call.listener is not None:
            call.listener.ends()

    def close(self) -> None:
        call = self._call
        close = getattr(self._inner, "close", None)
        if self._closed:
            call.tell_once("server", "wsgi.close.exactly-once", "one close()", "another")
        self._closed = True
        if call.listener is not None:
            call.listener.closes()
        if close is None:
            return
        try:
            if call.alone:
                with Busy(call, "close"):
                    close()
            else:
                close()
        except BaseException as error:
            if call.listener is not None:
                call.listener.raises(error, "close")
            raise

    def __bool__(self) -> bool:
        return bool(self._inner)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not name.startswith("__"):
            requirement = "wsgi.iterable.no-other-attributes"
            self._call.tell_once("server", requirement, "__iter__, __len__, close", name)
        return value

    def __del__(self) -> None:
        if self._closed or self._process != len(_processes) or sys.is_finalizing():
            return  # the copy of a child that was forked is not its own
        if hasattr(self._inner, "close"):
            got = "none, and nobody holds the result any more"
            self._call.tell_once("server", self._unclosed(), "close()", got)

    def _unclosed(self) -> str:
        call = self._call
        if self._state:
            return "wsgi.close.normal" if self._state == "end" else "wsgi.close.app-error"
        if call.method == "HEAD" or call.code == 204 or call.code == 304:
            return "wsgi.close.unused-body"
        if call.length is not None and call.taken >= call.length:
            return "wsgi.close.content-length-stop"
        return "wsgi.close.disconnect" if self._count else "wsgi.close.not-started"


class _SizedResult(_Result):
    """A result that has a length."""

    def __len__(self) -> int:
        return len(self._inner)
