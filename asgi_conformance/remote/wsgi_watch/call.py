"""One call of the application, as both sides see it."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, NamedTuple

from .breach import WARN, Breach, Fault, Report
from .environ_rules import environ_faults, learn_environ
from .head_rules import (
    REFUSED_BY,
    code_of,
    exc_info_faults,
    header_faults,
    known_head,
    learn_head,
    length_of,
    status_faults,
)
from .listener import Call
from .places import Place, outside
from .values import shown, typed


class Terms(NamedTuple):
    """What all calls of a watched application have in common."""

    report: Report
    place: Place
    """Where the application is."""
    listener: Callable[[Any], Call] | None
    busy: list[tuple[int, str]]
    """(thread, what it does), where one thread at a time was promised"""


class WatchedCall:
    """What is known of one call. What it begins with is an attribute of the class."""

    alone = False
    """The server has promised one thread at a time."""
    start_calls = 0
    started = False
    """A call of `start_response` was accepted."""
    code = 0
    length: int | None = None
    """Of the `Content-Length` that the application gave."""
    taken = 0
    """Bytes of the body that were taken by the server."""
    sent = False
    """Some of them have gone out, and the headers before them."""
    wrote = False
    is_over = False
    """The application has returned; its result may be iterated still."""
    is_plain = False
    """Of a block no more is to be looked at than its type."""
    trapped: BaseException | None = None
    """What `start_response` raised for `exc_info`, as long as nobody has seen it go on."""
    refused_late: tuple[str, ...] = ()
    """What the server breaks if it sends these headers."""
    told: set[str] | None = None
    asked: dict[str, int] | None = None
    listener: Call | None = None

    def __init__(self, terms: Terms, environ: dict[str, Any], start_response: Any) -> None:
        self.terms, self.server = terms, start_response
        self.method = environ.get("REQUEST_METHOD")
        self.path = environ.get("PATH_INFO")
        if terms.listener is not None:
            self.listener = terms.listener(environ)

    # ------------------------------------------------------------------- telling

    def tell(self, side: str, requirement: str, expected: str, got: str, verdict: str | None = None) -> None:
        place = (outside() if side == "application" else None) or self.terms.place
        self.terms.report(Breach(requirement, side, got, expected, place, verdict, self._named()))

    def tell_once(self, side: str, requirement: str, expected: str, got: str, verdict: str | None = None) -> None:
        """About the result: neither by every block, nor from a line of the server's."""
        if self.told is None:
            self.told = set()
        if requirement not in self.told:
            self.told.add(requirement)
            self.terms.report(Breach(requirement, side, got, expected, self.terms.place, verdict, self._named()))

    def asks(self, name: str, more: int) -> int:
        """How often a method of a stream was asked for and not called: who does that does not depend on it."""
        if self.asked is None:
            self.asked = {}
        self.asked[name] = self.asked.get(name, 0) + more
        return self.asked[name]

    def _named(self) -> str:
        return " ".join(word for word in (self.method, self.path) if isinstance(word, str))

    def looks_at(self, environ: dict[Any, Any]) -> None:
        clean = True
        for requirement, expected, got, verdict in environ_faults(environ):
            clean = False
            self.tell("server", requirement, expected, got, verdict)
        if clean:
            learn_environ(environ)

    # ------------------------------------------------------------------- start_response and write

    def start_response(self, *args: Any, **kwargs: Any) -> Any:
        faults: tuple[str, ...] = ()
        before = self.code, self.length
        known = known_head(*args) if len(args) == 2 and not kwargs and not self.start_calls else None
        if known is None:
            faults = self._looks_at_start(args, kwargs)
        else:
            self.code, self.length = known
        exc_info = args[2] if len(args) == 3 else kwargs.get("exc_info")
        self.start_calls += 1
        try:
            write = self.server(*args, **kwargs)
        except BaseException as error:
            if self.started:
                self.code, self.length = before
            self._start_refused(error, exc_info, bool(faults))
            if self.listener is not None:
                self.listener.starts(args, kwargs, error)
            raise
        if known is None:
            self._start_accepted(exc_info, faults)
        self.started = True
        self.is_plain = self.length is None and self.method != "HEAD" and self.code != 204 and self.code != 304
        if self.listener is not None:
            self.listener.starts(args, kwargs, None)
        if callable(write):
            return partial(self.writes, write)
        self.tell("server", "wsgi.start-response.returns-write", "a callable", typed(write))
        return write

    def _looks_at_start(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, ...]:
        """Tells what is wrong; the ids of what is beyond doubt."""
        faults: list[Fault] = []
        if kwargs or len(args) not in (2, 3):
            got = ", ".join([*("…" for _ in args), *(f"{name}=…" for name in kwargs)])
            requirement = "wsgi.call.start-response-positional"
            faults.append((requirement, "two or three by position", f"start_response({got})", None))
        exc_info = args[2] if len(args) > 2 else kwargs.get("exc_info")
        if self.start_calls and exc_info is None:
            requirement = "wsgi.start-response.app-second-call"
            faults.append((requirement, "exc_info, for it was called before", "none", None))
        if exc_info is not None:
            faults.extend(exc_info_faults(exc_info))
        if len(args) > 1:
            self._looks_at_head(args[0], args[1], faults)
        for requirement, expected, got, verdict in faults:
            self.tell("application", requirement, expected, got, verdict)
        return tuple(fault[0] for fault in faults if fault[3] is None)

    def _looks_at_head(self, status: Any, headers: Any, faults: list[Fault]) -> None:
        of_head = [*status_faults(status), *header_faults(headers)]
        faults.extend(of_head)
        self.code, self.length = code_of(status), length_of(headers)
        if not of_head:
            learn_head(status, headers)

    def _start_refused(self, error: BaseException, exc_info: Any, faulty: bool) -> None:
        if exc_info is not None:
            self.trapped, self.is_plain = error, False
        trace = error.__traceback__
        if (
            isinstance(error, TypeError)
            and trace is not None
            and (trace.tb_next is None)
            and (not faulty and self.start_calls == 1)
        ):
            requirement = "wsgi.call.start-response-arity"
            self.tell("server", requirement, "two or three arguments are taken", shown(error))

    def _start_accepted(self, exc_info: Any, faults: tuple[str, ...]) -> None:
        if self.sent and exc_info is not None:
            requirement = "wsgi.start-response.exc-info-reraise"
            self.tell("server", requirement, "an exception, for data went out", "a return")
        if self.start_calls > 1 and exc_info is None:
            requirement = "wsgi.start-response.second-call-fatal"
            self.tell("server", requirement, "an exception, for exc_info is missing", "a return")
        self.refused_late = tuple({REFUSED_BY[fault] for fault in faults if fault in REFUSED_BY})

    def writes(self, write: Any, *args: Any, **kwargs: Any) -> Any:
        data = args[0] if len(args) == 1 else None
        self.wrote = True
        if len(args) != 1 or kwargs or not isinstance(data, bytes):
            got = typed(data) if len(args) == 1 and not kwargs else f"{len(args)} arguments, {len(kwargs)} named"
            self.tell("application", "wsgi.write.app-bytes", "one object of type bytes", got)
        elif type(data) is not bytes:
            self.tell("application", "wsgi.write.app-bytes", "type bytes", typed(data), WARN)
        if self.is_over:
            self.tell("application", "wsgi.write.not-from-iterable", "no write() after the return", "one")
        try:
            result = write(*args, **kwargs)
        except BaseException as error:
            if self.listener is not None:
                self.listener.writes(data, error)
            raise
        if isinstance(data, bytes) and data:
            self.takes(data)
            self.goes_out()
        if self.listener is not None:
            self.listener.writes(data, None)
        return result

    # ------------------------------------------------------------------- what the application returns

    def returns(self, result: Any) -> None:
        self.is_over = True
        if self.listener is not None:
            self.listener.returns(result)
        if self.trapped is not None:
            self.swallowed()

    def is_right(self, blocks: Any) -> bool:
        """Whether nothing can go wrong with it: no code of the application runs any more."""
        if not self.started or self.refused_late:
            return False
        size = 0
        for block in blocks:
            if type(block) is not bytes:
                return False
            size += len(block)
        size += self.taken
        if self.method == "HEAD" or self.code == 204 or self.code == 304:
            return not size
        return self.length is None or size == self.length

    def goes_out(self) -> None:
        """Data was taken and done with: the headers are out, and some of it unless there is to be none."""
        if self.method == "HEAD" or self.code in (204, 304):
            return
        self.sent = True
        for requirement in self.refused_late:
            self.tell_once("server", requirement, "an exception", "data went out under such headers")
        self.refused_late = ()

    def swallowed(self) -> None:
        got = f"it went on after {shown(self.trapped)}"
        requirement = "wsgi.start-response.app-no-trap"
        self.tell_once("application", requirement, "the exception of start_response goes on", got)
        self.trapped = None

    def yields(self, block: Any) -> None:
        if self.trapped is not None:
            self.swallowed()
        if not self.started:
            requirement = "wsgi.start-response.before-first-body"
            self.tell_once("application", requirement, "start_response() before the first block", "a block")
        if type(block) is not bytes:
            verdict = WARN if isinstance(block, bytes) else None
            requirement = "wsgi.iterable.yields-bytes"
            self.tell_once("application", requirement, "blocks of type bytes", typed(block), verdict)
        if isinstance(block, bytes) and block:
            self.takes(block)

    def takes(self, data: bytes) -> None:
        self.taken += len(data)
        if self.method == "HEAD":
            self.tell_once("application", "wsgi.head.app-body", "no body for HEAD", shown(data))
        elif self.code == 204 or self.code == 304:
            self.tell_once("application", "wsgi.http.status-without-body", f"no body under {self.code}", shown(data))
        elif self.length is not None and self.taken > self.length:
            got = f"at least {self.taken}"
            self.tell_once("application", "wsgi.content-length.app-overrun", f"{self.length} bytes", got)

    def ends(self) -> None:
        if self.trapped is not None:
            self.swallowed()
        if not self.started:
            requirement = "wsgi.start-response.before-first-body"
            self.tell_once("application", requirement, "a call of start_response()", "none, and the end")
        short = self.length is not None and self.taken < self.length
        if short and self.method not in ("HEAD", "CONNECT") and self.code not in (204, 304):
            requirement = "wsgi.content-length.app-underrun"
            self.tell_once("application", requirement, f"{self.length} bytes", str(self.taken))
