"""litestar: an http.request without the key body, which stands for an empty one, is answered with 500."""
import asyncio, logging, sys
from litestar import Litestar, Request, post
logging.disable()
statuses = []

@post("/")
async def root(request: Request) -> str:
    return f"{len(await request.body())} bytes"

app = Litestar([root])
SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
         "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [],
         "client": None, "server": None}

async def send(event):
    print(event)
    statuses.append(event.get("status"))

for event in ({"type": "http.request", "body": b""}, {"type": "http.request"}):
    asyncio.run(app(dict(SCOPE), lambda: asyncio.sleep(0, event), send))
sys.exit(500 in statuses)
