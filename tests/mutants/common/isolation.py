"""Sins by which one connection is felt by another."""

import asyncio

from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(
    breaks=(
        "common.callables.per-connection",
        "common.callables.late-send-after-return",
        "common.concurrency.parallel-connections",
        "common.error.app-exception.isolated",
    )
)
def sends_to_whoever_came_last(parts):
    @override(parts.http, "spawn")
    def spawn(original, self):
        self.server.latest = self
        original(self)

    @override(parts.http, "send")
    async def send(original, self, message):
        await original(self.server.latest, message)


@mutant(breaks="common.callables.late-send-after-return")
def writes_what_is_sent_after_the_return(parts):
    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        if self.task.done():
            self.connection.write(message.get("body", b""))


@mutant(breaks=("common.concurrency.parallel-connections", "common.error.app-exception.isolated"))
def serves_one_request_at_a_time(parts):
    turn = asyncio.Lock()

    @override(parts.http, "invoke")
    async def invoke(original, self, scope):
        async with turn:
            await original(self, scope)


@mutant(breaks="common.error.app-exception.isolated")
def cancels_everybody_when_one_application_raises(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        for task in self.server.tasks - {self.task}:
            task.cancel()


@mutant(breaks="common.error.app-exception.isolated")
def stops_when_an_application_raises_cancelled_error(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if isinstance(error, asyncio.CancelledError):
            self.server.stop_accepting()


@mutant(breaks="common.extra-coroutines.no-guarantee")
def dies_of_an_error_in_a_forgotten_task(parts):
    @override(parts.server, "started_before")
    async def started_before(original, self, stop):
        self.loop.set_exception_handler(lambda loop, context: self.stop_accepting())
        return await original(self, stop)


@mutant(breaks="common.error.app-exception.isolated")
def stops_when_its_own_complaint_comes_back(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        in_the_middle = self.reply is Reply.STARTED
        original(self, error)
        if isinstance(error, InvalidMessage) and in_the_middle:
            self.server.stop_accepting()
