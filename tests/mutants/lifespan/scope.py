"""Sins against the lifespan scope, and against when it is called (ASGI lifespan, "Scope")."""

import asyncio

from citizen.mutation import mutant, override


@mutant(
    breaks=(
        "lifespan.scope.type",
        "common.scope.type.present",
        "common.event.type-namespaced",
        "lifespan.once-per-loop",
    )
)
def calls_it_lifecycle(parts):
    @override(parts.lifespan, "scope")
    def scope(original, self):
        return {**original(self), "type": "lifecycle"}


@mutant(breaks="lifespan.scope.asgi")
def gives_the_spec_version_of_http(parts):
    @override(parts.lifespan, "asgi")
    def asgi(original, self):
        return {**original(self), "spec_version": "2.5"}


@mutant(breaks=("lifespan.scope.asgi", "common.scope.asgi.present"))
def has_no_asgi_in_the_scope(parts):
    @override(parts.lifespan, "scope")
    def scope(original, self):
        return {key: value for key, value in original(self).items() if key != "asgi"}


@mutant(breaks="lifespan.scope.no-connection-keys")
def has_a_path_and_headers(parts):
    @override(parts.lifespan, "scope")
    def scope(original, self):
        return {**original(self), "path": "", "headers": []}


@mutant(breaks=("lifespan.once-per-loop", "common.app.called-once-per-connection"))
def probes_the_application_first(parts):
    @override(parts.lifespan, "startup")
    async def startup(original, self):
        probe = parts.lifespan(self.server)
        await original(probe)
        probe.task.cancel()
        return await original(self)


@mutant(breaks=("lifespan.same-loop", "lifespan.once-per-loop"))
def runs_in_a_loop_of_its_own(parts):
    @override(parts.lifespan, "invoke")
    async def invoke(original, self, scope):
        def across(function):
            async def call(*message):
                future = asyncio.run_coroutine_threadsafe(function(*message), self.server.loop)
                return await asyncio.wrap_future(future)

            return call

        receive, send = map(across, self.callables())
        await asyncio.to_thread(lambda: asyncio.run(self.server.app(scope, receive, send)))


@mutant(breaks=("lifespan.same-call", "lifespan.once-per-loop", "lifespan.shutdown.event"))
def calls_the_application_again_to_shut_down(parts):
    @override(parts.lifespan, "shutdown")
    async def shutdown(original, self):
        if self.can_shut_down():
            self.task.cancel()
            self.startup_delivered = True
            self.task = asyncio.create_task(self.live())
        await original(self)
