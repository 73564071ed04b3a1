"""Applications that take other lawful choices than `good.py`: no case may say a bad word about any of them."""

import asyncio
import contextlib
from http import HTTPStatus


class Event(dict):
    """An event, or a dict."""


async def hasty(scope, receive, send):
    """Answers before it reads, and knows nothing but HTTP; its headers are tuples in a tuple."""
    if scope["type"] != "http":
        raise NotImplementedError
    await send({"type": "http.response.start", "status": 204, "headers": ((b"x-a", b"1"), (b"x-a", b"2"))})
    await send({"type": "http.response.body"})


async def nowhere(scope, receive, send):
    """404 for everything, WebSockets refused, and a lifespan that it does not take; it gives no header."""
    if scope["type"] == "http":
        await receive()
        await send({"type": "http.response.start", "status": 404})
        await send({"type": "http.response.body", "body": b"Not Found", "more_body": False})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
    else:
        raise RuntimeError(scope["type"])


async def endless(scope, receive, send):
    """Streams until the client leaves, in two tasks; does its cleanup, and lets the error pass."""
    if scope["type"] == "lifespan":
        return await lifespan(scope, receive, send)
    if scope["type"] != "http":
        raise NotImplementedError
    if (await receive()).get("type") not in ("http.request", "http.disconnect"):
        raise ValueError
    headers = iter([[b"content-type", b"text/event-stream"]])
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    ticks = asyncio.create_task(tick(send))
    leave = asyncio.create_task(left(receive))
    try:
        done, _ = await asyncio.wait({ticks, leave}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (ticks, leave):
            task.cancel()
        await asyncio.gather(ticks, leave, return_exceptions=True)


async def tick(send):
    while True:
        await send({"type": "http.response.body", "body": b"data: tick\n\n", "more_body": True})
        await asyncio.sleep(10)


async def left(receive):
    while (event := await receive())["type"] != "http.disconnect":
        if event["type"] != "http.request":
            raise ValueError(event)


async def lifespan(scope, receive, send):
    """Is content with servers that have no state, and refuses those that have a startup of another kind."""
    if (await receive())["type"] != "lifespan.startup":
        return await send({"type": "lifespan.startup.failed", "message": "no startup"})
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.failed", "message": "a lock could not be released"})


async def quiet(scope, receive, send):
    """Returns without an exception where the client has left, and turns every other exception into an answer.

    Its events are dicts of its own make, its statuses members of an enumeration.
    """
    if scope["type"] != "http":
        raise NotImplementedError
    try:
        event = {"more_body": True}
        while event.get("more_body"):
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            if event["type"] != "http.request" or not isinstance(event.get("body", b""), bytes):
                raise ValueError(event)
        status = HTTPStatus.OK
    except Exception:  # noqa: BLE001 - as frameworks do
        status = HTTPStatus.BAD_REQUEST
    try:
        await send(Event(type="http.response.start", status=status, headers=[(b"content-length", b"0")]))
        await send(Event(type="http.response.body", body=b"", more_body=False))
    except OSError:
        return


async def flooding(scope, receive, send):
    """Takes the first event for a signal, asks for no other, and sends as much as it can."""
    if scope["type"] != "http":
        raise NotImplementedError
    event = await receive()
    if event["type"] == "http.disconnect":
        return
    if event["type"] != "http.request":
        raise ValueError(event)
    await send({"type": "http.response.start", "status": 200})
    while True:
        await send({"type": "http.response.body", "body": b"x" * 1000, "more_body": True})


async def failing(scope, receive, send):
    """Raises an exception for every request, behind its error page, and for every WebSocket."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"sorry"})
    raise RuntimeError("a route of somebody's")


async def chat(scope, receive, send):
    """WebSocket alone: denial responses where it may, no data but its own greeting, and a close of its own."""
    if scope["type"] != "websocket":
        raise NotImplementedError
    event = await receive()
    if event["type"] != "websocket.connect":
        raise ValueError(event)
    if scope["path"] != "/":
        return await refuse(scope, send)
    newer = (scope.get("asgi") or {}).get("spec_version", "2.0") >= "2.1"
    offered = list(scope.get("subprotocols") or ())
    accept = {"type": "websocket.accept", "subprotocol": offered[-1] if offered else None}
    await send({**accept, "headers": [(b"x-chat", b"1")]} if newer else accept)
    await send({"type": "websocket.send", "text": "hello"})
    event = await receive()
    if event["type"] == "websocket.receive":
        if event.get("text") is None and event.get("bytes") is None:
            raise ValueError(event)
        await send({"type": "websocket.close", "code": 4000})
    elif event["type"] != "websocket.disconnect":
        raise ValueError(event)


async def refuse(scope, send):
    if "websocket.http.response" in (scope.get("extensions") or {}):
        await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"nobody", "more_body": True})
        await send({"type": "websocket.http.response.body"})
    else:
        await send({"type": "websocket.close"})


async def member(scope, receive, send):
    """WebSocket alone: its events are dicts of its own make."""
    if scope["type"] != "websocket":
        raise NotImplementedError
    if (await receive())["type"] != "websocket.connect":
        raise ValueError
    await send(Event(type="websocket.accept"))
    while (event := await receive())["type"] == "websocket.receive":
        contents = [content for content in (event.get("text"), event.get("bytes")) if content is not None]
        name = "text" if isinstance(*contents, str) else "bytes"
        await send(Event({"type": "websocket.send", name: contents[0]}))
    if event["type"] != "websocket.disconnect":
        raise ValueError(event)


async def listener(scope, receive, send):
    """WebSocket alone: it accepts before it receives connect, takes text alone, and says nothing at all."""
    if scope["type"] != "websocket":
        raise NotImplementedError
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            raise ConnectionError(event["code"])
        if event["type"] == "websocket.receive" and event.get("text") is None:
            raise ValueError("text, please")
        if event["type"] not in ("websocket.connect", "websocket.receive"):
            raise ValueError(event["type"])


async def generous(scope, receive, send):
    """Uses every extension that is offered, as documented."""
    if scope["type"] != "http":
        raise NotImplementedError
    offered = scope.get("extensions") or {}
    if "http.response.debug" in offered:
        await send({"type": "http.response.debug", "info": {"template": "home"}})
    if "http.response.early_hint" in offered:
        await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload; as=style"]})
    start = {"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum")]}
    with_trailers = "http.response.trailers" in offered
    await send({**start, "trailers": True} if with_trailers else start)
    if "http.response.push" in offered:
        await send({"type": "http.response.push", "path": "/style.css", "headers": []})
    await send({"type": "http.response.body", "body": b"hello", "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    if with_trailers:
        await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"5")]})


# --------------------------------------------------------------------------- that answer otherwise the second time

ALONE = asyncio.Lock()


async def single(scope, receive, send):
    """Serves one client for as long as it stays; the others wait until it has left."""
    if scope["type"] != "http":
        raise NotImplementedError
    async with ALONE:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"yours", "more_body": True})
        while (event := await receive())["type"] == "http.request":
            pass
        if event["type"] != "http.disconnect":
            raise ValueError(event)


TAKEN = set()


async def register(scope, receive, send):
    """Takes each order once; what is there already is a conflict, and every fifth time its database is away."""
    if scope["type"] != "http":
        raise NotImplementedError
    content, more = b"", True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        if event["type"] != "http.request":
            raise ValueError(event)
        content += event.get("body", b"")
        more = event.get("more_body", False)
    order = (scope["method"], scope["path"], scope["query_string"], content)
    register.count += 1
    if register.count % 5 == 0:
        raise ConnectionError("the database is away")
    status = 409 if order in TAKEN else 201
    TAKEN.add(order)
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body"})


register.count = 0

# --------------------------------------------------------------------------- whose sends fail


async def imperturbable(scope, receive, send):
    """Goes on as ever where `send` fails: each event by itself."""

    async def tell(event):
        with contextlib.suppress(OSError):
            await send(event)

    if scope["type"] not in ("http", "websocket"):
        raise NotImplementedError
    first = await receive()
    if scope["type"] == "http" and first["type"] in ("http.request", "http.disconnect"):
        await tell({"type": "http.response.start", "status": 200, "headers": []})
        await tell({"type": "http.response.body", "body": b"a", "more_body": True})
        await tell({"type": "http.response.body", "body": b"b"})
    elif scope["type"] == "websocket" and first["type"] == "websocket.disconnect":
        return
    elif scope["type"] == "websocket" and first["type"] == "websocket.connect":
        await tell({"type": "websocket.accept"})
        await tell({"type": "websocket.send", "text": "welcome"})
        while (event := await receive())["type"] == "websocket.receive":
            if event.get("text") is None and event.get("bytes") is None:
                raise ValueError(event)
            await tell({"type": "websocket.send", "text": "heard"})
        if event["type"] != "websocket.disconnect":
            raise ValueError(event)
    else:
        raise ValueError(first)


async def heedless(scope, receive, send):
    """Discards the body while it answers, for as long as that takes; says goodbye where it is cancelled."""
    if scope["type"] != "http":
        raise NotImplementedError

    async def discard():
        while (event := await receive())["type"] == "http.request":
            pass
        if event["type"] != "http.disconnect":
            raise ValueError(event)

    discarding = asyncio.ensure_future(discard())
    try:
        await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        if discarding.done():
            discarding.result()
    finally:
        discarding.cancel()
        with contextlib.suppress(OSError):
            await send({"type": "http.response.body", "body": b"b"})


async def obedient(scope, receive, send):
    """Ends quietly where its call is cancelled; its shutdown fails, and it says so before it raises."""
    with contextlib.suppress(asyncio.CancelledError):
        if scope["type"] == "lifespan":
            await obediently_alive(receive, send)
        elif scope["type"] == "http":
            if (event := await receive())["type"] not in ("http.request", "http.disconnect"):
                raise ValueError(event)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"a", "more_body": True})
            await asyncio.sleep(1)
            await send({"type": "http.response.body", "body": b"b"})
        else:
            raise NotImplementedError


async def obediently_alive(receive, send):
    if (event := await receive())["type"] != "lifespan.startup":
        raise ValueError(event)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.failed", "message": "still busy"})
    raise RuntimeError("still busy")
