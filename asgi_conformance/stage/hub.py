"""The one place that waits. Every socket and pipe of the stage is registered here; every wait ends by its deadline."""

import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONGEST_TURN = 0.01  # seconds; the end of a process is no event of the selector, so it is asked for


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the stage waits, in seconds; `scale` stretches all of it (`--asgi-time-scale`)."""

    scale: float = 1.0

    @property
    def full(self) -> float:
        """For what has to come: generous, because it only costs where something is broken."""
        return 2.0 * self.scale

    @property
    def hopeless(self) -> float:
        """For what may still come after something went wrong already."""
        return 0.3 * self.scale

    @property
    def quiet(self) -> float:
        """For what must not come: short, because it always costs."""
        return 0.02 * self.scale

    @property
    def start(self) -> float:
        """For a server process to accept connections."""
        return 15.0 * self.scale

    @property
    def stop(self) -> float:
        """For a server process to end after a signal; daphne and hypercorn may take a few seconds."""
        return 5.0 * self.scale


class Stopped(Exception):
    """The run is over; whoever waits shall clean up and leave."""


class Hub:
    """A selector and what to do when each file is readable. Used by one thread."""

    def __init__(self, stop: threading.Event | None = None) -> None:
        """`stop`: once it is set, waiting raises `Stopped`."""
        self._selector = selectors.DefaultSelector()
        self._stop = stop

    def listen(self, file: Any, ready: Callable[[], None], *, writing: bool = False) -> None:
        """Call `ready` whenever `file` can be read (or written), while anyone waits."""
        self._selector.register(file, selectors.EVENT_WRITE if writing else selectors.EVENT_READ, ready)

    def forget(self, file: Any) -> None:
        """Stop listening; harmless for a file that is not registered or already closed."""
        try:
            self._selector.unregister(file)
        except (KeyError, ValueError):
            return

    def until(self, ready: Callable[[], Any], seconds: float) -> bool:
        """Handle what comes until `ready()` is true (True) or the time is over (False)."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self._stop is not None and self._stop.is_set():
                self._stop = None  # once: what cleans up has to wait too
                raise Stopped
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._turn(min(left, LONGEST_TURN))
        return True

    def turn(self) -> None:
        """Handle what is already there, without waiting."""
        self._turn(0)

    def _turn(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            key.data()

    def close(self) -> None:
        self._selector.close()
