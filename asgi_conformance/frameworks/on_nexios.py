"""The contract, version 1, in Nexios' idiom. What each route does stands in CONTRACT.md."""

import asyncio
import contextlib

import contract
from nexios import NexiosApp
from nexios.http.response import BaseResponse


@contextlib.asynccontextmanager
async def lifespan(app):
    yield contract.startup()
    await contract.shutdown()


app = NexiosApp(lifespan=lifespan)


@app.get("/")
async def root(request, response):
    return response.text(contract.GREETING)


@app.post("/echo")
async def echo(request, response):
    body = await request.body
    contract.note(request.query_params.get("key"), f"read {len(body)}")
    return BaseResponse(body, content_type="application/octet-stream")


@app.post("/echo/stream")
async def echo_stream(request, response):
    return response.stream(request.stream(), content_type="application/octet-stream")


@app.post("/json")
async def json(request, response):
    return response.json(await request.json)


async def two_parts(key, first, second):
    yield first
    await contract.opened(key)
    yield second


@app.get("/stream")
async def stream(request, response):
    return response.stream(two_parts(request.query_params["key"], contract.FIRST, contract.SECOND))


@app.get("/stream/gap")
async def stream_gap(request, response):
    async def parts():
        yield contract.FIRST
        yield b""
        yield contract.SECOND

    return response.stream(parts())


@app.get("/events")
async def events(request, response):
    parts = two_parts(request.query_params["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)
    return response.stream(parts, content_type=contract.EVENT_STREAM)


async def ticks(key):
    try:
        while True:
            yield contract.TICK
            await contract.pause()
    finally:
        contract.note(key, "endless left")


@app.get("/endless")
async def endless(request, response):
    return response.stream(ticks(request.query_params["key"]))


@app.get("/poll")
async def poll(request, response):
    key = request.query_params["key"]
    waiting = asyncio.ensure_future(contract.opened(key))
    while not waiting.done():
        if await request.is_disconnected():
            waiting.cancel()
            contract.note(key, "poll left")
            return response.empty()
        await asyncio.wait([waiting], timeout=0.05)
    return response.text("released")


@app.post("/gate")
async def gate(request, response):
    contract.open_gate(request.query_params["key"])
    return response.text("opened")


@app.get("/journal")
async def journal(request, response):
    return response.json(contract.journal(request.query_params["key"]))


@app.get("/error")
async def error(request, response):
    contract.fail()


@app.get("/error/late")
async def error_late(request, response):
    async def parts():
        yield contract.FIRST
        contract.fail()

    return response.stream(parts())


@app.get("/path/{value}")
async def path(request, response, value):
    return response.json({"value": value})


@app.get("/link", name="link")
async def link(request, response):
    return response.json({"link": request.build_absolute_uri(request.url_for("link"))})


@app.get("/headers")
async def headers(request, response):
    return response.json(list(request.headers.items()))


@app.get("/cookies")
async def cookies(request, response):
    return response.json(request.cookies)


@app.get("/query")
async def query(request, response):
    return response.json(request.query_params.multi_items())


@app.get("/set-cookies")
async def set_cookies(request, response):
    response.text("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return response


@app.get("/repeated")
async def repeated(request, response):
    response.text("repeated")
    response.set_header("x-repeated", "one")
    response.set_header("x-repeated", "two")
    return response


@app.get("/status/{code:int}")
async def status(request, response, code):
    return response.empty(code)


@app.get("/redirect")
async def redirect(request, response):
    return response.redirect(request.query_params.get("to", "/"))


@app.get("/file")
async def file(request, response):
    return response.file(str(contract.FILE))


@app.get("/sync")
def sync(request, response):
    contract.block()
    return response.text("sync")


@app.get("/state")
async def state(request, response):
    return response.json({"started": bool(request.state.started)})


@app.get("/push")
async def push(request, response):
    await request.send_push_promise(contract.PUSHED)
    return response.text("push")


async def echo_messages(websocket):
    message = await websocket.receive()
    while message["type"] == "websocket.receive":
        if message.get("text") is not None:
            await websocket.send_text(message["text"])
        elif message.get("bytes") is not None:
            await websocket.send_bytes(message["bytes"])
        message = await websocket.receive()
    contract.note(websocket.query_params.get("key"), f"left {message['code']}")


@app.ws_route("/")
@app.ws_route("/ws/echo")
async def ws_echo(websocket):
    await websocket.accept()
    await echo_messages(websocket)


@app.ws_route("/ws/subprotocol")
async def ws_subprotocol(websocket):
    await websocket.accept("chat" if "chat" in websocket.scope["subprotocols"] else None)
    await echo_messages(websocket)


@app.ws_route("/ws/refuse")
async def ws_refuse(websocket):
    await websocket.close()


@app.ws_route("/ws/close")
async def ws_close(websocket):
    await websocket.accept()
    await websocket.close(int(websocket.query_params["code"]), websocket.query_params.get("reason"))


@app.ws_route("/ws/headers")
async def ws_headers(websocket):
    await websocket.accept(headers=[(b"x-accepted", b"yes")])
    await echo_messages(websocket)


@app.ws_route("/ws/error")
async def ws_error(websocket):
    await websocket.accept()
    contract.fail()


@app.ws_route("/ws/wait")
async def ws_wait(websocket):
    await websocket.accept()
    await websocket.send_text("ready")
    await contract.opened(websocket.query_params["key"])
    await websocket.send_text("released")
    await websocket.close()
