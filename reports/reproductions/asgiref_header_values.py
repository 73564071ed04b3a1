"""asgiref: a header value of the WSGI application that is Latin-1, as it may be, is a UnicodeEncodeError."""
import asyncio, sys
from asgiref.wsgi import WsgiToAsgi

def application(environ, start_response):
    start_response("200 OK", [("X-Name", "caf\xe9")])
    return [b""]

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
         "query_string": b"", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
try:
    asyncio.run(WsgiToAsgi(application)(SCOPE, receive, lambda event: asyncio.sleep(0, print(event))))
except UnicodeEncodeError as error:
    sys.exit(print(repr(error)) or 1)
