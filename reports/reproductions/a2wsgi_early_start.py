"""a2wsgi: the head is sent as soon as start_response is called, so that a later call with exc_info comes too late."""
import asyncio, sys
from a2wsgi import WSGIMiddleware
sent = []

def application(environ, start_response):
    start_response("200 OK", [])
    try:
        raise RuntimeError("before the first piece")
    except RuntimeError:
        start_response("500 Internal Server Error", [], sys.exc_info())
    return [b"sorry"]

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
         "query_string": b"", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
try:
    asyncio.run(WSGIMiddleware(application)(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event))))
except RuntimeError as error:
    print(repr(error))
print(sent)
sys.exit(sent[0]["status"] == 200)
