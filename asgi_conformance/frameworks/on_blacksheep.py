"""The contract, version 1, in BlackSheep's idiom. What each route does stands in CONTRACT.md."""

import asyncio
import datetime

import contract
from blacksheep import (
    Application,
    Content,
    Cookie,
    Request,
    Response,
    StreamedContent,
    WebSocket,
    WebSocketDisconnectError,
    file,
    json,
    redirect,
    text,
)
from blacksheep.server.routing import URLResolver
from blacksheep.server.sse import ServerSentEventsResponse, TextServerSentEvent

app = Application()
get, post, ws = app.router.get, app.router.post, app.router.ws


@app.lifespan
async def lifespan(app):
    app.started = contract.startup()["started"]
    yield
    await contract.shutdown()


@get("/")
async def root():
    return text(contract.GREETING)


@post("/echo")
async def echo(request: Request, key: str = ""):
    body = await request.read() or b""
    contract.note(key, f"read {len(body)}")
    return Response(200, content=Content(b"application/octet-stream", body))


@post("/echo/stream")
async def echo_stream(request: Request):
    return Response(200, content=StreamedContent(b"application/octet-stream", request.stream))


@post("/json")
async def json_again(request: Request):
    return json(await request.json())


@get("/stream")
async def stream(key: str):
    async def parts():
        yield contract.FIRST
        await contract.opened(key)
        yield contract.SECOND

    return Response(200, content=StreamedContent(b"text/plain", parts))


@get("/stream/gap")
async def stream_gap():
    async def parts():
        yield contract.FIRST
        yield b""
        yield contract.SECOND

    return Response(200, content=StreamedContent(b"text/plain", parts))


@get("/events")
async def events(key: str):
    async def messages():
        yield TextServerSentEvent("first")
        await contract.opened(key)
        yield TextServerSentEvent("second")

    return ServerSentEventsResponse(messages)


@get("/endless")
async def endless(key: str):
    async def ticks():
        try:
            while True:
                yield contract.TICK
                await contract.pause()
        finally:
            contract.note(key, "endless left")

    return Response(200, content=StreamedContent(b"text/plain", ticks))


@get("/poll")
async def poll(request: Request, key: str):
    waiting = asyncio.ensure_future(contract.opened(key))
    while not waiting.done():
        if await request.is_disconnected():
            waiting.cancel()
            contract.note(key, "poll left")
            return text("")
        await asyncio.wait([waiting], timeout=0.05)
    return text("released")


@post("/gate")
async def gate(key: str):
    contract.open_gate(key)
    return text("opened")


@get("/journal")
async def journal(key: str):
    return json(contract.journal(key))


async def work(key):
    await contract.opened(key)
    contract.note(key, "background done")


@post("/background")
async def background(key: str):
    asyncio.create_task(work(key))
    return text("accepted", 202)


@get("/error")
async def error():
    contract.fail()


@get("/error/late")
async def error_late():
    async def parts():
        yield contract.FIRST
        contract.fail()

    return Response(200, content=StreamedContent(b"text/plain", parts))


@get("/path/{value}")
async def path(value: str):
    return json({"value": value})


@get("/link", name="link")
async def link(urls: URLResolver):
    return json({"link": urls.absolute_url_for("link")})


@get("/headers")
async def headers(request: Request):
    return json([[name.decode("latin-1"), value.decode("latin-1")] for name, value in request.headers.values])


@get("/cookies")
async def cookies(request: Request):
    return json(request.cookies)


@get("/query")
async def query(request: Request):
    return json([[name, value] for name, values in request.query.items() for value in values])


@get("/set-cookies")
async def set_cookies():
    response = text("cookies")
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=contract.EXPIRES_IN)
    for name, value in contract.COOKIES:
        response.set_cookie(Cookie(name, value, expires=later if name == "b" else None))
    return response


@get("/repeated")
async def repeated():
    response = text("repeated")
    response.add_header(b"x-repeated", b"one")
    response.add_header(b"x-repeated", b"two")
    return response


@get("/status/{code}")
async def status(code: int):
    return Response(code)


@get("/redirect")
async def redirected(to: str = "/"):
    return redirect(to)


@get("/file")
async def sent_file():
    return file(str(contract.FILE), "text/plain")


@get("/sync")
def sync():
    contract.block()
    return text("sync")


@get("/state")
async def state():
    return json({"started": getattr(app, "started", False)})


async def echo_messages(websocket: WebSocket, key=""):
    try:
        while True:
            message = await websocket.receive()
            if message.get("text") is not None:
                await websocket.send_text(message["text"])
            elif message.get("bytes") is not None:
                await websocket.send_bytes(message["bytes"])
    except WebSocketDisconnectError as left:
        contract.note(key, f"left {left.code}")


@ws("/")
@ws("/ws/echo")
async def ws_echo(websocket: WebSocket, key: str = ""):
    await websocket.accept()
    await echo_messages(websocket, key)


@ws("/ws/subprotocol")
async def ws_subprotocol(websocket: WebSocket):
    await websocket.accept(subprotocol="chat" if "chat" in websocket.scope["subprotocols"] else None)
    await echo_messages(websocket)


@ws("/ws/refuse")
async def ws_refuse(websocket: WebSocket):
    await websocket.close()


@ws("/ws/close")
async def ws_close(websocket: WebSocket, code: int, reason: str = ""):
    await websocket.accept()
    await websocket.close(code, reason)


@ws("/ws/headers")
async def ws_headers(websocket: WebSocket):
    await websocket.accept(headers=[(b"x-accepted", b"yes")])
    await echo_messages(websocket)


@ws("/ws/error")
async def ws_error(websocket: WebSocket):
    await websocket.accept()
    contract.fail()


@ws("/ws/wait")
async def ws_wait(websocket: WebSocket, key: str):
    await websocket.accept()
    await websocket.send_text("ready")
    await contract.opened(key)
    await websocket.send_text("released")
    await websocket.close()
