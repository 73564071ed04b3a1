"""We, as the server of the WSGI application under test, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance import wsgi_acts
from asgi_conformance.authoring.expectations import anything, returns
from asgi_conformance.authoring.lines import Term, expects_the_usual, line_of
from asgi_conformance.authoring.quoting import speaks
from asgi_conformance.script import Line

Ways = Mapping[str, Any] | None


@speaks
@dataclass(frozen=True, slots=True)
class Gateway:
    """We, as the server of the WSGI application under test, in memory ("server/gateway" in PEP 3333)."""

    name: str = "gateway"

    def named(self, name: str) -> "Gateway":
        """Another call of the application."""
        return Gateway(f"gateway:{name}")

    def calls(
        self,
        environ: Mapping[str, Any],
        *,
        body: bytes = b"",
        terminated: bool = False,
        pieces: int = 0,
        fails: str = "",
        file_wrapper: bool = True,
        spoils_headers: bool = False,
    ) -> Line:
        """Have the application called, in a thread of its own; see `wsgi_environ`. What comes of it is taken later.

        `body`: what `wsgi.input` holds, which ends by itself; `terminated`: and says so (`wsgi.input_terminated`).
        `pieces`: so many bytes at most does a `read(size)` give. `fails`: `write`, `read`, `read-later` (it
        raises `OSError`, as for a client that has left; later: but the first time), or `exc_info` (`start_response`
        re-raises, as if the head had gone out). `file_wrapper`: whether
        it is offered. `spoils_headers`: whether the list of headers is changed once it was given.
        """
        act = wsgi_acts.CallsWsgi(dict(environ), body, terminated, pieces, fails, file_wrapper, spoils_headers)
        return line_of(self.name, act, ())

    def gets_result(self, *terms: Term, ways: Ways = None) -> Line:
        """The call has returned; the outcome's value is the name of the type of what it returned."""
        return self._takes(wsgi_acts.TakesResult(), terms, ways)

    def asks_for_block(self) -> Line:
        """The next item is asked for, and a later line takes it: `gets_block`, `gets_response`."""
        return line_of(self.name, wsgi_acts.AsksForBlock(), ())

    def gets_block(self, *terms: Term, ways: Ways = None) -> Line:
        """The next item of what the application returned: `block(b"...")`, `exhausted()`."""
        return self._takes(wsgi_acts.TakesBlock(), terms, ways)

    def gets_response(self, *terms: Term, ways: Ways = None) -> Line:
        """All that is left, whatever it is, and `close()`."""
        if expects_the_usual(terms, ways):
            terms = (anything(), *terms)
        return line_of(self.name, wsgi_acts.TakesWhole(), terms, ways)

    def closes(self, *terms: Term, ways: Ways = None) -> Line:
        """`close()` of what the application returned, where it has one."""
        return self._takes(wsgi_acts.ClosesResult(), terms, ways)

    def _takes(self, act: Any, terms: tuple[Term, ...], ways: Ways) -> Line:
        if expects_the_usual(terms, ways):
            terms = (returns(), *terms)
        return line_of(self.name, act, terms, ways)
