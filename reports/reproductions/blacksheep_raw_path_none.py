"""blacksheep: None for raw_path, which servers give that cannot tell it, is a ValueError."""
import asyncio, sys
from blacksheep import Application, text
app, failed = Application(), []

@app.router.get("/")
async def root():
    return text("hello")

SCOPE = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/",
         "query_string": b"", "root_path": "", "headers": []}

async def call(scope):
    try:
        receive = lambda: asyncio.sleep(0, {"type": "http.request"})
        await app(scope, receive, lambda event: asyncio.sleep(0, print(event)))
    except Exception as error:
        failed.append(repr(error))

async def main():
    for scope in ({**SCOPE, "raw_path": b"/"}, {**SCOPE}, {**SCOPE, "raw_path": None}):
        await call(scope)

asyncio.run(main())
print(failed)
sys.exit(bool(failed))
