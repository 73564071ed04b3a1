"""quart: an empty message of bytes ends the WebSocket with a KeyError, or is sent back as nothing."""
import asyncio, sys
from quart import Quart, websocket
app = Quart(__name__)

@app.websocket("/")
async def echo():
    while True:
        await websocket.send(await websocket.receive())

SCOPE = {"type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "ws",
         "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "subprotocols": []}

async def echoed(message):
    events, sent = asyncio.Queue(), []
    for event in ({"type": "websocket.connect"}, {"type": "websocket.receive", **message}):
        events.put_nowait(event)
    try:
        await asyncio.wait_for(app(SCOPE, events.get, lambda event: asyncio.sleep(0, sent.append(event))), 1)
    except asyncio.TimeoutError:
        return sent[-1]
    except KeyError as error:
        return f"KeyError: {error}"

seen = [asyncio.run(echoed(message)) for message in ({"bytes": b""}, {"bytes": b"", "text": None})]
print(seen)
sys.exit(any(not isinstance(event, dict) or event.get("bytes") is None for event in seen))
