"""The model of a middleware: it hands on everything, with a copy of the scope."""

from typing import Any


def good(application: Any) -> Any:
    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        await application(dict(scope), receive, send)

    return wrapped


def collecting(application: Any) -> Any:
    """A lawful other one: collects a response before it is sent on, and adds a field."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        kept: list[Any] = []

        async def collect(event: Any) -> None:
            if event["type"] not in ("http.response.start", "http.response.body"):
                await send(event)
                return
            kept.append(event)
            if event["type"] == "http.response.body" and not event.get("more_body", False):
                start = {**kept[0], "headers": [*kept[0].get("headers", ()), (b"x-collected", b"1")]}
                for one in (start, *kept[1:]):
                    await send(one)

        await application({**scope, "middleware": True}, receive, collect if scope["type"] == "http" else send)

    return wrapped


def answering(application: Any) -> Any:
    """Another: it makes responses of exceptions as long as there is none, and carries on."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        started = False

        async def watch(event: Any) -> None:
            nonlocal started
            started = started or event["type"] == "http.response.start"
            await send(event)

        try:
            await application(dict(scope), receive, watch)
        except Exception:
            if scope["type"] != "http" or started:
                raise
            await send({"type": "http.response.start", "status": 500, "headers": []})
            await send({"type": "http.response.body", "body": b"sorry"})

    return wrapped


def gate(application: Any) -> Any:
    """Another: it lets nobody in, and answers by itself."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b"no"})
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close"})
        else:
            await application(scope, receive, send)

    return wrapped
