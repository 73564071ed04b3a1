# mypy: ignore-errors
# Without annotations, for it is to be read by whoever gets a kit, on any Python from 3.8 on.
"""In memory: the kit is the server. It calls the application, has events for it, and takes what it sends."""

import asyncio
import collections
import functools
import importlib
import inspect
import os
import shutil
import sys
import tempfile
import threading

from asgi_conformance.kits.machinery.comparison import CannotTry, report, utf8
from asgi_conformance.kits.machinery.facts import answer_facts, mapping_facts, plain

PATIENCE = 5.0  # seconds for what has to come
QUIET = 0.3  # seconds after which an application that waits for the server sends nothing more by itself
LONGEST = 40.0  # seconds of everything


class Astray(Exception):
    """The exchange took another course than the script, which cannot go on."""


class ClientGone(OSError):
    """What `send` raises once the client has left."""


class Play:
    """What all calls share: the application, and what each line saw."""

    def __init__(self, application, tolerated):
        self.application, self.tolerated, self.saw = application, tolerated, {}
        self.calls, self.state = {}, None

    def server(self, name="server"):
        return self.calls.setdefault(name, Server(self))

    async def starts_up(self):
        """A lifespan that goes on while the script is played."""
        lifespan = Server(self)
        asgi = {"version": "3.0", "spec_version": "2.0"}
        lifespan.calls(0, {"type": "lifespan", "asgi": asgi, "state": {}})
        lifespan.delivers(0, {"type": "lifespan.startup"})
        await lifespan.until(lambda: lifespan.sent)
        if lifespan.sent and not lifespan.task.done():
            self.state = lifespan.scope["state"]

    def missing(self, number, why):
        self.saw[number] = {"missing": why}
        if number not in self.tolerated:
            raise Astray(why)


class Server:
    """One call of the application."""

    def __init__(self, play):
        self.play, self.task, self.scope = play, None, {}
        self.inbox, self.sent, self.taken = collections.deque(), [], 0
        self.last_words, self.accepted = None, True
        self.until_error = self.until_hold = -1
        self.changes, self.waits, self.news = 0, False, asyncio.Event()

    # ---- what lines do

    def calls(self, number, scope, keywords=False, shares_state=False):
        if shares_state and self.play.state is not None:
            scope = dict(scope, state=dict(self.play.state))
        self.scope, self.accepted = scope, scope.get("type") != "websocket"
        self.task = asyncio.ensure_future(self._run(keywords))

    def delivers(self, number, *events):
        for event in events:
            self.inbox.append(event)
            self.news.set()
        self.changes += 1

    async def takes_event(self, number):
        await self.until(lambda: len(self.sent) > self.taken)
        if len(self.sent) <= self.taken:
            over = self.task.done()
            return self.play.missing(number, "the application's call had ended" if over else "nothing came")
        self.play.saw[number] = mapping_facts(self.sent[self.taken])
        self.taken += 1

    async def takes_answer(self, number):
        await self.until(lambda: False)
        self.play.saw[number] = answer_facts(self.sent[self.taken :], self.end())
        self.taken = len(self.sent)

    async def awaits_end(self, number):
        await self.until(lambda: False)
        if not self.task.done():
            return self.play.missing(number, "nothing came")
        end = self.end()
        words = "returned" if end == "it returned" else "cancelled" if end == "cancelled" else end[len("it ") :]
        self.play.saw[number] = {"outcome": words}

    async def gets_nothing(self, number):
        await asyncio.sleep(QUIET)
        if len(self.sent) > self.taken:
            self.play.saw[number] = mapping_facts(self.sent[self.taken])
            self.taken += 1

    async def lets_time_pass(self, number, seconds):
        await asyncio.sleep(seconds)

    def fails_sends(self, number, kind, after=0):
        self.until_error = after

    def holds_sends(self, number, after=0):
        self.until_hold = after

    def releases_sends(self, number):
        self.until_hold = -1

    def looks_at_scope(self, number):
        self.play.saw[number] = mapping_facts(plain(self.scope))

    def cancels(self, number):
        self.task.cancel()

    def end(self):
        if not self.task.done():
            return "the call goes on"
        if self.task.cancelled():
            return "cancelled"
        error = self.task.exception()
        if error is None:
            return "it returned"
        kind = type(error)
        return "it raised " + ("" if kind.__module__ == "builtins" else kind.__module__ + ".") + kind.__qualname__

    # ---- the server's side of the call

    async def _run(self, keywords):
        call = self.play.application
        if keywords:
            return await call(scope=self.scope, receive=self.receive, send=self.send)
        return await call(self.scope, self.receive, self.send)

    async def receive(self):
        await asyncio.sleep(0)
        while not self._has_news():
            if self.last_words is not None:
                return dict(self.last_words)
            self.waits, self.news = True, asyncio.Event()
            await self.news.wait()
        self.waits = False
        self.changes += 1
        event = self.inbox.popleft()
        if event.get("type") in ("http.disconnect", "websocket.disconnect"):
            self.last_words = event
        return event

    def _has_news(self):
        """Messages come through an open WebSocket only; until it is accepted they are kept, and an end outruns them."""
        kept = "websocket.receive"
        if not self.accepted and any(event.get("type") != kept for event in self.inbox):
            while self.inbox[0].get("type") == kept:
                self.inbox.popleft()
        return bool(self.inbox) and (self.accepted or self.inbox[0].get("type") != kept)

    async def send(self, event):
        await asyncio.sleep(0)
        while self.until_hold == 0 and self.until_error != 0:
            self.waits = True
            await asyncio.sleep(0.002)
        self.waits = False
        if self.until_error == 0:
            raise ClientGone("the client has left")
        self.until_error -= self.until_error > 0
        self.until_hold -= self.until_hold > 0
        self.changes += 1
        self.sent.append(plain(event))
        if isinstance(event, dict) and event.get("type") == "websocket.accept" and not self.accepted:
            self.accepted = True
            self.news.set()

    async def until(self, ready):
        """Until it is ready, the call has ended, or nothing more comes by itself."""
        loop = asyncio.get_running_loop()
        known, since = self.changes, loop.time()
        while not ready() and not self.task.done():
            await asyncio.sleep(0.002)
            if self.changes != known:
                known, since = self.changes, loop.time()
            if loop.time() - since > (QUIET if self.waits else PATIENCE):
                return


def loaded(target, factory):
    """The application, from the folder in which the kit is run or wherever Python finds it."""
    sys.path.insert(0, os.getcwd())
    name, _, path = target.partition(":")
    try:
        found = importlib.import_module(name)
        for part in path.split("."):
            found = getattr(found, part)
        return found() if factory else found
    except Exception as error:  # noqa: BLE001 - whatever its module does
        raise CannotTry(f"{target} cannot be loaded: {type(error).__name__}: {error}") from None


async def performed(script, play, alone):
    """How it went astray, if it did."""
    try:
        if not alone:
            await play.starts_up()
        outcome = script(play)
        if inspect.isawaitable(outcome):
            await outcome
    except Astray as error:
        return str(error)
    return ""


def perform(script, target, tell, factory=False, alone=False, environment=(), files=(), tolerated=()):
    """Play the script, and tell what each line saw; an event loop that is blocked is told too. It ends the process."""
    folder = tempfile.mkdtemp(prefix="kit-")
    for name, text in dict(files).items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    sys.path.insert(0, folder)
    os.environ.update(environment)
    play = None

    def leave(astray):
        status = tell(play.saw, astray)
        sys.stdout.flush()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(status)  # threads of the application may go on for ever

    watchdog = threading.Timer(LONGEST, lambda: leave("the application blocks its event loop"))
    watchdog.daemon = True
    try:
        play = Play(loaded(target, factory), tolerated)
        watchdog.start()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        leave(loop.run_until_complete(performed(script, play, alone)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(title, lines, behaviour, script, target, environment, how):
    """The exit status: 1: the behaviour is shown; 0: it is not; 2: it could not be tried."""
    utf8()
    try:
        tell = functools.partial(report, title, lines, behaviour)
        return perform(script, target, tell, environment=environment, **how)
    except CannotTry as error:
        print(error)
        return 2
