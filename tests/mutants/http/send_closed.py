"""Sins against sending on a closed connection (ASGI HTTP, "Disconnected Client - send exception")."""

import asyncio

from citizen.call import log
from citizen.messages import is_disconnect
from citizen.mutation import mutant, override


@mutant(breaks=("http.send.closed.oserror", "http.send.closed.specific-class", "common.version.claims-honoured"))
def ignores_what_is_sent_to_nobody(parts):
    @override(parts.http, "after_close")
    def after_close(original, self, message):
        pass

    @override(parts.http, "drain")
    async def drain(original, self):
        await self.connection.drain()


@mutant(
    breaks=(
        "http.send.closed.oserror",
        "http.send.closed.specific-class",
        "http.send.closed.not-logged",
        "common.send.error-class-handled",
        "common.version.claims-honoured",
    )
)
def raises_a_runtime_error(parts):
    @override(parts.http, "closed_error")
    def closed_error(original, self):
        return RuntimeError("transport closed")


@mutant(breaks="http.send.closed.specific-class")
def raises_a_common_class(parts):
    @override(parts.http, "closed_error")
    def closed_error(original, self):
        return BrokenPipeError("broken pipe")

    @override(parts.http, "report")
    def report(original, self, error):
        if not isinstance(error, BrokenPipeError):
            original(self, error)


@mutant(breaks=("http.send.closed.no-hang", "http.send.closed.oserror", "http.send.closed.specific-class"))
def waits_for_a_client_that_is_gone(parts):
    @override(parts.http, "send")
    async def send(original, self, message):
        if self.connection.closed:
            await asyncio.Event().wait()
        await original(self, message)


@mutant(
    breaks=(
        "http.send.closed.server-catches",
        "common.send.error-class-handled",
    )
)
def stops_listening_when_its_own_error_comes_back(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if is_disconnect(error):
            self.server.stop_accepting()


@mutant(breaks=("http.send.closed.not-logged", "common.send.error-class-handled"))
def logs_its_own_error(parts):
    @override(parts.http, "report")
    def report(original, self, error):
        log.error("exception in the application", exc_info=error)
