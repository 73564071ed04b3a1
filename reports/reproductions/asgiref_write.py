"""asgiref: start_response returns None, not the function write() that applications of an older style call."""
import asyncio, sys
from asgiref.wsgi import WsgiToAsgi

def application(environ, start_response):
    write = start_response("200 OK", [])
    write(b"hello")
    return []

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
         "query_string": b"", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
try:
    asyncio.run(WsgiToAsgi(application)(SCOPE, receive, lambda event: asyncio.sleep(0, print(event))))
except TypeError as error:
    sys.exit(print(repr(error)) or 1)
