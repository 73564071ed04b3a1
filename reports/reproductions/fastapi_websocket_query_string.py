"""fastapi: a WebSocket whose scope has no query_string is a KeyError, also where the handler has no parameters."""
import asyncio, sys
from fastapi import FastAPI, WebSocket
app, failed = FastAPI(), []

@app.websocket("/")
async def root(websocket: WebSocket):
    await websocket.accept()

SCOPE = {"type": "websocket", "asgi": {"version": "3.0"}, "path": "/", "headers": []}

async def main():
    for scope in ({**SCOPE, "query_string": b""}, {**SCOPE}):
        try:
            receive = lambda: asyncio.sleep(0, {"type": "websocket.connect"})
            await app(scope, receive, lambda event: asyncio.sleep(0, print(event)))
        except KeyError as error:
            failed.append(repr(error))

asyncio.run(main())
print(failed)
sys.exit(bool(failed))
