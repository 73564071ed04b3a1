"""What becomes of what an HTTP application sends."""

import asyncio
from collections.abc import Iterator
from typing import Any

from stage import Recorder, Stage, attempt, reply, within

START = {"type": "http.response.start", "status": 200}
BODY = {"type": "http.response.body"}


def pairs() -> list[tuple[bytes, bytes]]:
    return [(b"x-c", b"1"), (b"x-a", b"2"), (b"x-c", b"3"), (b"set-cookie", b"a=1; b"), (b"set-cookie", b"b=2")]


def once() -> Iterator[tuple[bytes, bytes]]:
    yield from pairs()


PLAYS: dict[str, Any] = {
    "statuses": [[{**START, "status": status}, {**BODY, "body": b"x"}] for status in (200, 201, 299, 404, 418, 500, 599)],
    "no headers": [[START, BODY], [{**START, "status": 204}, BODY]],
    "headers": [
        [{**START, "headers": headers}, {**BODY, "body": b"x"}]
        for headers in (pairs(), tuple(pairs()), [list(pair) for pair in pairs()], once(), dict(pairs()).items())
    ],
    "values": [
        [
            {**START, "headers": [(b"x-l", b"caf\xe9"), (b"x-u", b"\xe2\x82\xac"), (b"x-e", b""), (b"x-s", b"a  b")]},
            BODY,
        ]
    ],
    "mixed case": [[{**START, "headers": [(b"Content-Length", b"5"), (b"X-Mixed", b"1")]}, {**BODY, "body": b"hello"}]],
    "pseudo headers": [[{**START, "headers": [(b":status", b"201")]}, BODY, START, BODY]],
    "injection": [
        [{**START, "headers": [header]}, BODY, START, BODY]
        for header in ((b"x-a", b"1\r\nx-injected: 1"), (b"x\r\nx-injected", b"1"), (b"x-n", b"a\0b"))
    ],
    "transfer-encoding": [
        [{**START, "headers": [(b"transfer-encoding", coding), *more]}, {**BODY, "body": b"hello"}]
        for coding, more in ((b"chunked", [(b"content-length", b"5")]), (b"chunked", []), (b"gzip", []))
    ],
    "content-encoding": [[{**START, "headers": [(b"content-encoding", b"gzip")]}, {**BODY, "body": b"gzip"}]],
    "two starts": [
        [START, {**START, "status": 201}, BODY],
        [START, {**BODY, "more_body": True}, {**START, "status": 201}, BODY],
    ],
    "body first": [[{**BODY, "body": b"x"}, START, {**BODY, "body": b"y"}]],
    "defaults": [
        [{**START, "headers": [(b"content-length", b"0")]}, BODY],
        [START, {**BODY, "body": b"x"}],
        [START, {**BODY, "more_body": True}, {**BODY, "body": b"y"}],
    ],
    "empty pieces": [[START, *({**BODY, "body": body, "more_body": body != b"b"} for body in (b"", b"a", b"", b"b"))]],
    "content-length in two": [
        [{**START, "headers": [(b"content-length", b"10")]}, {**BODY, "body": b"12345", "more_body": True}, {**BODY, "body": b"67890"}]
    ],
    "too long": [
        [{**START, "headers": [(b"content-length", b"5")]}, {**BODY, "body": b"0123456789"}],
        [{**START, "headers": [(b"content-length", b"5")]}, {**BODY, "body": b"12345", "more_body": True}, {**BODY, "body": b"67890"}],
    ],
    "too short": [[{**START, "headers": [(b"content-length", b"10")]}, {**BODY, "body": b"01234"}]],
    "no content": [[{**START, "status": status}, {**BODY, "body": b"oops"}] for status in (204, 304, 205)],
    "after the end": [
        [START, {**BODY, "body": b"x"}, {**BODY, "body": b"late"}, START, {"type": "bogus"}, {"type": "http.response.trailers"}]
    ],
    "invalid": [
        [{"type": "harness.bogus"}, {"type": "http.bogus"}, {}, {"status": 200}, None, []],
        [{"type": "http.response.start", "headers": []}, {**START, "status": "200"}, {**START, "status": 42}],
        [{**START, "headers": headers} for headers in ([("a", "b")], [(b"a", "b")], {"a": "b"}, None, 1, [(b"a",)])],
        [START, {**BODY, "body": "text"}, {**BODY, "body": None}, {**BODY, "more_body": "no"}, {**BODY, "body": b"fine"}],
        [START, {"type": "bogus"}, {**BODY, "x": 1}],
        [{**START, "x": 1}, {**BODY, "x": 1}],
        [{"type": "http.response.push", "path": "/", "headers": []}, {"type": "http.response.debug", "info": {}}],
        [{"type": "http.response.start", "headers": []}, START, BODY],
    ],
}  # fmt: skip


async def of_every_kind(stage: Stage) -> None:
    """Each play on a connection of its own, which then makes a second request if it can."""
    messages: list[Any] = []

    async def http(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/second":
            return await reply(send, b"second")
        await receive()
        for message in messages:
            stage.note(await attempt(send, message))
        return None

    await stage.start(Recorder(http))
    for name, plays in PLAYS.items():
        for play in plays:
            messages[:] = play
            for method in (b"GET",) if name == "invalid" else (b"GET", b"HEAD", b"POST"):
                client = await stage.client()
                client.get(method=method)
                await stage.quiet(0.01)
                client.get(b"/second")
                stage.note(name, method, await client.until(b"second", 0.1))


async def to_http_1_0(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await send({**START, "headers": [(b"content-length", b"2")] if scope["path"] == "/length" else []})
        await send({**BODY, "body": b"a", "more_body": True})
        await send({**BODY, "body": b"b"})

    await stage.start(Recorder(http))
    for head in (b"GET / HTTP/1.0\r\n\r\n", b"GET /length HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"):
        client = await stage.client()
        client.send(head)
        stage.note(await client.rest())


async def in_many_pieces(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        message: dict[str, Any] = {**START, "headers": [(b"x", b"y")]}
        await send(message)
        message["headers"].clear()
        message = {**BODY, "more_body": True}
        for number in range(200):
            message["body"] = b"%d," % number
            await send(message)
        await send({**BODY, "body": b"end"})

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"end\r\n0\r\n\r\n"))


async def piece_by_piece(stage: Stage) -> None:
    go_on = asyncio.Event()

    async def http(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send({**BODY, "body": b"a", "more_body": True})
        await go_on.wait()
        await send({**BODY, "body": b"b"})
        await asyncio.sleep(0.2)

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"a\r\n", 0.1))
    go_on.set()
    stage.note(await client.until(b"0\r\n\r\n", 0.1))
    client.get()
    stage.note(await client.until(b"0\r\n\r\n", 0.4))


async def that_pause(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send(START)
        await send({**BODY, "body": b"a", "more_body": True})
        stage.note(await within(receive(), 0.05))
        await asyncio.sleep(0.6)
        stage.note(await attempt(send, {**BODY, "body": b"b"}))

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"0\r\n\r\n", 1))


async def while_receiving(stage: Stage) -> None:
    """One task receives, another one sends."""

    async def http(scope: Any, receive: Any, send: Any) -> None:
        async def hear() -> None:
            stage.note(await within(receive()), await within(receive()))

        async def speak() -> None:
            stage.note(await attempt(send, START))
            for body in (b"1", b"2", b"3"):
                stage.note(await attempt(send, {**BODY, "body": body, "more_body": body != b"3"}))
                await asyncio.sleep(0.02)

        await asyncio.gather(hear(), speak())

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get(b"/", b"Content-Length: 2", method=b"POST", body=b"ab")
    stage.note(await client.until(b"0\r\n\r\n"))


async def late_ones(stage: Stage) -> None:
    """What a task that was left behind sends during the next response."""

    async def http(scope: Any, receive: Any, send: Any) -> None:
        await send(START)
        await send({**BODY, "body": b"a", "more_body": True})
        if scope["path"] == "/second":
            await asyncio.sleep(0.1)
        await send({**BODY, "body": b"b"})
        if scope["path"] == "/first":
            stage.left = asyncio.create_task(later(send))

    async def later(send: Any) -> None:
        await asyncio.sleep(0.05)
        stage.note(await attempt(send, {**BODY, "body": b"late"}))

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get(b"/first")
    stage.note(await client.until(b"0\r\n\r\n"))
    client.get(b"/second")
    stage.note(await client.until(b"0\r\n\r\n"))


async def what_send_and_receive_return(stage: Stage) -> None:
    async def http(scope: Any, receive: Any, send: Any) -> None:
        stage.note(hasattr(waiting := receive(), "__await__"), await waiting)
        await reply(send, b"x")
        stage.note(hasattr(late := receive(), "__await__"), hasattr(sent := send(BODY), "__await__"))
        events = [await late if hasattr(late, "__await__") else late, await receive()]
        stage.note(await sent if sent else "no")
        stage.note(events[0] is events[1], events)

    await stage.start(Recorder(http))
    client = await stage.client()
    client.get()
    stage.note(await client.until(b"x"))
