"""The contract, version 1, in Litestar's idiom. What each route does stands in CONTRACT.md."""

import contextlib
from typing import Any, AsyncGenerator

import contract
from litestar import Litestar, MediaType, Request, Response, WebSocket, get, post, websocket
from litestar.background_tasks import BackgroundTask
from litestar.response import File, Redirect, ServerSentEvent, Stream


@contextlib.asynccontextmanager
async def lifespan(app: Litestar) -> AsyncGenerator[None, None]:
    app.state.update(contract.startup())
    yield
    await contract.shutdown()


@get("/", media_type=MediaType.TEXT)
async def root() -> str:
    return contract.GREETING


@post("/echo", status_code=200, media_type="application/octet-stream")
async def echo(request: Request, key: str = "") -> bytes:
    body = await request.body()
    contract.note(key, f"read {len(body)}")
    return body


@post("/echo/stream", status_code=200)
async def echo_stream(request: Request) -> Stream:
    return Stream(request.stream(), media_type="application/octet-stream")


@post("/json", status_code=200)
async def json(data: Any) -> Any:
    return data


@get("/stream")
async def stream(key: str) -> Stream:
    async def parts() -> AsyncGenerator[bytes, None]:
        yield contract.FIRST
        await contract.opened(key)
        yield contract.SECOND

    return Stream(parts(), media_type=MediaType.TEXT)


@get("/stream/gap")
async def stream_gap() -> Stream:
    async def parts() -> AsyncGenerator[bytes, None]:
        yield contract.FIRST
        yield b""
        yield contract.SECOND

    return Stream(parts(), media_type=MediaType.TEXT)


@get("/events")
async def events(key: str) -> ServerSentEvent:
    async def messages() -> AsyncGenerator[str, None]:
        yield "first"
        await contract.opened(key)
        yield "second"

    return ServerSentEvent(messages())


@get("/endless")
async def endless(key: str) -> Stream:
    async def ticks() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield contract.TICK
                await contract.pause()
        finally:
            contract.note(key, "endless left")

    return Stream(ticks(), media_type=MediaType.TEXT)


@get("/poll", media_type=MediaType.TEXT)
async def poll(key: str) -> str:
    await contract.opened(key)
    return "released"


@post("/gate", status_code=200, media_type=MediaType.TEXT)
async def gate(key: str) -> str:
    contract.open_gate(key)
    return "opened"


@get("/journal")
async def journal(key: str) -> Any:
    return contract.journal(key)


async def work(key: str) -> None:
    await contract.opened(key)
    contract.note(key, "background done")


@post("/background", status_code=202, media_type=MediaType.TEXT)
async def background(key: str) -> Response[str]:
    return Response("accepted", background=BackgroundTask(work, key))


@get("/error")
async def error() -> None:
    contract.fail()


@get("/error/late")
async def error_late() -> Stream:
    async def parts() -> AsyncGenerator[bytes, None]:
        yield contract.FIRST
        contract.fail()

    return Stream(parts(), media_type=MediaType.TEXT)


@get("/path/{value:str}")
async def path(value: str) -> Any:
    return {"value": value}


@get("/link", name="link")
async def link(request: Request) -> Any:
    return {"link": request.url_for("link")}


@get("/headers")
async def headers(request: Request) -> Any:
    return list(request.headers.multi_items())


@get("/cookies")
async def cookies(request: Request) -> Any:
    return request.cookies


@get("/query")
async def query(request: Request) -> Any:
    return list(request.query_params.multi_items())


@get("/set-cookies", media_type=MediaType.TEXT)
async def set_cookies() -> Response[str]:
    response = Response("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES_IN if name == "b" else None)
    return response


@get("/status/{code:int}")
async def status(code: int) -> Response[bytes]:
    return Response(b"", media_type=MediaType.TEXT, status_code=code)


@get("/redirect")
async def redirect(to: str = "/") -> Redirect:
    return Redirect(to)


@get("/file")
async def file() -> File:
    return File(contract.FILE)


@get("/sync", media_type=MediaType.TEXT, sync_to_thread=True)
def sync() -> str:
    contract.block()
    return "sync"


@get("/state")
async def state(request: Request) -> Any:
    return {"started": request.app.state.get("started", False)}


@get("/push", media_type=MediaType.TEXT)
async def push(request: Request) -> str:
    if request.supports_push_promise:
        await request.send_push_promise(contract.PUSHED)
    return "push"


async def echo_messages(socket: WebSocket, key: str = "") -> None:
    message = await socket.receive()
    while message["type"] == "websocket.receive":
        if message.get("text") is not None:
            await socket.send_text(message["text"])
        elif message.get("bytes") is not None:
            await socket.send_bytes(message["bytes"])
        message = await socket.receive()
    contract.note(key, f"left {message['code']}")


@websocket(["/", "/ws/echo"])
async def ws_echo(socket: WebSocket, key: str = "") -> None:
    await socket.accept()
    await echo_messages(socket, key)


@websocket("/ws/subprotocol")
async def ws_subprotocol(socket: WebSocket) -> None:
    await socket.accept("chat" if "chat" in socket.scope["subprotocols"] else None)
    await echo_messages(socket)


@websocket("/ws/refuse")
async def ws_refuse(socket: WebSocket) -> None:
    await socket.close()


@websocket("/ws/close")
async def ws_close(socket: WebSocket, code: int, reason: str = "") -> None:
    await socket.accept()
    await socket.close(code, reason)


@websocket("/ws/headers")
async def ws_headers(socket: WebSocket) -> None:
    await socket.accept(headers={"x-accepted": "yes"})
    await echo_messages(socket)


@websocket("/ws/error")
async def ws_error(socket: WebSocket) -> None:
    await socket.accept()
    contract.fail()


@websocket("/ws/wait")
async def ws_wait(socket: WebSocket, key: str) -> None:
    await socket.accept()
    await socket.send_text("ready")
    await contract.opened(key)
    await socket.send_text("released")
    await socket.close()


handlers = [root, echo, echo_stream, json, stream, events, endless, poll, gate, journal, background, error, error_late]
handlers += [stream_gap, path, link, headers, cookies, query, set_cookies, status, redirect, file, sync, state, push]
handlers += [ws_echo, ws_subprotocol, ws_refuse, ws_close, ws_headers, ws_error, ws_wait]

app = Litestar(handlers, lifespan=[lifespan])
