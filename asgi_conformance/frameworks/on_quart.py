"""The contract, version 1, in Quart's idiom. What each route does stands in CONTRACT.md."""

import asyncio

import contract
from quart import Quart, Response, abort, jsonify, make_push_promise, redirect, request, send_file, url_for, websocket

app = Quart(__name__, static_folder=None)


@app.while_serving
async def lifespan():
    app.config.update(contract.startup())
    yield
    await contract.shutdown()


def text(body, status=200):
    return Response(body, status, mimetype="text/plain")


@app.get("/")
async def root():
    return text(contract.GREETING)


@app.post("/echo")
async def echo():
    body = await request.get_data()
    contract.note(request.args.get("key"), f"read {len(body)}")
    return Response(body, mimetype="application/octet-stream")


@app.post("/echo/stream")
async def echo_stream():
    async def pieces(body):
        async for piece in body:
            yield piece

    return Response(pieces(request.body), mimetype="application/octet-stream")


@app.post("/json")
async def json():
    return jsonify(await request.get_json())


async def two_parts(key, first, second):
    yield first
    await contract.opened(key)
    yield second


@app.get("/stream")
async def stream():
    return text(two_parts(request.args["key"], contract.FIRST, contract.SECOND))


@app.get("/stream/gap")
async def stream_gap():
    async def parts():
        yield contract.FIRST
        yield b""
        yield contract.SECOND

    return text(parts())


@app.get("/events")
async def events():
    parts = two_parts(request.args["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)
    response = Response(parts, content_type=contract.EVENT_STREAM)
    response.timeout = None
    return response


@app.get("/endless")
async def endless():
    async def ticks(key):
        try:
            while True:
                yield contract.TICK
                await contract.pause()
        finally:
            contract.note(key, "endless left")

    return text(ticks(request.args["key"]))


@app.get("/poll")
async def poll():
    key = request.args["key"]
    try:
        await contract.opened(key)
    except asyncio.CancelledError:
        contract.note(key, "poll left")
        raise
    return text("released")


@app.post("/gate")
async def gate():
    contract.open_gate(request.args["key"])
    return text("opened")


@app.get("/journal")
async def journal():
    return contract.journal(request.args["key"])


async def work(key):
    await contract.opened(key)
    contract.note(key, "background done")


@app.post("/background")
async def background():
    app.add_background_task(work, request.args["key"])
    return text("accepted", 202)


@app.get("/error")
async def error():
    contract.fail()


@app.get("/error/late")
async def error_late():
    async def parts():
        yield contract.FIRST
        contract.fail()

    return text(parts())


@app.get("/path/<value>")
async def path(value):
    return {"value": value}


@app.get("/link")
async def link():
    return {"link": url_for("link", _external=True)}


@app.get("/headers")
async def headers():
    return list(request.headers.items())


@app.get("/cookies")
async def cookies():
    return dict(request.cookies)


@app.get("/query")
async def query():
    return list(request.args.items(multi=True))


@app.get("/set-cookies")
async def set_cookies():
    response = text("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return response


@app.get("/repeated")
async def repeated():
    response = text("repeated")
    response.headers.add("x-repeated", "one")
    response.headers.add("x-repeated", "two")
    return response


@app.get("/status/<int:code>")
async def status(code):
    return "", code


@app.get("/redirect")
async def redirected():
    return redirect(request.args.get("to", "/"))


@app.get("/file")
async def file():
    return await send_file(contract.FILE)


@app.get("/sync")
def sync():
    contract.block()
    return text("sync")


@app.get("/state")
async def state():
    return {"started": app.config.get("started", False)}


@app.get("/push")
async def push():
    await make_push_promise(contract.PUSHED)
    return text("push")


async def echo_messages():
    try:
        while True:
            await websocket.send(await websocket.receive())
    except asyncio.CancelledError:
        contract.note(websocket.args.get("key"), "left")
        raise


@app.websocket("/")
@app.websocket("/ws/echo")
async def ws_echo():
    await websocket.accept()
    await echo_messages()


@app.websocket("/ws/subprotocol")
async def ws_subprotocol():
    await websocket.accept(subprotocol="chat" if "chat" in websocket.requested_subprotocols else None)
    await echo_messages()


@app.websocket("/ws/refuse")
async def ws_refuse():
    abort(403)


@app.websocket("/ws/deny")
async def ws_deny():
    return text("denied", 401)


@app.websocket("/ws/close")
async def ws_close():
    await websocket.accept()
    await websocket.close(int(websocket.args["code"]), websocket.args.get("reason", ""))


@app.websocket("/ws/headers")
async def ws_headers():
    await websocket.accept(headers={"x-accepted": "yes"})
    await echo_messages()


@app.websocket("/ws/error")
async def ws_error():
    await websocket.accept()
    contract.fail()


@app.websocket("/ws/wait")
async def ws_wait():
    await websocket.accept()
    await websocket.send("ready")
    await contract.opened(websocket.args["key"])
    await websocket.send("released")
    await websocket.close(1000)
