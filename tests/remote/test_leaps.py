"""Time that passes by leaps comes to where it was to come, however many leaps there are."""

import asyncio
import importlib
import sys
from typing import Any

import pytest

from asgi_conformance.remote import remote_application
from asgi_conformance.stage.house import FOLDER


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, as it is imported in an application's process."""
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setitem(sys.modules, "remote_application", remote_application)
    return importlib.import_module("application_clock")


async def polls() -> None:
    """As an application that asks again and again whether something has happened."""
    while True:
        await asyncio.sleep(0.05)


def test_an_application_that_polls_for_ever_does_not_hold_up_the_end(host: Any) -> None:
    threads = host.Threads()
    threads.begin()
    pace = host.Pace(threads)
    kit = host.AsyncioKit(pace)

    async def main() -> float:
        polling = asyncio.ensure_future(polls())
        before: float = pace.now
        pace.begin(45, 2.0)
        await asyncio.wait_for(kit.until(lambda: False), 60)
        polling.cancel()
        after: float = pace.now
        return after - before

    loop = host.LeapingLoop(pace)
    try:
        passed = loop.run_until_complete(asyncio.wait_for(main(), 100))
    finally:
        loop.close()
    assert 44.99 < passed < 46
    assert not pace.exhausted
