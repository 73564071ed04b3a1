"""One request and its response, as a model application sees them: nothing but ASGI."""

import asyncio
import json
import mimetypes
from urllib.parse import parse_qsl

import contract


class ClientLeft(Exception):
    """There is nobody left to answer."""


class Connection:
    """What a request and a WebSocket have in common."""

    def __init__(self, scope, receive, send):
        self.scope, self.receive, self.send = scope, receive, send

    @property
    def root_path(self):
        return self.scope.get("root_path", "")

    def route(self):
        """The path below where the application is mounted; a server may have left the root path out of it."""
        path = self.scope["path"]
        inside = bool(self.root_path) and path.startswith(self.root_path + "/")
        return path[len(self.root_path) :] if inside else path

    def version(self):
        asgi = self.scope.get("asgi") or {}
        return tuple(map(int, (asgi.get("spec_version") or "2.0").split(".")))

    def extension(self, name):
        """What the server offers under this name; None where it does not."""
        return (self.scope.get("extensions") or {}).get(name)

    def headers(self):
        fields = ((bytes(name).lower(), bytes(value)) for name, value in self.scope["headers"])
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]

    def cookies(self):
        found = {}
        for name, value in self.headers():
            if name == "cookie":
                for pair in value.split(";"):
                    cookie, _, content = pair.strip().partition("=")
                    found[cookie] = content
        return found

    def query(self):
        text = bytes(self.scope.get("query_string") or b"").decode("latin-1")
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")

    def parameter(self, name, default=""):
        return dict(self.query()).get(name, default)

    @property
    def key(self):
        return self.parameter("key")

    async def left(self):
        """Come back once the client has left."""
        while (await self.receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
            pass

    async def unless_left(self, work):
        """Do this for as long as the client is there. Raises `ClientLeft`."""
        if (trio := contract.running_trio()) is not None:
            return await self._unless_left(trio, work)
        working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(self.left())
        try:
            await asyncio.wait([working, leaving], return_when=asyncio.FIRST_COMPLETED)
            if leaving.done():
                raise ClientLeft
            return working.result()
        finally:
            working.cancel()
            leaving.cancel()
            await asyncio.gather(working, leaving, return_exceptions=True)

    async def _unless_left(self, trio, work):
        results: list[object] = []

        async def first(of, results):
            results.append(await of)
            nursery.cancel_scope.cancel()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(first, work, results)
            nursery.start_soon(first, self.left(), [])
        if not results:
            raise ClientLeft
        return results[0]


class Exchange(Connection):
    """One request and its response."""

    @property
    def method(self):
        return self.scope["method"]

    # ------------------------------------------------------------------ the request

    async def pieces(self):
        """The pieces of the body as they come. Raises `ClientLeft`."""
        while True:
            event = await self.receive()
            if event["type"] == "http.disconnect":
                raise ClientLeft
            yield event.get("body", b"")
            if not event.get("more_body", False):
                return

    async def body(self):
        return b"".join([piece async for piece in self.pieces()])

    # ------------------------------------------------------------------ the response

    async def start(self, status, content_type=None, fields=(), **keys):
        own = [(b"content-type", content_type.encode("latin-1"))] if content_type else []
        await self.send({"type": "http.response.start", "status": status, "headers": [*own, *fields], **keys})

    async def piece(self, data, *, more=True):
        await self.send(
            {"type": "http.response.body", "body": b"" if self.method == "HEAD" else data, "more_body": more}
        )

    async def answer(self, status, body, content_type="text/plain; charset=utf-8", fields=()):
        await self.start(status, content_type, [(b"content-length", b"%d" % len(body)), *fields])
        await self.piece(body, more=False)

    async def text(self, text, status=200, fields=()):
        await self.answer(status, text.encode("utf-8"), fields=fields)

    async def json(self, value):
        await self.answer(200, json.dumps(value).encode("utf-8"), "application/json")

    async def empty(self, status, fields=()):
        await self.start(status, None, fields)
        await self.piece(b"", more=False)

    async def stream(self, parts, content_type="text/plain; charset=utf-8"):
        """Send what the generator yields as it yields it."""
        await self.start(200, content_type)
        async for part in parts:
            await self.piece(part)
        await self.piece(b"", more=False)

    async def file(self, path):
        """A file, in the best way that the server offers."""
        size = path.stat().st_size
        content_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        await self.start(200, content_type, [(b"content-length", b"%d" % size)])
        if self.method == "HEAD":
            await self.piece(b"", more=False)
        elif self.extension("http.response.pathsend") is not None:
            await self.send({"type": "http.response.pathsend", "path": str(path)})
        elif self.extension("http.response.zerocopysend") is not None:
            await self.copy_nothing(path)
        else:
            await self.piece(path.read_bytes(), more=False)

    async def copy_nothing(self, path):
        with path.open("rb") as file:
            await self.send({"type": "http.response.zerocopysend", "file": file, "more_body": False})
