"""Sins against the receive callable (ASGI, "Applications")."""

import asyncio

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(
    breaks=(
        "common.receive.awaitable-callable",
        "http.disconnect.after-response",
        "http.disconnect.unread-body-after-response",
        "http.disconnect.repeatable",
    )
)
def returns_the_event_itself_after_the_response(parts):
    @override(parts.http, "receive")
    def receive(original, self):
        return self.disconnect_event() if self.reply is Reply.DONE else original(self)


@mutant(breaks="common.receive.blocks-until-available")
def raises_when_no_body_has_arrived(parts):
    @override(parts.http, "receive")
    async def receive(original, self):
        try:
            async with asyncio.timeout(None if self.content_delivered else 0.02):
                return await original(self)
        except TimeoutError:
            raise asyncio.QueueEmpty from None


@mutant(breaks=("common.receive.blocks-until-available", "common.event.type-key"))
def returns_an_empty_message_from_an_idle_websocket(parts):
    @override(parts.websocket, "receive")
    async def receive(original, self):
        try:
            async with asyncio.timeout(0.02):
                return await original(self)
        except TimeoutError:
            return {}


@mutant(breaks="common.receive.other-task")
def sends_from_the_task_of_the_application_only(parts):
    @override(parts.http, "send")
    async def send(original, self, message):
        if asyncio.current_task() is not self.task:
            raise RuntimeError("not the task of the application")
        await original(self, message)


@mutant(breaks=("common.receive.concurrent-with-send", "http.disconnect.after-response"))
def sends_nothing_while_the_application_waits_for_a_disconnect(parts):
    @override(parts.http, "receive")
    async def receive(original, self):
        if not self.content_delivered or self.reply is Reply.DONE:
            return await original(self)
        async with self.sending:
            return await original(self)


@mutant(breaks="common.receive.cancel-safe")
def turns_a_cancelled_receive_into_a_disconnect(parts):
    @override(parts.http, "receive")
    async def receive(original, self):
        try:
            return await original(self)
        except asyncio.CancelledError:
            return self.disconnect_event()


@mutant(breaks="common.receive.cancel-safe")
def loses_a_message_with_a_cancelled_receive(parts):
    @override(parts.websocket, "receive")
    async def receive(original, self):
        try:
            return await original(self)
        except asyncio.CancelledError:
            self.losing = True
            raise

    @override(parts.websocket, "on_message")
    def on_message(original, self, message):
        if not self.__dict__.pop("losing", False):
            original(self, message)


@mutant(breaks="common.receive.concurrent-receives")
def delivers_a_message_to_everyone_who_waits(parts):
    @override(parts.websocket, "receive")
    async def receive(original, self):
        self.waiting = getattr(self, "waiting", 0) + 1
        try:
            event = await original(self)
        finally:
            self.waiting -= 1
        if self.waiting and event["type"] == "websocket.receive":
            self.on_message(dict(event))
        return event
