"""What `receive` gives an HTTP application."""

import asyncio
from typing import Any

from stage import Recorder, Stage, ok, reply, within

POST = b"POST / HTTP/1.1\r\nHost: h\r\n"


def echo(stage: Stage, *, then: int = 0) -> Recorder:
    """Notes every event up to the last piece, and `then` so many more."""

    async def http(scope: Any, receive: Any, send: Any) -> None:
        size, kinds = 0, set()
        while True:
            event = await within(receive())
            if not isinstance(event, dict) or event.get("type") != "http.request" or len(event["body"]) < 100:
                stage.note(type(event).__name__, repr(event))
            if not isinstance(event, dict) or event.get("type") != "http.request":
                break
            size += len(event["body"])
            kinds.add(tuple(type(value) for value in event.values()))
            if not event["more_body"]:
                break
        stage.note(size, kinds)
        for _ in range(then):
            stage.note(repr(await within(receive(), 0.05)))
        await reply(send, b"%d" % size)
        stage.note(repr(await within(receive(), 0.05)), repr(await within(receive(), 0.05)))

    return Recorder(http)


async def without_body(stage: Stage) -> None:
    await stage.start(echo(stage, then=2))
    for head in (
        b"GET / HTTP/1.1\r\nHost: h\r\n",
        POST + b"Content-Length: 0\r\n",
        b"DELETE / HTTP/1.1\r\nHost: h\r\n",
    ):
        client = await stage.client()
        client.send(head + b"\r\n")
        stage.note(await client.until(b"\r\n\r\n0"))


async def with_bodies_of_any_size(stage: Stage) -> None:
    await stage.start(echo(stage))
    for size in (1, 65535, 65536, 65537, 8192, 2**20):
        client = await stage.client()
        client.send(POST + b"Content-Length: %d\r\n\r\n" % size + b"x" * size)
        stage.note(size, await client.until(b"\r\n\r\n%d" % size, 1))
        client = await stage.client()
        client.send(POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n")
        stage.note(size, await client.until(b"\r\n\r\n%d" % size, 1))


async def in_chunks(stage: Stage) -> None:
    await stage.start(echo(stage))
    client = await stage.client()
    body = b"5;ext=1\r\nhello\r\n0A\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n"
    client.send(POST + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    stage.note(await client.until(b"15"))
    client = await stage.client()
    for byte in POST + b"Transfer-Encoding: chunked\r\n\r\n" + body:
        client.send(bytes([byte]))
        await asyncio.sleep(0.0005)
    stage.note(await client.until(b"15"))


async def in_pieces(stage: Stage) -> None:
    await stage.start(echo(stage))
    client = await stage.client()
    client.send(POST + b"Content-Length: 10\r\n\r\n12345")
    await stage.quiet(0.15)
    stage.note("the rest is sent now")
    client.send(b"67890")
    stage.note(await client.until(b"10"))


async def after_continue(stage: Stage) -> None:
    await stage.start(echo(stage))
    client = await stage.client()
    client.send(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    stage.note(await client.until(b"\r\n\r\n"))
    client.send(b"12345")
    stage.note(await client.until(b"5"))
    await stage.finish()


async def that_stop_in_the_middle(stage: Stage) -> None:
    await stage.start(echo(stage))
    for head in (b"Content-Length: 100\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nff\r\n"):
        for leave in ("eof", "reset"):
            client = await stage.client()
            client.send(POST + head + b"x" * 40)
            await stage.quiet()
            getattr(client, leave)()
            await stage.quiet()
            stage.note("left")


async def that_are_broken(stage: Stage) -> None:
    await stage.start(echo(stage))
    for rest in (
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: gzip\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"Content-Length: +5\r\n\r\n",
        b"X: a\r\n b\r\n\r\n",
        b"X : a\r\n\r\n",
        b"X\r\n\r\n",
        b"X: \x01\r\n\r\n",
    ):
        client = await stage.client()
        client.send(POST + rest)
        stage.note(rest, await client.rest())


async def one_after_the_other(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await asyncio.sleep(0.03 if scope["path"] == "/1" else 0)
        await reply(send, scope["path"].encode())

    await stage.start(Recorder(http))
    client = await stage.client()
    for path in (b"/1", b"/2", b"/3"):
        client.get(path)
    stage.note(await client.until(b"/3"))
    client.get(b"/4")
    stage.note(await client.until(b"/4"))
    client.get(b"/5", b"Connection: close")
    stage.note(await client.rest())


async def never_finished(stage: Stage) -> None:
    """Connections on which no request was made."""
    calls = []

    async def http(scope: Any, receive: Any, send: Any) -> None:
        calls.append(scope["path"])
        await ok(scope, receive, send)

    await stage.start(Recorder(http))
    await stage.client()
    client = await stage.client()
    client.send(b"GET / HTTP/1.1\r\nHost: h\r\n")
    await stage.quiet()
    client.eof()
    stage.note(await client.rest())
    stage.note(calls)
