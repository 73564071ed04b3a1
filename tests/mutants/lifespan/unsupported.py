"""Sins against applications that know no lifespan, or none any more."""

import asyncio

from citizen.lifespan import Life
from citizen.mutation import mutant, override


@mutant(breaks=("lifespan.unsupported.continue", "lifespan.unsupported.exception-kinds"))
def exits_when_the_application_knows_no_lifespan(parts):
    @override(parts.lifespan, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if not self.supported:
            self.life = Life.FAILED


@mutant(breaks="lifespan.unsupported.no-events")
def calls_an_application_without_lifespan_again_at_the_end(parts):
    @override(parts.lifespan, "shutdown")
    async def shutdown(original, self):
        await original(self)
        if not self.supported:
            await self.live()


@mutant(breaks="lifespan.unsupported.exception-kinds")
def exits_on_an_assertion_error(parts):
    @override(parts.lifespan, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if isinstance(error, AssertionError):
            self.life = Life.FAILED


@mutant(breaks="lifespan.unsupported.early-return")
def waits_for_an_application_that_has_returned(parts):
    @override(parts.lifespan, "invoke")
    async def invoke(original, self, scope):
        await original(self, scope)
        if self.life is Life.STARTING:
            await asyncio.Event().wait()


@mutant(breaks=("lifespan.unsupported.wait-is-pending", "lifespan.startup.wait-complete"))
def gives_the_application_up_after_a_while(parts):
    @override(parts.lifespan, "startup")
    async def startup(original, self):
        try:
            return await asyncio.wait_for(original(self), timeout=0.08)
        except TimeoutError:
            self.supported = False
            return True


@mutant(breaks="lifespan.running.exception-after-startup")
def waits_for_a_lifespan_that_has_died(parts):
    @override(parts.lifespan, "shutdown")
    async def shutdown(original, self):
        if hasattr(self, "died"):
            await asyncio.sleep(self.shutdown_limit)
        await original(self)

    @override(parts.lifespan, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.life is Life.RUNNING:
            self.died = True
        original(self, error)


@mutant(breaks="lifespan.running.return-after-startup")
def waits_for_a_lifespan_that_has_returned(parts):
    @override(parts.lifespan, "shutdown")
    async def shutdown(original, self):
        if hasattr(self, "returned"):
            await asyncio.sleep(self.shutdown_limit)
        await original(self)

    @override(parts.lifespan, "after_app_returned")
    def after_app_returned(original, self):
        if self.life is Life.RUNNING:
            self.returned = True
        original(self)


@mutant(breaks="lifespan.running.return-after-startup")
def stops_serving_when_the_lifespan_returns(parts):
    @override(parts.lifespan, "after_app_returned")
    def after_app_returned(original, self):
        if self.life is Life.RUNNING:
            self.server.loop.call_later(0.01, self.server.stop_accepting)
        original(self)
