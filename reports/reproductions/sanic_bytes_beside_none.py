"""sanic: a message of bytes that has None for its text is taken for the end of the WebSocket."""
import asyncio, sys
from sanic import Sanic
app, got = Sanic("app"), []

@app.websocket("/")
async def root(request, ws):
    got.append(await ws.recv())

SCOPE = {"type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "ws",
         "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "subprotocols": []}

async def main():
    started, events = asyncio.Event(), iter([{"type": "lifespan.startup"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    lifespan = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, lambda e: asyncio.sleep(0, started.set()))
    lifespan = asyncio.ensure_future(lifespan)
    await started.wait()
    message = {"type": "websocket.receive", "bytes": b"hello", "text": None}
    await app(SCOPE, lambda: asyncio.sleep(0, message), lambda event: asyncio.sleep(0))
    lifespan.cancel()

asyncio.run(main())
print(got)
sys.exit(got == [None])
