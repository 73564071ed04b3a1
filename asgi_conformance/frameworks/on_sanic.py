"""The contract, version 1, in Sanic's idiom. What each route does stands in CONTRACT.md."""

import datetime

import contract
from sanic import Sanic
from sanic.response import empty, file, json, raw, redirect, text

app = Sanic("contract")


@app.before_server_start
async def startup(app):
    app.ctx.started = contract.startup()["started"]


@app.after_server_stop
async def shutdown(app):
    await contract.shutdown()


@app.get("/")
async def root(request):
    return text(contract.GREETING)


@app.post("/echo")
async def echo(request):
    contract.note(request.args.get("key"), f"read {len(request.body)}")
    return raw(request.body)


@app.post("/echo/stream", stream=True)
async def echo_stream(request):
    response = await request.respond(content_type="application/octet-stream")
    while (piece := await request.stream.read()) is not None:
        await response.send(piece)
    await response.eof()


@app.post("/json")
async def json_again(request):
    return json(request.json)


async def send_two_parts(request, first, second, content_type):
    response = await request.respond(content_type=content_type)
    await response.send(first)
    await contract.opened(request.args.get("key"))
    await response.send(second)
    await response.eof()


@app.get("/stream")
async def stream(request):
    await send_two_parts(request, contract.FIRST, contract.SECOND, "text/plain")


@app.get("/stream/gap")
async def stream_gap(request):
    response = await request.respond(content_type="text/plain")
    for piece in (contract.FIRST, b"", contract.SECOND):
        await response.send(piece)
    await response.eof()


@app.get("/events")
async def events(request):
    await send_two_parts(request, contract.FIRST_EVENT, contract.SECOND_EVENT, contract.EVENT_STREAM)


@app.get("/endless")
async def endless(request):
    response = await request.respond(content_type="text/plain")
    try:
        while True:
            await response.send(contract.TICK)
            await contract.pause()
    finally:
        contract.note(request.args.get("key"), "endless left")


@app.get("/poll")
async def poll(request):
    await contract.opened(request.args.get("key"))
    return text("released")


@app.post("/gate")
async def gate(request):
    contract.open_gate(request.args.get("key"))
    return text("opened")


@app.get("/journal")
async def journal(request):
    return json(contract.journal(request.args.get("key")))


async def work(key):
    await contract.opened(key)
    contract.note(key, "background done")


@app.post("/background")
async def background(request):
    app.add_task(work(request.args.get("key")))
    return text("accepted", 202)


@app.get("/error")
async def error(request):
    contract.fail()


@app.get("/error/late")
async def error_late(request):
    response = await request.respond(content_type="text/plain")
    await response.send(contract.FIRST)
    contract.fail()


@app.get("/path/<value>", unquote=True)
async def path(request, value):
    return json({"value": value})


@app.get("/link")
async def link(request):
    return json({"link": request.url_for("link")})


@app.get("/headers")
async def headers(request):
    return json(list(request.headers.items()))


@app.get("/cookies")
async def cookies(request):
    return json({name: request.cookies.get(name) for name in request.cookies})


@app.get("/query")
async def query(request):
    return json(request.get_query_args(keep_blank_values=True))


@app.get("/set-cookies")
async def set_cookies(request):
    response = text("cookies")
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=contract.EXPIRES_IN)
    for name, value in contract.COOKIES:
        response.add_cookie(name, value, expires=later if name == "b" else None)
    return response


@app.get("/repeated")
async def repeated(request):
    response = text("repeated")
    response.headers.add("x-repeated", "one")
    response.headers.add("x-repeated", "two")
    return response


@app.get("/status/<code:int>")
async def status(request, code):
    return empty(code)


@app.get("/redirect")
async def redirected(request):
    return redirect(request.args.get("to", "/"))


@app.get("/file")
async def sent_file(request):
    return await file(contract.FILE)


@app.get("/sync")
def sync(request):
    contract.block()
    return text("sync")


@app.get("/state")
async def state(request):
    return json({"started": getattr(app.ctx, "started", False)})


async def echo_messages(request, ws):
    while (message := await ws.recv()) is not None:
        await ws.send(message)
    contract.note(request.args.get("key"), "left")


@app.websocket("/ws/echo")
async def ws_echo(request, ws):
    await echo_messages(request, ws)


@app.websocket("/ws/subprotocol", subprotocols=["chat"])
async def ws_subprotocol(request, ws):
    await echo_messages(request, ws)


@app.websocket("/ws/close")
async def ws_close(request, ws):
    await ws.close(int(request.args.get("code")), request.args.get("reason", ""))


@app.websocket("/ws/error")
async def ws_error(request, ws):
    contract.fail()


@app.websocket("/ws/wait")
async def ws_wait(request, ws):
    await ws.send("ready")
    await contract.opened(request.args.get("key"))
    await ws.send("released")
    await ws.close(1000)
