"""blacksheep: an empty piece in the middle of a streamed response ends it, and the rest is sent behind its end."""
import asyncio, sys
from blacksheep import Application, Response, StreamedContent
app, sent = Application(), []

@app.router.get("/")
async def root():
    async def pieces():
        for piece in (b"first", b"", b"second"):
            yield piece
    return Response(200, content=StreamedContent(b"text/plain", pieces))

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/",
         "raw_path": b"/", "query_string": b"", "root_path": "", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
asyncio.run(app(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event))))
print(sent[1:])
sys.exit(not sent[2]["more_body"])
