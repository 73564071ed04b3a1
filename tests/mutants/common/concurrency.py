"""Sins by which somebody slow is felt by somebody else, or by himself (ASGI, "Overview", "Applications")."""

import asyncio

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(breaks="common.concurrency.parallel-connections")
def serves_one_websocket_at_a_time(parts):
    turn = asyncio.Lock()

    @override(parts.websocket, "invoke")
    async def invoke(original, self, scope):
        async with turn:
            await original(self, scope)


@mutant(breaks="common.concurrency.parallel-connections")
def sends_for_one_application_at_a_time(parts):
    turn = asyncio.Lock()

    @override(parts.connection, "drain")
    async def drain(original, self):
        async with turn:
            return await original(self)


@mutant(breaks="common.concurrency.parallel-connections")
def reads_one_head_at_a_time(parts):
    turn = asyncio.Lock()

    @override(parts.connection, "next_head")
    async def next_head(original, self):
        while not self.buffer and not self.gone and not self.server.stopping:
            await self.change()
        async with turn:
            return await original(self)


@mutant(breaks="common.concurrency.parallel-connections")
def reads_one_body_at_a_time(parts):
    turn = asyncio.Lock()

    @override(parts.http, "receive")
    async def receive(original, self):
        if self.content_delivered or self.content.finished:
            return await original(self)
        async with turn:
            return await original(self)


@mutant(breaks=("common.concurrency.parallel-connections", "common.callables.per-connection"))
def calls_no_more_than_a_dozen_at_once(parts):
    places = asyncio.Semaphore(12)

    @override(parts.http, "invoke")
    async def invoke(original, self, scope):
        async with places:
            await original(self, scope)


@mutant(breaks="common.error.app-exception.isolated")
def stops_when_an_application_fails_in_the_middle_of_a_body(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if not self.content.finished:
            self.server.stop_accepting()


@mutant(
    breaks=(
        "common.error.app-exception.isolated",
        "common.error.app-exception.terminates",
        "http.app.exception-mid-response",
    )
)
def overlooks_the_failure_after_one_in_a_response(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        busy, self.server.busy = getattr(self.server, "busy", False), self.reply is Reply.BODY
        if not busy:
            original(self, error)
