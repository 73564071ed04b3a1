"""Sins against the state (ASGI lifespan, "Lifespan State")."""

import threading

from citizen.mutation import mutant, override


@mutant(breaks=("lifespan.scope.state.empty-dict", "lifespan.state.untouched"))
def keeps_its_own_things_in_the_state(parts):
    @override(parts.lifespan, "scope")
    def scope(original, self):
        self.namespace["server"] = "citizen"
        return original(self)


@mutant(
    breaks=(
        "lifespan.state.copied-to-requests",
        "lifespan.state.request-changes-isolated",
        "websocket.scope.state",
    )
)
def hands_out_the_state_itself(parts):
    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        return self.namespace if self.supported else None


@mutant(
    breaks=(
        "lifespan.state.request-changes-isolated",
        "lifespan.state.copied-to-requests",
        "lifespan.state.late-additions",
    )
)
def copies_the_state_once_per_connection(parts):
    @override(parts.http, "state")
    def state(original, self):
        return self.connection.__dict__.setdefault("state", original(self))


@mutant(breaks="lifespan.state.nested-shared")
def copies_lists_in_the_state_too(parts):
    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        state = original(self)
        return state and {key: list(value) if isinstance(value, list) else value for key, value in state.items()}


@mutant(breaks=("lifespan.state.same-lifecycle", "lifespan.state.copied-to-requests", "lifespan.state.nested-shared"))
def gives_requests_the_objects_of_another_life(parts):
    kinds = {list: list, object: object, type(threading.Lock()): threading.Lock}

    @override(parts.lifespan, "on_startup_complete")
    def on_startup_complete(original, self, message):
        original(self, message)
        self.other = {key: kinds.get(type(value), lambda value=value: value)() for key, value in self.namespace.items()}

    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        state = original(self)
        return state and {**state, **self.other}


@mutant(breaks="lifespan.state.untouched")
def clears_the_state_before_the_shutdown(parts):
    @override(parts.lifespan, "shutdown")
    async def shutdown(original, self):
        self.namespace.clear()
        await original(self)


@mutant(breaks="lifespan.state.late-additions")
def copies_the_state_as_it_was_after_the_start(parts):
    @override(parts.lifespan, "on_startup_complete")
    def on_startup_complete(original, self, message):
        original(self, message)
        self.snapshot = dict(self.namespace)

    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        return dict(self.snapshot) if self.supported else None
