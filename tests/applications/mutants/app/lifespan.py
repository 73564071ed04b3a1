"""Sins against the lifespan (Lifespan, "Scope", "Startup", "Shutdown")."""

import asyncio
import contextlib

from applications.changing import behind, changed
from applications.mutation import mutant

STARTED, STOPPED = "lifespan.startup.complete", "lifespan.shutdown.complete"


def of_lifespan(application, lifespan):
    """The application with a lifespan of its own: `lifespan(application, scope, receive, send)`."""

    async def mutated(scope, receive, send):
        if scope["type"] == "lifespan":
            await lifespan(application, scope, receive, send)
        else:
            await application(scope, receive, send)

    return mutated


@mutant(breaks="lifespan.scope.app-minimal")
def demands_state(application):
    return changed(application, kinds={"lifespan"}, scope=lambda scope: scope["state"])


@mutant(breaks=("lifespan.startup.complete-shape", "lifespan.app.keeps-waiting"))
def completes_twice(application):
    return changed(application, sent=behind(STARTED, {"type": STARTED}))


@mutant(breaks=("lifespan.shutdown.app-replies", "lifespan.app.keeps-waiting"))
def answers_shutdown_first(application):
    return changed(application, sent=behind(STARTED, {"type": STOPPED}))


@mutant(breaks="lifespan.startup.app-waits-for-event")
def completes_unasked(application):
    async def lifespan(application, scope, receive, send):
        async def later(event):
            if event["type"] != STARTED:
                await send(event)

        await send({"type": STARTED})
        await application(scope, receive, later)

    return of_lifespan(application, lifespan)


@mutant(breaks=("lifespan.unsupported.app-raises", "common.scope.unsupported-known-type-rejected"))
def passes_over_the_lifespan(application):
    async def lifespan(application, scope, receive, send):
        pass

    return of_lifespan(application, lifespan)


@mutant(breaks=("lifespan.unsupported.app-raises", "common.scope.unsupported-known-type-rejected"))
def waits_for_ever(application):
    async def lifespan(application, scope, receive, send):
        await asyncio.Event().wait()

    return of_lifespan(application, lifespan)


@mutant(breaks="lifespan.shutdown.app-replies")
def leaves_without_a_word(application):
    return changed(application, sent=lambda event, scope: [] if event["type"] == STOPPED else [event])


@mutant(breaks="lifespan.shutdown.app-returns")
def stays(application):
    async def lifespan(application, scope, receive, send):
        await application(scope, receive, send)
        await receive()

    return of_lifespan(application, lifespan)


@mutant(breaks=("lifespan.app.keeps-waiting"))
def leaves_at_once(application):
    class Started(Exception):
        pass

    async def lifespan(application, scope, receive, send):
        async def then_leave(event):
            await send(event)
            raise Started

        with contextlib.suppress(Started):
            await application(scope, receive, then_leave)

    return of_lifespan(application, lifespan)


@mutant(breaks="lifespan.state.app-key-hygiene")
def clears_the_state(application):
    return changed(application, kinds={"lifespan"}, scope=lambda scope: scope.get("state", {}).clear())


@mutant(breaks="lifespan.state.app-key-hygiene")
def counts_its_keys(application):
    return changed(application, kinds={"lifespan"}, scope=lambda scope: scope.get("state", {}).update({1: "one"}))


@mutant(breaks="lifespan.state.app-mutates-in-place")
def has_a_state_of_its_own(application):
    def replace(scope):
        if "state" in scope:
            scope["state"] = dict(scope["state"])

    return changed(application, kinds={"lifespan"}, scope=replace)
