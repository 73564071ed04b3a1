"""quart: what a scope need not have (scheme; for a WebSocket also query_string) is read as if it had to be there."""
import asyncio, sys
from quart import Quart, websocket
app, failed = Quart(__name__), []

@app.get("/")
async def root():
    return "hello"

@app.websocket("/")
async def ws():
    await websocket.accept()

HTTP = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
        "query_string": b"", "headers": []}
WEBSOCKET = {"type": "websocket", "asgi": {"version": "3.0"}, "path": "/", "headers": []}
EVENTS = {"http": {"type": "http.request", "body": b"", "more_body": False}, "websocket": {"type": "websocket.connect"}}

async def call(**scope):
    events = iter([EVENTS[scope["type"]]])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    try:
        await app(scope, receive, lambda event: asyncio.sleep(0, print(event)))
    except KeyError as error:
        failed.append(f"{scope['type']}: KeyError: {error}")

for scope in ({**HTTP, "scheme": "http"}, HTTP, {**WEBSOCKET, "query_string": b""}, {**WEBSOCKET, "scheme": "ws"}):
    asyncio.run(call(**scope))
print(failed)
sys.exit(bool(failed))
