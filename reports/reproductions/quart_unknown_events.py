"""quart: an event of an unknown type is passed over, and one without a message is handed to the handler as None."""
import asyncio, sys
from quart import Quart, websocket
app = Quart(__name__)

@app.websocket("/")
async def echo():
    await websocket.accept()
    await websocket.send(repr(await websocket.receive()))

SCOPE = {"type": "websocket", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "scheme": "ws",
         "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "subprotocols": []}

async def sent_after(event):
    events, sent = asyncio.Queue(), []
    for each in ({"type": "websocket.connect"}, event, {"type": "websocket.receive", "text": "next"}):
        events.put_nowait(each)
    try:
        await asyncio.wait_for(app(SCOPE, events.get, lambda event: asyncio.sleep(0, sent.append(event))), 3)
    except Exception as error:
        return repr(error)
    return next((event["text"] for event in sent if event["type"] == "websocket.send"), None)

BAD = ({"type": "websocket.unknown"}, {"type": "websocket.receive", "bytes": None, "text": None})
seen = [asyncio.run(sent_after(event)) for event in BAD]
print(seen)
sys.exit(any(text in ("'next'", "None") for text in seen))
