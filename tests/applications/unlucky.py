"""Applications that go wrong where a server does something unusual and lawful: for properties to find."""

from applications.good import app as good


async def chokes_on_a_missing_client(scope, receive, send):
    """Ends in the middle of its response where it is not told who asks."""
    if scope["type"] == "http" and not scope.get("client"):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        return
    await good(scope, receive, send)


async def loses_count_of_empty_pieces(scope, receive, send):
    """Sends a body without a start where a piece of the request is empty and not the last."""

    async def odd(event):
        if scope["type"] == "http" and odd.empty and event["type"] == "http.response.start":
            return
        await send(event)

    async def watching():
        event = await receive()
        odd.empty = odd.empty or (event.get("more_body", False) and not event.get("body"))
        return event

    odd.empty = False
    await good(scope, watching, odd)


async def sends_both_keys(scope, receive, send):
    """Where a text is empty."""

    async def doubled(event):
        if event["type"] == "websocket.send" and event.get("text") == "":
            event = {**event, "bytes": b""}
        await send(event)

    await good(scope, receive, doubled)


async def stays_when_the_client_has_left(scope, receive, send):
    """Asks again and again for what comes after the end."""
    await good(scope, receive, send)
    while scope["type"] == "websocket":
        await receive()


async def says_goodbye_at_once(scope, receive, send):
    """Ends its lifespan right after the startup where the server is of the first version."""
    if scope["type"] == "lifespan" and "spec_version" not in scope["asgi"]:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        return
    await good(scope, receive, send)
