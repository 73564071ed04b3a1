"""A correct application: it answers a request with its body, and a WebSocket message with itself."""


class UnexpectedEvent(Exception):
    """No specification has it here, or so."""


async def app(scope, receive, send):
    """Refuses protocols that it does not know."""
    if scope["type"] not in PROTOCOLS:
        raise NotImplementedError(scope["type"])
    await PROTOCOLS[scope["type"]](scope, receive, send)


async def http(scope, receive, send):
    """Nobody is left to be answered after a disconnect."""
    parts, more_body = [], True
    while more_body:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        if event["type"] != "http.request" or not isinstance(event.get("body", b""), bytes):
            raise UnexpectedEvent(event)
        parts.append(event.get("body", b""))
        more_body = event.get("more_body", False)
    body = b"".join(parts)
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200 if scope["path"] == "/" else 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def websocket(scope, receive, send):
    """Goes on until the client has left."""
    event = await receive()
    if event["type"] == "websocket.connect":
        await send({"type": "websocket.accept" if scope["path"] == "/" else "websocket.close"})
        event = await receive()
    while event["type"] == "websocket.receive":
        text, data = event.get("text"), event.get("bytes")
        if (text is None) is (data is None):
            raise UnexpectedEvent(event)
        await send(
            {"type": "websocket.send", "bytes": data} if text is None else {"type": "websocket.send", "text": text}
        )
        event = await receive()
    if event["type"] != "websocket.disconnect" or not isinstance(event["code"], int):
        raise UnexpectedEvent(event)


async def lifespan(scope, receive, send):
    """Keeps a word for every request, where the server can."""
    if (await receive())["type"] != "lifespan.startup":
        raise UnexpectedEvent
    scope.get("state", {})["good.word"] = "hello"
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


PROTOCOLS = {"http": http, "websocket": websocket, "lifespan": lifespan}
