"""Sins against the way an application is called (ASGI, "Applications")."""

import asyncio
import inspect
import os

from citizen.application import as_single_callable, takes_one_argument
from citizen.mutation import mutant, override


@mutant(breaks="common.app.single-callable")
def passes_a_fourth_argument_to_whoever_takes_it(parts):
    @override(parts.calls, "invoke")
    async def invoke(original, self, scope):
        parameters = inspect.signature(self.server.app).parameters.values()
        takes_any = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
        await self.server.app(scope, *self.callables(), *[{}] * takes_any)


@mutant(breaks="common.app.call-positional")
def passes_the_arguments_by_name(parts):
    @override(parts.scopes, "invoke")
    async def invoke(original, self, scope):
        receive, send = self.callables()
        await self.server.app(scope=scope, receive=receive, send=send)


@mutant(breaks="common.app.called-once-per-connection")
def tries_again_when_the_application_raises(parts):
    @override(parts.http, "invoke")
    async def invoke(original, self, scope):
        try:
            await original(self, scope)
        except Exception:
            self.retry = asyncio.ensure_future(original(self, self.scope()))
            raise


@mutant(breaks="common.app.not-called-on-bare-connect")
def calls_the_application_for_half_a_head(parts):
    @override(parts.connection, "next_head")
    async def next_head(original, self):
        head = await original(self)
        if head is None and self.eof and b"\r\n" in self.buffer:
            head, _, _ = bytes(self.buffer).rpartition(b"\r\n")
            self.buffer.clear()
        return head


@mutant(breaks="common.app.runs-in-running-loop")
def has_no_executor(parts):
    @override(parts.server, "started_before")
    async def started_before(original, self, stop):
        await self.loop.shutdown_default_executor()
        return await original(self, stop)

    @override(parts.http, "pieces")
    async def pieces(original, self, descriptor, offset, count):
        yield os.pread(descriptor, count, offset)


@mutant(breaks=("common.app.main-thread", "lifespan.same-loop", "lifespan.once-per-loop"))
def calls_the_application_in_a_thread(parts):
    @override(parts.http, "invoke")
    async def invoke(original, self, scope):
        def across(function):
            async def call(*message):
                future = asyncio.run_coroutine_threadsafe(function(*message), self.server.loop)
                return await asyncio.wrap_future(future)

            return call

        receive, send = map(across, self.callables())
        await asyncio.to_thread(lambda: asyncio.run(self.server.app(scope, receive, send)))


@mutant(breaks="common.app.return-value-ignored")
def reports_an_error_to_the_client_when_a_value_is_returned(parts):
    @override(parts.http, "invoke")
    async def invoke(original, self, scope):
        if await self.server.app(scope, *self.callables()) is not None:
            self.connection.refuse(500, [])


@mutant(breaks="common.app.any-async-callable")
def takes_instances_for_factories(parts):
    @override(parts.server, "adapted")
    def adapted(original, self, application):
        if inspect.isfunction(application) or inspect.isclass(application):
            return original(self, application)

        async def single(scope, receive, send):
            await application(scope)(receive, send)

        return single


@mutant(breaks="common.app.legacy.two-callable")
def knows_no_legacy_applications(parts):
    @override(parts.server, "adapted")
    def adapted(original, self, application):
        return application


@mutant(breaks="common.app.legacy.detection")
def ignores_the_hints_of_an_application(parts):
    @override(parts.server, "adapted")
    def adapted(original, self, application):
        if hasattr(application, "_asgi_single_callable") or hasattr(application, "_asgi_double_callable"):
            double = inspect.isclass(application) or takes_one_argument(application)
            return as_single_callable(hintless(application)) if double else application
        return original(self, application)

    def hintless(application):
        return lambda scope: application(scope)


@mutant(breaks="common.app.lifetime.cleanup-time")
def cancels_the_application_when_the_connection_ends(parts):
    @override(parts.http, "run")
    async def run(original, self):
        kept = await original(self)
        if not kept:
            self.task.cancel()
        return kept
