"""The application, watched: it wraps what goes in and what comes out."""

from __future__ import annotations

from typing import Any, Callable

from .breach import WARN, Breach, Report
from .call import Terms, WatchedCall
from .environ_rules import is_known_environ
from .file_wrapper import FileWrapper
from .listener import Call
from .one_thread import Busy
from .places import Place
from .result import passed_on
from .streams import Errors, Input
from .values import type_name

OWN = frozenset(("_application", "_once", "_terms"))
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
        self._application, self._terms = application, Terms(report, place or ("", 0), listener, [])
        self._once: list[Any] = []  # of the calls that were to be the only one

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) != 2 or kwargs:
            got = ", ".join([*("…" for _ in args), *(f"{name}=…" for name in kwargs)])
            requirement = "wsgi.call.positional-args"
            self._tell_server(requirement, "two by position", f"application({got})")
            return self._application(*args, **kwargs)
        environ, start_response = args
        if type(environ) is not dict:
            self._tell_server("wsgi.environ.builtin-dict", "type dict", type_name(environ))
            if not isinstance(environ, dict):
                return self._application(environ, start_response)
        call = WatchedCall(self._terms, environ, start_response)
        if not is_known_environ(environ):
            call.looks_at(environ)
        stream = environ.get("wsgi.input")
        if stream is not None:
            environ["wsgi.input"] = Input(stream, call, environ)
        stream = environ.get("wsgi.errors")
        if stream is not None:
            environ["wsgi.errors"] = Errors(stream, call)
        files = None
        if "wsgi.file_wrapper" in environ:
            files = environ["wsgi.file_wrapper"] = FileWrapper(environ["wsgi.file_wrapper"], call)
        if environ.get("wsgi.run_once"):
            self._is_one_of_many(call)
        if environ.get("wsgi.multithread", True):
            return passed_on(call, self._called(environ, call), files)
        call.alone = True
        with Busy(call, "call"):
            return passed_on(call, self._called(environ, call), files)

    def _tell_server(self, requirement: str, expected: str, got: str) -> None:
        """Of what is no call yet."""
        self._terms.report(Breach(requirement, "server", got, expected, self._terms.place))

    def _called(self, environ: Any, call: WatchedCall) -> Any:
        try:
            return self._application(environ, call.start_response)
        except BaseException as error:
            if call.listener is not None:
                call.listener.raises(error, "call")
            raise

    def _is_one_of_many(self, call: WatchedCall) -> None:
        if self._once:  # the flag is an expectation, no promise
            call.tell("server", "wsgi.environ.run-once", "one call in the process", "another one", WARN)
        else:
            self._once.append(True)
