"""litestar: a handler that streams the request's body back loses pieces of it to the response's wait for the end."""
import asyncio, sys
from litestar import Litestar, Request, post
from litestar.response import Stream
sent = []

@post("/")
async def echo(request: Request) -> Stream:
    return Stream(request.stream())

SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.5"}, "http_version": "1.1", "method": "POST",
         "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [],
         "client": None, "server": None}

async def main():
    events = asyncio.Queue()
    for more in (True, True, False):
        events.put_nowait({"type": "http.request", "body": b"piece ", "more_body": more})
    call = Litestar([echo])(SCOPE, events.get, lambda event: asyncio.sleep(0, sent.append(event)))
    await asyncio.wait([asyncio.ensure_future(call)], timeout=1)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()

asyncio.run(main())
body = b"".join(event.get("body", b"") for event in sent)
print(body, sent[-1:])
sys.exit(body != b"piece " * 3)
