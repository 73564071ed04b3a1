"""Sins by which a `receive` or a `send` waits for what is no matter to it (ASGI, "Applications")."""

import asyncio

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(breaks="common.receive.concurrent-with-send")
def sends_nothing_while_the_body_is_coming_in(parts):
    @override(parts.http, "flush")
    async def flush(original, self, out):
        while not self.content.finished and not self.connection.gone:
            await self.connection.change()
            self.connection.notify()
        await original(self, out)


@mutant(breaks="common.send.awaitable-single-argument")
def waits_with_the_end_of_a_response_until_the_body_is_read(parts):
    @override(parts.http, "send")
    async def send(original, self, message):
        unread = not self.content_delivered and len(self.connection.buffer) > 300
        await original(self, message)
        while unread and self.reply is Reply.DONE and not self.connection.gone:
            await self.connection.change()


@mutant(breaks="common.receive.cancel-safe")
def loses_a_piece_of_body_with_a_cancelled_receive(parts):
    @override(parts.http, "receive")
    async def receive(original, self):
        try:
            return await original(self)
        except asyncio.CancelledError:
            self.losing = True
            raise

    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return original(self, b"" if self.__dict__.pop("losing", False) else body, more)


@mutant(breaks="http.scope.one-per-request")
def takes_an_unread_body_for_the_next_request(parts):
    @override(parts.http, "read_away")
    async def read_away(original, self):
        return True
