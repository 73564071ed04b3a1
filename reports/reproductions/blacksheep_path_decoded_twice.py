"""blacksheep: a parameter of the path that the client has encoded once is decoded twice."""
import asyncio, sys
from blacksheep import Application, text
app, sent = Application(), []

@app.router.get("/{value}")
async def root(value: str):
    return text(value)

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
         "path": "/100%25", "raw_path": b"/100%2525", "query_string": b"", "root_path": "", "headers": []}
receive = lambda: asyncio.sleep(0, {"type": "http.request"})
asyncio.run(app(SCOPE, receive, lambda event: asyncio.sleep(0, sent.append(event))))
print(sent[-1])
sys.exit(sent[-1]["body"] == b"100%")
