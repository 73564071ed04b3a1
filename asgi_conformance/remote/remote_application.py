"""The application inside the server under test: it does what the script says next, and tells what came of it.

Standard library only, Python 3.8 and later, because it runs in the environment of the server. It knows nothing of
cases or verdicts. On every call it dials the control channel named by `ASGI_CONFORMANCE_CONTROL` (`unix:PATH` or
`tcp:HOST:PORT:TOKEN`), says how it was called, and then follows commands, one JSON object a line, until it is told to
return or raise, or until the channel closes.
"""

import asyncio
import collections
import collections.abc
import contextlib
import functools
import inspect
import json
import os
import sys
import threading
import time

from remote_values import decode, encode, encode_bytes, error_like, ids_of, told_of_error

_kept = collections.deque(maxlen=512)  # scopes stay alive, so that no later one has the identity of an earlier one
_events = collections.deque(maxlen=16)  # and so do the last events
_sends = {}  # the `send` of calls whose end it is to outlive, by name
_links = set()  # of the calls under way: an event loop knows its tasks only weakly, and so may a server
_count = 0


# --------------------------------------------------------------------------- what it tells of itself


def _hello(scope, arguments, keywords, loop, library):
    global _count
    _count += 1
    _kept.append(scope)
    hello = {
        "hello": _count,
        "token": os.environ.get("ASGI_CONFORMANCE_TOKEN", ""),
        "pid": os.getpid(),
        "arguments": len(arguments) + (not keywords),
        "keywords": sorted(keywords),
        "library": library,
        "loop": id(loop),
        "loop_running": loop is not None,
        "main_thread": threading.current_thread() is threading.main_thread(),
        "callables": [callable(item) for item in (*arguments, *keywords.values())],
        "python": ".".join(map(str, sys.version_info[:3])),
        "scope": encode(scope),
        "ids": ids_of(scope),
    }
    return hello


def _callables(arguments, keywords):
    receive = arguments[0] if arguments else keywords.get("receive")
    send = arguments[1] if len(arguments) > 1 else keywords.get("send")
    return receive, send


# --------------------------------------------------------------------------- following commands


class Over(BaseException):
    """The script ends this call: with a value, or with an exception to raise into the server."""

    def __init__(self, value=None, error=None, fields=None):
        """`fields`: what the reply says of the command that ended it."""
        super().__init__()
        self.value, self.error, self.fields = value, error, fields or {}


class Session:
    """One call of the application. `link` is the side that knows the async library."""

    def __init__(self, scope, receive, send, link):
        self.scope, self.receive, self.send, self.link = scope, receive, send, link
        self.last_error = None

    async def follow(self, command):
        """Do one command; returns the fields of the reply."""
        return await getattr(self, "do_" + command["do"])(command)

    async def do_receive(self, command):
        awaitable = self.receive()
        event = await awaitable
        _events.append(event)
        return {"ok": encode(event), "id": id(event)}

    async def do_receive_body(self, command):
        """Events until one ends the body or is no `http.request`."""
        events = []
        parts, more = [], True
        while more:
            event = await self.receive()
            events.append(encode(event))
            known = isinstance(event, collections.abc.Mapping)
            part = event.get("body", b"") if known else b""
            if isinstance(part, (bytes, bytearray)):
                parts.append(bytes(part))
            more = known and event.get("type") == "http.request" and bool(event.get("more_body"))
            if len(events) > 20000:
                break
        whole = b"".join(parts)
        if len(events) > 8:
            events = events[:4] + events[-4:]
        return {"ok": {"d": [["events", events], ["body", encode_bytes(whole)]]}}

    async def do_receive_several(self, command):
        """Events, so many, or up to the first that is no data message."""
        events = []
        for _ in range(command["times"]):
            event = await self.receive()
            events.append(encode(event))
            if not isinstance(event, dict) or event.get("type") != "websocket.receive":
                break
        return {"ok": events}

    async def do_send(self, command):
        event = decode(command["event"])
        awaitable = _sends[command["through"]](event) if "through" in command else self.send(event)
        fields = {"awaitable": inspect.isawaitable(awaitable)}
        if not fields["awaitable"]:
            return dict(fields, raised=told_of_error(TypeError("send returned nothing that can be awaited")))
        value = await awaitable
        fields["ok"] = encode(value)
        if command.get("spoil"):
            _spoil(event)
        return fields

    async def do_send_last(self, command):
        """A send with which the call ends: what it raises leaves the call, without another turn of the event loop."""
        try:
            fields = await self.do_send(command)
        except Exception as error:  # noqa: BLE001 - whatever `send` raises
            raise Over(error=error, fields={"raised": told_of_error(error)}) from None
        raise Over(fields=fields)

    async def do_send_many(self, command):
        """The same event `times` times; stops at the first exception and tells how many went through."""
        event, done = decode(command["event"]), 0
        for done in range(command["times"]):
            try:
                await self.send(dict(event))
            except Exception as error:  # noqa: BLE001 - whatever `send` raises
                return {"raised": told_of_error(error), "done": done}
        return {"ok": None, "done": done + 1}

    async def do_spawn(self, command):
        """Begin a receive or a send in a task of its own; its outcome is told when it comes."""
        inner = dict(command, do=command["what"])
        await self.link.spawn(command["name"], lambda: self.follow(inner))
        return {"ok": None}

    async def do_cancel(self, command):
        return {"ok": await self.link.cancel(command["name"])}

    async def do_wait(self, command):
        """A turn of the event loop, in which everything that is ready runs."""
        for _ in range(command.get("turns", 5)):
            await self.link.turn()
        return {"ok": None}

    async def do_forget_a_task(self, command):
        return {"ok": await self.link.forget_a_task()}

    async def do_use_loop(self, command):
        return {"ok": await self.link.use_loop()}

    async def do_return(self, command):
        raise Over(value=decode(command["value"]))

    async def do_keep_send(self, command):
        """Let this call's `send` be used when the call has ended."""
        _sends[command["name"]] = self.send
        return {"ok": None}

    async def do_raise(self, command):
        foreign = command["kind"] == "CancelledError" and isinstance(self.link, TrioLink)  # nobody can raise trio's own
        raise Over(error=error_like("RuntimeError" if foreign else command["kind"], command["text"]))

    async def do_reraise(self, command):
        """The very exception that the last failing command raised, not one like it."""
        raise Over(error=self.last_error)

    async def do_scope(self, command):
        """Look at the scope again, or change it: set or delete what stands at a path of keys."""
        place = self.scope
        path = decode(command.get("path", []))
        for key in path[:-1]:
            place = place[key]
        if command["how"] == "set":
            place[path[-1]] = decode(command["value"])
        elif command["how"] == "delete":
            del place[path[-1]]
        elif command["how"] == "append":
            place[path[-1]].append(decode(command["value"]))
        return {"ok": encode(self.scope), "ids": ids_of(self.scope)}


def _spoil(event):
    """What an application may do with an event once `send` has returned."""
    for value in event.values():
        if isinstance(value, list):
            value.clear()
        elif hasattr(value, "truncate"):
            value.truncate(0)
            value.close()
    event.clear()


async def _fails_later(sleep):
    await sleep(0.002)
    raise RuntimeError("asgi-conformance: a task that the application forgot")


async def follow_commands(session, link):
    while True:
        command = await link.next_command()
        if command is None:
            return None
        reply = {"n": command["n"]}
        started = time.perf_counter()
        try:
            reply.update(await session.follow(command))
        except Over as over:
            link.tell(dict(reply, **over.fields))
            await link.flush()
            if over.error is not None:
                raise over.error from None
            return over.value
        except Exception as error:  # noqa: BLE001 - whatever `receive` and `send` raise
            session.last_error = error
            reply["raised"] = told_of_error(error)
        reply["us"] = int((time.perf_counter() - started) * 1e6)
        link.tell(reply)
        await link.flush()


# --------------------------------------------------------------------------- asyncio (and uvloop)


class AsyncioLink:
    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._commands = asyncio.Queue()
        self._tasks = {}
        self._main = asyncio.current_task()
        self._gone = False
        self._listening = asyncio.ensure_future(self._listen())

    async def _listen(self):
        try:
            while True:
                line = await self._reader.readline()
                if not line:
                    break
                self._commands.put_nowait(json.loads(line.decode("ascii")))
        except (OSError, ValueError):
            pass
        self._gone = True
        self._commands.put_nowait(None)
        for task in self._tasks.values():
            task.cancel()
        self._main.cancel()

    @property
    def gone(self):
        return self._gone

    async def next_command(self):
        return await self._commands.get()

    def tell(self, message):
        self._writer.write(json.dumps(message).encode("ascii") + b"\n")

    async def flush(self):
        await self._writer.drain()

    async def turn(self):
        await asyncio.sleep(0)

    async def forget_a_task(self):
        asyncio.ensure_future(_fails_later(asyncio.sleep))

    async def use_loop(self):
        """Ordinary things that only work in a loop that is alive."""
        await asyncio.ensure_future(asyncio.sleep(0.001))
        await asyncio.get_running_loop().run_in_executor(None, os.getpid)
        return "asyncio"

    async def spawn(self, name, begin):
        self._tasks[name] = asyncio.ensure_future(self._run(name, begin))
        await asyncio.sleep(0)

    async def _run(self, name, begin):
        try:
            outcome = await begin()
        except asyncio.CancelledError:
            outcome = {"cancelled": True}
        except Exception as error:  # noqa: BLE001 - whatever `receive` and `send` raise
            outcome = {"raised": told_of_error(error)}
        if not self._gone:
            self.tell(dict(outcome, task=name))
        return outcome

    async def cancel(self, name):
        task = self._tasks[name]
        task.cancel()
        await asyncio.wait([task], timeout=5)
        return "pending" if not task.done() else "done"

    async def close(self):
        self._listening.cancel()
        for task in self._tasks.values():
            task.cancel()
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.close()


async def _over_asyncio(scope, arguments, keywords):
    loop = asyncio.get_running_loop()
    hello = _hello(scope, arguments, keywords, loop, "asyncio")
    kind, address = os.environ["ASGI_CONFORMANCE_CONTROL"].split(":", 1)
    if kind == "unix":
        reader, writer = await asyncio.open_unix_connection(address, limit=1 << 26)
    else:
        host, port = address.rsplit(":", 1)
        reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 26)
    link = AsyncioLink(reader, writer)
    _links.add(link)
    receive, send = _callables(arguments, keywords)
    link.tell(hello)
    try:
        return await follow_commands(Session(scope, receive, send, link), link)
    except asyncio.CancelledError:
        if link.gone:  # the script is over: leave quietly, whatever we were waiting for
            if hasattr(asyncio.Task, "uncancel"):
                asyncio.current_task().uncancel()
            return None
        link.tell({"cancelled": True})
        raise
    finally:
        _links.discard(link)
        await link.close()


# --------------------------------------------------------------------------- trio


class TrioLink:
    def __init__(self, trio, stream, nursery, scope):
        self._trio, self._stream, self._nursery, self._scope = trio, stream, nursery, scope
        self._send_commands, self._commands = trio.open_memory_channel(1000)
        self._cancels, self._ends = {}, {}
        self._outbox = b""
        self._writing = trio.Lock()
        self.gone = False
        nursery.start_soon(self._listen)

    async def _listen(self):
        buffer = b""
        try:
            while True:
                data = await self._stream.receive_some(65536)
                if not data:
                    break
                buffer += data
                *lines, buffer = buffer.split(b"\n")
                for line in lines:
                    self._send_commands.send_nowait(json.loads(line.decode("ascii")))
        except (OSError, ValueError, self._trio.BrokenResourceError, self._trio.ClosedResourceError):
            pass
        self.gone = True
        self._scope.cancel()

    async def next_command(self):
        return await self._commands.receive()

    def tell(self, message):
        self._outbox += json.dumps(message).encode("ascii") + b"\n"

    async def flush(self):
        with self._trio.CancelScope(shield=True):
            async with self._writing:
                data, self._outbox = self._outbox, b""
                with contextlib.suppress(self._trio.BrokenResourceError, self._trio.ClosedResourceError):
                    await self._stream.send_all(data)

    async def turn(self):
        await self._trio.sleep(0)

    async def forget_a_task(self):
        """Whatever trio runs is waited for by somebody."""

    async def use_loop(self):
        self._nursery.start_soon(self._trio.sleep, 0.001)
        await self._trio.to_thread.run_sync(os.getpid)
        return "trio"

    async def spawn(self, name, begin):
        self._cancels[name], self._ends[name] = self._trio.CancelScope(), self._trio.Event()
        self._nursery.start_soon(self._run, name, begin)
        await self._trio.sleep(0)

    async def _run(self, name, begin):
        outcome = {"cancelled": True}
        with self._cancels[name]:
            try:
                outcome = await begin()
            except Exception as error:  # noqa: BLE001 - whatever `receive` and `send` raise
                outcome = {"raised": told_of_error(error)}
        if not self.gone:
            self.tell(dict(outcome, task=name))
            await self.flush()
        self._ends[name].set()

    async def cancel(self, name):
        self._cancels[name].cancel()
        with self._trio.move_on_after(5):
            await self._ends[name].wait()
        return "done" if self._ends[name].is_set() else "pending"


async def _over_trio(scope, arguments, keywords):
    import trio

    token = trio.lowlevel.current_trio_token()
    hello = _hello(scope, arguments, keywords, token, "trio")
    kind, address = os.environ["ASGI_CONFORMANCE_CONTROL"].split(":", 1)
    if kind == "unix":
        stream = await trio.open_unix_socket(address)
    else:
        host, port = address.rsplit(":", 1)
        stream = await trio.open_tcp_stream(host, int(port))
    receive, send = _callables(arguments, keywords)
    raised = value = None
    async with stream, trio.open_nursery() as nursery:
        link = TrioLink(trio, stream, nursery, nursery.cancel_scope)
        link.tell(hello)
        await link.flush()
        try:
            value = await follow_commands(Session(scope, receive, send, link), link)
        except trio.Cancelled:
            if not link.gone:
                link.tell({"cancelled": True})
                await link.flush()
            raise
        except Exception as error:  # noqa: BLE001 - what the script raises, which no nursery shall wrap
            raised = error
        nursery.cancel_scope.cancel()
    if raised is not None:
        raise raised
    return value


async def application(scope, *arguments, **keywords):
    """ASGI 3 single callable; takes whatever it is given, so that the way it is called can be seen.

    One parameter is required: some servers call an application without arguments to find out if it is a factory.
    """
    trio = sys.modules.get("trio")
    if trio is not None and _inside_trio(trio):
        return await _over_trio(scope, arguments, keywords)
    return await _over_asyncio(scope, arguments, keywords)


# --------------------------------------------------------------------------- the same in other shapes
#
# The names that `options={"application": ...}` of a case may give. None of them takes a lifespan.


async def _without_lifespan(scope, receive, send):
    if scope["type"] == "lifespan":
        raise NotImplementedError("this shape of the application has no lifespan")
    await application(scope, receive, send)


async def _after_another(_, scope, receive, send):
    await _without_lifespan(scope, receive, send)


class _Instance:
    async def __call__(self, scope, receive, send):
        await _without_lifespan(scope, receive, send)

    async def method(self, scope, receive, send):
        await _without_lifespan(scope, receive, send)


instance = _Instance()
method = instance.method
partial = functools.partial(_after_another, None)


class double:
    """The style of ASGI 2: called with the scope, then with the two callables."""

    def __init__(self, scope):
        self.scope = scope

    async def __call__(self, receive, send):
        await _without_lifespan(self.scope, receive, send)


def hinted(scope, receive=None, send=None):
    """What looks like the style of ASGI 2, and says in the way of `asgiref.compatibility` that it is not."""
    return _without_lifespan(scope, receive, send)


hinted._asgi_single_callable = True


def _inside_trio(trio):
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True
