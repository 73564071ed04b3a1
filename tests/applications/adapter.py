"""A correct adapter: an ASGI application out of the WSGI application of the contract (ASGI HTTP, "WSGI Compatibility";
PEP 3333)."""

import asyncio
import io
import sys

from wsgi_contract import application

OWN_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class Adapter:
    """Collects the body first; the application and its iterable then run in one thread of the loop's pool."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        body = await self.body(receive)
        if body is not None:
            await self.in_thread(self.answer, self.environ(scope, body), self.sender(send))

    async def body(self, receive):
        """None if the client leaves before it is whole."""
        parts, more_body = [], True
        while more_body:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            parts.append(event.get("body", b""))
            more_body = event.get("more_body", False)
        return b"".join(parts)

    async def in_thread(self, function, *arguments):
        await asyncio.get_running_loop().run_in_executor(None, function, *arguments)

    def sender(self, send):
        """`send` for a thread: it waits until the event is sent, and raises what that raises."""
        loop = asyncio.get_running_loop()

        async def sent(event):
            await send(event)

        return lambda event: asyncio.run_coroutine_threadsafe(sent(event), loop).result()

    def input(self, body):
        return io.BytesIO(body)

    # ------------------------------------------------------------------ environ

    def environ(self, scope, body):
        server, client = scope.get("server") or ("localhost", 80), scope.get("client")
        environ = {
            "REQUEST_METHOD": scope["method"],
            **self.paths(scope),
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1] or 0),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope.get("scheme", "http"),
            "wsgi.input": self.input(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if client:
            environ.update(REMOTE_ADDR=client[0], REMOTE_PORT=str(client[1]))
        return {**environ, **self.fields(scope["headers"])}

    def paths(self, scope):
        root, path = scope.get("root_path", ""), scope["path"]
        if path == root or path.startswith(f"{root}/"):
            path = path[len(root) :]
        return {"SCRIPT_NAME": root.encode().decode("latin-1"), "PATH_INFO": path.encode().decode("latin-1")}

    def fields(self, headers):
        found = {}
        for name, value in headers:
            name = name.decode("latin-1").lower()
            variable = OWN_NAMES.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
            found.setdefault(variable, []).append(value.decode("latin-1"))
        return {name: ("; " if name == "HTTP_COOKIE" else ",").join(values) for name, values in found.items()}

    # ------------------------------------------------------------------ response

    def answer(self, environ, send):
        response = self.response(send)
        iterable = self.application(environ, response.start)
        try:
            for piece in iterable:
                if piece:
                    response.write(piece)
            response.end()
        finally:
            self.close(iterable)

    def close(self, iterable):
        if hasattr(iterable, "close"):
            iterable.close()

    def response(self, send):
        return Response(send)


class Response:
    """Keeps status and header fields until there is something to send."""

    def __init__(self, send):
        self.send, self.head, self.started = send, None, False

    def start(self, status, headers, exc_info=None):
        if self.head is not None and exc_info is None:
            raise AssertionError("start_response was called before")
        if self.started:
            raise exc_info[1].with_traceback(exc_info[2])
        self.head = {"type": "http.response.start", "status": self.status(status), "headers": self.headers(headers)}
        return self.write

    def status(self, status):
        return int(status[:3])

    def headers(self, headers):
        return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    def write(self, piece):
        self.begin()
        self.send({"type": "http.response.body", "body": piece, "more_body": True})

    def begin(self):
        if not self.started:
            self.started = True
            self.send(self.head)

    def end(self):
        self.begin()
        self.send({"type": "http.response.body"})


app = Adapter(application)
