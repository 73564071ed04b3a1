"""Clients that leave, applications that end, and connections that do not feel each other."""

import asyncio
import socket
import threading
from typing import Any

from stage import Recorder, Stage, attempt, ok, reply, within

START = {"type": "http.response.start", "status": 200}
PIECE = {"type": "http.response.body", "body": b"x" * 100, "more_body": True}


async def clients_that_leave(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["path"] == "/stream":
            await send(START)
            await send(PIECE)
        stage.note(*[repr(await within(receive(), 0.1)) for _ in range(3)])
        for _ in range(6):
            stage.note(await attempt(send, PIECE if scope["path"] == "/stream" else START))
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.02)
        stage.note("cleaned up")
        await send(PIECE)

    await stage.start(Recorder(http))
    for path in (b"/", b"/stream"):
        for leave in ("close", "reset"):
            client = await stage.client()
            client.get(path)
            await stage.quiet()
            getattr(client, leave)()
            await stage.quiet(0.6)
    client = await stage.client()
    client.get(b"/stream")
    stage.note(await client.until(b"x"))


async def errors_of_a_closed_connection(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        try:
            for _ in range(5):
                await asyncio.wait_for(send(START), 0.1)
                await asyncio.wait_for(send(PIECE), 0.1)
                await asyncio.sleep(0.01)
        except Exception as error:
            stage.note(isinstance(error, OSError), type(error).__module__.partition(".")[0])
            raise

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    await stage.quiet()
    client.reset()
    await stage.quiet(0.2)
    client = await stage.client()
    client.get()
    await stage.quiet(0.01)
    stage.note("still there")


async def halves_that_are_closed(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.05)
        stage.note(repr(await within(receive(), 0.05)), repr(await within(receive(), 0.05)))
        stage.note(await attempt(send, START))
        await attempt(send, {"type": "http.response.body", "body": b"done"})

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get(b"/", b"Content-Length: 2", b"Connection: close", method=b"POST", body=b"ab")
    client.eof()
    stage.note(await client.rest())
    client = await stage.client()
    client.get(b"/", b"Content-Length: 2", method=b"POST", body=b"ab")
    client.reset()
    await stage.quiet(0.3)


async def bodies_nobody_read(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await reply(send, b"done")
        stage.note(repr(await within(receive(), 0.1)), repr(await within(receive(), 0.1)))

    await stage.start(Recorder(http))
    client = await stage.client()
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n" * 3000
    client.get(b"/", b"Content-Length: %d" % len(smuggled), method=b"POST", body=smuggled)
    stage.note(await client.until(b"done"))
    client.get(b"/second")
    stage.note(await client.until(b"done"))


async def applications_that_fail(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        how, _, what = scope["path"][1:].partition("/")
        if how != "silent":
            length = [(b"content-length", b"10")] if how == "length" else []
            await send({**START, "headers": length})
        if how in ("body", "length", "complete"):
            await send({"type": "http.response.body", "body": b"abc", "more_body": how != "complete"})
        if what == "raise":
            raise RuntimeError("marker")
        if what == "cancel":
            raise asyncio.CancelledError
        stage.note(repr(await within(receive(), 0.02)))

    await stage.start(Recorder(http))
    for how in ("silent", "start", "body", "length"):
        for what in ("raise", "return", "cancel"):
            for version in (b"1.1", b"1.0"):
                client = await stage.client()
                client.send(b"GET /%b/%b HTTP/%b\r\nHost: h\r\n\r\n" % (how.encode(), what.encode(), version))
                stage.note(how, what, version, await client.rest(0.15))
    client = await stage.client()
    client.get(b"/complete/raise")
    stage.note(await client.rest(0.1))


async def values_that_are_returned(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> int:
        await ok(scope, receive, send)
        return 42

    await stage.start(http)
    client = await stage.client()
    client.get()
    stage.note(await client.rest(0.05))


async def applications_that_take_their_time(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        stage.note(threading.current_thread() is threading.main_thread())
        await asyncio.get_running_loop().run_in_executor(None, int)
        await ok(scope, receive, send)
        try:
            await asyncio.sleep(0.05)
            stage.note("cleaned up")
        except asyncio.CancelledError:
            stage.note("cancelled")

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"ok"))
    await stage.quiet(0.1)


async def many_at_once(stage: Stage) -> None:
    active = []

    async def http(scope: Any, receive: Any, send: Any) -> None:
        active.append(scope["path"])
        most.append(len(active))
        body = (await receive())["body"]
        await asyncio.sleep(0.05 if scope["path"] < "/5" else 0.02)
        await send(START)
        await send({"type": "http.response.body", "body": body})
        active.remove(scope["path"])

    most: list[int] = []
    await stage.start(Recorder(http))
    clients = [await stage.client() for _ in range(10)]
    for number, client in enumerate(clients):
        client.get(b"/%d" % number, b"Content-Length: 1", method=b"POST", body=b"%d" % number)
    stage.note([await client.until(b"\r\n\r\n%d" % number) for number, client in enumerate(clients)], max(most))


async def others_that_raise(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/raise":
            raise RuntimeError
        if scope["path"] == "/cancel":
            raise asyncio.CancelledError
        if scope["path"] == "/leave":
            stage.left = asyncio.create_task(fail())
        await send(START)
        await send(PIECE)
        await asyncio.sleep(0.1)
        await send({"type": "http.response.body"})

    async def fail() -> None:
        raise RuntimeError

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    for path in (b"/raise", b"/cancel", b"/leave"):
        other = await stage.client()
        other.get(path)
        stage.note(await other.rest(0.15))
        stage.left = None
    stage.note(await client.until(b"0\r\n\r\n"))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"0\r\n\r\n"))


async def clients_that_do_not_read(stage: Stage) -> None:
    counts: list[int] = []

    async def http(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        counts.append(0)
        try:
            for _ in range(1000):
                await send({**PIECE, "body": b"x" * 65536})
                counts[-1] += 1
        except OSError:
            stage.note("OSError")
        stage.note("ended")

    await stage.start(Recorder(http))
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, stage.server.address)
    await asyncio.get_running_loop().sock_sendall(sock, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    await stage.quiet(0.2)
    stage.note("all" if counts == [1000] else "some")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.close()
    await stage.quiet(0.2)


async def waits_that_are_cancelled(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(5):
            stage.note(await given_up(receive))
        stage.note(await within(receive()))
        await ok(scope, receive, send)

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get(b"/", b"Content-Length: 2", method=b"POST")
    await stage.quiet(0.1)
    client.send(b"ab")
    stage.note(await client.until(b"ok"))


async def given_up(receive: Any) -> str:
    task = asyncio.ensure_future(receive())
    await asyncio.sleep(0.01)
    task.cancel()
    try:
        return repr(await task)
    except asyncio.CancelledError:
        return "cancelled"
