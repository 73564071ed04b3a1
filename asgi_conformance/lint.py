"""The rules for applications, in line: wrap an application, and hear of everything that it sends against ASGI.

    from asgi_conformance import lint

    app = lint.asgi(app)                             # told to the logger `asgi_conformance.lint`
    app = lint.asgi(app, report=violations.append)   # or to whatever takes a `Violation`

Nothing is raised into the application unless `report` raises, and nothing that it sends is changed, but that an
iterator among the values, which can be read only once, is sent on as a list.
"""

import inspect
import logging
import os.path
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from asgi_conformance.codec import Foreign
from asgi_conformance.spec import catalogue, messages
from asgi_conformance.spec.check import Problem
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Deviation, Walk
from asgi_conformance.spec.protocols import PROTOCOLS
from asgi_conformance.verdict import Level, Verdict

log = logging.getLogger("asgi_conformance.lint")

Application = Callable[..., Awaitable[Any]]
Report = Callable[["Violation"], object]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that an application did and ought not to have done."""

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
    """`http GET /path`, `websocket /chat`, `lifespan`"""
    file: str
    """Where `send` was called, or where the application is defined if it is the end of its call that is wrong."""
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


class Lint:
    """An ASGI 3 application that passes everything on and looks at what the application inside does."""

    def __init__(self, application: Application, report: Report) -> None:
        self.__dict__.update(_application=application, _report=report)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_application"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_application"], name, value)

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[..., Any]) -> Any:
        application, report = self.__dict__["_application"], self.__dict__["_report"]
        kind = scope.get("type") if isinstance(scope, dict) else None
        if kind not in PROTOCOLS:
            return await application(scope, receive, send)
        call = _Call(scope, receive, send, report, _home(application))
        value = await application(scope, call.receive, call.send)
        call.has_returned(value)
        return value


class _Call:
    """One call of the application."""

    def __init__(self, scope: dict[str, Any], receive: Any, send: Any, report: Report, home: tuple[str, int]) -> None:
        self._scope, self._receive, self._send, self._report, self._home = scope, receive, send, report, home
        self._kind: str = scope["type"]
        self._walk = Walk(PROTOCOLS[self._kind], Direction.SENT)
        self._state = scope.get("state")
        self._gone = False
        self._returned = False

    async def receive(self) -> Any:
        event = await self._receive()
        kind = event.get("type") if isinstance(event, dict) else None
        self._gone = self._gone or kind in ("http.disconnect", "websocket.disconnect")
        self._walk.step(Direction.RECEIVED, event)
        return event

    def send(self, *args: Any, **kwargs: Any) -> Awaitable[None]:
        """No coroutine function, so that the caller is whoever called it."""
        where = _place(sys._getframe(1))
        before = self._walk.states
        if len(args) == 1 and not kwargs:
            event, seen = _readable(args[0])
            args = (event,)
            for requirement, expected, got, verdict in self._problems(seen):
                self._tell(requirement, expected, got, where, verdict)
        else:
            given = ", ".join([*(["…"] * len(args)), *(f"{name}=…" for name in kwargs)])
            self._tell("common.send.positional-by-app", "send(event)", f"send({given})", where)
        return self._sent(before, args, kwargs)

    async def _sent(self, before: tuple[Any, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        after = self._walk.states
        try:
            await self._send(*args, **kwargs)
        except BaseException as error:
            if isinstance(error, OSError):
                self._gone = True
            if self._walk.states == after:  # what was refused has not happened
                self._walk.states = before
            raise

    def has_returned(self, value: Any) -> None:
        self._returned = True
        if value is not None:
            self._tell("common.app.returns-none", "None as the result", _shown(value), self._home)
        if not self._gone:
            for state, requirement in self._walk.unfinished():
                self._tell(requirement, "", f"a return while {state.value}", self._home)

    # ------------------------------------------------------------------ what is wrong with an event

    def _problems(self, event: Any) -> Iterator[tuple[str, str, str, Verdict | None]]:
        """(requirement, expected, got, verdict) of each."""
        for problem in messages.problems(event, Direction.SENT, self._kind):
            yield _of_shape(problem)
        for deviation in self._walk.step(Direction.SENT, event):
            yield _of_order(deviation)
        if self._returned:
            yield (
                "common.extra-coroutines.finish-with-app",
                "",
                f"{_type(event)} after the call had ended",
                Verdict.WARN,
            )
        if isinstance(event, dict):
            yield from self._of_extensions(event)
            yield from self._of_versions(event)
            yield from self._of_values(event)

    def _of_extensions(self, event: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Verdict | None]]:
        offered = self._scope.get("extensions") or {}
        table = messages.table(event.get("type"))
        used = [table.extension] if table is not None and table.extension else []
        if event.get("trailers") and event.get("type") == "http.response.start":
            used.append("http.response.trailers")
        for name in used:
            if name not in offered:
                owner = UNADVERTISED.get(name, "common.extensions.app-no-unadvertised")
                yield owner, f"{name} in scope['extensions']", f"{_type(event)} without it", None

    def _of_versions(self, event: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Verdict | None]]:
        table = messages.table(event.get("type"))
        if table is None or table.extension or self._kind == "lifespan":
            return
        declared = self._version()
        for name, key in table.keys.items():
            if key.since > declared and event.get(name) and name not in OF_EXTENSIONS:
                owner = OF_VERSIONS.get((table.name, name), "common.version.app-respects")
                wanted, have = (".".join(map(str, version)) for version in (key.since, declared))
                yield owner, f"a server of version {wanted}", f"{name} for one of {have}", Verdict.WARN

    def _version(self) -> tuple[int, int]:
        asgi = self._scope.get("asgi")
        text = asgi.get("spec_version", "2.0") if isinstance(asgi, dict) else "2.0"
        found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})", str(text))
        return (int(found[1]), int(found[2])) if found else (2, 0)

    def _of_values(self, event: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Verdict | None]]:
        kind = event.get("type")
        if kind == "websocket.accept" and isinstance(chosen := event.get("subprotocol"), str) and chosen:
            offered = list(self._scope.get("subprotocols") or ())
            if chosen not in offered:
                yield "websocket.accept.subprotocol.app-choice", f"one of {offered}", repr(chosen), None
        if kind == "http.response.pathsend" and isinstance(path := event.get("path"), str) and not os.path.isabs(path):
            yield "ext.pathsend.app-format", "an absolute path", repr(path), None
        if kind == "lifespan.startup.complete" and self._scope.get("state") is not self._state:
            yield "lifespan.state.app-mutates-in-place", "the state that the server gave", "another object", None

    def _tell(
        self, requirement: str, expected: str, got: str, where: tuple[str, int], verdict: Verdict | None = None
    ) -> None:
        rule = catalogue.load()[requirement]
        found = verdict or rule.broken
        if not found.is_bad:
            return
        words = rule.summary or rule.title
        file, line = where
        call = self._named()
        self._report(Violation(requirement, rule.level, found, words, rule.url, expected, got, call, file, line))

    def _named(self) -> str:
        words = [self._kind, self._scope.get("method"), self._scope.get("path")]
        return " ".join(str(word) for word in words if word is not None)


UNADVERTISED = {
    "http.response.debug": "ext.debug.app-not-unadvertised",
    "websocket.http.response": "ext.denial.app-fallback",
}
"""Who else forbids an event of an extension that is not advertised."""
OF_EXTENSIONS = frozenset({"trailers"})
"""Keys of core events that belong to an extension."""
OF_VERSIONS = {("websocket.accept", "headers"): "websocket.accept.headers.app-version"}


def _of_shape(problem: Problem) -> tuple[str, str, str, Verdict | None]:
    place = f"{problem.path}: " if problem.path else ""
    return problem.requirement, problem.expected, f"{place}{problem.got} ({problem.kind.value})", problem.verdict


def _of_order(deviation: Deviation) -> tuple[str, str, str, Verdict | None]:
    return deviation.requirement, "", deviation.text, None


def _type(event: Any) -> str:
    return str(event.get("type")) if isinstance(event, dict) else _shown(event)


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
    if not inspect.isroutine(function):
        function = type(function).__call__
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else ("", 0)
