"""a2wsgi: start_response is called again, with or without an error, and does not raise."""
import asyncio, sys
from a2wsgi import WSGIMiddleware
said, sent = [], []

def again(start_response, *arguments):
    try:
        start_response(*arguments)
        said.append("taken")
    except Exception:
        said.append("refused")

def application(environ, start_response):
    start_response("200 OK", [])
    again(start_response, "201 Created", [])  # there is no error
    yield b"first block"
    again(start_response, "500 Oops", [], (OSError, OSError(), None))  # the head has been sent
    yield b"second block"

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/",
         "query_string": b"", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
try:
    asyncio.run(WSGIMiddleware(application)(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event))))
except OSError as error:
    print("at last:", repr(error))
print(said, [event["type"] for event in sent])
sys.exit("taken" in said)
