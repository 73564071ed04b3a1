"""Plays the server of an application, in memory: calls it, delivers events, takes what it sends, and holds the clock.

Standard library only, Python 3.8 and later, because it runs in the environment of the application:

    python -m application_host '{"target": "shop.main:app", "factory": false, "loop": "asyncio", "role": "application"}'

It dials the address in `ASGI_CONFORMANCE_CONTROL`, says whether the application could be loaded, and follows commands,
one JSON object a line. While it waits for a command the event loop stands still, and so does its clock; a command that
lets the loop run ends when what it waits for has happened, or when nothing can happen any more. Time passes by leaps:
where everybody waits for a timer, it is the timer's time at once. Only threads and files are really waited for.

What the application does is told in the moment in which it does it: a process that dies of its next step, or never
comes back from it, has told everything that came before.
"""

import collections
import contextlib
import gc
import inspect
import json
import logging
import os
import socket
import sys
import threading
import traceback
import warnings

import remote_application
from application_clock import AsyncioKit, Pace, Threads, TrioKit
from application_loading import NotLoaded, in_a_line, load
from remote_values import decode, encode, ids_of, told_of_error

MOST_EVENTS = 1000  # of one call; what is sent beyond waits, as for a client that does not read
MOST_BYTES = 1 << 22  # which may be six times as many when they are told
REPEATED = 1000  # times that a disconnect is told again to an application that goes on asking
AFTERWARDS = 0.05  # seconds in which calls may end by themselves when their case is over


class ClientGone(OSError):
    """What `send` raises once the client has left (ASGI HTTP, "Disconnected Client")."""


# --------------------------------------------------------------------------- one call


def _named(pair):
    """A key of a scope as text, with its value."""
    key, value = pair
    return (key if isinstance(key, str) else json.dumps(key)), value


class Call:
    """One call of the application: we are the server."""

    def __init__(self, host, name, scope, options):
        self.host, self.name, self.scope, self.options = host, name, scope, options
        self.given = encode(scope)
        self.kit = host.kit
        self.task = None
        self.ended = False
        self.inbox = collections.deque()
        self.news = self.kit.event()
        self.sent = self.received = self.bytes = 0
        self.told_again = 0
        self.last_words = None
        self.accepted = scope.get("type") != "websocket"
        self.error = None  # what `send` raises from the so many-th further call on
        self.until_error = self.until_hold = -1
        self.room = self.kit.event()
        self.cancelled = False

    def changes(self):
        """What the application has done to the scope that it was given, in words."""
        before, after = dict(map(_named, self.given["d"])), dict(map(_named, encode(self.scope)["d"]))
        for key in dict.fromkeys([*before, *after]):
            if key not in after:
                yield f"{key} is gone from the scope"
            elif key not in before:
                yield f"{key} was put into the scope"
            elif before[key] != after[key] and key != "state":
                yield f"{key} was changed in the scope"

    def tell(self, **what):
        if self.host.calls.get(self.name) is self:  # else a thread has outlived its case
            self.host.tell(dict(what, call=self.name, at=round(self.kit.pace.now, 6)))
        self.kit.changed()

    async def run(self):
        try:
            if self.options.get("keywords"):
                awaitable = self.host.application(scope=self.scope, receive=self.receive, send=self.send)
            else:
                awaitable = self.host.application(self.scope, self.receive, self.send)
            if inspect.isawaitable(awaitable):
                outcome = {"ok": encode(await awaitable)}
            else:
                outcome = {"ok": encode(awaitable), "awaitable": False}
        except BaseException as error:  # whatever leaves an application
            if self.cancelled and self.kit.stopped_us(self, error):
                outcome = {"cancelled": True}
            else:
                outcome = {"raised": told_of_error(error)}
            again = self.kit.stopped_us(self, error)
            error.__traceback__ = None
            if again and self.kit.name == "trio":
                self._end(outcome)
                raise
        self._end(outcome)

    def _end(self, outcome):
        self.ended = True
        self.tell(ended=outcome)

    # ------------------------------------------------------------------ receive

    def receive(self):
        return self.kit.awaitable(self._receive(), self.options.get("awaitables", "coroutine"))

    async def _receive(self):
        if not self.options.get("eager"):
            await self.kit.turn()
        self.tell(asks=True)
        while not self._has_news():
            if self.last_words is not None and self.told_again < REPEATED:
                self.told_again += 1
                return dict(self.last_words)
            self.news = self.kit.event()
            await self.news.wait()
        event = self.inbox.popleft()
        if _type_of(event) in ("http.disconnect", "websocket.disconnect"):
            self.last_words = event
        self.received += 1
        self.tell(received=encode(event))
        return event

    def _has_news(self):
        """Messages come through an open WebSocket only: until it is accepted they are kept, and an end outruns them."""
        if not self.accepted and any(_type_of(event) != "websocket.receive" for event in self.inbox):
            while _type_of(self.inbox[0]) == "websocket.receive":
                self.inbox.popleft()
        return bool(self.inbox) and (self.accepted or _type_of(self.inbox[0]) != "websocket.receive")

    def deliver(self, event):
        self.inbox.append(event)
        self.news.set()

    # ------------------------------------------------------------------ send

    def send(self, *args, **kwargs):
        """No coroutine function, so that the caller is whoever called it."""
        frame = sys._getframe(1)
        where = [frame.f_code.co_filename, frame.f_lineno]
        if len(args) != 1 or kwargs:
            given = ["..."] * len(args) + [f"{name}=..." for name in kwargs]
            self.tell(misused="send({})".format(", ".join(given)), where=where)
        event = args[0] if args else kwargs.get("message", kwargs.get("event"))
        return self.kit.awaitable(self._send(event, where), self.options.get("awaitables", "coroutine"))

    def is_full(self):
        """Whether it has sent as much as anybody can want to see."""
        return self.sent >= MOST_EVENTS or self.bytes > MOST_BYTES

    async def _send(self, event, where):
        if not self.options.get("eager"):
            await self.kit.turn()
        if self.is_full():
            self.until_hold, self.room = 0, self.kit.event()
        if self.until_hold == 0 and self.until_error != 0:
            self.tell(held=encode(event), where=where)
            while self.until_hold == 0:
                await self.room.wait()
        if self.until_error == 0:
            self.tell(refused=encode(event), where=where)
            raise self.error("asgi-conformance: the client has left")
        self.until_error -= self.until_error > 0
        self.until_hold -= self.until_hold > 0
        self.sent += 1
        if _type_of(event) == "websocket.accept" and not self.accepted:
            self.accepted = True
            self.news.set()
        body = event.get("body") if isinstance(event, dict) else None
        self.bytes += len(body) if isinstance(body, (bytes, bytearray, memoryview)) else 0
        self.tell(sent=encode(event), where=where, late=self.ended)


def _type_of(event):
    return event.get("type") if isinstance(event, dict) else None


# --------------------------------------------------------------------------- the application inside a middleware


class Inner:
    """The application that a middleware wraps: it does what the script says next."""

    def __init__(self, host):
        self.host = host
        self.calls = {}
        self.waiting = collections.deque()

    async def __call__(self, scope, receive, send):
        call = InnerCall(self.host, scope, receive, send)
        self.waiting.append(call)
        number = len(self.host.inner_calls) + 1
        self.host.inner_calls[number] = call
        self.host.tell({"inner": number, "scope": encode(scope), "ids": ids_of(scope)})
        self.host.kit.changed()
        return await call.follow(number)


class InnerCall:
    def __init__(self, host, scope, receive, send):
        self.host = host
        self.session = remote_application.Session(scope, receive, send, self)
        self.commands = collections.deque()
        self.news = host.kit.event()
        self.replies = set()
        self.ended = False

    def push(self, command):
        self.commands.append(command)
        self.news.set()

    async def next_command(self):
        while not self.commands:
            self.news = self.host.kit.event()
            await self.news.wait()
        return self.commands.popleft()

    def tell(self, message):
        self.replies.add(message["n"])
        self.host.tell({"reply": message})
        self.host.kit.changed()

    async def flush(self):
        pass

    async def follow(self, number):
        outcome = {"ok": None}
        try:
            return await remote_application.follow_commands(self.session, self)
        except BaseException as error:
            outcome = {"raised": told_of_error(error)}
            raise
        finally:
            self.ended = True
            self.host.tell({"inner": number, "ended": outcome})
            self.host.kit.changed()


# --------------------------------------------------------------------------- following commands


class Host:
    def __init__(self, link, application, kit, threads):
        self.link, self.application, self.kit, self.threads = link, application, kit, threads
        self.calls = {}
        self.inner_calls = {}
        self.ours = set()  # tasks that were there before the case
        self.records = []
        self.warnings = []

    def tell(self, message):
        self.link.tell(message)

    async def drive(self):
        logging.getLogger().addHandler(_Recorder(self.records))
        warnings.simplefilter("default")
        warnings.showwarning = self._warned
        self.ours = self.kit.tasks()
        while True:
            command = self.link.next()
            if command is None:
                return
            try:
                reply = await getattr(self, "do_" + command["do"])(command)
            except Exception as error:  # noqa: BLE001 - our own fault: whoever reads it shall report it
                reply = {"fault": "".join(traceback.format_exception(type(error), error, error.__traceback__))}
            self.tell(dict(reply or {}, n=command["n"]))

    def _warned(self, message, category, filename, lineno, file=None, line=None):
        self.warnings.append(f"{category.__name__}: {message} ({filename}:{lineno})")

    async def do_begin(self, command):
        """A case begins."""
        self.threads.begin()
        warnings.filterwarnings("always", "coroutine .* was never awaited", RuntimeWarning)
        warnings.filterwarnings("always", "unclosed file", ResourceWarning)
        self.ours = self.kit.tasks()
        self.records.clear()
        self.warnings.clear()
        self.kit.troubles.clear()

    async def do_call(self, command):
        scope = decode(command["scope"])
        shared = command.get("state")
        if shared is not None:
            scope["state"] = dict(self.calls[shared].scope["state"])
        call = Call(self, command["call"], scope, command)
        self.calls[call.name] = call
        self.kit.spawn(call)
        return {"scope": call.given, "ids": ids_of(scope)}

    async def do_deliver(self, command):
        self.calls[command["call"]].deliver(decode(command["event"]))

    async def do_sends(self, command):
        """How `send` behaves from the so many-th further call on."""
        call = self.calls[command["call"]]
        if command["how"] == "raise":
            call.error = {"OSError": ClientGone, "ConnectionResetError": ConnectionResetError}[command["kind"]]
            call.until_error = command["after"]
            if call.until_error == 0 and call.is_full():  # who waited for its client need not wait any more
                call.until_hold = -1
                call.room.set()
        elif command["how"] == "hold":
            call.until_hold, call.room = command["after"], self.kit.event()
        else:
            call.until_hold = -1
            call.room.set()

    async def do_cancel(self, command):
        call = self.calls[command["call"]]
        call.cancelled = True
        self.kit.cancel(call)

    async def do_scope(self, command):
        scope = self.calls[command["call"]].scope
        return {"scope": encode(scope), "ids": ids_of(scope)}

    async def do_inner(self, command):
        self.inner_calls[command["inner"]].push(command["command"])

    async def do_run(self, command):
        """Until a call has ended or sent so many events, the inner application was called so often or has done what it
        was told, or nothing more can happen."""
        self.kit.pace.begin(command["seconds"], command["real"])
        call = self.calls.get(command.get("call"))
        inner = self.inner_calls.get(command.get("inner"))

        def ready():
            if inner is not None:
                return inner.ended or command["reply"] in inner.replies
            if "called" in command and len(self.inner_calls) >= command["called"]:
                return True
            return call is not None and (call.ended or call.sent >= command.get("sent", MOST_EVENTS + 1))

        await self.kit.until(ready)
        return {"now": self.kit.pace.now, "tired": self.kit.pace.exhausted}

    async def do_aftermath(self, command):
        """What is left of the calls of this case."""
        gc.collect()
        await self.kit.turn()
        return self.left()

    def left(self):
        known = {call.task for call in self.calls.values()}
        left = [_task_name(task) for task in self.kit.tasks() - self.ours - known if not task.done()]
        return {
            "tasks": sorted(left),
            "troubles": self.kit.troubles[:20],
            "warnings": self.warnings[:20],
            "records": self.records[:20],
            "scopes": [words for call in self.calls.values() for words in call.changes()][:20],
        }

    async def do_end(self, command):
        """The case is over: end what is left of it; whether that worked."""
        kept = set(command["keep"])
        calls = [call for name, call in self.calls.items() if name not in kept]
        self.kit.pace.begin(AFTERWARDS, command["real"])
        await self.kit.until(lambda: all(call.ended for call in calls))
        left = self.left()
        for call in calls:
            if not call.ended:
                call.cancelled = True
                self.kit.cancel(call)
        for task in self.kit.tasks() - self.ours:
            task.cancel()
        self.kit.pace.begin(command["seconds"], command["real"])
        await self.kit.until(lambda: all(call.ended for call in calls) and not self.kit.tasks() - self.ours)
        clean = all(call.ended for call in calls) and not self.kit.tasks() - self.ours
        for call in calls:
            del self.calls[call.name]
        self.inner_calls.clear()
        return dict(left, clean=clean)


def _task_name(task):
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", None) or repr(coroutine)[:100]


class _Recorder(logging.Handler):
    def __init__(self, records):
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record):
        with contextlib.suppress(Exception):
            error = f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""
            words = f"{record.levelname} {record.name}: {record.getMessage()[:300]}{error}"
            self._records.append(words)


class Link:
    """The control channel. Reading blocks, and that is the point."""

    def __init__(self, address):
        kind, place = address.split(":", 1)
        if kind == "unix":
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.connect(place)
        else:
            host, port = place.rsplit(":", 1)
            self._socket = socket.create_connection((host, int(port)))
        self._file = self._socket.makefile("rb")
        self._lock = threading.Lock()

    def tell(self, message):
        data = json.dumps(message).encode("ascii") + b"\n"
        with self._lock:  # an application may send from a thread, which is wrong, but not for us to die of
            self._socket.sendall(data)

    def next(self):
        line = self._file.readline()
        return json.loads(line.decode("ascii")) if line else None


def main():
    wanted = json.loads(sys.argv[1])
    link = Link(os.environ["ASGI_CONFORMANCE_CONTROL"])
    hello = {"token": os.environ.get("ASGI_CONFORMANCE_TOKEN", ""), "pid": os.getpid()}
    try:
        application = load(wanted["target"], wanted["factory"], wanted["role"])
        threads = Threads()
        kit = {"asyncio": AsyncioKit, "trio": TrioKit}[wanted["loop"]](Pace(threads))
    except NotLoaded as error:
        link.tell(dict(hello, error=str(error)))
        return
    except ImportError:
        link.tell(dict(hello, error="trio is not installed there: pip install trio"))
        return
    host = Host(link, application, kit, threads)
    if wanted["role"] == "middleware":
        try:
            host.application = application(Inner(host))
        except BaseException as error:  # noqa: BLE001 - whatever a middleware does when it is made
            link.tell(dict(hello, error="{}(application) fails: {}".format(wanted["target"], in_a_line(error))))
            return
    link.tell(hello)
    kit.run(host.drive)
    sys.stdout.flush()
    os._exit(0)  # threads of the application may go on for ever


if __name__ == "__main__":
    main()
