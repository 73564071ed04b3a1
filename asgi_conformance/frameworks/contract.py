"""What contract applications share: gates, journals, and what their hooks do. `CONTRACT.md` says the rest.

Standard library only, Python 3.8 and later: an application may carry a copy of this file.
"""

import asyncio
import contextlib
import os
import sys
import threading
import time
from pathlib import Path

GREETING = "asgi-conformance contract 1"
ERROR = "contract error"
FIRST, SECOND, TICK = b"first\n", b"second\n", b"tick\n"
FIRST_EVENT, SECOND_EVENT = b"data: first\n\n", b"data: second\n\n"
EVENT_STREAM = "text/event-stream"

FILE = Path(__file__).resolve().with_name("contract_file.txt")
"""10,000 bytes: the digits from 0 to 9, a thousand times."""

COOKIES = (("a", "1"), ("b", "2"), ("c", "3"))
EXPIRES = "Fri, 31 Dec 2100 23:59:59 GMT"
"""Of the cookie b; `EXPIRES_IN` is as good."""
EXPIRES_IN = 10**8

LINK = "</style.css>; rel=preload; as=style"
PUSHED = "/pushed.css"
TRAILER = ("x-checksum", "42")

VARIABLE = "ASGI_CONFORMANCE_CONTRACT"
STARTUP_FAILS, SHUTDOWN_FAILS = "startup-fails", "shutdown-fails"
CLEANED_UP = "asgi-conformance: cleaned up"
CLEANING = 0.3
BLOCKING = 0.05
BETWEEN_TICKS = 0.05
PIECE = 10
"""How many bytes of a body a WSGI application asks for at a time where it sends them on at once."""
PATIENCE = 30
"""After so many seconds a handler in a thread gives up waiting, for nobody can cancel it."""


def fail():
    """Raise what a route that fails raises."""
    raise RuntimeError(ERROR)


# --------------------------------------------------------------------------- gates


class _Gate:
    def __init__(self):
        self.event = threading.Event()
        self.waiting = []


_lock = threading.RLock()
_gates = {}
_journals = {}


def _gate(key):
    with _lock:
        return _gates.setdefault(key, _Gate())


def open_gate(key):
    """Let pass whoever waits at this gate, and whoever comes later. From any thread and any event loop."""
    gate = _gate(key)
    with _lock:
        gate.event.set()
        waiting, gate.waiting = gate.waiting, []
    for wake in waiting:
        with contextlib.suppress(RuntimeError):  # its event loop is closed
            wake()


async def opened(key):
    """Wait until somebody opens this gate. On asyncio and on trio; may be cancelled."""
    gate = _gate(key)
    trio = running_trio()
    if trio is not None:
        event, token = trio.Event(), trio.lowlevel.current_trio_token()

        def wake():
            token.run_sync_soon(event.set)

    else:
        event, loop = asyncio.Event(), asyncio.get_running_loop()

        def wake():
            loop.call_soon_threadsafe(event.set)

    with _lock:
        if gate.event.is_set():
            return
        gate.waiting.append(wake)
    try:
        await event.wait()
    finally:
        with _lock:
            if wake in gate.waiting:
                gate.waiting.remove(wake)


def wait_until_opened(key):
    """The same for a handler that runs in a thread of its own, which it gives back when nobody comes to open.

    Without a key there is nothing to wait for.
    """
    if key and not _gate(key).event.wait(PATIENCE):
        raise RuntimeError(f"nobody has opened the gate {key}")


def is_open(key):
    """Whether somebody has opened this gate, without waiting for it."""
    return _gate(key).event.is_set()


# --------------------------------------------------------------------------- journals


def note(key, text):
    """Write a line into this journal. Without a key nothing is written.

    It opens gates of its own, so that a case can wait for it: `left 1001` in the journal k opens k-left and
    k-left-1001.
    """
    if not key:
        return
    with _lock:
        _journals.setdefault(key, []).append(str(text))
    gate = key
    for word in str(text).split():
        gate += "-" + word
        open_gate(gate)


def journal(key):
    """The lines of this journal so far."""
    with _lock:
        return list(_journals.get(key, ()))


# --------------------------------------------------------------------------- time


async def pause(seconds=BETWEEN_TICKS):
    """Let others go on for so long. On asyncio and on trio."""
    trio = running_trio()
    await (asyncio if trio is None else trio).sleep(seconds)


def block():
    """What an ordinary synchronous handler does: hold up its thread for a moment."""
    time.sleep(BLOCKING)


def running_trio():
    """The module, where the running task is one of trio's."""
    trio = sys.modules.get("trio")
    if trio is None:
        return None
    try:
        trio.lowlevel.current_task()
    except (AttributeError, RuntimeError):
        return None
    return trio


# --------------------------------------------------------------------------- lifespan


def startup():
    """What the startup hook does: it fails if a case wants that, and returns what belongs into the state."""
    if os.environ.get(VARIABLE) == STARTUP_FAILS:
        fail()
    return {"started": True}


async def shutdown():
    """What the shutdown hook does: it takes its time, and says that it has come to its end."""
    await pause(CLEANING)
    finish()


def shutdown_in_thread():
    """The same for a hook that is no coroutine."""
    time.sleep(CLEANING)
    finish()


def finish():
    """The end of the shutdown hook."""
    if os.environ.get(VARIABLE) == SHUTDOWN_FAILS:
        fail()
    print(CLEANED_UP, flush=True)
