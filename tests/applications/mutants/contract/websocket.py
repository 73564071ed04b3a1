"""Sins in WebSockets as a client sees them."""

import asyncio

from applications.contract.model import Conversation
from applications.contract.variation import with_conversation, with_methods
from applications.mutation import mutant


@mutant(breaks=("contract.websocket.echo", "websocket.receive.app-none-and-missing", "websocket.receive.app-empty"))
def answers_bytes_with_text(application):
    async def say(self, content):
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        await self.send({"type": "websocket.send", "text": text})

    return with_conversation(application, say=say)


@mutant(breaks="contract.websocket.speaks-first")
def speaks_when_it_is_spoken_to(application):
    async def ws_wait(self, conversation):
        await conversation.accept()
        await conversation.next()

    return with_methods(application, ws_wait=ws_wait)


@mutant(breaks="websocket.accept.subprotocol.app-choice")
def always_chooses_its_subprotocol(application):
    async def ws_subprotocol(self, conversation):
        await conversation.accept("chat")
        await conversation.echo()

    return with_methods(application, ws_subprotocol=ws_subprotocol)


@mutant(breaks="websocket.accept.subprotocol.app-choice")
def knows_no_subprotocol(application):
    async def ws_subprotocol(self, conversation):
        await conversation.accept()
        await conversation.echo()

    return with_methods(application, ws_subprotocol=ws_subprotocol)


@mutant(breaks="contract.websocket.fields")
def drops_fields_of_the_accept(application):
    async def ws_headers(self, conversation):
        await conversation.accept()
        await conversation.echo()

    return with_methods(application, ws_headers=ws_headers)


@mutant(breaks=("contract.websocket.refused", "websocket.close.app-once"))
def accepts_whom_it_refuses(application):
    async def ws_refuse(self, conversation):
        await conversation.accept()
        await conversation.close()
        await conversation.close()

    return with_methods(application, ws_refuse=ws_refuse)


@mutant(breaks=("contract.websocket.close-code", "websocket.close.app-once"))
def closes_with_1000(application):
    async def ws_close(self, conversation):
        await conversation.accept()
        await conversation.close()

    return with_methods(application, ws_close=ws_close)


@mutant(breaks="contract.websocket.left")
def calls_every_code_1000(application):
    def notes(self, event):
        Conversation.notes(self, {**event, "code": 1000})

    return with_conversation(application, notes=notes)


@mutant(breaks="contract.websocket.error")
def closes_with_1000_after_an_error(application):
    async def ws_error(self, conversation):
        await conversation.accept()
        await conversation.close(1000)

    return with_methods(application, ws_error=ws_error)


@mutant(breaks=("websocket.disconnect.app-stops", "contract.websocket.left"))
def goes_on_after_the_client_has_left(application):
    async def next_one(self):
        event = await self.receive()
        while event["type"] == "websocket.disconnect":
            await asyncio.Event().wait()
        text = event.get("text")
        return event["bytes"] if text is None else text

    return with_conversation(application, next=next_one)
