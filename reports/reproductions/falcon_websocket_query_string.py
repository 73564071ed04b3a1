"""falcon: a WebSocket without query_string, or with None for it, is a KeyError or an AttributeError."""
import asyncio, sys
import falcon.asgi
failed = []

class Root:
    async def on_websocket(self, req, ws):
        await ws.accept()

app = falcon.asgi.App()
app.add_route("/", Root())
SCOPE = {"type": "websocket", "asgi": {"version": "3.0"}, "path": "/", "headers": []}

async def call(**scope):
    events = asyncio.Queue()
    events.put_nowait({"type": "websocket.connect"})
    try:
        await app(scope, events.get, lambda event: asyncio.sleep(0, print(event)))
    except (KeyError, AttributeError) as error:
        failed.append(repr(error))

for scope in ({**SCOPE, "query_string": b""}, SCOPE, {**SCOPE, "query_string": None}):
    asyncio.run(call(**scope))
print(failed)
sys.exit(bool(failed))
