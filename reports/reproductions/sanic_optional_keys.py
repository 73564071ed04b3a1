"""sanic: a scope without raw_path, with None for it, or of a WebSocket without query_string is an exception."""
import asyncio, sys
from sanic import Sanic, text
app, failed = Sanic("app"), []
@app.get("/")
async def root(request):
    return text("hello")
@app.websocket("/ws")
async def ws(request, ws):
    await asyncio.sleep(0)
HTTP = {"type": "http", "http_version": "1.1", "method": "GET", "path": "/", "query_string": b"", "headers": []}
WEBSOCKET = {"type": "websocket", "path": "/ws", "raw_path": b"/ws", "headers": []}
EVENTS = {"http": {"type": "http.request"}, "websocket": {"type": "websocket.connect"}}
async def main():
    started, events = asyncio.Event(), iter([{"type": "lifespan.startup"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    lifespan = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, lambda e: asyncio.sleep(0, started.set()))
    lifespan = asyncio.ensure_future(lifespan)
    await started.wait()
    for scope in ({**HTTP, "raw_path": b"/"}, HTTP, {**HTTP, "raw_path": None}, WEBSOCKET):
        receive = lambda: asyncio.sleep(0, EVENTS[scope["type"]])
        try:
            await app({**scope, "asgi": {"version": "3.0"}}, receive, lambda event: asyncio.sleep(0, print(event)))
        except (KeyError, TypeError) as error:
            failed.append(f"{scope['type']}: {error!r}")
    lifespan.cancel()
asyncio.run(main())
sys.exit(print(failed) or bool(failed))
