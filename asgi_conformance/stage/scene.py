"""What everybody in one performance shares: the server process, the clock, and how long to wait for what."""

from collections.abc import Callable
from typing import Any

from asgi_conformance.stage.house import described
from asgi_conformance.stage.hub import Hub, Patience
from asgi_conformance.timeline import Missing, Why


class Scene:
    """The surroundings of one performance."""

    def __init__(self, hub: Hub, residence: Any, patience: Patience) -> None:
        """`residence`: a `Residence`, or a `WsgiHost` where an application plays in memory."""
        self.hub, self.residence, self.patience = hub, residence, patience
        self.starting = False
        """Whether the case starts the process itself: the first call then may take as long as a start."""
        self.hopeful = True
        """False once a line went wrong."""
        self.at: float | None = None
        """`time.perf_counter()` when what the present line waits for came; None: when the line was done."""

    def gone(self) -> Missing | None:
        """Missing, if the server process has ended."""
        status = self.residence.process.status
        return None if status is None else Missing(Why.DIED, described(status))

    def silence(self, seconds: float) -> Missing:
        """Nothing came within so many seconds."""
        return self.gone() or Missing(Why.SILENCE, f"within {seconds:g} s")

    def alive_until(self, ready: Callable[[], Any], seconds: float) -> bool:
        """Wait, but not for a process that is no more."""
        self.hub.until(lambda: ready() or self.residence.process.status is not None, seconds)
        if not ready():
            self.hub.turn()
        return bool(ready())

    @property
    def full(self) -> float:
        """Patience; a shorter one once a line went wrong, for then whatever does not come is blocked, not broken."""
        return self.patience.full if self.hopeful else self.patience.hopeless

    def within(self, within: float | None) -> float:
        """`within` may be longer than patience: for what takes servers their time, like stopping."""
        wanted = self.full if within is None else within * self.patience.scale
        return wanted if self.hopeful else min(self.full, wanted)

    def quiet(self, within: float | None = None) -> float:
        """The shortest bounded time, or so many seconds."""
        return self.patience.quiet if within is None else within * self.patience.scale
