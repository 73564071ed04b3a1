"""A server's start and stop, and the lifespan of its application."""

import asyncio
import os

from citizen.application import is_double_callable
from citizen.choosing import choice
from citizen.messages import InvalidMessage
from citizen.mutation import leave_out, override

STATE = ("lifespan/state/*", "lifespan/scope/*", "http/scope/*", "websocket/scope/*")


@choice("Lifespan: a server may have none.", sets="bare", near=("lifespan/*", "http/scope/*"))
def no_lifespan(parts):
    @override(parts.lifespan, "startup")
    async def startup(original, self):
        self.supported = False
        return True


@choice("Lifespan, Scope: a missing state says that the server does not support it.", sets="spare", near=STATE)
def no_state(parts):
    leave_out(parts.lifespan, "state")

    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        return None


@choice("Lifespan, Scope: whether requests have an empty state where the application has no lifespan is open (A56).",
        sets="modern", near="lifespan/unsupported/*")  # fmt: skip
def an_empty_state_without_a_lifespan(parts):
    @override(parts.lifespan, "state_of_call")
    def state_of_call(original, self):
        return dict(self.namespace)


@choice("Lifespan, Lifespan State: a copy for each request; when it is taken is not said (A58).", sets="generous",
        near=STATE)  # fmt: skip
def the_state_is_copied_once_a_connection(parts):
    @override(parts.http, "state")
    def state(original, self):
        kept = self.connection.__dict__.setdefault("kept_state", original(self))
        return None if kept is None else dict(kept)


@choice("Lifespan, Scope: spec_version may be missing, which is 1.0.", sets="spare", near="lifespan/scope/*")
def no_version_of_the_lifespan(parts):
    @override(parts.lifespan, "asgi")
    def asgi(original, self):
        return {"version": original(self)["version"]}


@choice(
    "Lifespan, Version History: 1.0 has neither startup.failed nor shutdown.failed.", near="lifespan/*t*/a-failed-*"
)
def a_lifespan_of_version_1_0(parts):
    @override(parts.lifespan, "asgi")
    def asgi(original, self):
        return {**original(self), "spec_version": "1.0"}

    @override(parts.lifespan, "send")
    async def send(original, self, message):
        if self.type_of(message).endswith(".failed"):
            raise InvalidMessage("not known in version 1.0")
        await original(self, message)


@choice("Lifespan, Startup: before connections are processed; they may wait in the socket meanwhile.", sets="modern",
        near="lifespan/*")  # fmt: skip
def the_socket_listens_before_the_application_has_started(parts):
    @override(parts.server, "bind")
    def bind(original, self):
        sock = original(self)
        sock.listen(100)
        return sock


@choice("Lifespan, Startup Failed: the server exits; with which status is not said (A54).", sets="old",
        near=("lifespan/startup/*", "lifespan/shutdown/*"))  # fmt: skip
def failures_exit_with_1(parts):
    exiting(parts, 1)


@choice("Lifespan, Startup Failed: the server exits; with which status is not said (A54).", sets="generous",
        near=("lifespan/startup/*", "lifespan/shutdown/*"))  # fmt: skip
def failures_exit_with_0(parts):
    exiting(parts, 0)


def exiting(parts, status):
    @override(parts.server, "run")
    async def run(original, self, stop):
        return 0 if await original(self, stop) == 0 else status


@choice("Lifespan, Startup Failed: log or print; what is said is written to whichever of the two.", sets="modern",
        near=("lifespan/startup/*", "lifespan/shutdown/*"))  # fmt: skip
def failures_are_printed(parts):
    @override(parts.lifespan, "tell")
    def tell(original, self, what, message):
        os.write(1, f"\n*** {self.text_of(message, 'message', '')} ***\n".encode())


@choice("Lifespan, Scope, read with A52: what becomes of a server whose lifespan broke off is not said.", sets="old",
        near="lifespan/running/*")  # fmt: skip
def a_lifespan_that_breaks_off_ends_the_server(parts):
    @override(parts.lifespan, "after_app_raised")
    def after_app_raised(original, self, error):
        running = self.life.name == "RUNNING" and not isinstance(error, asyncio.CancelledError)
        original(self, error)
        if running:
            os.kill(os.getpid(), 15)


@choice("Lifespan, Startup: an application that ends without a word may be taken for one that does not start (A53).",
        sets="generous", near="lifespan/unsupported/*")  # fmt: skip
def an_application_that_returns_at_once_ends_the_server(parts):
    @override(parts.lifespan, "startup")
    async def startup(original, self):
        return await original(self) and not (self.life.name == "STARTING" and not hasattr(self, "raised"))

    @override(parts.lifespan, "after_app_raised")
    def after_app_raised(original, self, error):
        self.raised = True
        original(self, error)


@choice("Lifespan, Shutdown: connections are closed by then, if need be by cutting them.", sets="old",
        near="lifespan/shutdown/*")  # fmt: skip
def a_server_that_stops_cuts_its_connections(parts):
    @override(parts.server, "close_connections")
    async def close_connections(original, self):
        for connection in list(self.connections):
            connection.abort()
        await original(self)


@choice("Lifespan, Shutdown: after its last message the application may be left no time.", sets="generous",
        near="lifespan/*")  # fmt: skip
def the_application_is_cancelled_when_all_is_said(parts):
    parts.lifespan.farewell_limit = 0.0


@choice("Lifespan, Shutdown: what a receive does after the last event is not said.", sets="modern",
        near="lifespan/shutdown/*")  # fmt: skip
def receive_raises_after_the_shutdown_event(parts):
    @override(parts.lifespan, "next_event")
    def next_event(original, self):
        if self.shutdown_delivered:
            raise RuntimeError("there is nothing more to come")
        return original(self)


@choice("ASGI, Legacy Applications: support is encouraged, and may be dropped by now (A71).", sets="modern",
        near="common/application/*")  # fmt: skip
def old_applications_are_not_served(parts):
    @override(parts.server, "adapted")
    def adapted(original, self, application):
        if is_double_callable(application):
            raise SystemExit("this application is of the kind that is called twice")
        return application


@choice("ASGI, Legacy Applications: support is encouraged, and may be dropped by now (A71).", sets="old",
        near="common/application/*")  # fmt: skip
def old_applications_fail_on_every_request(parts):
    @override(parts.server, "adapted")
    def adapted(original, self, application):
        return application
