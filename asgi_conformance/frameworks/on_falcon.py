"""The contract, version 1, in Falcon's idiom. What each route does stands in CONTRACT.md."""

import datetime

import contract
import falcon
import falcon.asgi
from falcon.media import BinaryBaseHandlerWS, TextBaseHandlerWS


class Lifespan:
    started = False

    async def process_startup(self, scope, event):
        self.started = contract.startup()["started"]

    async def process_shutdown(self, scope, event):
        await contract.shutdown()


async def pieces(stream):
    async for piece in stream:
        yield piece


async def two_parts(key, first, second):
    yield first
    await contract.opened(key)
    yield second


async def ticks(key):
    try:
        while True:
            yield contract.TICK
            await contract.pause()
    finally:
        contract.note(key, "endless left")


async def with_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


async def first_then_error():
    yield contract.FIRST
    contract.fail()


class Contract:
    """Its responders are told from each other by the suffixes of the routes."""

    async def on_get(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = contract.GREETING

    async def on_websocket(self, req, ws):
        await ws.accept()
        await echo_messages(req, ws)

    async def on_post_echo(self, req, resp):
        resp.data = await req.stream.read()
        contract.note(req.get_param("key"), f"read {len(resp.data)}")
        resp.content_type = "application/octet-stream"

    async def on_post_echo_stream(self, req, resp):
        resp.content_type = "application/octet-stream"
        resp.stream = pieces(req.stream)

    async def on_post_json(self, req, resp):
        resp.media = await req.get_media()

    async def on_get_stream(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = two_parts(req.get_param("key"), contract.FIRST, contract.SECOND)

    async def on_get_stream_gap(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = with_gap()

    async def on_get_events(self, req, resp):
        first, second = falcon.asgi.SSEvent(text="first"), falcon.asgi.SSEvent(text="second")
        resp.sse = two_parts(req.get_param("key"), first, second)

    async def on_get_endless(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = ticks(req.get_param("key"))

    async def on_get_poll(self, req, resp):
        await contract.opened(req.get_param("key"))
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "released"

    async def on_post_gate(self, req, resp):
        contract.open_gate(req.get_param("key"))
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "opened"

    async def on_get_journal(self, req, resp):
        resp.media = contract.journal(req.get_param("key"))

    async def on_post_background(self, req, resp):
        async def work():
            await contract.opened(key)
            contract.note(key, "background done")

        key = req.get_param("key")
        resp.schedule(work)
        resp.status = falcon.HTTP_ACCEPTED
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "accepted"

    async def on_get_error(self, req, resp):
        contract.fail()

    async def on_get_error_late(self, req, resp):
        resp.content_type = falcon.MEDIA_TEXT
        resp.stream = first_then_error()

    async def on_get_path(self, req, resp, value):
        resp.media = {"value": value}

    async def on_get_link(self, req, resp):
        resp.media = {"link": req.uri}

    async def on_get_headers(self, req, resp):
        resp.media = list(req.headers.items())

    async def on_get_cookies(self, req, resp):
        resp.media = req.cookies

    async def on_get_query(self, req, resp):
        resp.media = [[name, value] for name in req.params for value in req.get_param_as_list(name)]

    async def on_get_set_cookies(self, req, resp):
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=contract.EXPIRES_IN)
        for name, value in contract.COOKIES:
            resp.set_cookie(name, value, expires=later if name == "b" else None)
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = "cookies"

    async def on_get_status(self, req, resp, code):
        resp.status = code

    async def on_get_redirect(self, req, resp):
        raise falcon.HTTPFound(req.get_param("to", default="/"))

    async def on_get_state(self, req, resp):
        resp.media = {"started": lifespan.started}


async def echo_messages(req, ws):
    try:
        while True:
            message = await ws.receive_media()
            kind = falcon.WebSocketPayloadType.TEXT if isinstance(message, str) else falcon.WebSocketPayloadType.BINARY
            await ws.send_media(message, kind)
    except falcon.WebSocketDisconnected as left:
        contract.note(req.get_param("key"), f"left {left.code}")


class Sockets:
    async def on_websocket_echo(self, req, ws):
        await ws.accept()
        await echo_messages(req, ws)

    async def on_websocket_subprotocol(self, req, ws):
        await ws.accept("chat" if "chat" in ws.subprotocols else None)
        await echo_messages(req, ws)

    async def on_websocket_refuse(self, req, ws):
        await ws.close()

    async def on_websocket_close(self, req, ws):
        await ws.accept()
        await ws.close(req.get_param_as_int("code"), req.get_param("reason"))

    async def on_websocket_headers(self, req, ws):
        await ws.accept(headers={"x-accepted": "yes"})
        await echo_messages(req, ws)

    async def on_websocket_error(self, req, ws):
        await ws.accept()
        contract.fail()

    async def on_websocket_wait(self, req, ws):
        await ws.accept()
        await ws.send_text("ready")
        await contract.opened(req.get_param("key"))
        await ws.send_text("released")
        await ws.close(1000)


class PlainText(TextBaseHandlerWS):
    def serialize(self, media):
        return media

    def deserialize(self, payload):
        return payload


class PlainBytes(BinaryBaseHandlerWS):
    def serialize(self, media):
        return media

    def deserialize(self, payload):
        return payload


lifespan = Lifespan()
app = falcon.asgi.App(middleware=[lifespan])
app.ws_options.media_handlers[falcon.WebSocketPayloadType.TEXT] = PlainText()
app.ws_options.media_handlers[falcon.WebSocketPayloadType.BINARY] = PlainBytes()
app.add_route("/", Contract())
for suffix in ("echo", "json", "stream", "events", "endless", "poll", "gate", "journal", "background", "error", "link"):
    app.add_route(f"/{suffix}", Contract(), suffix=suffix)
for suffix in ("headers", "cookies", "query", "redirect", "state"):
    app.add_route(f"/{suffix}", Contract(), suffix=suffix)
app.add_route("/echo/stream", Contract(), suffix="echo_stream")
app.add_route("/stream/gap", Contract(), suffix="stream_gap")
app.add_route("/error/late", Contract(), suffix="error_late")
app.add_route("/path/{value}", Contract(), suffix="path")
app.add_route("/set-cookies", Contract(), suffix="set_cookies")
app.add_route("/status/{code:int}", Contract(), suffix="status")
app.add_static_route("/file", contract.FILE.parent, fallback_filename=contract.FILE.name)
for suffix in ("echo", "subprotocol", "refuse", "close", "headers", "error", "wait"):
    app.add_route(f"/ws/{suffix}", Sockets(), suffix=suffix)
