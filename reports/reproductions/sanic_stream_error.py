"""sanic: after an error in a streamed response the call returns as if all was well, and the response has no end."""
import asyncio, logging, sys
from sanic import Sanic
logging.disable()
app, sent = Sanic("app"), []

@app.get("/")
async def root(request):
    response = await request.respond()
    await response.send("first")
    raise RuntimeError

SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
         "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": []}

async def main():
    started, events = asyncio.Event(), iter([{"type": "lifespan.startup"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    lifespan = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, lambda e: asyncio.sleep(0, started.set()))
    lifespan = asyncio.ensure_future(lifespan)
    await started.wait()
    await app(SCOPE, lambda: asyncio.sleep(0, {"type": "http.request"}), lambda e: asyncio.sleep(0, sent.append(e)))
    lifespan.cancel()

asyncio.run(main())
print(sent)
sys.exit(bool(sent and sent[-1].get("more_body")))
