"""The promise of one thread at a time: `wsgi.multithread` is false."""

from __future__ import annotations

import threading
from typing import Any

from .call import WatchedCall


class Busy:
    """The application runs, in a process that has promised one thread at a time."""

    def __init__(self, call: WatchedCall, what: str) -> None:
        self._call, self._entry, self._busy = call, (threading.get_ident(), what), call.terms.busy

    def __enter__(self) -> None:
        others = [what for thread, what in self._busy.copy() if thread != self._entry[0]]
        self._busy.append(self._entry)
        if others:
            calls = "call" in others and self._entry[1] == "call"
            requirement = "wsgi.environ.multithread" if calls else "wsgi.thread.flag-honoured"
            got = f"{self._entry[1]} during {others[0]} in another thread"
            self._call.tell("server", requirement, "one thread at a time, for wsgi.multithread is false", got)

    def __exit__(self, *_: object) -> None:
        self._busy.remove(self._entry)


class Alone:
    """An iterator of the application's, in a process that has promised one thread at a time."""

    def __init__(self, iterator: Any, call: WatchedCall) -> None:
        self._iterator, self._call = iterator, call

    def __iter__(self) -> Alone:
        return self

    def __next__(self) -> Any:
        with Busy(self._call, "iteration"):
            return next(self._iterator)
