"""asgiref: the iterable of the WSGI application is never closed, so that nobody tidies up behind it."""
import asyncio, sys
from asgiref.wsgi import WsgiToAsgi
closed = []

class Body(list):
    def close(self):
        closed.append("closed")

def application(environ, start_response):
    start_response("200 OK", [])
    return Body([b"hello"])

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
         "query_string": b"", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
asyncio.run(WsgiToAsgi(application)(SCOPE, receive, lambda event: asyncio.sleep(0, print(event))))
print(closed)
sys.exit(not closed)
