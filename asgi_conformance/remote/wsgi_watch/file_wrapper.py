"""`wsgi.file_wrapper`."""

from __future__ import annotations

from typing import Any

from .call import WatchedCall
from .values import is_iterable, typed


class FileWrapper:
    """`wsgi.file_wrapper`, and what it made: that is passed on to the server as it is."""

    __slots__ = ("_call", "_made", "_wrapper")

    def __init__(self, wrapper: Any, call: WatchedCall) -> None:
        self._wrapper, self._call = wrapper, call
        self._made: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._made = result = self._wrapper(*args, **kwargs)
        if args and hasattr(args[0], "close") and not hasattr(result, "close"):
            self._call.tell_once("server", "wsgi.file-wrapper.close", "close(), for the file has one", "none")
        if not is_iterable(result):
            self._call.tell_once("server", "wsgi.file-wrapper.returns-iterable", "an iterable", typed(result))
        return result

    def made(self, result: Any) -> bool:
        """Asked once, when the call has returned."""
        made, self._made = self._made, None
        if made is None:
            return False
        return made is result or (isinstance(self._wrapper, type) and isinstance(result, self._wrapper))

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, self._wrapper)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapper, name)
