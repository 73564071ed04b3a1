"""Sins in WebSockets (ASGI WebSocket, "Connect" to "Close")."""

import asyncio

from applications.changing import before, behind, changed, with_keys
from applications.mutation import mutant

ACCEPT, RECEIVE, SEND, CLOSE = (f"websocket.{name}" for name in ("accept", "receive", "send", "close"))


def newest(sent):
    """For `sent`: so, if the server is of the newest version."""
    return lambda event, scope: sent(event, scope) if scope.get("asgi", {}).get("spec_version") == "2.5" else [event]


def of_messages(application, change):
    """The application with the messages that it receives made anew."""
    return changed(
        application,
        kinds={"websocket"},
        received=lambda event, scope: change(event) if event.get("type") == RECEIVE else event,
    )


@mutant(breaks="websocket.connect.app-must-reply")
def has_nothing_to_say_to_strangers(application):
    return changed(application, sent=lambda event, scope: [] if event["type"] == CLOSE else [event])


@mutant(breaks="websocket.connect.app-waits")
def accepts_unasked(application):
    async def mutated(scope, receive, send):
        async def later(event):
            if event["type"] != ACCEPT:
                await send(event)

        if scope["type"] != "websocket" or scope["path"] != "/":
            return await application(scope, receive, send)
        await send({"type": ACCEPT})
        await application(scope, receive, later)

    return mutated


@mutant(breaks="websocket.accept.subprotocol.app-choice")
def always_chats(application):
    return changed(application, sent=with_keys(ACCEPT, subprotocol="chat"))


@mutant(breaks="websocket.accept.headers.no-subprotocol-header")
def chooses_by_a_header(application):
    return changed(application, sent=newest(with_keys(ACCEPT, headers=[(b"sec-websocket-protocol", b"a")])))


@mutant(breaks="websocket.accept.headers.app-format")
def has_headers_in_text(application):
    return changed(application, sent=newest(with_keys(ACCEPT, headers=[("x-a", "1")])))


@mutant(breaks="websocket.receive.app-none-and-missing")
def demands_both_contents(application):
    return of_messages(application, lambda event: {**event, "text": event["text"], "bytes": event["bytes"]})


@mutant(breaks="websocket.receive.app-none-and-missing")
def goes_by_the_keys(application):
    def first_key(event):
        return {"type": RECEIVE, "text": str(event["text"])} if "text" in event else event

    def fails_for_none(event):
        if "text" in event and event["text"] is None:
            raise TypeError("None is no text")
        return first_key(event)

    return of_messages(application, fails_for_none)


@mutant(breaks="websocket.receive.app-empty")
def goes_by_the_truth(application):
    return of_messages(application, lambda event: {**event, "content": event.get("bytes") or event["text"]})


@mutant(breaks="websocket.send.app-exactly-one")
def sends_both_contents(application):
    return changed(application, sent=with_keys(SEND, text="text", bytes=b"bytes"))


@mutant(breaks="websocket.send.app-after-accept-only")
def greets_before_it_accepts(application):
    return changed(application, sent=before(ACCEPT, {"type": SEND, "text": "hello"}))


@mutant(breaks="websocket.disconnect.app-reason-default")
def demands_a_reason(application):
    def received(event, scope):
        return {**event, "reason": event["reason"] + ""} if event.get("type") == "websocket.disconnect" else event

    return changed(application, kinds={"websocket"}, received=received)


@mutant(breaks=("websocket.disconnect.app-stops", "common.app.lifetime.ends-eventually"))
def never_ends(application):
    async def mutated(scope, receive, send):
        await application(scope, receive, send)
        if scope["type"] == "websocket":
            await asyncio.Event().wait()

    return mutated


@mutant(breaks="websocket.disconnect.app-stops")
def sends_its_regards(application):
    async def mutated(scope, receive, send):
        await application(scope, receive, send)
        if scope["type"] == "websocket" and scope["path"] == "/":
            await send({"type": SEND, "text": "farewell"})

    return mutated


@mutant(breaks="websocket.close.app-format")
def closes_abnormally(application):
    return changed(application, sent=with_keys(CLOSE, code=1006))


@mutant(breaks="websocket.close.app-once")
def closes_twice(application):
    return changed(application, sent=behind(CLOSE, {"type": CLOSE}))


@mutant(breaks=("websocket.send.closed.app-handles", "common.app.lifetime.ends-eventually"))
def tries_and_tries_again(application):
    async def mutated(scope, receive, send):
        async def insist(event):
            while True:
                try:
                    return await send(event)
                except OSError:
                    await asyncio.sleep(1)

        await application(scope, receive, insist if scope["type"] == "websocket" else send)

    return mutated
