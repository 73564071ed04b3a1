"""falcon: a body that breaks off when the client leaves is handed to the handler as if it were whole."""
import asyncio, sys
import falcon.asgi
got = []

class Root:
    async def on_post(self, req, resp):
        got.append(await req.stream.read())

app = falcon.asgi.App()
app.add_route("/", Root())
SCOPE = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
         "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
         "headers": [(b"content-length", b"10")]}
events = iter([{"type": "http.request", "body": b"half", "more_body": True}])
receive = lambda: asyncio.sleep(0, next(events, {"type": "http.disconnect"}))
asyncio.run(app(SCOPE, receive, lambda event: asyncio.sleep(0)))
print(got)
sys.exit(got == [b"half"])
