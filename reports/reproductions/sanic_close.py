"""sanic: close() of a WebSocket does nothing; code and reason of the handler reach nobody."""
import asyncio, sys
from sanic import Sanic
app, sent = Sanic("app"), []

@app.websocket("/")
async def root(request, ws):
    await ws.close(4001, "bye")

SCOPE = {"type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "ws",
         "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "subprotocols": []}

async def main():
    started, events = asyncio.Event(), iter([{"type": "lifespan.startup"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    lifespan = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, lambda e: asyncio.sleep(0, started.set()))
    lifespan = asyncio.ensure_future(lifespan)
    await started.wait()
    connect = {"type": "websocket.connect"}
    await app(SCOPE, lambda: asyncio.sleep(0, connect), lambda event: asyncio.sleep(0, sent.append(event)))
    lifespan.cancel()

asyncio.run(main())
print(sent)
sys.exit(all(event["type"] != "websocket.close" for event in sent))
