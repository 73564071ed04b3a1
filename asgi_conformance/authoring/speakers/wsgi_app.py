"""We, as the WSGI application inside the server under test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance import acts, wsgi_acts
from asgi_conformance.authoring.expectations import returns, where
from asgi_conformance.authoring.lines import Term, expects_the_usual, line_of
from asgi_conformance.authoring.quoting import speaks
from asgi_conformance.matchers.wsgi import WasUsedSo
from asgi_conformance.script import Line
from asgi_conformance.timeline import Done

Ways = Mapping[str, Any] | None
HEADERS = (("Content-Type", "text/plain"),)
ERROR = ("RuntimeError", "asgi-conformance: raised by the script")


@speaks
@dataclass(frozen=True, slots=True)
class WsgiApp:
    """We, as the WSGI application inside the server under test, or inside a middleware."""

    name: str = "wsgi_app"

    def named(self, name: str) -> "WsgiApp":
        """Another call of the application."""
        return WsgiApp(f"wsgi_app:{name}")

    # ------------------------------------------------------------------ the call

    def is_called(self, *terms: Term, on: str | None = None, ways: Ways = None, within: float | None = None) -> Line:
        """The server calls the application. `on`: the call with this PATH_INFO, where several are under way.

        Where one of the ways is an answer (`refused()`, `interim(100)`, `closed()`), the line also listens to the
        client that connected last, and whichever comes first is what was seen.
        """
        return line_of(self.name, acts.IsCalled(on, within), terms, ways)

    def is_not_called(self, *terms: Term, within: float | None = None) -> Line:
        """No call comes for the shortest bounded time, or for so many seconds. Prefer a barrier where there is one."""
        quiet = where("no call", lambda seen, heard: isinstance(seen, Done))
        return line_of(self.name, acts.IsNotCalled(within), (quiet, *terms))

    def starts(
        self,
        status: Any = "200 OK",
        headers: Any = HEADERS,
        *terms: Term,
        exc_info: tuple[str, str] | None | bool = False,
        ways: Ways = None,
    ) -> Line:
        """`start_response(status, headers)`; it has to return where nothing else is said. The outcome's value is
        `write` where something that can be called came back, else the name of its type.

        A tuple of headers is given as a list; for another type say `made("items", ...)`.
        `exc_info`: the class and text of an exception that is really raised and caught, then given as
        `sys.exc_info()` (True: the usual one), or None for an explicit None. If `start_response` raises, the value
        tells `same` (it is that very exception) and `frame` (its traceback leads to the application).
        """
        given = list(headers) if type(headers) is tuple else headers
        what = ERROR if exc_info is True else exc_info
        return self._does(wsgi_acts.StartsResponse(status, given, what), terms, ways)

    def writes(self, data: Any, *terms: Term, ways: Ways = None) -> Line:
        """`write(data)`, of what `start_response` returned last."""
        return self._does(wsgi_acts.Writes(data), terms, ways)

    def begins_to_write(self, data: Any) -> Line:
        """`write(data)` that may not come back at once: see `finishes`."""
        return line_of(self.name, wsgi_acts.BeginsDeed(wsgi_acts.Writes(data)), ())

    # ------------------------------------------------------------------ the streams

    def reads(self, *terms: Term, size: Any = (), ways: Ways = None, within: float | None = None) -> Line:
        """`wsgi.input.read(size)`, or `read()`."""
        return self._uses("read", size, terms, ways, within)

    def reads_line(self, *terms: Term, size: Any = (), ways: Ways = None, within: float | None = None) -> Line:
        """`wsgi.input.readline(size)`, or `readline()`."""
        return self._uses("readline", size, terms, ways, within)

    def reads_lines(self, *terms: Term, hint: Any = (), ways: Ways = None, within: float | None = None) -> Line:
        """`wsgi.input.readlines(hint)`, or `readlines()`."""
        return self._uses("readlines", hint, terms, ways, within)

    def iterates_input(self, *terms: Term, items: int = 1000, ways: Ways = None, within: float | None = None) -> Line:
        """`list(wsgi.input)`, or its first items."""
        return self._does(wsgi_acts.IteratesInput(items, within), terms, ways)

    def reads_body(self, *terms: Term, ways: Ways = None) -> Line:
        """As many bytes as CONTENT_LENGTH says, or to the end where it says nothing."""
        return self._does(wsgi_acts.ReadsBody(), terms, ways)

    def reads_to_end(
        self,
        *terms: Term,
        size: int = 65536,
        up_to: int | None = None,
        ways: Ways = None,
        within: float | None = None,
    ) -> Line:
        """`read(size)` again and again until it gives nothing; the outcome's value is the list of the pieces.

        `up_to`: until there are so many bytes, and never asking for more than is left of them.
        """
        return self._does(wsgi_acts.ReadsToEnd(size, up_to, within), terms, ways)

    def begins_to_read(self, method: str = "read", *arguments: Any) -> Line:
        """A method of `wsgi.input` that may not come back at once: see `finishes`."""
        return line_of(self.name, wsgi_acts.BeginsDeed(wsgi_acts.UsesStream("wsgi.input", method, arguments)), ())

    def begins_to_read_to_end(self, size: int = 65536, up_to: int | None = None) -> Line:
        """As `reads_to_end`, and may not come back at once: see `finishes`."""
        return line_of(self.name, wsgi_acts.BeginsDeed(wsgi_acts.ReadsToEnd(size, up_to)), ())

    def finishes(self, *terms: Term, ways: Ways = None, within: float | None = None) -> Line:
        """What came of what was begun; it has to return where nothing else is said."""
        return line_of(self.name, wsgi_acts.FinishesDeed(within), self._usual(terms, ways), ways)

    def uses_errors(self, method: str, *arguments: Any, ways: Ways = None, expects: tuple[Term, ...] = ()) -> Line:
        """A method of `wsgi.errors`: `write`, `writelines`, `flush`."""
        return self._does(wsgi_acts.UsesStream("wsgi.errors", method, arguments), expects, ways)

    # ------------------------------------------------------------------ the environ

    def looks_at_environ(self, *terms: Term) -> Line:
        return line_of(self.name, wsgi_acts.LooksAtEnviron(), terms)

    def sets_environ(self, key: str, value: Any) -> Line:
        return line_of(self.name, wsgi_acts.LooksAtEnviron("set", key, value), ())

    def deletes_environ(self, key: str) -> Line:
        return line_of(self.name, wsgi_acts.LooksAtEnviron("delete", key), ())

    def clears_environ(self) -> Line:
        return line_of(self.name, wsgi_acts.LooksAtEnviron("clear"), ())

    # ------------------------------------------------------------------ what the call returns

    def returns(self, *blocks: Any, ways: Ways = None) -> Line:
        """The call returns a list of these blocks. `ways`: where it may never have been called."""
        return self.returns_value(list(blocks), ways=ways)

    def returns_value(self, value: Any, *, ways: Ways = None) -> Line:
        """The call returns whatever this is."""
        return line_of(self.name, wsgi_acts.ReturnsResult(value), (), ways)

    def returns_or_reraises(self, *blocks: Any) -> Line:
        """As an application does that does not look: the exception that came last from one of the server's callables
        leaves the call, and where none came it returns a list of these blocks."""
        return line_of(self.name, wsgi_acts.ReraisesOrReturns(list(blocks)), ())

    def returns_iterable(
        self,
        shape: str = "closable",
        *,
        length: int = 0,
        error: tuple[str, str] | None = None,
        blocks: Iterable[Any] | None = None,
        times: int = 1,
    ) -> Line:
        """The call returns an iterable of ours: what it gives, and what is done with it, is said by later lines.

        `shape`: `closable`; `plain` (no `close`); `sized` (`len()` is `length`); `strict` (every other attribute that
        is asked for is recorded and missing); `decoys` (has other attributes, whose use is recorded); `falsy`;
        `separate` (its iterator is another object); `items` (only `__getitem__`). `error`: what `close()` raises.
        `blocks`: all that it gives, so many `times`, without further lines. It has given it all where it was
        `used("end")`, and gives nothing more once it is closed.
        """
        given = None if blocks is None else tuple(blocks)
        return line_of(self.name, wsgi_acts.ReturnsIterable(shape, length, error, given, times), ())

    def returns_file(
        self, file: Any, *terms: Term, size: int = 0, kind: str = "positioned", consumed: int = 0, inside: str = ""
    ) -> Line:
        """The call returns `wsgi.file_wrapper(file, size)`; `file`: `made("file", content)` or another kind of file.

        `kind`: what the wrapper gets: a file-like object that has only `read` (`bare`), and `close` (`closable`), and
        `fileno` (`descriptor`), and `tell` and `seek` (`positioned`); or the file `itself`. `consumed`: so many bytes
        are read beforehand. `inside`: what is returned has the wrapper in it, and gives its items in upper case: a
        `generator`, a `delegate` (every other attribute of it is the wrapper's). `is_closed` tells of the file's
        `close`, `used("read")` of its `read`.
        """
        return line_of(self.name, wsgi_acts.ReturnsFile(file, size, kind, consumed, inside), terms)

    def wraps_file(
        self, file: Any, *terms: Term, size: int = 0, kind: str = "positioned", then: str = "", ways: Ways = None
    ) -> Line:
        """`wsgi.file_wrapper(file, size)`, which is not returned: see `returns_file`.

        `then`: `iterate` (the outcome's value is the list of all items), `close`; empty: it is let go.
        """
        return self._does(wsgi_acts.WrapsFile(file, size, kind, then), terms, ways)

    def raises(self, kind: str = ERROR[0], text: str = ERROR[1]) -> Line:
        """An exception leaves the call, or `__next__` of its iterable where the server is there."""
        return line_of(self.name, acts.Raises(kind, text), ())

    def reraises(self) -> Line:
        """The exception that came last from one of the server's callables leaves the call, or `__next__`."""
        return line_of(self.name, acts.Reraises(), ())

    # ------------------------------------------------------------------ the iterable

    def is_asked(self, *terms: Term, ways: Ways = None, within: float | None = None) -> Line:
        """The server asks the iterable for its next item, and waits for it."""
        return line_of(self.name, wsgi_acts.IsAsked(within), terms, ways)

    def is_not_asked(self, *terms: Term, within: float | None = None) -> Line:
        """The server asks for no item for the shortest bounded time, or for so many seconds."""
        quiet = where("no question", lambda seen, heard: isinstance(seen, Done))
        return line_of(self.name, wsgi_acts.IsNotAsked(within), (quiet, *terms))

    def yields(self, data: Any, *terms: Term, ways: Ways = None) -> Line:
        """The server asks for the next item, and gets this."""
        return line_of(self.name, wsgi_acts.Yields(data), terms, ways)

    def stops(self, *terms: Term, ways: Ways = None) -> Line:
        """The server asks for the next item, and there is none."""
        return line_of(self.name, wsgi_acts.Stops(), terms, ways)

    def is_closed(self, *terms: Term, ways: Ways = None, within: float | None = None) -> Line:
        """The server calls `close()` of the iterable, or of the file in its wrapper."""
        if expects_the_usual(terms, ways):
            terms = (WasUsedSo("close"), *terms)
        return line_of(self.name, wsgi_acts.IsClosed(within), terms, ways)

    def releases_close(self) -> Line:
        """`close()` of an iterable of the shape `held` comes back."""
        return line_of(self.name, wsgi_acts.ReleasesClose(), ())

    def counts_calls(self, most: int, *terms: Term, first: int = 1, within: float = 0.2, ways: Ways = None) -> Line:
        """How many calls come, until none has come for so many seconds: they are `wsgi_app.named("1")` and so on. The
        outcome's value is their number."""
        return line_of(self.name, wsgi_acts.CountsCalls(most, first, within), terms, ways)

    def is_not_closed(self, *terms: Term) -> Line:
        """No `close()` for the shortest bounded time."""
        quiet = where("no close()", lambda seen, heard: isinstance(seen, Done))
        return line_of(self.name, wsgi_acts.IsNotClosed(), (quiet, *terms))

    def was_used(self, *terms: Term, later: bool = False, ways: Ways = None) -> Line:
        """What the server has done with the iterable so far, or the shortest bounded time `later`: see `used(...)`."""
        return line_of(self.name, wsgi_acts.WasUsed(later), terms, ways)

    def looks_for_errors(self, *terms: Term, ways: Ways = None) -> Line:
        """True if nothing holds the exception any more of which an earlier call has told the server."""
        return line_of(self.name, wsgi_acts.LooksForErrors(), terms, ways)

    # ------------------------------------------------------------------

    def _uses(self, method: str, argument: Any, terms: Any, ways: Ways, within: float | None) -> Line:
        arguments = () if argument == () else (argument,)
        return self._does(wsgi_acts.UsesStream("wsgi.input", method, arguments, within), terms, ways)

    def _does(self, act: Any, terms: tuple[Term, ...], ways: Ways) -> Line:
        return line_of(self.name, act, self._usual(terms, ways), ways)

    def _usual(self, terms: tuple[Term, ...], ways: Ways) -> tuple[Term, ...]:
        return (returns(), *terms) if expects_the_usual(terms, ways) else terms
