"""nexios: after one request with a method that a route does not have, that route answers 405 to everybody for ever."""
import asyncio, sys
from nexios import NexiosApp
app, statuses = NexiosApp(), []

@app.get("/")
async def root(request, response):
    return response.text("hello")

SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "scheme": "http",
         "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [], "client": None, "server": None}

async def send(event):
    if event["type"] == "http.response.start":
        statuses.append(event["status"])

async def main():
    for method in ("GET", "POST", "GET"):
        await app({**SCOPE, "method": method}, lambda: asyncio.sleep(0, {"type": "http.request"}), send)

asyncio.run(main())
print(statuses)
sys.exit(statuses[-1] == 405)
