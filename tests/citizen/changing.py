"""Waiting for something to have changed, by looking again each time anything has."""

import asyncio


class Changing:
    """`notify` wakes everybody who waits for `change`. No data travels this way, so a cancelled wait loses none."""

    def __init__(self) -> None:
        self.waiters: list[asyncio.Future[None]] = []

    def notify(self) -> None:
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    async def change(self) -> None:
        waiter = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        await waiter
