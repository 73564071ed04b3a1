"""Cases with processes of their own, performed beside the others: they mostly wait for a start and a stop."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from asgi_conformance.stage.hub import Hub
from asgi_conformance.timeline import Timeline

AT_ONCE = 3  # they wait most of the time; more would make them wait for each other's start


class Backstage:
    """A few threads, each performing one such case at a time, with a hub of its own."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="asgi-conformance")
        self._begun: dict[tuple[str, str], Future[Timeline]] = {}

    def begin(self, subject: str, case: str, perform: Callable[[Hub], Timeline]) -> None:
        """Have it performed as soon as a thread is free."""
        self._begun[subject, case] = self._pool.submit(self._perform, perform)

    def _perform(self, perform: Callable[[Hub], Timeline]) -> Timeline:
        hub = Hub(self._stop)
        try:
            return perform(hub)
        finally:
            hub.close()

    def result(self, subject: str, case: str, perform: Callable[[Hub], Timeline]) -> Timeline:
        """The recording; performed now, if it was not begun before. Raises what the performance raised."""
        if (subject, case) not in self._begun:
            self.begin(subject, case, perform)
        return self._begun.pop((subject, case)).result()

    def close(self) -> None:
        """Abandon what is under way; its processes are removed before this returns."""
        self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
