"""Time that passes by leaps, on asyncio and on trio: what nobody works on comes at once.

Standard library only, Python 3.8 and later (and trio, where that is asked for): it runs beside `application_host.py`.
Only threads and files of the application are really waited for. Whether a thread is at work is told from its frames.
"""

import asyncio
import os
import selectors
import sys
import threading
import time

FILES = 0.1  # seconds for which the application's files may be silent before the clock goes on
WAITS = {  # functions in which threads wait for others, by their files
    "threading.py": ("wait", "wait_for", "join", "acquire", "_wait_for_tstate_lock"),
    "queue.py": ("get", "put", "join"),
    "selectors.py": ("select",),
    "_base.py": ("result", "exception"),
    "thread.py": ("_worker",),
    "_thread_cache.py": ("_work",),
}
POOLS = (os.path.join("concurrent", "futures", "thread.py"), os.path.join("anyio", "_backends"), "_thread_cache.py")


# --------------------------------------------------------------------------- threads


def _parked(frame):
    """Whether a thread waits without limit for what others do, and nobody has done it yet."""
    parked = False
    while frame is not None:
        name = frame.f_code.co_name
        if name not in WAITS.get(os.path.basename(frame.f_code.co_filename), ()):
            return parked
        if _goes_on(name, frame.f_locals):
            return False
        parked = True
        frame = frame.f_back
    return parked


def _goes_on(name, seen):
    """Whether what is waited for is there, or comes by the real clock. `seen`: the local variables of the function."""
    if seen.get("timeout") not in (None, -1):
        return name != "select"
    waiting = seen.get("self")
    if name == "wait" and isinstance(waiting, threading.Condition):
        return seen.get("waiter") not in waiting._waiters  # not yet, or no more
    if name in ("join", "_wait_for_tstate_lock"):
        return isinstance(waiting, threading.Thread) and waiting.ident not in sys._current_frames()  # it is just ending
    if name == "_worker" and "executor_reference" in seen:
        executor, queue = seen["executor_reference"](), seen["work_queue"]
        return executor is None or executor._shutdown or not queue.empty() or seen.get("work_item") is not None
    return name == "_work" and getattr(waiting, "_job", None) is not None


def _of_a_pool(frame):
    while frame is not None:
        if any(name in frame.f_code.co_filename for name in POOLS):
            return True
        frame = frame.f_back
    return False


class Threads:
    """Those that the application has at work; one that was there before the case, and is of no pool, does not count."""

    def __init__(self):
        self.before = {}
        self.nameless = frozenset()  # numbers of those that the module `threading` does not know

    def begin(self):
        """A case begins."""
        self.before = {thread.ident: thread for thread in threading.enumerate()}
        self.nameless = frozenset(sys._current_frames()) - frozenset(self.before)

    def at_work(self):
        if threading.active_count() == 1:
            return False
        own = threading.get_ident()
        now = {thread.ident: thread for thread in threading.enumerate()}  # numbers are given anew, threads are not
        for ident, frame in list(sys._current_frames().items()):
            old = now[ident] is self.before.get(ident) if ident in now else ident in self.nameless
            if ident != own and not _parked(frame) and (not old or _of_a_pool(frame)):
                return True
        return False


# --------------------------------------------------------------------------- asyncio


class Pace:
    """How long is really waited in one run, and until when the clock may leap."""

    def __init__(self, threads):
        self.threads = threads
        self.now = 1000.0
        self.horizon = self.now
        self.deadline = 0.0
        self.silent = 0.0  # real seconds in which only files were waited for

    def begin(self, seconds, real):
        self.horizon = self.now + seconds
        self.deadline = time.monotonic() + real
        self.silent = 0.0

    @property
    def exhausted(self):
        return time.monotonic() > self.deadline

    def give_up(self):
        """What goes on without end is not waited for: whoever waits for it is woken."""
        self.now = max(self.now, self.horizon)


class LeapingSelector:
    """A selector for which time passes by leaps."""

    def __init__(self, pace):
        self._real = selectors.DefaultSelector()
        self._pace = pace

    def select(self, timeout=None):
        pace = self._pace
        ready = self._real.select(0)
        if pace.exhausted:
            pace.give_up()
            return ready
        if ready or (timeout is not None and timeout <= 0):
            pace.silent = 0.0
            return ready
        files = len(self._real.get_map()) > 1 and pace.silent < FILES
        if files or pace.threads.at_work():
            before = time.monotonic()
            ready = self._real.select(min(0.001, timeout or 0.001))
            passed = time.monotonic() - before
            pace.now += passed
            pace.silent += passed
            return ready
        ready = self._real.select(0)  # what a thread has said before it went to rest
        if not ready and timeout is not None:
            pace.now += timeout
        return ready

    def __getattr__(self, name):
        return getattr(self._real, name)


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self, pace):
        self._pace = pace
        super().__init__(LeapingSelector(pace))

    def time(self):
        return self._pace.now


class AsyncioKit:
    """What is asked of an async library."""

    name = "asyncio"

    def __init__(self, pace):
        self.pace = pace
        self._changed = None
        self.troubles = []

    def run(self, main):
        loop = LeapingLoop(self.pace)
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(self._trouble)
        try:
            loop.run_until_complete(main())
        finally:
            asyncio.set_event_loop(None)

    def _trouble(self, loop, context):
        error = context.get("exception")
        words = context.get("message", "")
        self.troubles.append(f"{words}: {error!r}" if error is not None else words)

    def event(self):
        return asyncio.Event()

    async def turn(self):
        await asyncio.sleep(0)

    async def until(self, ready):
        """Run until `ready()`, or until the horizon."""
        loop = asyncio.get_running_loop()
        self._changed = self._changed or asyncio.Event()
        timer = loop.call_at(self.pace.horizon, self._over)
        try:
            while not ready() and self.pace.now < self.pace.horizon:
                self._changed.clear()
                await self._changed.wait()
        finally:
            timer.cancel()

    def _over(self):
        self.pace.give_up()  # a timer may be early by what floats lose
        self._changed.set()

    def changed(self):
        if self._changed is not None:
            self._changed.set()

    def spawn(self, call):
        call.task = asyncio.ensure_future(call.run())

    def cancel(self, call):
        call.task.cancel()

    def stopped_us(self, call, error):
        return isinstance(error, asyncio.CancelledError)

    def tasks(self):
        mine = asyncio.current_task()
        return {task for task in asyncio.all_tasks() if task is not mine}

    def awaitable(self, coroutine, kind):
        if kind == "future" and asyncio._get_running_loop() is not None:  # a thread has none: there it cannot be made
            return asyncio.ensure_future(coroutine)
        return _Awaitable(coroutine) if kind == "object" else coroutine


class _Awaitable:
    """An awaitable that is no coroutine."""

    def __init__(self, coroutine):
        self._coroutine = coroutine

    def __await__(self):
        return self._coroutine.__await__()


# --------------------------------------------------------------------------- trio


class TrioKit:
    name = "trio"

    def __init__(self, pace):
        import trio

        self._trio, self.pace = trio, pace
        self.troubles = []
        self._polled = False
        self._changed = None
        self._nursery = None

    # trio's Clock and Instrument: `deadline_to_sleep_time` is asked for when no task can run

    def start_clock(self):
        pass

    def current_time(self):
        return self.pace.now

    def before_task_step(self, task):
        self._polled = False
        if self.pace.exhausted:
            self.pace.give_up()

    def deadline_to_sleep_time(self, deadline):
        pace = self.pace
        if pace.exhausted:
            pace.give_up()
            return 0
        if pace.threads.at_work():
            self._polled = False
            pace.now += 0.001
            return 0.001
        if not self._polled:
            self._polled = True
            return 0
        pace.now = max(pace.now, min(deadline, pace.horizon))
        return 0

    def run(self, main):
        async def inside():
            async with self._trio.open_nursery() as nursery:
                self._nursery = nursery
                await main()
                nursery.cancel_scope.cancel()

        self._trio.run(inside, clock=_clock(self._trio, self), instruments=[_instrument(self._trio, self)])

    def event(self):
        return self._trio.Event()

    async def turn(self):
        await self._trio.sleep(0)

    async def until(self, ready):
        while not ready() and self.pace.now < self.pace.horizon:
            self._changed = self._trio.Event()
            with self._trio.move_on_after(self.pace.horizon - self.pace.now):
                await self._changed.wait()

    def changed(self):
        if self._changed is not None:
            self._changed.set()

    def spawn(self, call):
        call.task = self._trio.CancelScope()

        async def inside():
            with call.task:
                await call.run()

        self._nursery.start_soon(inside)

    def cancel(self, call):
        call.task.cancel()

    def stopped_us(self, call, error):
        return isinstance(error, self._trio.Cancelled)

    def tasks(self):
        return set()  # whatever trio runs is waited for by somebody

    def awaitable(self, coroutine, kind):
        return _Awaitable(coroutine) if kind == "object" else coroutine


def _clock(trio, kit):
    class Clock(trio.abc.Clock):
        start_clock, current_time = kit.start_clock, kit.current_time
        deadline_to_sleep_time = kit.deadline_to_sleep_time

    return Clock()


def _instrument(trio, kit):
    class Instrument(trio.abc.Instrument):
        before_task_step = kit.before_task_step

    return Instrument()
