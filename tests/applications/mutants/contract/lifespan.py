"""Sins between the start and the end (ASGI Lifespan)."""

import contract

from applications.contract.variation import sending, with_methods
from applications.mutation import mutant


@mutant(breaks="lifespan.startup.app-reports-failure")
def lets_a_failed_startup_pass(application):
    async def lifespan(self, scope, receive, send):
        await receive()
        self.start(scope, contract.startup())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.clean_up()
        await send({"type": "lifespan.shutdown.complete"})

    return with_methods(application, lifespan=lifespan)


@mutant(breaks="lifespan.startup.failed.app-format")
def tells_why_it_fails_in_bytes(application):
    def change(scope, event):
        if event["type"] == "lifespan.startup.failed":
            event = {**event, "message": event["message"].encode()}
        yield event

    return sending(application, change)


@mutant(breaks="lifespan.shutdown.app-cleanup-first")
def cleans_up_when_it_has_said_so(application):
    async def lifespan(self, scope, receive, send):
        await receive()
        self.start(scope, contract.startup())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        await self.clean_up()

    return with_methods(application, lifespan=lifespan)


@mutant(breaks="lifespan.shutdown.app-replies")
def says_nothing_of_a_failed_shutdown(application):
    def change(scope, event):
        if event["type"] != "lifespan.shutdown.failed":
            yield event

    return sending(application, change)


@mutant(breaks="lifespan.state.app-mutates-in-place")
def puts_another_state_into_the_scope(application):
    def start(self, scope, state):
        self.state.update(state)
        scope["state"] = {**scope["state"], **state}

    async def show_state(self, exchange):
        await exchange.json({"started": True})

    return with_methods(application, start=start, show_state=show_state)


@mutant(breaks="lifespan.state.app-key-hygiene")
def clears_the_state_first(application):
    def start(self, scope, state):
        scope["state"].clear()
        scope["state"].update(state)

    return with_methods(application, start=start)
