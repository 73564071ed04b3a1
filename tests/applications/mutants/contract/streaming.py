"""Sins in streams, in what is held open, behind the response and when the client leaves."""

import asyncio

import contract

from applications.contract.exchange import Exchange
from applications.contract.variation import with_exchange, with_methods
from applications.mutation import mutant


async def collected(exchange, parts, content_type):
    await exchange.answer(200, b"".join([part async for part in parts]), content_type)


@mutant(breaks="contract.response.flushed")
def collects_streams(application):
    async def stream(self, exchange):
        await collected(exchange, self.two_parts(exchange, contract.FIRST, contract.SECOND), "text/plain")

    return with_methods(application, stream=stream)


@mutant(breaks="contract.response.flushed")
def ends_streams_with_the_first_piece_that_is_empty(application):
    async def stream(self, parts, content_type="text/plain; charset=utf-8"):
        await self.start(200, content_type)
        async for part in parts:
            await self.piece(part, more=bool(part))
        await self.piece(b"", more=False)

    return with_exchange(application, stream=stream)


@mutant(breaks="contract.response.events")
def collects_events(application):
    async def events(self, exchange):
        parts = self.two_parts(exchange, contract.FIRST_EVENT, contract.SECOND_EVENT)
        await collected(exchange, parts, contract.EVENT_STREAM)

    return with_methods(application, events=events)


@mutant(breaks="contract.response.events")
def sends_events_as_text(application):
    async def events(self, exchange):
        await exchange.stream(self.two_parts(exchange, contract.FIRST_EVENT, contract.SECOND_EVENT))

    return with_methods(application, events=events)


@mutant(breaks="contract.response.held-open")
def answers_polls_at_once_and_with_nothing(application):
    async def poll(self, exchange):
        await exchange.empty(200)

    return with_methods(application, poll=poll)


@mutant(breaks="contract.disconnect.poll")
def waits_on_for_a_client_that_has_left(application):
    async def poll(self, exchange):
        await contract.opened(exchange.key)
        await exchange.text("released")

    return with_methods(application, poll=poll)


@mutant(breaks=("contract.disconnect.stream", "http.disconnect.app-stops"))
def streams_on_for_nobody(application):
    async def piece(self, data, *, more=True):
        try:
            await Exchange.piece(self, data, more=more)
        except OSError:
            await asyncio.Event().wait()

    async def endless(self, exchange):
        exchange.unless_left = lambda work: work
        try:
            await exchange.stream(self.ticks(exchange))
        finally:
            contract.note(exchange.key, "endless left")

    deafened = with_exchange(application, piece=piece)
    return with_methods(deafened, endless=endless)


@mutant(breaks="contract.background.not-waited-for")
def works_before_the_response_is_complete(application):
    async def background(self, exchange):
        await exchange.start(202, "text/plain", [(b"content-length", b"8")])
        await exchange.piece(b"accept")
        await contract.opened(exchange.key)
        contract.note(exchange.key, "background done")
        await exchange.piece(b"ed", more=False)

    return with_methods(application, background=background)


@mutant(breaks="contract.background.done")
def drops_work_behind_the_response(application):
    async def background(self, exchange):
        await exchange.text("accepted", 202)

    return with_methods(application, background=background)


@mutant(breaks="common.app.no-loop-blocking")
def blocks_the_event_loop(application):
    async def sync(self, exchange):
        contract.block()
        await exchange.text("sync")

    return with_methods(application, sync=sync)
