"""blacksheep: where the server gives header pairs as lists, reading a header is a TypeError, answered with 500."""
import asyncio, logging, sys
from blacksheep import Application, Request, text
logging.disable()
app, statuses = Application(), []

@app.router.get("/")
async def root(request: Request):
    return text(str(request.get_first_header(b"accept")))

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/",
         "raw_path": b"/", "query_string": b"", "root_path": ""}

async def send(event):
    print(event)
    statuses.append(event.get("status"))

async def main():
    for pair in ((b"accept", b"*/*"), [b"accept", b"*/*"]):
        await app({**SCOPE, "headers": [pair]}, lambda: asyncio.sleep(0, {"type": "http.request"}), send)

asyncio.run(main())
sys.exit(500 in statuses)
