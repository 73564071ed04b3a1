"""Applications that hang, flood, die and recurse: each call of one must end in a verdict, in bounded time."""

import asyncio
import contextlib
import os
import sys
import time


def but_for(kind):
    """The lifespan is lived; everything else is as bad as it can be."""

    def make(bad):
        async def application(scope, receive, send):
            if scope["type"] == "lifespan":
                raise RuntimeError("no lifespan")
            await bad(scope, receive, send)

        return application

    return make


@but_for("")
async def never_returns(scope, receive, send):
    await asyncio.Event().wait()


@but_for("")
async def spins(scope, receive, send):
    while True:
        pass


@but_for("")
async def spins_politely(scope, receive, send):
    while True:
        await asyncio.sleep(0)


@but_for("")
async def sleeps(scope, receive, send):
    time.sleep(3600)  # noqa: ASYNC251 - that is its sin


@but_for("")
async def recurses(scope, receive, send):
    await recurses(scope, receive, send)


@but_for("")
async def exits(scope, receive, send):
    os._exit(3)


@but_for("")
async def quits(scope, receive, send):
    sys.exit(3)


@but_for("")
async def prints(scope, receive, send):
    line = "x" * 1023
    for _ in range(20_000):
        print(line)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


@but_for("")
async def sends_without_end(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})


@but_for("")
async def receives_without_end(scope, receive, send):
    while True:
        await receive()


@but_for("")
async def swallows_cancellation(scope, receive, send):
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
