"""An observer between a WSGI server and a WSGI application: it hears of every breach of PEP 3333 that shows there.

    watched = Watch(application, report=print)

Standard library only, Python 3.8 and later: it runs wherever the application does. Nothing is raised into either side
unless `report` raises. What passes is not changed as far as PEP 3333 lets anybody notice: `wsgi.input`, `wsgi.errors`,
`wsgi.file_wrapper` and the result are wrapped; a result keeps its length and its truth, a list or tuple without a fault
and what `wsgi.file_wrapper` made are passed on as they are, and so is what `start_response` returns that is no `write`.

What lies on the wire or in another process cannot be seen from here, and what might be the client's doing (a body that
ends early, an iteration that is given up) is nobody's breach.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Mapping
from functools import partial
from operator import itemgetter
from types import GeneratorType, TracebackType
from typing import Any, Callable, Iterator, NamedTuple, Optional, Tuple

Place = Tuple[str, int]


class Breach(NamedTuple):
    """One thing that the server or the application did and ought not to have done."""

    requirement: str
    """An id of the catalogue."""
    side: str
    """`server` (or whatever calls the application) or `application`"""
    got: str
    expected: str
    place: Place
    """Where the application made the call that is wrong, else where the application itself is; `("", 0)`: unknown."""
    verdict: str | None = None
    """`warn` where the text leaves room, None for what the level of the requirement says."""
    call: str = ""
    """`GET /path`"""


Report = Callable[[Breach], object]
Fault = Tuple[str, str, str, Optional[str]]
"""(requirement, expected, got, verdict)"""
WARN = "warn"
LIMIT = 2000
"""Entries that a cache may hold before it is emptied."""


class Call:
    """What happens in one call, for a harness that overrides what it wants to hear; here nothing is done.

    `Watch(..., listener=…)` takes what makes one from an environ, usually a subclass.
    """

    def __init__(self, environ: Any) -> None:
        """The call is about to be made."""

    def starts(self, arguments: tuple[Any, ...], named: dict[str, Any], error: BaseException | None) -> None:
        """`start_response` was called; what it raised."""

    def writes(self, data: Any, error: BaseException | None) -> None:
        """`write` was called; what it raised."""

    def returns(self, result: Any) -> None:
        """The application returned this."""

    def raises(self, error: BaseException, where: str) -> None:
        """The application raised; `where`: `call`, `iteration`, `close`."""

    def yields(self, block: Any) -> None:
        """The server took a block."""

    def ends(self) -> None:
        """The result is exhausted."""

    def closes(self) -> None:
        """The server called `close()`, whether the result has one or not."""

    def uses(self, stream: str, method: str, arguments: tuple[Any, ...], outcome: Any) -> None:
        """`stream`: `wsgi.input`, `wsgi.errors`; `outcome`: what the method returned or raised."""


# --------------------------------------------------------------------------- environ

REQUIRED = {
    "REQUEST_METHOD": "wsgi.environ.request-method.present",
    "SERVER_NAME": "wsgi.environ.server-name",
    "SERVER_PORT": "wsgi.environ.server-port",
    "SERVER_PROTOCOL": "wsgi.environ.server-protocol",
    "wsgi.version": "wsgi.environ.version",
    "wsgi.url_scheme": "wsgi.environ.url-scheme",
    "wsgi.multithread": "wsgi.environ.multithread",
    "wsgi.multiprocess": "wsgi.environ.multiprocess",
    "wsgi.run_once": "wsgi.environ.run-once",
    "wsgi.input": "wsgi.input.methods",
    "wsgi.errors": "wsgi.errors.methods",
}
STEADY = ("REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "wsgi.version", "wsgi.url_scheme")
"""Of these few values occur, so that whole sets of them are remembered; SCRIPT_NAME and HTTPS belong to them too."""
OWN_VARIABLE = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}
INPUT_METHODS = ("read", "readline", "readlines", "__iter__")
ERRORS_METHODS = ("write", "writelines", "flush")
PROTOCOL = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[0-9]+(\.[0-9]+)?")
DIGITS = re.compile(r"[0-9]+")
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
STRINGS = frozenset((str,))

_shapes: dict[tuple[str, ...], tuple[Any, Any, set[Any]]] = {}
"""By the names of an environ: what takes its variables, what takes the steady ones, and those values found clean."""
_input_types: set[type] = set()
_errors_types: set[type] = set()


def is_clean(environ: dict[str, Any]) -> bool:
    """Whether all is known to be right; False for what has to be looked at."""
    try:
        variables, steady, good = _shapes[tuple(environ)]
        if steady(environ) not in good or environ.get("PATH_INFO", "/")[:1] != "/":
            return False
        values = variables(environ)
        if not STRINGS.issuperset(map(type, values)):
            return False
        text = "\n".join(("", *values, ""))
        length = environ.get("CONTENT_LENGTH")
    except (KeyError, TypeError):
        return False
    return (
        text.isascii()
        and not (length and not length.isdigit())
        and not (" \n" in text or "\n " in text or "\t" in text)
        and type(environ["wsgi.input"]) in _input_types
        and type(environ["wsgi.errors"]) in _errors_types
    )


def learn(environ: dict[str, Any]) -> None:
    """Remembers what was looked at and is right, so that the next of its kind is not looked at again."""
    names = tuple(environ)
    if "HTTP_PROXY" in environ:
        return
    shape = _shapes.get(names)
    if shape is None:
        if len(_shapes) >= LIMIT:
            _shapes.clear()
        steady = [*STEADY, *(name for name in ("SCRIPT_NAME", "HTTPS") if name in environ)]
        variables = [name for name in names if _is_variable(name) or type(environ[name]) is str and "." not in name]
        shape = _shapes[names] = itemgetter(*variables), itemgetter(*steady), set()
    if len(shape[2]) >= LIMIT:
        shape[2].clear()
    shape[2].add(shape[1](environ))
    if all(hasattr(type(environ["wsgi.input"]), name) for name in INPUT_METHODS):
        _input_types.add(type(environ["wsgi.input"]))
    if all(hasattr(type(environ["wsgi.errors"]), name) for name in ERRORS_METHODS):
        _errors_types.add(type(environ["wsgi.errors"]))


def environ_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    """Everything that is wrong with the values, looked at one by one."""
    yield from _type_faults(environ)
    for name, requirement in REQUIRED.items():
        if name not in environ:
            yield requirement, f"environ[{name!r}]", "no such key", None
    yield from _server_faults(environ)
    yield from _path_faults(environ)
    yield from _header_faults(environ)
    yield from _wsgi_faults(environ)


def _is_variable(name: str) -> bool:
    """Whether CGI defines it, or a server that adds one like those; the others are of whoever put them there."""
    return "." not in name and (name == name.upper() or name.startswith("HTTP_"))


def _type_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    for name, value in environ.items():
        if type(name) is not str:
            verdict = WARN if isinstance(name, str) else None
            yield "wsgi.environ.keys-native-str", "keys of type str", _shown(name), verdict
        elif type(value) is not str:
            if _is_variable(name):
                verdict = WARN if isinstance(value, str) else None
                got = f"{name} = {_shown(value)} of type {_type_name(value)}"
                yield "wsgi.environ.values-native-str", "type str", got, verdict
        elif "." not in name and not _is_latin1(value):
            yield "wsgi.environ.latin1-only", "code points up to U+00FF", f"{name} = {_shown(value)}", None


def _server_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    for name in ("REQUEST_METHOD", "SERVER_NAME"):
        if environ.get(name) == "":
            yield REQUIRED[name], "a value that is not empty", f"{name} = ''", None
    port, protocol = environ.get("SERVER_PORT"), environ.get("SERVER_PROTOCOL")
    if isinstance(port, str) and not DIGITS.fullmatch(port):
        yield "wsgi.environ.server-port", "digits", f"SERVER_PORT = {_shown(port)}", None
    if isinstance(protocol, str) and not PROTOCOL.fullmatch(protocol):
        yield "wsgi.environ.server-protocol", "a name and a version", f"SERVER_PROTOCOL = {_shown(protocol)}", None


def _path_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    script, path, method = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO"), environ.get("REQUEST_METHOD")
    leading = "wsgi.environ.script-name.leading-slash"
    if isinstance(script, str) and (script == "/" or script[:1] not in ("", "/")):
        yield leading, "'' or a path that begins with a slash", f"SCRIPT_NAME = {_shown(script)}", None
    elif isinstance(script, str) and script.endswith("/"):
        yield leading, "no slash at its end", f"SCRIPT_NAME = {_shown(script)}", WARN
    if method in ("OPTIONS", "CONNECT"):
        return  # their targets need not be paths
    if path is None:
        if not script and "PATH_INFO" not in environ:
            yield "wsgi.environ.path-info.present", "PATH_INFO, for SCRIPT_NAME is empty", "no such key", None
    elif isinstance(path, str) and path[:1] not in ("", "/"):
        kind = "absolute-form" if ABSOLUTE.match(path) else "leading-slash"
        yield f"wsgi.environ.path-info.{kind}", "'' or a leading slash", f"PATH_INFO = {_shown(path)}", None


def _header_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    length = environ.get("CONTENT_LENGTH")
    if isinstance(length, str) and length and not DIGITS.fullmatch(length):
        yield "wsgi.environ.content-length.verbatim", "digits", f"CONTENT_LENGTH = {_shown(length)}", None
    for name, value in environ.items():
        if not (isinstance(name, str) and name.startswith("HTTP_")):
            continue
        if name in OWN_VARIABLE:
            yield "wsgi.environ.content-not-duplicated", f"{OWN_VARIABLE[name]} alone", name, None
        if name != name.upper() or "-" in name:
            yield "wsgi.environ.http-vars.name-mapping", name.upper().replace("-", "_"), name, None
        if isinstance(value, str) and _has_outer_space(value):
            got = f"{name} = {_shown(value)}"
            yield "wsgi.environ.http-vars.ows-stripped", "no space around the value", got, None
    proxy = environ.get("HTTP_PROXY")
    if proxy is not None and proxy != os.environ.get("HTTP_PROXY"):
        yield "wsgi.environ.http-vars.proxy-header", "no HTTP_PROXY", f"HTTP_PROXY = {_shown(proxy)}", None


def _has_outer_space(value: str) -> bool:
    """What ends in a comma or semicolon and a space may be several lines joined, the last of them empty."""
    inner = value.strip(" \t")
    return inner != value and not (value.startswith(inner) and inner[-1:] in (",", ";"))


def _wsgi_faults(environ: dict[Any, Any]) -> Iterator[Fault]:
    version, scheme = environ.get("wsgi.version", (1, 0)), environ.get("wsgi.url_scheme", "http")
    if type(version) is not tuple or [(type(part), part) for part in version] != [(int, 1), (int, 0)]:
        yield "wsgi.environ.version", "the tuple (1, 0)", _shown(version), None
    if not isinstance(scheme, str) or scheme in ("", "HTTP", "HTTPS") or scheme != scheme.lower():
        yield "wsgi.environ.url-scheme", "'http' or 'https'", _shown(scheme), None
    elif scheme == "http" and environ.get("HTTPS") == "on":
        yield "wsgi.environ.url-scheme", "'https', for HTTPS is on", "'http'", WARN
    for name, methods, requirement in (
        ("wsgi.input", INPUT_METHODS, "wsgi.input.methods"),
        ("wsgi.errors", ERRORS_METHODS, "wsgi.errors.methods"),
    ):
        missing = [method for method in methods if not callable(getattr(environ.get(name), method, None))]
        if missing and name in environ:
            got = f"{name} of type {_type_name(environ[name])} without {', '.join(missing)}"
            yield requirement, "the methods " + ", ".join(methods), got, None


# --------------------------------------------------------------------------- status and headers

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
STATUS = re.compile(r"[0-9]{3} [^ \t](.*[^ \t])?", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
DOUBTFUL = re.compile(r"[\x80-\x9f]")
HOP_BY_HOP = "wsgi.start-response.app-no-hop-by-hop"
TRANSFER_ENCODING = "wsgi.start-response.app-no-transfer-encoding"
SPECIAL: dict[str, Fault] = {
    **{
        name: (HOP_BY_HOP, "no header about the connection", name, None)
        for name in ("connection", "keep-alive", "proxy-connection", "te", "trailer", "trailers", "upgrade")
    },
    **{
        name: (HOP_BY_HOP, "no header about the connection", name, WARN)
        for name in ("proxy-authenticate", "proxy-authorization")
    },
    "transfer-encoding": (TRANSFER_ENCODING, "no Transfer-Encoding", "transfer-encoding", None),
    "status": ("wsgi.start-response.no-status-header", "no header of that name", "status", None),
}
PLAIN, LENGTH = 1, 2
ONE_LENGTH = "one Content-Length of digits"
REFUSED_BY = {
    HOP_BY_HOP: "wsgi.start-response.server-rejects-hop-by-hop",
    TRANSFER_ENCODING: "wsgi.start-response.server-rejects-hop-by-hop",
}
"""What a server ought to have refused where an application did it."""

_statuses: dict[str, int] = {}
_names: dict[str, int] = {}


def status_faults(status: Any) -> Iterator[Fault]:
    if type(status) is not str:
        verdict = WARN if isinstance(status, str) else None
        yield "wsgi.start-response.status-native-str", "type str", _typed(status), verdict
        if not isinstance(status, str):
            return
    if CONTROL.search(status):
        yield "wsgi.start-response.status-no-control", "no control characters", _shown(status), None
    elif DOUBTFUL.search(status) or "\t" in status:
        yield "wsgi.start-response.status-no-control", "no control characters", _shown(status), WARN
    if not _is_latin1(status):
        yield "wsgi.start-response.app-latin1", "code points up to U+00FF", _shown(status), None
    form = "wsgi.start-response.status-format"
    if not STATUS.fullmatch(status):
        verdict = WARN if re.fullmatch("[0-9]{3} ?", status) else None
        yield form, "three digits, one space, a reason", _shown(status), verdict
    elif "100" <= status[:3] < "200":
        yield "wsgi.http.no-1xx-status", "a final status", _shown(status), None
    elif not "200" <= status[:3] < "600":
        yield form, "a code from 200 to 599", _shown(status), None


def header_faults(headers: Any) -> Iterator[Fault]:
    if type(headers) is not list:
        yield "wsgi.start-response.headers-list", "type list", _typed(headers), None
    if isinstance(headers, Mapping):
        headers = headers.items()
    elif not isinstance(headers, (list, tuple)):
        return  # to read it might use it up
    lengths = 0
    for item in headers:
        if type(item) is not tuple or len(item) != 2:
            yield "wsgi.start-response.headers-tuples", "(name, value), a tuple", _typed(item), None
        if not isinstance(item, (tuple, list)) or len(item) != 2:
            continue
        wrong = [part for part in item if type(part) is not str]
        if wrong:
            verdict = WARN if all(isinstance(part, str) for part in wrong) else None
            yield "wsgi.start-response.headers-tuples", "name and value of type str", _typed(wrong[0]), verdict
        name, value = item
        if isinstance(name, str):
            yield from _name_faults(name)
            lengths += name.lower() == "content-length"
        if isinstance(value, str):
            yield from _value_faults(name, value)
    if lengths > 1:
        yield "wsgi.content-length.app-invalid", ONE_LENGTH, f"{lengths} of them", None


def _name_faults(name: str) -> Iterator[Fault]:
    if not TOKEN.fullmatch(name):
        yield "wsgi.start-response.header-name-token", "a token", _shown(name), None
    elif name.lower() in SPECIAL:
        yield SPECIAL[name.lower()]


def _value_faults(name: Any, value: str) -> Iterator[Fault]:
    got = f"{name}: {_shown(value)}"
    control = "wsgi.start-response.header-value-no-control"
    if CONTROL.search(value):
        yield control, "no control characters", got, None
    elif DOUBTFUL.search(value):
        yield control, "no control characters", got, WARN
    if not _is_latin1(value):
        yield "wsgi.start-response.app-latin1", "code points up to U+00FF", got, None
    if isinstance(name, str) and name.lower() == "content-length" and not DIGITS.fullmatch(value):
        yield "wsgi.content-length.app-invalid", ONE_LENGTH, got, None


def exc_info_faults(exc_info: Any) -> Iterator[Fault]:
    expected = "None or (type, exception, traceback)"
    if type(exc_info) is not tuple or len(exc_info) != 3:
        yield "wsgi.start-response.exc-info-type", expected, _typed(exc_info), None
    elif exc_info == (None, None, None):
        yield "wsgi.start-response.exc-info-type", expected, "(None, None, None)", WARN
    else:
        kind, value, trace = exc_info
        right = isinstance(kind, type) and issubclass(kind, BaseException) and isinstance(value, kind)
        if not right or not isinstance(trace, (TracebackType, type(None))):
            yield "wsgi.start-response.exc-info-type", expected, _shown(exc_info), None


def _remember(status: str, headers: list[tuple[str, str]]) -> None:
    """They are right."""
    for cache in (_statuses, _names):
        if len(cache) >= LIMIT:
            cache.clear()
    _statuses[status] = int(status[:3])
    for name, _ in headers:
        _names[name] = LENGTH if name.lower() == "content-length" else PLAIN


# --------------------------------------------------------------------------- the watch


OWN = frozenset(("_application", "_busy", "_listener", "_once", "_place", "_report"))
"""The attributes of a `Watch`, for one that lends those of its application."""


class Watch:
    """A WSGI application that passes everything on and looks at what passes. `place`: where the application is."""

    def __init__(
        self,
        application: Callable[..., Any],
        report: Report,
        place: Place | None = None,
        listener: Callable[[Any], Call] | None = None,
    ) -> None:
        self._application, self._report, self._listener = application, report, listener
        self._place: Place = place or ("", 0)
        self._busy: list[tuple[int, str]] = []  # (thread, what it does), where one thread at a time was promised
        self._once: list[Any] = []  # of the calls that were to be the only one

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) != 2 or kwargs:
            got = ", ".join([*("…" for _ in args), *(f"{name}=…" for name in kwargs)])
            requirement = "wsgi.call.positional-args"
            self._report(Breach(requirement, "server", f"application({got})", "two by position", self._place))
            return self._application(*args, **kwargs)
        environ, start_response = args
        if type(environ) is not dict:
            got = _type_name(environ)
            self._report(Breach("wsgi.environ.builtin-dict", "server", got, "type dict", self._place))
            if not isinstance(environ, dict):
                return self._application(environ, start_response)
        call = _Call(self, environ, start_response)
        if not is_clean(environ):
            call.looks_at(environ)
        stream = environ.get("wsgi.input")
        if stream is not None:
            environ["wsgi.input"] = _Input(stream, call, environ)
        stream = environ.get("wsgi.errors")
        if stream is not None:
            environ["wsgi.errors"] = _Errors(stream, call)
        files = None
        if "wsgi.file_wrapper" in environ:
            files = environ["wsgi.file_wrapper"] = _FileWrapper(environ["wsgi.file_wrapper"], call)
        if environ.get("wsgi.run_once"):
            self._is_one_of_many(call)
        if environ.get("wsgi.multithread", True):
            return call.returned(self._called(environ, call), files)
        call.alone = True
        with _Busy(call, "call"):
            return call.returned(self._called(environ, call), files)

    def _called(self, environ: Any, call: _Call) -> Any:
        try:
            return self._application(environ, call.start_response)
        except BaseException as error:
            if call.listener is not None:
                call.listener.raises(error, "call")
            raise

    def _is_one_of_many(self, call: _Call) -> None:
        if self._once:  # the flag is an expectation, no promise
            call.tell("server", "wsgi.environ.run-once", "one call in the process", "another one", WARN)
        else:
            self._once.append(True)


class _Busy:
    """The application runs, in a process that has promised one thread at a time."""

    def __init__(self, call: _Call, what: str) -> None:
        self._call, self._entry, self._busy = call, (threading.get_ident(), what), call.watch._busy

    def __enter__(self) -> None:
        others = [what for thread, what in self._busy.copy() if thread != self._entry[0]]
        self._busy.append(self._entry)
        if others:
            calls = "call" in others and self._entry[1] == "call"
            requirement = "wsgi.environ.multithread" if calls else "wsgi.thread.flag-honoured"
            got = f"{self._entry[1]} during {others[0]} in another thread"
            self._call.tell("server", requirement, "one thread at a time, for wsgi.multithread is false", got)

    def __exit__(self, *_: object) -> None:
        self._busy.remove(self._entry)


class _Call:
    """One call of the application: what is known of it. What a call begins with is an attribute of the class."""

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

    def __init__(self, watch: Watch, environ: dict[str, Any], start_response: Any) -> None:
        self.watch, self.server = watch, start_response
        self.method = environ.get("REQUEST_METHOD")
        self.path = environ.get("PATH_INFO")
        if watch._listener is not None:
            self.listener = watch._listener(environ)

    # ------------------------------------------------------------------- telling

    def tell(self, side: str, requirement: str, expected: str, got: str, verdict: str | None = None) -> None:
        place = (_outside() if side == "application" else None) or self.watch._place
        self.watch._report(Breach(requirement, side, got, expected, place, verdict, self.named()))

    def tell_once(self, side: str, requirement: str, expected: str, got: str, verdict: str | None = None) -> None:
        """About the result: neither by every block, nor from a line of the server's."""
        if self.told is None:
            self.told = set()
        if requirement not in self.told:
            self.told.add(requirement)
            self.watch._report(Breach(requirement, side, got, expected, self.watch._place, verdict, self.named()))

    def asks(self, name: str, more: int) -> int:
        """How often a method of a stream was asked for and not called: who does that does not depend on it."""
        if self.asked is None:
            self.asked = {}
        self.asked[name] = self.asked.get(name, 0) + more
        return self.asked[name]

    def named(self) -> str:
        return " ".join(word for word in (self.method, self.path) if isinstance(word, str))

    def looks_at(self, environ: dict[Any, Any]) -> None:
        clean = True
        for requirement, expected, got, verdict in environ_faults(environ):
            clean = False
            self.tell("server", requirement, expected, got, verdict)
        if clean:
            learn(environ)

    # ------------------------------------------------------------------- start_response and write

    def start_response(self, *args: Any, **kwargs: Any) -> Any:
        clean, before = False, (self.code, self.length)
        if len(args) == 2 and not kwargs and not self.start_calls:
            clean = self._is_plain(args[0], args[1])
        faults = () if clean else self._looks_at_start(args, kwargs)
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
        if not clean:
            self._start_accepted(exc_info, faults)
        self.started = True
        self.is_plain = self.length is None and self.method != "HEAD" and self.code != 204 and self.code != 304
        if self.listener is not None:
            self.listener.starts(args, kwargs, None)
        if callable(write):
            return partial(self.writes, write)
        self.tell("server", "wsgi.start-response.returns-write", "a callable", _typed(write))
        return write

    def _is_plain(self, status: Any, headers: Any) -> bool:
        """Whether all is known to be right; what is learned of it otherwise is learned in `_looks_at_start`."""
        if type(status) is not str or type(headers) is not list:
            return False
        code = _statuses.get(status)
        if code is None:
            return False
        length = None
        for item in headers:
            if type(item) is not tuple or len(item) != 2:
                return False
            name, value = item
            if type(name) is not str or type(value) is not str:
                return False
            kind = _names.get(name)
            if kind is None or not (value.isascii() and value.isprintable()):
                return False
            if kind == LENGTH:
                if length is not None or not value.isdigit():
                    return False
                length = int(value)
        self.code, self.length = code, length
        return True

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
        self.code = int(status[:3]) if isinstance(status, str) and DIGITS.fullmatch(status[:3]) else 0
        self.length = None
        if not of_head:
            _remember(status, headers)
        if isinstance(headers, list):
            found = [item for item in headers if isinstance(item, tuple) and len(item) == 2]
            values = [value for name, value in found if isinstance(name, str) and name.lower() == "content-length"]
            if len(values) == 1 and isinstance(values[0], str) and DIGITS.fullmatch(values[0]):
                self.length = int(values[0])

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
            self.tell("server", requirement, "two or three arguments are taken", _shown(error))

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
            got = _typed(data) if len(args) == 1 and not kwargs else f"{len(args)} arguments, {len(kwargs)} named"
            self.tell("application", "wsgi.write.app-bytes", "one object of type bytes", got)
        elif type(data) is not bytes:
            self.tell("application", "wsgi.write.app-bytes", "type bytes", _typed(data), WARN)
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

    # ------------------------------------------------------------------- the result

    def returned(self, result: Any, files: _FileWrapper | None) -> Any:
        """What is passed on to the server."""
        self.is_over = True
        if self.listener is not None:
            self.listener.returns(result)
        if self.trapped is not None:
            self.swallowed()
        kind = type(result)
        if files is not None and files.made(result):
            return result  # the server knows it by its type
        if kind is list or kind is tuple:
            if self.listener is None and self._is_right(result):
                return result
            return _SizedResult(self, result, len(result))
        if kind is GeneratorType:
            return _Result(self, result, None)
        if isinstance(result, (str, bytes, bytearray, memoryview)) or not _is_iterable(result):
            requirement = "wsgi.write.still-return-iterable" if self.wrote else "wsgi.iterable.return-iterable"
            self.tell_once("application", requirement, "an iterable of bytes", _typed(result))
            return result
        if hasattr(kind, "__len__"):
            return _SizedResult(self, result, _length(result))
        return _Result(self, result, None)

    def _is_right(self, blocks: Any) -> bool:
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
        got = f"it went on after {_shown(self.trapped)}"
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
            self.tell_once("application", requirement, "blocks of type bytes", _typed(block), verdict)
        if isinstance(block, bytes) and block:
            self.takes(block)

    def takes(self, data: bytes) -> None:
        self.taken += len(data)
        if self.method == "HEAD":
            self.tell_once("application", "wsgi.head.app-body", "no body for HEAD", _shown(data))
        elif self.code == 204 or self.code == 304:
            self.tell_once("application", "wsgi.http.status-without-body", f"no body under {self.code}", _shown(data))
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


class _FileWrapper:
    """`wsgi.file_wrapper`, and what it made: that is passed on to the server as it is."""

    __slots__ = ("_call", "_made", "_wrapper")

    def __init__(self, wrapper: Any, call: _Call) -> None:
        self._wrapper, self._call = wrapper, call
        self._made: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._made = result = self._wrapper(*args, **kwargs)
        if args and hasattr(args[0], "close") and not hasattr(result, "close"):
            self._call.tell_once("server", "wsgi.file-wrapper.close", "close(), for the file has one", "none")
        if not _is_iterable(result):
            self._call.tell_once("server", "wsgi.file-wrapper.returns-iterable", "an iterable", _typed(result))
        return result

    def made(self, result: Any) -> bool:
        """Asked once, when the call has returned."""
        made, self._made = self._made, None
        if made is None:
            return False
        return made is result or (isinstance(self._wrapper, type) and isinstance(result, self._wrapper))

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, self._wrapper)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapper, name)


_processes = [0]
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=lambda: _processes.append(0))


class _Result:
    """What the application returned, as the server sees it. It is its own iterator."""

    _iterator: Any = None
    _closed = False
    _count = 0
    _state = ""
    """`end`, `error`: how the iteration came out"""

    def __init__(self, call: _Call, inner: Any, length: int | None) -> None:
        self._call, self._inner, self._length, self._before = call, inner, length, call.taken
        self._process = len(_processes)

    def __iter__(self) -> Iterator[Any]:
        iterator = iter(self._inner)
        return self._walk(_Alone(iterator, self._call) if self._call.alone else iterator)

    def __next__(self) -> Any:
        """Of a result that is an iterator."""
        if self._iterator is None:
            self._iterator = iter(self)
        return next(self._iterator)

    def _walk(self, iterator: Any) -> Iterator[Any]:
        call, count, listener = self._call, 0, self._call.listener
        self._count = 0
        call.taken = self._before  # it may be iterated anew
        if self._closed:
            self._is_read_after_close()
        try:
            for block in iterator:
                count += 1
                self._count = count
                if call.is_plain and type(block) is bytes:
                    call.taken += len(block)
                else:
                    call.yields(block)
                if listener is not None:
                    listener.yields(block)
                yield block
                if self._closed:
                    self._is_read_after_close()
                if not call.sent and call.taken:
                    call.goes_out()
        except GeneratorExit:  # nobody asks for more
            raise
        except BaseException as error:
            self._state = "error"
            if listener is not None:
                listener.raises(error, "iteration")
            raise
        self._ends()

    def _is_read_after_close(self) -> None:
        requirement = "wsgi.iterable.after-close"
        self._call.tell_once("server", requirement, "no iteration after close()", "another step")

    def _ends(self) -> None:
        call = self._call
        self._state = "end"
        call.ends()
        if self._length is not None and self._length != self._count:
            got = f"{self._count} blocks"
            call.tell_once("application", "wsgi.iterable.len-accurate", f"{self._length}, its len()", got)
        if call.listener is not None:
            call.listener.ends()

    def close(self) -> None:
        call = self._call
        close = getattr(self._inner, "close", None)
        if self._closed:
            call.tell_once("server", "wsgi.close.exactly-once", "one close()", "another")
        self._closed = True
        if call.listener is not None:
            call.listener.closes()
        if close is None:
            return
        try:
            if call.alone:
                with _Busy(call, "close"):
                    close()
            else:
                close()
        except BaseException as error:
            if call.listener is not None:
                call.listener.raises(error, "close")
            raise

    def __bool__(self) -> bool:
        return bool(self._inner)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not name.startswith("__"):
            requirement = "wsgi.iterable.no-other-attributes"
            self._call.tell_once("server", requirement, "__iter__, __len__, close", name)
        return value

    def __del__(self) -> None:
        if self._closed or self._process != len(_processes) or sys.is_finalizing():
            return  # the copy of a child that was forked is not its own
        if hasattr(self._inner, "close"):
            got = "none, and nobody holds the result any more"
            self._call.tell_once("server", self._unclosed(), "close()", got)

    def _unclosed(self) -> str:
        call = self._call
        if self._state:
            return "wsgi.close.normal" if self._state == "end" else "wsgi.close.app-error"
        if call.method == "HEAD" or call.code == 204 or call.code == 304:
            return "wsgi.close.unused-body"
        if call.length is not None and call.taken >= call.length:
            return "wsgi.close.content-length-stop"
        return "wsgi.close.disconnect" if self._count else "wsgi.close.not-started"


class _Alone:
    """An iterator of the application's, in a process that has promised one thread at a time."""

    def __init__(self, iterator: Any, call: _Call) -> None:
        self._iterator, self._call = iterator, call

    def __iter__(self) -> _Alone:
        return self

    def __next__(self) -> Any:
        with _Busy(self._call, "iteration"):
            return next(self._iterator)


class _SizedResult(_Result):
    """A result that has a length."""

    def __len__(self) -> int:
        return len(self._inner)


# --------------------------------------------------------------------------- wsgi.input and wsgi.errors


class _Stream:
    """What both have in common: any further attribute belongs to the server."""

    __slots__ = ("_call", "_stream")
    _name, _listed, _no_close = "", "", ""

    def __init__(self, stream: Any, call: _Call) -> None:
        self._stream, self._call = stream, call

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._stream, name)
        if name.startswith("__"):
            return value
        if not callable(value):
            self._beyond(name)
            return value

        self._call.asks(self._name + name, 1)

        def method(*args: Any, **kwargs: Any) -> Any:
            self._beyond(name, WARN if self._call.asks(self._name + name, -1) else None)
            return value(*args, **kwargs)

        return method

    def _beyond(self, name: str, verdict: str | None = None) -> None:
        if name == "close":
            self._call.tell("application", self._no_close, "it stays open", f"{self._name}.close()")
        else:
            self._call.tell("application", self._listed, "the methods of PEP 3333", f"{self._name}.{name}", verdict)

    def __enter__(self) -> Any:
        self._beyond("__enter__")
        self._stream.__enter__()
        return self

    def __exit__(self, *args: object) -> Any:
        self._beyond("close")
        return self._stream.__exit__(*args)

    def _told(self, method: str, args: tuple[Any, ...], outcome: Any) -> None:
        listener = self._call.listener
        if listener is not None:
            listener.uses(self._name, method, args, outcome)

    def _asked(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._call.listener is None:
            return getattr(self._stream, method)(*args, **kwargs)
        try:
            outcome = getattr(self._stream, method)(*args, **kwargs)
        except BaseException as error:
            self._told(method, args, error)
            raise
        self._told(method, args, outcome)
        return outcome


class _Input(_Stream):
    """`wsgi.input`"""

    __slots__ = ("_declared", "_terminated", "_total")
    _name, _listed = "wsgi.input", "wsgi.input.app-listed-methods"
    _no_close = "wsgi.input.app-no-close"

    def __init__(self, stream: Any, call: _Call, environ: dict[str, Any]) -> None:
        self._stream, self._call, self._total = stream, call, 0
        self._declared, self._terminated = environ.get("CONTENT_LENGTH"), environ.get("wsgi.input_terminated")

    def read(self, *args: Any, **kwargs: Any) -> Any:
        left = self._left()
        size = args[0] if len(args) == 1 and isinstance(args[0], int) and args[0] >= 0 else None
        if left is not None and size is not None and size > left and not self._terminated:
            requirement = "wsgi.input.app-no-over-read"
            self._call.tell("application", requirement, f"at most {left} bytes", f"read({size})")
        data = self._asked("read", args, kwargs)
        if self._is_bytes("read", data):
            if size is not None and len(data) > size:
                self._wrong("wsgi.input.read-size", f"at most {size} bytes", f"{len(data)}")
            elif left is not None and len(data) <= left:
                self._total += len(data)
            else:
                self._got(data)
        return data

    def readline(self, *args: Any, **kwargs: Any) -> Any:
        data = self._asked("readline", args, kwargs)
        if self._is_bytes("readline", data):
            size = args[0] if len(args) == 1 and isinstance(args[0], int) and args[0] >= 0 else None
            if size is not None and len(data) > size:
                self._wrong("wsgi.input.readline-size", f"at most {size} bytes", f"{len(data)}")
            else:
                self._line(data)
                self._got(data)
        return data

    def readlines(self, *args: Any, **kwargs: Any) -> Any:
        lines = self._asked("readlines", args, kwargs)
        if type(lines) is not list:
            self._wrong("wsgi.input.readlines", "a list", _typed(lines))
            return lines
        if not all(self._is_bytes("readlines", line) for line in lines):
            return lines
        if b"" in lines:
            if any(args):
                self._wrong("wsgi.input.readlines-hint", "lines of the body alone", "an empty item", WARN)
            else:
                self._wrong("wsgi.input.readlines", "lines of the body alone", "an empty item")
        for line in lines:
            self._line(line)
        left = self._left()
        data = b"".join(lines)
        if left is not None and len(data) == left + 1 and data.endswith(b"\n"):
            self._wrong("wsgi.input.readlines", f"{left} bytes", f"{len(data)}, the last one a line end")
            self._total += left
        else:
            self._got(data)
        return lines

    def __iter__(self) -> Iterator[Any]:
        for line in iter(self._stream):
            self._told("__iter__", (), line)
            if self._is_bytes("__iter__", line):
                if not line:
                    self._wrong("wsgi.input.iter", "no empty item", "b''")
                self._line(line)
                self._got(line)
            yield line
        self._told("__iter__", (), None)

    def __next__(self) -> Any:
        self._beyond("__next__")
        return next(self._stream)

    def _beyond(self, name: str, verdict: str | None = None) -> None:
        self._declared = None  # it may be anywhere from now on
        super()._beyond(name, verdict)

    def _left(self) -> int | None:
        declared = self._declared
        if isinstance(declared, str) and declared.isdigit() and declared.isascii():
            return max(0, int(declared) - self._total)
        return None

    def _got(self, data: bytes) -> None:
        left = self._left()
        self._total += len(data)
        if left is not None and len(data) > left:
            requirement = "wsgi.input.eof-at-content-length"
            self._wrong(requirement, f"{self._declared} bytes, CONTENT_LENGTH", f"{self._total}")
            self._declared = None  # told

    def _line(self, line: bytes) -> None:
        if b"\n" in line[:-1]:
            self._wrong("wsgi.input.readline", "one line", _shown(line))

    def _is_bytes(self, method: str, data: Any) -> bool:
        if type(data) is bytes:
            return True
        if data is None and method in ("read", "readline"):
            self._wrong("wsgi.input.exhausted-empty", "b''", "None")
        else:
            self._wrong("wsgi.input.bytes-type", f"type bytes from {method}", _typed(data))
        return False

    def _wrong(self, requirement: str, expected: str, got: str, verdict: str | None = None) -> None:
        self._call.tell("server", requirement, expected, got, verdict)


class _Errors(_Stream):
    """`wsgi.errors`"""

    __slots__ = ()
    _name, _listed = "wsgi.errors", "wsgi.errors.app-listed-methods"
    _no_close = "wsgi.errors.app-no-close"

    def write(self, *args: Any, **kwargs: Any) -> Any:
        return self._written("write", args, kwargs, [*args, *kwargs.values()])

    def writelines(self, *args: Any, **kwargs: Any) -> Any:
        lines = args[0] if args and isinstance(args[0], (list, tuple)) else ()
        return self._written("writelines", args, kwargs, list(lines))

    def flush(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("flush", args, kwargs)

    def _written(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any], texts: list[Any]) -> Any:
        wrong = [text for text in texts if not isinstance(text, str)]
        if wrong:
            self._call.tell("application", "wsgi.errors.text-mode", "type str", _typed(wrong[0]))
        try:
            return self._asked(method, args, kwargs)
        except UnicodeEncodeError as error:
            self._call.tell("server", "wsgi.errors.unicode", "the text, or what stands for it", _shown(error))
            raise
        except TypeError as error:
            if texts and not wrong:
                self._call.tell("server", "wsgi.errors.text-mode", "type str is taken", _shown(error))
            raise


# --------------------------------------------------------------------------- words and places


def _is_iterable(value: Any) -> bool:
    return hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__")


def _length(result: Any) -> int | None:
    """None where it cannot be told."""
    try:
        return len(result)
    except Exception:  # noqa: BLE001 - whatever the application raises there
        return None


def _is_latin1(text: str) -> bool:
    return text.isascii() or max(text) <= "\xff"


def _shown(value: Any) -> str:
    try:
        text = ascii(value)
    except Exception:  # noqa: BLE001 - whatever a __repr__ raises
        text = f"<{_type_name(value)}>"
    return text if len(text) <= 100 else f"{text[:100]}..."


def _typed(value: Any) -> str:
    return f"{_shown(value)} of type {_type_name(value)}"


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _outside() -> Place | None:
    """The innermost call that is not of this file."""
    frame = sys._getframe(1)
    here = frame.f_code.co_filename
    while frame.f_code.co_filename == here:
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
