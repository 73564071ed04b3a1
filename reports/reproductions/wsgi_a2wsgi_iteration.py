"""a2wsgi: iterating over the input of a request without a body gives a line that is empty."""
import asyncio, sys
from a2wsgi import WSGIMiddleware
got = []

def application(environ, start_response):
    got.extend(environ["wsgi.input"])
    start_response("200 OK", [])
    return []

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
         "query_string": b"", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
asyncio.run(asyncio.wait_for(WSGIMiddleware(application)(SCOPE, receive, lambda event: asyncio.sleep(0)), 5))
print(got)
sys.exit(got == [b""])
