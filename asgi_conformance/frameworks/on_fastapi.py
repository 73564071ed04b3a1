"""The contract, version 1, in FastAPI's idiom. What each route does stands in CONTRACT.md."""

import asyncio
import contextlib
from typing import Annotated, Any

import contract
from fastapi import BackgroundTasks, Body, FastAPI, Request, Response, WebSocket
from fastapi.responses import FileResponse, PlainTextResponse, RedirectResponse, StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI):
    yield contract.startup()
    await contract.shutdown()


class TextStream(StreamingResponse):
    media_type = "text/plain"


class ByteStream(StreamingResponse):
    media_type = "application/octet-stream"


app = FastAPI(lifespan=lifespan)


@app.get("/", response_class=PlainTextResponse)
async def root():
    return contract.GREETING


@app.post("/echo")
async def echo(request: Request, key: str = ""):
    body = await request.body()
    contract.note(key, f"read {len(body)}")
    return Response(body, media_type="application/octet-stream")


@app.post("/echo/stream", response_class=ByteStream)
async def echo_stream(request: Request):
    async for piece in request.stream():
        yield piece


@app.post("/json")
async def json(value: Annotated[Any, Body()]):
    return value


@app.get("/stream", response_class=TextStream)
async def stream(key: str):
    yield contract.FIRST
    await contract.opened(key)
    yield contract.SECOND


@app.get("/stream/gap", response_class=TextStream)
async def stream_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


@app.get("/events", response_class=EventSourceResponse)
async def events(key: str):
    yield ServerSentEvent(raw_data="first")
    await contract.opened(key)
    yield ServerSentEvent(raw_data="second")


@app.get("/endless", response_class=TextStream)
async def endless(key: str):
    try:
        while True:
            yield contract.TICK
            await contract.pause()
    finally:
        contract.note(key, "endless left")


@app.get("/poll", response_class=PlainTextResponse)
async def poll(request: Request, key: str):
    waiting = asyncio.ensure_future(contract.opened(key))
    while not waiting.done():
        if await request.is_disconnected():
            waiting.cancel()
            contract.note(key, "poll left")
            return ""
        await asyncio.wait([waiting], timeout=0.05)
    return "released"


@app.post("/gate", response_class=PlainTextResponse)
async def gate(key: str):
    contract.open_gate(key)
    return "opened"


@app.get("/journal")
async def journal(key: str):
    return contract.journal(key)


async def work(key: str):
    await contract.opened(key)
    contract.note(key, "background done")


@app.post("/background", response_class=PlainTextResponse, status_code=202)
async def background(key: str, tasks: BackgroundTasks):
    tasks.add_task(work, key)
    return "accepted"


@app.get("/error")
async def error():
    contract.fail()


@app.get("/error/late", response_class=TextStream)
async def error_late():
    yield contract.FIRST
    contract.fail()


@app.get("/path/{value}")
async def path(value: str):
    return {"value": value}


@app.get("/link")
async def link(request: Request):
    return {"link": str(request.url_for("link"))}


@app.get("/headers")
async def headers(request: Request):
    return request.headers.items()


@app.get("/cookies")
async def cookies(request: Request):
    return request.cookies


@app.get("/query")
async def query(request: Request):
    return request.query_params.multi_items()


@app.get("/set-cookies", response_class=PlainTextResponse)
async def set_cookies(response: Response):
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return "cookies"


@app.get("/repeated", response_class=PlainTextResponse)
async def repeated(response: Response):
    response.headers.append("x-repeated", "one")
    response.headers.append("x-repeated", "two")
    return "repeated"


@app.get("/status/{code}")
async def status(code: int):
    return Response(status_code=code)


@app.get("/redirect")
async def redirect(to: str = "/"):
    return RedirectResponse(to)


@app.get("/file")
async def file():
    return FileResponse(contract.FILE)


@app.get("/sync", response_class=PlainTextResponse)
def sync():
    contract.block()
    return "sync"


@app.get("/state")
async def state(request: Request):
    return {"started": getattr(request.state, "started", False)}


@app.get("/hints", response_class=PlainTextResponse)
async def hints(request: Request):
    await request.send_early_hints(contract.LINK)
    return "hints"


@app.get("/push", response_class=PlainTextResponse)
async def push(request: Request):
    await request.send_push_promise(contract.PUSHED)
    return "push"


async def echo_messages(websocket: WebSocket, key: str = ""):
    message = await websocket.receive()
    while message["type"] == "websocket.receive":
        if message.get("text") is not None:
            await websocket.send_text(message["text"])
        elif message.get("bytes") is not None:
            await websocket.send_bytes(message["bytes"])
        message = await websocket.receive()
    contract.note(key, f"left {message['code']}")


@app.websocket("/")
@app.websocket("/ws/echo")
async def ws_echo(websocket: WebSocket, key: str = ""):
    await websocket.accept()
    await echo_messages(websocket, key)


@app.websocket("/ws/subprotocol")
async def ws_subprotocol(websocket: WebSocket):
    await websocket.accept("chat" if "chat" in websocket.scope["subprotocols"] else None)
    await echo_messages(websocket)


@app.websocket("/ws/refuse")
async def ws_refuse(websocket: WebSocket):
    await websocket.close()


@app.websocket("/ws/deny")
async def ws_deny(websocket: WebSocket):
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        await websocket.send_denial_response(PlainTextResponse("denied", 401))
    else:
        await websocket.close()


@app.websocket("/ws/close")
async def ws_close(websocket: WebSocket, code: int, reason: str = ""):
    await websocket.accept()
    await websocket.close(code, reason)


@app.websocket("/ws/headers")
async def ws_headers(websocket: WebSocket):
    await websocket.accept(headers=[(b"x-accepted", b"yes")])
    await echo_messages(websocket)


@app.websocket("/ws/error")
async def ws_error(websocket: WebSocket):
    await websocket.accept()
    contract.fail()


@app.websocket("/ws/wait")
async def ws_wait(websocket: WebSocket, key: str):
    await websocket.accept()
    await websocket.send_text("ready")
    await contract.opened(key)
    await websocket.send_text("released")
    await websocket.close()
