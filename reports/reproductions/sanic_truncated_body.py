"""sanic: a body that breaks off when the client leaves is handed to the handler as if it were whole."""
import asyncio, sys
from sanic import Sanic, text
app, got = Sanic("app"), []

@app.post("/")
async def root(request):
    got.append(request.body)
    return text("")

SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
         "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
         "headers": [(b"content-length", b"10")]}

async def main():
    started, events = asyncio.Event(), iter([{"type": "lifespan.startup"}])
    receive = lambda: asyncio.sleep(0, event) if (event := next(events, None)) else asyncio.sleep(9)
    lifespan = app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, lambda e: asyncio.sleep(0, started.set()))
    lifespan = asyncio.ensure_future(lifespan)
    await started.wait()
    body = iter([{"type": "http.request", "body": b"half", "more_body": True}])
    await app(SCOPE, lambda: asyncio.sleep(0, next(body, {"type": "http.disconnect"})), lambda e: asyncio.sleep(0))
    lifespan.cancel()

asyncio.run(main())
print(got)
sys.exit(got == [b"half"])
