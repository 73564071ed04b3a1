"""Sins of streams that nobody reads any more."""

import asyncio

from applications.contract.exchange import Exchange
from applications.contract.variation import with_exchange
from applications.mutation import mutant


@mutant(breaks="http.send.closed.app-handles")
def hangs_once_nothing_can_be_sent(application):
    async def piece(self, data, *, more=True):
        try:
            await Exchange.piece(self, data, more=more)
        except OSError:
            await asyncio.Event().wait()

    return with_exchange(application, piece=piece)
