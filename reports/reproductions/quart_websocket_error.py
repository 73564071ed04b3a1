"""quart: a WebSocket whose handler fails is closed with 1000, like one that has done what it should."""
import asyncio, logging, sys
from quart import Quart, websocket
logging.disable()
app, sent = Quart(__name__), []

@app.websocket("/")
async def root():
    await websocket.accept()
    raise RuntimeError

SCOPE = {"type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "ws",
         "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "subprotocols": []}
events = iter([{"type": "websocket.connect"}])
receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
asyncio.run(app(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event))))
print(sent[-1])
sys.exit(sent[-1].get("code") == 1000)
