"""Sins in how an application is called, and in what it takes receive and send for (ASGI, "Applications")."""

import asyncio

from applications.mutation import mutant


@mutant(breaks="common.app.parameter-names")
def names_its_parameters_otherwise(application):
    async def mutated(environ, recv, emit):
        await application(environ, recv, emit)

    return mutated


@mutant(breaks="common.app.asyncio-compatible")
def brings_its_own_loop(application):
    async def mutated(scope, receive, send):
        if scope["type"] != "http":
            return await application(scope, receive, send)
        call = application(scope, receive, send)
        try:
            asyncio.run(call)
        finally:
            call.close()

    return mutated


@mutant(breaks=("common.app.asyncio-compatible", "common.scope.unsupported-known-type-rejected"))
def is_no_coroutine_for_a_websocket(application):
    def mutated(scope, receive, send):
        return None if scope["type"] == "websocket" else application(scope, receive, send)

    return mutated


@mutant(breaks="common.receive.any-awaitable")
def makes_a_task_of_receive(application):
    async def mutated(scope, receive, send):
        await application(scope, lambda: asyncio.create_task(receive()), send)

    return mutated


@mutant(breaks="common.receive.any-awaitable")
def waits_for_send_to_take_its_time(application):
    async def mutated(scope, receive, send):
        async def own(event):
            begun = asyncio.create_task(taken(send(event)))
            await asyncio.sleep(0)
            if begun.done() and event["type"].startswith("http"):
                raise RuntimeError("send has not waited")
            await begun

        await application(scope, receive, own)

    async def taken(sent):
        return await sent

    return mutated


@mutant(breaks="common.extra-coroutines.finish-with-app")
def leaves_a_task_behind(application):
    left = []

    async def mutated(scope, receive, send):
        if scope["type"] != "lifespan":
            left.append(asyncio.create_task(asyncio.sleep(3600)))
        await application(scope, receive, send)

    return mutated
