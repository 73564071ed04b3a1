"""The contract, version 1, in Starlette's idiom. What each route does stands in CONTRACT.md."""

import contextlib

import anyio
import contract
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route, WebSocketRoute
from starlette.templating import Jinja2Templates


@contextlib.asynccontextmanager
async def lifespan(app):
    yield contract.startup()
    await contract.shutdown()


async def root(request):
    return PlainTextResponse(contract.GREETING)


async def echo(request):
    body = await request.body()
    contract.note(request.query_params.get("key"), f"read {len(body)}")
    return Response(body, media_type="application/octet-stream")


async def echo_stream(request):
    return StreamingResponse(request.stream(), media_type="application/octet-stream")


async def json(request):
    return JSONResponse(await request.json())


async def two_parts(key, first, second):
    yield first
    await contract.opened(key)
    yield second


async def stream(request):
    parts = two_parts(request.query_params["key"], contract.FIRST, contract.SECOND)
    return StreamingResponse(parts, media_type="text/plain")


async def with_gap():
    yield contract.FIRST
    yield b""
    yield contract.SECOND


async def stream_gap(request):
    return StreamingResponse(with_gap(), media_type="text/plain")


async def events(request):
    parts = two_parts(request.query_params["key"], contract.FIRST_EVENT, contract.SECOND_EVENT)
    return StreamingResponse(parts, media_type=contract.EVENT_STREAM)


async def ticks(key):
    try:
        while True:
            yield contract.TICK
            await contract.pause()
    finally:
        contract.note(key, "endless left")


async def endless(request):
    return StreamingResponse(ticks(request.query_params["key"]), media_type="text/plain")


async def cancel_when_left(request, scope):
    while not await request.is_disconnected():
        await contract.pause()
    scope.cancel()


async def poll(request):
    key, opened = request.query_params["key"], False
    async with anyio.create_task_group() as group:
        group.start_soon(cancel_when_left, request, group.cancel_scope)
        await contract.opened(key)
        opened = True
        group.cancel_scope.cancel()
    if not opened:
        contract.note(key, "poll left")
    return PlainTextResponse("released" if opened else "")


async def gate(request):
    contract.open_gate(request.query_params["key"])
    return PlainTextResponse("opened")


async def journal(request):
    return JSONResponse(contract.journal(request.query_params["key"]))


async def work(key):
    await contract.opened(key)
    contract.note(key, "background done")


async def background(request):
    return PlainTextResponse("accepted", 202, background=BackgroundTask(work, request.query_params["key"]))


async def error(request):
    contract.fail()


async def first_then_error():
    yield contract.FIRST
    contract.fail()


async def error_late(request):
    return StreamingResponse(first_then_error(), media_type="text/plain")


async def path(request):
    return JSONResponse({"value": request.path_params["value"]})


async def link(request):
    return JSONResponse({"link": str(request.url_for("link"))})


async def headers(request):
    return JSONResponse(request.headers.items())


async def cookies(request):
    return JSONResponse(request.cookies)


async def query(request):
    return JSONResponse(request.query_params.multi_items())


async def set_cookies(request):
    response = PlainTextResponse("cookies")
    for name, value in contract.COOKIES:
        response.set_cookie(name, value, expires=contract.EXPIRES if name == "b" else None)
    return response


async def repeated(request):
    response = PlainTextResponse("repeated")
    response.headers.append("x-repeated", "one")
    response.headers.append("x-repeated", "two")
    return response


async def status(request):
    return Response(status_code=request.path_params["code"])


async def redirect(request):
    return RedirectResponse(request.query_params.get("to", "/"))


async def file(request):
    return FileResponse(contract.FILE)


def sync(request):
    contract.block()
    return PlainTextResponse("sync")


async def state(request):
    return JSONResponse({"started": getattr(request.state, "started", False)})


async def hints(request):
    await request.send_early_hints(contract.LINK)
    return PlainTextResponse("hints")


async def push(request):
    await request.send_push_promise(contract.PUSHED)
    return PlainTextResponse("push")


debugging = []
with contextlib.suppress(ImportError):
    from jinja2 import DictLoader, Environment

    templates = Jinja2Templates(env=Environment(loader=DictLoader({"debug.txt": "debug"})))

    async def debug(request):
        return templates.TemplateResponse(request, "debug.txt", media_type="text/plain")

    debugging = [Route("/debug", debug)]


async def echo_messages(websocket):
    message = await websocket.receive()
    while message["type"] == "websocket.receive":
        if message.get("text") is not None:
            await websocket.send_text(message["text"])
        elif message.get("bytes") is not None:
            await websocket.send_bytes(message["bytes"])
        message = await websocket.receive()
    contract.note(websocket.query_params.get("key"), f"left {message['code']}")


async def ws_echo(websocket):
    await websocket.accept()
    await echo_messages(websocket)


async def ws_subprotocol(websocket):
    await websocket.accept("chat" if "chat" in websocket.scope["subprotocols"] else None)
    await echo_messages(websocket)


async def ws_refuse(websocket):
    await websocket.close()


async def ws_deny(websocket):
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        await websocket.send_denial_response(PlainTextResponse("denied", 401))
    else:
        await websocket.close()


async def ws_close(websocket):
    await websocket.accept()
    await websocket.close(int(websocket.query_params["code"]), websocket.query_params.get("reason"))


async def ws_headers(websocket):
    await websocket.accept(headers=[(b"x-accepted", b"yes")])
    await echo_messages(websocket)


async def ws_error(websocket):
    await websocket.accept()
    contract.fail()


async def ws_wait(websocket):
    await websocket.accept()
    await websocket.send_text("ready")
    await contract.opened(websocket.query_params["key"])
    await websocket.send_text("released")
    await websocket.close()


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/", root),
        Route("/echo", echo, methods=["POST"]),
        Route("/echo/stream", echo_stream, methods=["POST"]),
        Route("/json", json, methods=["POST"]),
        Route("/stream", stream),
        Route("/stream/gap", stream_gap),
        Route("/events", events),
        Route("/endless", endless),
        Route("/poll", poll),
        Route("/gate", gate, methods=["POST"]),
        Route("/journal", journal),
        Route("/background", background, methods=["POST"]),
        Route("/error", error),
        Route("/error/late", error_late),
        Route("/path/{value}", path),
        Route("/link", link, name="link"),
        Route("/headers", headers),
        Route("/cookies", cookies),
        Route("/query", query),
        Route("/set-cookies", set_cookies),
        Route("/repeated", repeated),
        Route("/status/{code:int}", status),
        Route("/redirect", redirect),
        Route("/file", file),
        Route("/sync", sync),
        Route("/state", state),
        Route("/hints", hints),
        Route("/push", push),
        *debugging,
        WebSocketRoute("/", ws_echo),
        WebSocketRoute("/ws/echo", ws_echo),
        WebSocketRoute("/ws/subprotocol", ws_subprotocol),
        WebSocketRoute("/ws/refuse", ws_refuse),
        WebSocketRoute("/ws/deny", ws_deny),
        WebSocketRoute("/ws/close", ws_close),
        WebSocketRoute("/ws/headers", ws_headers),
        WebSocketRoute("/ws/error", ws_error),
        WebSocketRoute("/ws/wait", ws_wait),
    ],
)
