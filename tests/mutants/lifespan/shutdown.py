"""Sins against stopping (ASGI lifespan, "Shutdown", "Shutdown Complete", "Shutdown Failed")."""

import asyncio

from citizen.lifespan import Life
from citizen.mutation import mutant, override


@mutant(
    breaks=(
        "lifespan.shutdown.event",
        "lifespan.shutdown.wait-complete",
        "lifespan.shutdown.failed.terminate",
        "lifespan.shutdown.failed.message-optional",
        "lifespan.shutdown.app-exception",
        "lifespan.same-call",
    )
)
def exits_without_a_word(parts):
    @override(parts.lifespan, "shutdown")
    async def shutdown(original, self):
        self.task.cancel()


@mutant(breaks="lifespan.shutdown.event")
def delivers_shutdown_twice(parts):
    @override(parts.lifespan, "next_event")
    def next_event(original, self):
        event = original(self)
        if event is None and self.shutdown_delivered and not hasattr(self, "repeated"):
            self.repeated = True
            return self.shutdown_event()
        return event


@mutant(breaks="lifespan.shutdown.after-connections")
def shuts_the_application_down_before_the_connections(parts):
    @override(parts.server, "shutdown_sequence")
    async def shutdown_sequence(original, self):
        await self.lifespan.shutdown()
        await original(self)


@mutant(breaks="lifespan.shutdown.wait-complete")
def waits_a_moment_instead_of_for_the_cleanup(parts):
    parts.lifespan.shutdown_limit = 0.03


@mutant(breaks="lifespan.shutdown.failed.terminate")
def keeps_the_reason_of_a_failed_stop_to_itself(parts):
    @override(parts.lifespan, "on_shutdown_failed")
    def on_shutdown_failed(original, self, message):
        self.life = Life.DONE


@mutant(breaks=("lifespan.shutdown.failed.terminate", "lifespan.shutdown.failed.message-optional"))
def waits_for_complete_after_failed(parts):
    @override(parts.lifespan, "on_shutdown_failed")
    def on_shutdown_failed(original, self, message):
        original(self, message)
        self.life = Life.STOPPING

    @override(parts.lifespan, "invoke")
    async def invoke(original, self, scope):
        await original(self, scope)
        if not self.succeeded:
            await asyncio.Event().wait()


@mutant(breaks="lifespan.shutdown.failed.message-optional")
def demands_a_reason_for_a_failed_stop(parts):
    @override(parts.lifespan, "on_shutdown_failed")
    def on_shutdown_failed(original, self, message):
        original(self, {"message": message["message"]})


@mutant(breaks="lifespan.shutdown.app-exception")
def waits_for_an_application_that_raised(parts):
    @override(parts.lifespan, "live")
    async def live(original, self):
        await original(self)
        if self.life is Life.STOPPING:
            await asyncio.Event().wait()
