"""Sins against the end of a request (ASGI HTTP, "Disconnect", "Disconnected Client")."""

import asyncio

from applications.mutation import mutant


@mutant(
    breaks=(
        "common.app.lifetime.ends-eventually",
        "http.disconnect.app-stops",
        "http.request.app-disconnect-mid-body",
        "http.send.closed.app-handles",
    )
)
def never_ends(application):
    async def mutated(scope, receive, send):
        try:
            return await application(scope, receive, send)
        finally:
            if scope["type"] == "http":
                await asyncio.Event().wait()

    return mutated


@mutant(breaks="http.disconnect.app-stops")
def goes_on_with_what_nobody_hears(application):
    async def mutated(scope, receive, send):
        await application(scope, receive, send)
        while scope["type"] == "http" and (scope.get("asgi") or {}).get("spec_version") == "2.3":
            await asyncio.sleep(1)

    return mutated


@mutant(breaks=("http.send.closed.app-handles", "common.app.lifetime.ends-eventually"))
def tries_and_tries_again(application):
    async def mutated(scope, receive, send):
        async def insist(event):
            while True:
                try:
                    return await send(event)
                except OSError:
                    await asyncio.sleep(1)

        await application(scope, receive, insist if scope["type"] == "http" else send)

    return mutated


@mutant(breaks="http.response.start.app-first")
def answers_an_error_of_send(application):
    async def mutated(scope, receive, send):
        try:
            await application(scope, receive, send)
        except OSError:
            if scope["type"] == "http":
                await send({"type": "http.response.start", "status": 500})
            raise

    return mutated
