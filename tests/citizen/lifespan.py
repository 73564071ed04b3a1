"""The lifespan of the application in this event loop (ASGI lifespan 2.0)."""

from __future__ import annotations

import asyncio
import logging
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final

from citizen.changing import Changing
from citizen.messages import InvalidMessage, Message, Messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from citizen.server import Server

log: Final = logging.getLogger("citizen")


class Life(Enum):
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed to start"
    STOPPING = "stopping"
    DONE = "stopped"


class Lifespan(Messages, Changing):
    handlers: ClassVar[dict[str, str]] = {
        "lifespan.startup.complete": "on_startup_complete",
        "lifespan.startup.failed": "on_startup_failed",
        "lifespan.shutdown.complete": "on_shutdown_complete",
        "lifespan.shutdown.failed": "on_shutdown_failed",
    }
    legal: ClassVar[dict[str, Life]] = {
        "lifespan.startup.complete": Life.STARTING,
        "lifespan.startup.failed": Life.STARTING,
        "lifespan.shutdown.complete": Life.STOPPING,
        "lifespan.shutdown.failed": Life.STOPPING,
    }
    shutdown_limit = 30.0
    """Seconds for the application's cleanup."""
    farewell_limit = 1.0
    """Seconds between an application's last message and its return, before it is cancelled."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.namespace: dict[str, Any] = {}
        """What the application keeps in `state`. Only it writes here."""
        self.life = Life.STARTING
        self.supported = True
        """False once the application turned out to know no lifespan."""
        self.startup_delivered = False
        self.shutdown_delivered = False
        self.succeeded = True
        self.task: asyncio.Task[None] | None = None

    # The scope

    def scope(self) -> dict[str, Any]:
        return {"type": "lifespan", "asgi": self.asgi(), "state": self.namespace}

    def asgi(self) -> dict[str, str]:
        return {"version": self.server.asgi_version, "spec_version": "2.0"}

    def state_of_call(self) -> dict[str, Any] | None:
        """A shallow copy for one call; None where the application has no lifespan."""
        return dict(self.namespace) if self.supported else None

    # The two callables

    def callables(self) -> tuple[Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]]:
        return self.receive, self.send

    async def receive(self) -> Message:
        while (event := self.next_event()) is None:
            await self.change()
        return event

    def next_event(self) -> Message | None:
        if not self.startup_delivered:
            self.startup_delivered = True
            return self.startup_event()
        if self.life is Life.STOPPING and not self.shutdown_delivered:
            self.shutdown_delivered = True
            return self.shutdown_event()
        return None

    def startup_event(self) -> Message:
        return {"type": "lifespan.startup"}

    def shutdown_event(self) -> Message:
        return {"type": "lifespan.shutdown"}

    async def send(self, message: Message) -> None:
        type = self.type_of(message)
        if type not in self.handlers:
            raise InvalidMessage(f"{type!r} is not known here")
        if self.life is not self.legal[type]:
            raise InvalidMessage(f"{type!r} cannot come now: the application is {self.life.value}")
        getattr(self, self.handlers[type])(message)
        self.notify()

    def on_startup_complete(self, message: Message) -> None:
        self.life = Life.RUNNING

    def on_startup_failed(self, message: Message) -> None:
        self.tell("startup failed", message)
        self.life = Life.FAILED

    def on_shutdown_complete(self, message: Message) -> None:
        self.life = Life.DONE

    def on_shutdown_failed(self, message: Message) -> None:
        self.tell("shutdown failed", message)
        self.succeeded = False
        self.life = Life.DONE

    def tell(self, what: str, message: Message) -> None:
        log.error("%s: %s", what, self.text_of(message, "message", ""))

    # The call

    async def live(self) -> None:
        """Call the application. An exception before it has started means that it knows no lifespan."""
        try:
            await self.invoke(self.scope())
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - an application may raise anything, and only its own call ends
            self.after_app_raised(error)
        else:
            self.after_app_returned()
        finally:
            self.notify()

    async def invoke(self, scope: dict[str, Any]) -> None:
        await self.server.app(scope, *self.callables())

    def after_app_raised(self, error: BaseException) -> None:
        if self.life is Life.STARTING:
            log.info("the application knows no lifespan: %r", error)
            self.supported = False
        elif self.life in (Life.RUNNING, Life.STOPPING) and not isinstance(error, asyncio.CancelledError):
            log.error("exception in the application's lifespan", exc_info=error)

    def after_app_returned(self) -> None:
        if self.life is Life.STARTING:
            self.supported = False

    async def until(self, *lives: Life) -> None:
        """Wait for one of these, or for the end of a call that will not get there any more."""
        while self.life not in lives and self.task is not None and not self.task.done():
            await self.change()

    async def startup(self) -> bool:
        """True when the server may serve."""
        self.task = asyncio.create_task(self.live())
        await self.until(Life.RUNNING, Life.FAILED)
        return self.life is not Life.FAILED

    async def shutdown(self) -> None:
        if self.can_shut_down():
            self.life = Life.STOPPING
            self.notify()
            try:
                async with asyncio.timeout(self.shutdown_limit):
                    await self.until(Life.DONE)
            except TimeoutError:
                log.error("the application did not stop in %s s", self.shutdown_limit)
        await self.leave()

    def can_shut_down(self) -> bool:
        return self.life is Life.RUNNING and self.task is not None and not self.task.done()

    async def leave(self) -> None:
        """Give the application a moment to return."""
        if self.task is not None and not self.task.done():
            timeout = 0 if self.life is Life.STOPPING else self.farewell_limit
            await asyncio.wait([self.task], timeout=timeout)
            self.task.cancel()
