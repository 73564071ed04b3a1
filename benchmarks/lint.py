"""What the lint costs in line: `python benchmarks/lint.py`. Claims are ratios within one run.

A request of three events and a stream of a hundred pieces, on an application that does nothing else: bare, behind the
lint, and behind asgion (Python 3.12 or later, `pip install asgion`) where it is installed.
"""

import asyncio
import importlib
import time
from collections.abc import Callable
from typing import Any

from asgi_conformance import lint

PIECES = 100
ROUNDS = 7
SCOPE: dict[str, Any] = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.5"},
    "http_version": "1.1",
    "method": "GET",
    "scheme": "http",
    "path": "/",
    "raw_path": b"/",
    "query_string": b"",
    "root_path": "",
    "headers": [(b"host", b"test")],
    "client": ("127.0.0.1", 50000),
    "server": ("127.0.0.1", 8000),
    "extensions": {},
}
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"x-a", b"1"), (b"set-cookie", b"a=1")],
}


async def request(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send(START)
    await send({"type": "http.response.body", "body": b"ok"})


async def stream(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send(START)
    for _ in range(PIECES):
        await send({"type": "http.response.body", "body": b"piece", "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(event: Any) -> None:
    """Nowhere."""


async def times(application: Any, count: int) -> float:
    """Microseconds of one call."""
    began = time.perf_counter()
    for _ in range(count):
        await application(SCOPE, receive, send)
    return (time.perf_counter() - began) / count * 1e6


def best(application: Any, count: int) -> float:
    return min(asyncio.run(times(application, count)) for _ in range(ROUNDS))


def wrappers() -> dict[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {"bare": lambda application: application, "lint": lint.asgi}
    try:
        found["asgion"] = importlib.import_module("asgion").inspect
    except ImportError:
        print("asgion is not installed: no comparison")
    return found


def main() -> None:
    print(f"{'':<8}{'request':>10}{'event':>8}   microseconds more than bare: request, event of a stream")
    bare = 0.0, 0.0
    for name, wrap in wrappers().items():
        cost = best(wrap(request), 5000), best(wrap(stream), 200) / (PIECES + 3)
        bare = cost if name == "bare" else bare
        more = f"{cost[0] - bare[0]:.1f}, {cost[1] - bare[1]:.2f}"
        print(f"{name:<8}{cost[0]:>10.1f}{cost[1]:>8.2f}   {more}")


if __name__ == "__main__":
    main()
