"""The contract application that keeps every requirement: everything that `frameworks/CONTRACT.md` names, in plain ASGI.

Its mutants override one method each; what they may override has a method of its own.
"""

import asyncio
import contextlib
import re

import contract

from applications.contract.exchange import ClientLeft, Connection, Exchange


class Conversation(Connection):
    """One WebSocket connection."""

    async def accept(self, subprotocol=None, fields=()):
        event = {"type": "websocket.accept", "subprotocol": subprotocol}
        if fields and self.version() >= (2, 1):
            event["headers"] = list(fields)
        await self.send(event)

    async def say(self, content):
        await self.send({"type": "websocket.send", "text" if isinstance(content, str) else "bytes": content})

    async def close(self, code=1000, reason=""):
        event = {"type": "websocket.close", "code": code}
        if reason and self.version() >= (2, 3):
            event["reason"] = reason
        await self.send(event)

    async def next(self):
        """The next message, as str or bytes. Raises `ClientLeft`."""
        event = await self.receive()
        if event["type"] == "websocket.disconnect":
            self.notes(event)
            raise ClientLeft
        text = event.get("text")
        return event["bytes"] if text is None else text

    def notes(self, event):
        contract.note(self.key, f"left {event['code']}")

    def offered(self):
        return list(self.scope.get("subprotocols") or ())

    async def echo(self):
        while True:
            await self.say(await self.next())


class Model:
    """The application."""

    exchange = Exchange
    conversation = Conversation

    def __init__(self):
        self.state = {}
        self.routes = {
            ("GET", "/"): self.root,
            ("POST", "/echo"): self.echo,
            ("POST", "/echo/stream"): self.echo_stream,
            ("POST", "/json"): self.json,
            ("GET", "/stream"): self.stream,
            ("GET", "/stream/gap"): self.stream_gap,
            ("GET", "/events"): self.events,
            ("GET", "/endless"): self.endless,
            ("GET", "/poll"): self.poll,
            ("POST", "/gate"): self.gate,
            ("GET", "/journal"): self.journal,
            ("POST", "/background"): self.background,
            ("GET", "/error"): self.error,
            ("GET", "/error/late"): self.error_late,
            ("GET", "/link"): self.link,
            ("GET", "/headers"): self.headers,
            ("GET", "/cookies"): self.cookies,
            ("GET", "/query"): self.query,
            ("GET", "/set-cookies"): self.set_cookies,
            ("GET", "/repeated"): self.repeated,
            ("GET", "/redirect"): self.redirect,
            ("GET", "/file"): self.file,
            ("GET", "/sync"): self.sync,
            ("GET", "/state"): self.show_state,
            ("GET", "/certificate"): self.certificate,
            ("GET", "/hints"): self.hints,
            ("GET", "/push"): self.push,
            ("GET", "/trailers"): self.trailers,
            ("GET", "/debug"): self.debug,
        }
        self.sockets = {
            "/": self.ws_echo,
            "/ws/echo": self.ws_echo,
            "/ws/subprotocol": self.ws_subprotocol,
            "/ws/refuse": self.ws_refuse,
            "/ws/deny": self.ws_deny,
            "/ws/close": self.ws_close,
            "/ws/headers": self.ws_headers,
            "/ws/error": self.ws_error,
            "/ws/wait": self.ws_wait,
        }

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await self.http(self.exchange(scope, receive, send))
        elif scope["type"] == "websocket":
            await self.websocket(self.conversation(scope, receive, send))
        else:
            raise ValueError(f"no protocol of ours: {scope['type']}")

    # ------------------------------------------------------------------ lifespan

    async def lifespan(self, scope, receive, send):
        assert (await receive())["type"] == "lifespan.startup"
        try:
            self.start(scope, contract.startup())
        except RuntimeError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        assert (await receive())["type"] == "lifespan.shutdown"
        try:
            await self.clean_up()
        except RuntimeError as error:
            await send({"type": "lifespan.shutdown.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})

    def start(self, scope, state):
        scope.get("state", self.state).update(state)

    async def clean_up(self):
        await contract.shutdown()

    # ------------------------------------------------------------------ HTTP

    async def http(self, exchange):
        with contextlib.suppress(ClientLeft, OSError):  # there is nobody left to answer
            await self.dispatch(exchange)

    async def dispatch(self, exchange):
        route, method = exchange.route(), "GET" if exchange.method == "HEAD" else exchange.method
        if handler := self.routes.get((method, route)):
            await handler(exchange)
        elif value := re.fullmatch("/path/(.+)", route):
            await exchange.json({"value": value[1]})
        elif code := re.fullmatch("/status/([0-9]{3})", route):
            await self.status(exchange, int(code[1]))
        else:
            await exchange.text("not found", 404)

    async def root(self, exchange):
        await exchange.text(contract.GREETING)

    async def echo(self, exchange):
        body = await exchange.body()
        contract.note(exchange.key, f"read {len(body)}")
        await exchange.answer(200, body, "application/octet-stream")

    async def echo_stream(self, exchange):
        await exchange.stream(exchange.pieces(), "application/octet-stream")

    async def json(self, exchange):
        await exchange.answer(200, await exchange.body(), "application/json")

    async def two_parts(self, exchange, first, second):
        yield first
        await exchange.unless_left(contract.opened(exchange.key))
        yield second

    async def stream(self, exchange):
        await exchange.stream(self.two_parts(exchange, contract.FIRST, contract.SECOND))

    async def gap(self):
        yield contract.FIRST
        yield b""
        yield contract.SECOND

    async def stream_gap(self, exchange):
        await exchange.stream(self.gap())

    async def events(self, exchange):
        parts = self.two_parts(exchange, contract.FIRST_EVENT, contract.SECOND_EVENT)
        await exchange.stream(parts, contract.EVENT_STREAM)

    async def ticks(self, exchange):
        while True:
            yield contract.TICK
            await exchange.unless_left(contract.pause())

    async def endless(self, exchange):
        try:
            await exchange.stream(self.ticks(exchange))
        finally:
            contract.note(exchange.key, "endless left")

    async def poll(self, exchange):
        try:
            await exchange.unless_left(contract.opened(exchange.key))
        except ClientLeft:
            contract.note(exchange.key, "poll left")
            raise
        await exchange.text("released")

    async def gate(self, exchange):
        contract.open_gate(exchange.key)
        await exchange.text("opened")

    async def journal(self, exchange):
        await exchange.json(contract.journal(exchange.key))

    async def background(self, exchange):
        await exchange.text("accepted", 202)
        await contract.opened(exchange.key)
        contract.note(exchange.key, "background done")

    async def error(self, exchange):
        contract.fail()

    async def error_late(self, exchange):
        await exchange.start(200, "text/plain")
        await exchange.piece(contract.FIRST)
        contract.fail()

    async def status(self, exchange, code):
        await exchange.empty(code)

    async def link(self, exchange):
        await exchange.json({"link": exchange.root_path + "/link"})

    async def headers(self, exchange):
        await exchange.json(exchange.headers())

    async def cookies(self, exchange):
        await exchange.json(exchange.cookies())

    async def query(self, exchange):
        await exchange.json(exchange.query())

    async def set_cookies(self, exchange):
        fields = [(b"set-cookie", cookie) for cookie in self.cookies_to_set()]
        await exchange.text("cookies", fields=fields)

    def cookies_to_set(self):
        for name, value in contract.COOKIES:
            expires = f"; Expires={contract.EXPIRES}" if name == "b" else ""
            yield f"{name}={value}{expires}".encode("ascii")

    async def repeated(self, exchange):
        await exchange.text("repeated", fields=[(b"x-repeated", b"one"), (b"x-repeated", b"two")])

    async def redirect(self, exchange):
        await exchange.empty(302, [(b"location", self.location(exchange))])

    def location(self, exchange):
        to = exchange.parameter("to") or exchange.root_path + "/"
        return b"".join(b"%%%02X" % code if code > 126 or code < 33 else bytes([code]) for code in to.encode("utf-8"))

    async def file(self, exchange):
        await exchange.file(contract.FILE)

    async def sync(self, exchange):
        if (trio := contract.running_trio()) is not None:
            await trio.to_thread.run_sync(contract.block)
        else:
            await asyncio.to_thread(contract.block)
        await exchange.text("sync")

    async def show_state(self, exchange):
        state = exchange.scope.get("state") or self.state
        await exchange.json({"started": state.get("started", False)})

    async def certificate(self, exchange):
        tls = exchange.extension("tls") or {}
        if tls.get("client_cert_name") and not tls.get("client_cert_error"):
            await exchange.text(tls["client_cert_name"])
        else:
            await exchange.text("no certificate", 403)

    # ------------------------------------------------------------------ extensions

    async def hints(self, exchange):
        if exchange.extension("http.response.early_hint") is not None:
            await exchange.send({"type": "http.response.early_hint", "links": [contract.LINK.encode("ascii")]})
        await exchange.text("hints")

    async def push(self, exchange):
        await exchange.start(200, "text/plain")
        if exchange.extension("http.response.push") is not None:
            headers = [(b"accept", b"text/css")]
            await exchange.send({"type": "http.response.push", "path": contract.PUSHED, "headers": headers})
        await exchange.piece(b"push", more=False)

    async def trailers(self, exchange):
        if exchange.extension("http.response.trailers") is None:
            await exchange.text("trailers")
            return
        name, value = (text.encode("ascii") for text in contract.TRAILER)
        await exchange.start(200, "text/plain", [(b"trailer", name)], trailers=True)
        await exchange.piece(b"trailers", more=False)
        await exchange.send({"type": "http.response.trailers", "headers": [(name, value)], "more_trailers": False})

    async def debug(self, exchange):
        if exchange.extension("http.response.debug") is not None:
            await exchange.send({"type": "http.response.debug", "info": {"template": "debug"}})
        await exchange.text("debug")

    # ------------------------------------------------------------------ WebSocket

    async def websocket(self, conversation):
        assert (await conversation.receive())["type"] == "websocket.connect"
        try:
            await self.sockets.get(conversation.route(), self.ws_refuse)(conversation)
        except ClientLeft:
            pass
        except OSError:
            await self.notice(conversation)

    async def notice(self, conversation):
        """After `send` has told that the client has left, `receive` tells how."""
        try:
            while True:
                await conversation.next()
        except ClientLeft:
            pass

    async def ws_echo(self, conversation):
        await conversation.accept()
        await conversation.echo()

    async def ws_subprotocol(self, conversation):
        await conversation.accept("chat" if "chat" in conversation.offered() else None)
        await conversation.echo()

    async def ws_refuse(self, conversation):
        await conversation.close()

    async def ws_deny(self, conversation):
        if conversation.extension("websocket.http.response") is None:
            await conversation.close()
            return
        headers = [(b"content-type", b"text/plain"), (b"content-length", b"6")]
        await conversation.send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
        await conversation.send({"type": "websocket.http.response.body", "body": b"denied"})

    async def ws_close(self, conversation):
        await conversation.accept()
        await conversation.close(int(conversation.parameter("code", "1000")), conversation.parameter("reason"))

    async def ws_headers(self, conversation):
        await conversation.accept(fields=[(b"x-accepted", b"yes")])
        await conversation.echo()

    async def ws_error(self, conversation):
        await conversation.accept()
        contract.fail()

    async def ws_wait(self, conversation):
        await conversation.accept()
        await conversation.say("ready")
        await conversation.unless_left(contract.opened(conversation.key))
        await conversation.say("released")
        await conversation.close()


app = Model()
