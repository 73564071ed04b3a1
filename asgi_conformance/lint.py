"""The rules for applications, in line: wrap an application, and hear of everything that it does against ASGI or WSGI.

    from asgi_conformance import lint

    app = lint.asgi(app)                             # told to the logger `asgi_conformance.lint`
    app = lint.asgi(app, report=violations.append)   # or to whatever takes a `Violation`
    app = lint.wsgi(app)                             # PEP 3333, and of what the server does against it, too

Nothing is raised into the application unless `report` raises, and nothing that it sends is changed, but that an
iterator among the values of ASGI, which can be read only once, is sent on as a list. What a wrapper is to WSGI:
`remote/wsgi_watch`.
"""

import inspect
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from asgi_conformance.codec import Foreign
from asgi_conformance.remote import wsgi_watch
from asgi_conformance.spec import catalogue
from asgi_conformance.spec.conduct import POSITIONAL, Breach, Conduct
from asgi_conformance.spec.protocols import PROTOCOLS
from asgi_conformance.verdict import Level, Verdict

log = logging.getLogger("asgi_conformance.lint")

Application = Callable[..., Awaitable[Any]]
Report = Callable[["Violation"], object]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that an application, or the server of a WSGI application, did and ought not to have done."""

    requirement: str
    """Its id in the catalogue."""
    level: Level
    verdict: Verdict
    """`fail` or `warn`."""
    rule: str
    """What the requirement says, in a sentence."""
    url: str
    expected: str
    got: str
    call: str
    """`http GET /path`, `websocket /chat`, `lifespan`; of WSGI `GET /path`"""
    file: str
    """Where the application made the call that is wrong, or where it is defined if it is no call, or the server's."""
    line: int

    def __str__(self) -> str:
        expected = f"expected {self.expected}, " if self.expected else ""
        return (
            f"{self.file}:{self.line}: {self.verdict.value} {self.requirement} ({self.level.value}) in {self.call}: "
            f"{expected}got {self.got}. {self.rule} {self.url}"
        )


def to_log(violation: Violation) -> None:
    """The default: a failure is an error, a warning a warning."""
    log.log(logging.ERROR if violation.verdict is Verdict.FAIL else logging.WARNING, "%s", violation)


def asgi(application: Application, *, report: Report = to_log) -> "Lint":
    """The application, an ASGI 3 callable, watched. Its attributes are read and set through the wrapper."""
    return Lint(application, report)


def wsgi(application: Callable[..., Any], *, report: Report = to_log) -> "WsgiLint":
    """The application, a WSGI callable, watched. Its attributes are read and set through the wrapper."""
    return WsgiLint(application, report)


class WsgiLint(wsgi_watch.Watch):
    """A WSGI application that passes everything on and looks at what passes, from either side."""

    def __init__(self, application: Callable[..., Any], report: Report) -> None:
        object.__setattr__(self, "_told", report)
        super().__init__(application, self._tell, _home(application))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_application"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in wsgi_watch.OWN:
            object.__setattr__(self, name, value)
        else:
            setattr(self.__dict__["_application"], name, value)

    def _tell(self, breach: wsgi_watch.Breach) -> None:
        rule = catalogue.load()[breach.requirement]
        found = Verdict(breach.verdict) if breach.verdict else rule.broken
        if found.is_bad:
            words = (found, rule.summary or rule.title, rule.url, breach.expected, breach.got, breach.call)
            self._told(Violation(rule.id, rule.level, *words, *breach.place))


class Lint:
    """An ASGI 3 application that passes everything on and looks at what the application inside does."""

    def __init__(self, application: Application, report: Report) -> None:
        self.__dict__.update(_application=application, _report=report, _home=_home(application))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_application"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_application"], name, value)

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> Any:
        own = self.__dict__
        kind = scope.get("type") if isinstance(scope, dict) else None
        if kind not in PROTOCOLS:
            return await own["_application"](scope, receive, send)
        call = _Call(scope, receive, send, own["_report"], own["_home"])
        value = await own["_application"](scope, call.receive, call.send)
        call.has_returned(value)
        return value


class _Call:
    """One call of the application."""

    __slots__ = ("_conduct", "_home", "_receive", "_report", "_scope", "_send", "_state")

    def __init__(self, scope: dict[str, Any], receive: Any, send: Any, report: Report, home: tuple[str, int]) -> None:
        self._scope, self._receive, self._send, self._report, self._home = scope, receive, send, report, home
        self._conduct = Conduct(scope)
        self._state = scope.get("state")

    async def receive(self) -> Any:
        event = await self._receive()
        self._conduct.received(event)
        return event

    def send(self, *args: Any, **kwargs: Any) -> Awaitable[None]:
        """No coroutine function, so that the caller is whoever called it."""
        conduct = self._conduct
        before = conduct.place
        if len(args) == 1 and not kwargs:
            if not conduct.passes(args[0]):
                args = (self._looked_at(args[0], _place(sys._getframe(1))),)
        else:
            given = ", ".join([*(["…"] * len(args)), *(f"{name}=…" for name in kwargs)])
            self._tell(Breach(POSITIONAL, "send(event)", f"send({given})"), _place(sys._getframe(1)))
        return self._sent(before, args, kwargs)

    def _looked_at(self, event: Any, where: tuple[str, int]) -> Any:
        """Told what is wrong with it; the event as it is to be sent on."""
        passed, seen = _readable(event)
        for breach in (*self._conduct.sends(seen), *self._of_state(passed)):
            self._tell(breach, where)
        return passed

    async def _sent(self, before: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        after = self._conduct.place
        try:
            await self._send(*args, **kwargs)
        except BaseException as error:
            if isinstance(error, OSError):  # whoever ignores that goes on from there, and lawfully
                self._conduct.client_has_left()
            elif self._conduct.place == after:  # what was refused has not happened
                self._conduct.place = before
            raise

    def has_returned(self, value: Any) -> None:
        for breach in self._conduct.returns(value):
            self._tell(breach, self._home)

    def _of_state(self, event: Any) -> Iterator[Breach]:
        """What only can be told where the objects live."""
        complete = isinstance(event, dict) and event.get("type") == "lifespan.startup.complete"
        state = self._scope.get("state")
        if complete and state is not self._state and not _holds(self._state, state):
            yield Breach("lifespan.state.app-mutates-in-place", "the state that the server gave", "another object")

    def _tell(self, breach: Breach, where: tuple[str, int]) -> None:
        rule = catalogue.load()[breach.requirement]
        found = breach.verdict or rule.broken
        if not found.is_bad:
            return
        words = rule.summary or rule.title
        self._report(
            Violation(rule.id, rule.level, found, words, rule.url, breach.expected, breach.got, self._named(), *where)
        )

    def _named(self) -> str:
        words = [self._conduct.kind, self._scope.get("method"), self._scope.get("path")]
        return " ".join(str(word) for word in words if word is not None)


def _holds(given: Any, state: Any) -> bool:
    """Whether what the application put into another object is in the one that the server gave, too."""
    return (
        isinstance(given, dict) and isinstance(state, Mapping) and all(given.get(name) is state[name] for name in state)
    )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"


# --------------------------------------------------------------------------- live values


def _readable(event: Any) -> tuple[Any, Any]:
    """The event to be sent on, and the same as the tables read it: see `spec/shapes.py`."""
    if type(event) is not dict:
        return event, _seen(event)
    passed, seen = event, {}
    for name, value in event.items():
        if _is_iterator(value):
            passed = {**passed, name: [_listed(item) for item in value]}
            seen[name] = Foreign(_type_name(value), _seen(passed[name]))
        elif type(value) in (list, tuple) and any(map(_is_iterator, value)):
            passed = {**passed, name: [_listed(item) for item in value]}
            seen[name] = _seen(passed[name])
        else:
            seen[name] = _seen(value)
    return passed, seen


def _is_iterator(value: Any) -> bool:
    """Whether it can be read only once; an open file is something else."""
    return isinstance(value, Iterator) and not hasattr(value, "read")


def _listed(value: Any) -> Any:
    return tuple(value) if _is_iterator(value) else value


BUILT_IN = (type(None), bool, int, float, str, bytes)


def _seen(value: Any) -> Any:
    """Built-in types as they are, anything else as a `Foreign`, at any depth."""
    kind = type(value)
    if kind in BUILT_IN:
        return value
    if kind in (list, tuple):
        return kind(map(_seen, value))
    if kind is dict:
        return {_seen(name): _seen(item) for name, item in value.items()}
    return Foreign(_type_name(value), _beneath(value), _shown(value))


def _beneath(value: Any) -> Any:
    """The built-in value of a subclass, the items of another container."""
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, Mapping):
        return _seen(dict(value))
    if isinstance(value, Iterable) and not isinstance(value, Iterator):
        return [_seen(item) for item in value]
    return None


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


# --------------------------------------------------------------------------- places


def _place(frame: FrameType) -> tuple[str, int]:
    return frame.f_code.co_filename, frame.f_lineno


def _home(application: Any) -> tuple[str, int]:
    """Where the application is defined; an empty name and 0 where that cannot be told."""
    function = inspect.unwrap(application)
    if isinstance(function, type):  # a WSGI application may be a class, whose instances are results
        function = function.__init__  # type: ignore[misc]  # of this class, and of no subclass
    elif not inspect.isroutine(function):
        function = type(function).__call__
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else ("", 0)
