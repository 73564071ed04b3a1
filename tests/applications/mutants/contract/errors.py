"""Sins of applications whose handlers fail."""

import contract

from applications.contract.variation import with_methods
from applications.mutation import mutant


@mutant(breaks="contract.error.status")
def answers_errors_with_200(application):
    async def error(self, exchange):
        await exchange.text("sorry")

    return with_methods(application, error=error)


@mutant(breaks="contract.error.no-details")
def shows_the_exception(application):
    async def error(self, exchange):
        await exchange.text(f"RuntimeError: {contract.ERROR}", 500)

    return with_methods(application, error=error)


@mutant(breaks="contract.error.cut-off")
def ends_a_failed_stream_in_order(application):
    async def error_late(self, exchange):
        await exchange.start(200, "text/plain")
        await exchange.piece(contract.FIRST)
        await exchange.piece(b"", more=False)

    return with_methods(application, error_late=error_late)


@mutant(breaks="contract.error.others-unharmed")
def fails_ever_after(application):
    async def error(self, exchange):
        self.failed = True
        contract.fail()

    async def root(self, exchange):
        if getattr(self, "failed", False):
            self.failed = False
            contract.fail()
        await exchange.text(contract.GREETING)

    return with_methods(application, error=error, root=root)
