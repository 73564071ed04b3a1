"""Whether somebody is at work in a thread: nobody is who waits for others, and whoever has just been woken is."""

import asyncio
import importlib
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from asgi_conformance.remote import remote_application
from asgi_conformance.stage.house import FOLDER

ENOUGH = 5.0
"""Seconds for a thread to come to where it is going."""


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, as it is imported in an application's process."""
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setitem(sys.modules, "remote_application", remote_application)
    return importlib.import_module("application_clock")


@pytest.fixture
def threads(host: Any) -> Any:
    found = host.Threads()
    found.begin()
    return found


def comes_to(value: bool, ask: Callable[[], bool]) -> bool:
    limit = time.monotonic() + ENOUGH
    while ask() is not value and time.monotonic() < limit:
        time.sleep(0.001)
    return ask() is value


WAITS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any], Any]]] = {
    "an event": (threading.Event, lambda event: event.wait(), lambda event: event.set()),
    "a queue": (queue.Queue, lambda waiting: waiting.get(), lambda waiting: waiting.put(1)),
    "a result": (Future, lambda future: future.result(), lambda future: future.set_result(1)),
}


@pytest.mark.parametrize("what", WAITS)
def test_a_thread_that_waits_without_a_limit_is_not_at_work(what: str, threads: Any) -> None:
    make, wait, end = WAITS[what]
    awaited = make()
    waiting = threading.Thread(target=wait, args=(awaited,), daemon=True)
    waiting.start()
    assert comes_to(False, threads.at_work)
    end(awaited)
    waiting.join(ENOUGH)


def test_a_thread_that_waits_for_a_while_is_at_work(threads: Any) -> None:
    event = threading.Event()
    waiting = threading.Thread(target=event.wait, args=(60,), daemon=True)
    waiting.start()
    assert comes_to(True, threads.at_work)
    event.set()
    waiting.join(ENOUGH)


def test_a_pool_is_at_work_while_it_has_work(threads: Any) -> None:
    held = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: None).result(ENOUGH)
        assert comes_to(False, threads.at_work)
        pool.submit(time.sleep, 0.3)
        assert threads.at_work()
        pool.submit(held.wait)
        held.set()


def test_no_work_in_threads_is_overtaken_by_the_clock(host: Any, threads: Any) -> None:
    pace = host.Pace(threads)
    kit = host.AsyncioKit(pace)

    async def main() -> int:
        overtaken = 0
        for _ in range(300):
            pace.begin(45, ENOUGH)
            with ThreadPoolExecutor(1) as pool:  # new each time: its thread begins, works and ends
                work = asyncio.get_running_loop().run_in_executor(pool, lambda: None)
                work.add_done_callback(lambda done: kit.changed())
                await kit.until(work.done)
            overtaken += pace.now >= pace.horizon
        return overtaken

    loop = host.LeapingLoop(pace)
    try:
        assert loop.run_until_complete(main()) == 0
    finally:
        loop.close()
