"""blacksheep: a shutdown whose cleanup fails is told as nothing: neither complete nor failed, but an exception."""
import asyncio, sys
from blacksheep import Application
app, sent = Application(), []

@app.on_stop
async def clean_up(app):
    raise RuntimeError("cleanup")

async def main():
    events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    send = lambda event: asyncio.sleep(0, sent.append(event["type"]))
    try:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, lambda: asyncio.sleep(0, next(events)), send)
    except RuntimeError as error:
        print(repr(error))

asyncio.run(main())
print(sent)
sys.exit(sent == ["lifespan.startup.complete"])
