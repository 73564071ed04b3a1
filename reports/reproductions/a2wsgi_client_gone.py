"""a2wsgi: when the client leaves in the middle of a response, the call and a worker thread hang for ever."""
import asyncio, os, sys
from a2wsgi import WSGIMiddleware

def body():
    try:
        for _ in range(1000):
            yield b"piece"
    finally:
        print("closed", flush=True)

def application(environ, start_response):
    start_response("200 OK", [])
    return body()

SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
         "path": "/", "query_string": b"", "headers": []}

async def send(event):
    if event.get("body"):
        raise ConnectionResetError

async def main():
    receive = lambda: asyncio.sleep(0, {"type": "http.disconnect"})
    call = asyncio.ensure_future(WSGIMiddleware(application)(SCOPE, receive, send))
    await asyncio.wait([call], timeout=3)
    print("the call has ended:", call.done(), flush=True)
    os._exit(not call.done())  # the thread never ends

asyncio.run(main())
