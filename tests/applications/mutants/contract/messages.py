"""Sins against messages of WebSockets in shapes that are lawful and rare."""

import asyncio

from applications.contract.exchange import ClientLeft
from applications.contract.model import Conversation
from applications.contract.variation import sending, with_conversation, with_methods
from applications.mutation import mutant


async def by_the_keys(self):
    """The key that is there, whatever is in it."""
    event = await self.receive()
    if event["type"] == "websocket.disconnect":
        self.notes(event)
        raise ClientLeft
    return event["text"] if "text" in event else event["bytes"]


@mutant(breaks=("websocket.receive.app-none-and-missing", "websocket.receive.app-empty"))
def goes_by_the_keys(application):
    async def say(self, content):
        await Conversation.say(self, "None" if content is None else content)

    return with_conversation(application, next=by_the_keys, say=say)


async def by_the_truth(self):
    """Whatever is not empty."""
    event = await self.receive()
    if event["type"] == "websocket.disconnect":
        self.notes(event)
        raise ClientLeft
    return event.get("text") or event.get("bytes") or ""


@mutant(breaks=("websocket.receive.app-empty", "contract.websocket.echo"))
def takes_empty_bytes_for_text(application):
    return with_conversation(application, next=by_the_truth)


@mutant(breaks="websocket.accept.headers.no-subprotocol-header")
def chooses_its_subprotocol_with_a_field(application):
    def change(scope, event):
        if event["type"] == "websocket.accept" and event.get("subprotocol"):
            event = {**event, "headers": [(b"sec-websocket-protocol", event["subprotocol"].encode())]}
        yield event

    return sending(application, change)


@mutant(breaks="websocket.accept.headers.app-format")
def writes_fields_of_the_accept_in_capitals(application):
    async def accept(self, subprotocol=None, fields=()):
        await Conversation.accept(self, subprotocol, [(name.title(), value) for name, value in fields])

    return with_conversation(application, accept=accept)


def newest(self):
    return (2, 5)


@mutant(
    breaks=(
        "websocket.accept.headers.app-version",
        "common.scope.asgi.spec-version-default",
        "common.version.app-respects",
    )
)
def takes_every_server_for_the_newest(application):
    return with_conversation(application, version=newest)


@mutant(breaks="websocket.close.app-format")
def gives_no_reason_as_bytes(application):
    async def close(self, code=1000, reason=""):
        await self.send({"type": "websocket.close", "code": code, "reason": b""})

    return with_conversation(application, close=close)


@mutant(breaks="websocket.close.app-once")
def closes_twice(application):
    async def ws_close(self, conversation):
        code, reason = int(conversation.parameter("code", "1000")), conversation.parameter("reason")
        await conversation.accept()
        await conversation.close(code, reason)
        await conversation.close(code, reason)

    return with_methods(application, ws_close=ws_close)


@mutant(breaks="websocket.disconnect.app-reason-default")
def needs_a_reason(application):
    def notes(self, event):
        assert len(event["reason"]) >= 0
        Conversation.notes(self, event)

    return with_conversation(application, notes=notes)


@mutant(breaks="websocket.send.closed.app-handles")
def tries_to_send_again_and_again(application):
    async def say(self, content):
        while True:
            try:
                return await Conversation.say(self, content)
            except OSError:
                await asyncio.sleep(1)

    return with_conversation(application, say=say)
