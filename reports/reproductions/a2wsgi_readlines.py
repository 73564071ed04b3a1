"""a2wsgi: wsgi.input.readlines() adds a line break to the last line, and raises an IndexError where there is no body."""
import asyncio, sys
from a2wsgi import WSGIMiddleware
got = []

def application(environ, start_response):
    try:
        got.append(environ["wsgi.input"].readlines())
    except IndexError as error:
        got.append(repr(error))
    start_response("200 OK", [])
    return []

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": "/",
         "query_string": b"", "headers": []}
for body in (b"one\ntwo\nthree", b""):
    receive = lambda: asyncio.sleep(0, {"type": "http.request", "body": body})
    asyncio.run(asyncio.wait_for(WSGIMiddleware(application)(SCOPE, receive, lambda event: asyncio.sleep(0)), 5))
print(got)
sys.exit(got != [[b"one\n", b"two\n", b"three"], []])
