# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""In the server's process: the application waits for the turns that the script gives it, and tells what it saw."""

import asyncio
import os
import socket
import sys

from asgi_conformance.kits.machinery.facts import plain


class Over(BaseException):
    """The script has ended, so the call does."""


async def a_moment():
    """Works on asyncio and on trio."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return await sys.modules["trio"].sleep(0.001)
    await asyncio.sleep(0.001)


class Turns:
    """`await line(7, send, event)`: when it is line 7's turn, await `send(event)` and tell what came of it."""

    def __init__(self, scope):
        self._socket = socket.create_connection(("127.0.0.1", int(os.environ["KIT_PORT"])))
        self._socket.setblocking(False)
        self._heard = b""
        self._tasks = {}
        self.error = None  # the last exception that was told
        self._tell({"called": plain(scope)})

    def _tell(self, message):
        self._socket.setblocking(True)
        try:
            self._socket.sendall(repr(message).encode("ascii", "backslashreplace") + b"\n")
        except OSError:
            raise Over from None
        self._socket.setblocking(False)

    async def word(self):
        """The next word of the script: the name of this call, then numbers of lines."""
        while b"\n" not in self._heard:
            try:
                data = self._socket.recv(1024)
            except BlockingIOError:
                await a_moment()
                continue
            except OSError:
                data = b""
            if not data:
                raise Over
            self._heard += data
        word, _, self._heard = self._heard.partition(b"\n")
        return word.decode()

    async def turn(self, number):
        while await self.word() != str(number):
            pass

    async def __call__(self, number, function=None, *arguments):
        await self.turn(number)
        self._tell(dict(await self._outcome(function, *arguments), line=number))

    async def _outcome(self, function, *arguments):
        try:
            value = await function(*arguments) if function else None
        except Exception as error:  # noqa: BLE001 - whatever the server raises
            self.error = error
            kind = type(error)
            name = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
            return {"raised": name, "text": str(error)[:300]}
        return {"value": plain(value)}

    async def begin(self, number, task, function, *arguments):
        """In a task of its own."""
        await self.turn(number)
        self._tasks[task] = asyncio.ensure_future(self._outcome(function, *arguments))
        await asyncio.sleep(0)
        self._tell({"line": number, "value": None})

    async def finish(self, number, task, within):
        """What came of a task, within so many seconds."""
        await self.turn(number)
        running = self._tasks[task]
        await asyncio.wait([running], timeout=within)
        outcome = {"missing": "nothing came"}
        if running.done():
            outcome = {"cancelled": True} if running.cancelled() else running.result()
        self._tell(dict(outcome, line=number))

    async def cancel(self, number, task):
        await self.turn(number)
        self._tasks[task].cancel()
        await asyncio.wait([self._tasks[task]], timeout=2)
        self._tell({"line": number, "value": None})

    async def changed(self, number, scope, how="look", path=(), value=None):
        """The scope after changing it, or not."""

        async def change():
            place = scope
            for key in path[:-1]:
                place = place[key]
            if how == "set":
                place[path[-1]] = value
            elif how == "delete":
                del place[path[-1]]
            elif how == "append":
                place[path[-1]].append(value)
            return scope

        await self(number, change)

    async def until_the_end(self):
        """Stay in the call while the client does what is left."""
        while True:
            await self.word()

    def close(self):
        for task in self._tasks.values():
            task.cancel()
        self._socket.close()


def taking_turns(players, plays_lifespan):
    """The application that the server is given. `players`: what each call of it does, by the name in the script."""

    async def application(scope, receive, send):
        if scope["type"] == "lifespan" and not plays_lifespan:
            return await attend(receive, send)
        line = Turns(scope)
        try:
            await players[await line.word()](scope, receive, send, line)
        except Over:
            pass
        finally:
            line.close()

    return application


async def attend(receive, send):
    """A lifespan that the script is not about."""
    while True:
        kind = (await receive())["type"]
        await send({"type": kind + ".complete"})
        if kind == "lifespan.shutdown":
            return


async def whole_body(receive):
    """Events until one ends the request body or is no part of it."""
    events, body, more = [], b"", True
    while more:
        event = await receive()
        events.append(event)
        body += event.get("body", b"")
        more = event["type"] == "http.request" and event.get("more_body", False)
    return {"events": events[:8], "body": body}


async def several(receive, count):
    """So many events, or up to the first that is no message."""
    events = []
    while len(events) < count and (not events or events[-1]["type"] == "websocket.receive"):
        events.append(await receive())
    return events


async def repeated(send, event, times):
    for _ in range(times):
        await send(dict(event))


async def spoiled(send, event):
    """Empty the event and the lists in it as soon as `send` has returned."""
    await send(event)
    for value in event.values():
        if isinstance(value, list):
            value.clear()
    event.clear()
