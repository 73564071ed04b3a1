"""Sins against starting (ASGI lifespan, "Startup", "Startup Complete", "Startup Failed")."""

import asyncio

from citizen.lifespan import Life
from citizen.mutation import mutant, override


@mutant(breaks="lifespan.startup.event")
def delivers_startup_twice(parts):
    @override(parts.lifespan, "next_event")
    def next_event(original, self):
        event = original(self)
        if event is None and self.life is Life.RUNNING and not hasattr(self, "repeated"):
            self.repeated = True
            return self.startup_event()
        return event


@mutant(breaks=("lifespan.startup.before-connections", "lifespan.startup.wait-complete"))
def listens_before_it_starts_the_application(parts):
    @override(parts.server, "started_before")
    async def started_before(original, self, stop):
        await self.listen()
        for _ in range(100):
            await asyncio.sleep(0.005)
            if self.connections:
                break
        return await original(self, stop)

    @override(parts.server, "listen")
    async def listen(original, self):
        if self.listener is None:
            await original(self)


@mutant(breaks=("lifespan.startup.wait-complete", "lifespan.unsupported.wait-is-pending"))
def serves_while_the_application_starts(parts):
    @override(parts.server, "started_before")
    async def started_before(original, self, stop):
        starting = asyncio.create_task(original(self, stop))
        while not self.lifespan.startup_delivered and not starting.done():
            await asyncio.sleep(0.001)
        await self.listen()
        return await starting

    @override(parts.server, "listen")
    async def listen(original, self):
        if self.listener is None:
            await original(self)


@mutant(breaks=("lifespan.startup.wait-complete", "lifespan.unsupported.wait-is-pending"))
def waits_a_moment_instead_of_for_the_application(parts):
    @override(parts.lifespan, "startup")
    async def startup(original, self):
        starting = asyncio.ensure_future(original(self))
        await asyncio.wait({starting}, timeout=0.08)
        return not starting.done() or starting.result()


@mutant(breaks=("lifespan.startup.failed.exit", "lifespan.startup.failed.message-optional"))
def serves_although_the_application_failed_to_start(parts):
    @override(parts.lifespan, "startup")
    async def startup(original, self):
        await original(self)
        return True


@mutant(breaks="lifespan.startup.failed.exit")
def keeps_the_reason_of_a_failed_start_to_itself(parts):
    @override(parts.lifespan, "on_startup_failed")
    def on_startup_failed(original, self, message):
        self.life = Life.FAILED


@mutant(breaks="lifespan.startup.failed.message-optional")
def demands_a_reason_for_a_failed_start(parts):
    @override(parts.lifespan, "on_startup_failed")
    def on_startup_failed(original, self, message):
        original(self, {"message": message["message"]})


@mutant(breaks="lifespan.startup.failed.no-shutdown-event")
def shuts_down_what_failed_to_start(parts):
    @override(parts.lifespan, "next_event")
    def next_event(original, self):
        return self.shutdown_event() if self.life is Life.FAILED else original(self)


@mutant(breaks="lifespan.startup.unknown-message")
def ignores_unknown_messages(parts):
    @override(parts.lifespan, "send")
    async def send(original, self, message):
        if message.get("type") in self.handlers:
            await original(self, message)


@mutant(breaks="lifespan.startup.unknown-message")
def takes_any_message_for_the_start(parts):
    @override(parts.lifespan, "send")
    async def send(original, self, message):
        known = message.get("type") in self.handlers
        await original(self, message if known else {"type": "lifespan.startup.complete"})
