"""We, as the server of the application under test, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance import acts
from asgi_conformance.authoring.expectations import anything, quiet
from asgi_conformance.authoring.lines import Term, expects_the_usual, line_of
from asgi_conformance.authoring.quoting import speaks
from asgi_conformance.script import Line


@speaks
@dataclass(frozen=True, slots=True)
class Server:
    """We, as the server of the application under test, in memory. Time is that of its event loop, and costs nothing."""

    name: str = "server"

    def named(self, name: str) -> "Server":
        """Another call of the application."""
        return Server(f"server:{name}")

    def calls(
        self,
        scope: Mapping[str, Any],
        *,
        keywords: bool = False,
        awaitables: str = "coroutine",
        eager: bool = False,
        shares_state: bool = False,
    ) -> Line:
        """Call the application; see `http_scope`, `websocket_scope`, `lifespan_scope`. It does nothing before the first
        line that takes something.

        `keywords`: `application(scope=…, receive=…, send=…)`. `awaitables`: what `receive()` and `send()` return, a
        `coroutine`, a `future` (not with trio, which has none) or an `object` with nothing but `__await__`. `eager`:
        both come back at once where they can. `shares_state`: with a copy of the lifespan's state.
        """
        return line_of(self.name, acts.CallsApplication(dict(scope), keywords, awaitables, eager, shares_state), ())

    def delivers(self, *events: Any) -> Line:
        """Have these events for the application: each `receive()` gets the next."""
        return line_of(self.name, acts.Delivers(events), ())

    def gets(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """The next event that the application sends, or (as a way: `ended()`, `pending()`) the end or nothing."""
        return line_of(self.name, acts.TakesEvent(), terms, ways)

    def gets_answer(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """All that the application sends until its call ends or it waits for us; and the end, if it came."""
        if expects_the_usual(terms, ways):
            terms = (anything(), *terms)
        return line_of(self.name, acts.TakesAnswer(), terms, ways)

    def gets_nothing(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """The application sends nothing and does not end, however long we wait."""
        if expects_the_usual(terms, ways):
            terms = (quiet(), *terms)
        return line_of(self.name, acts.IsQuiet(), terms, ways)

    def sees_the_end(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """The call ends, whatever is sent until then: `returns()`, `raises()`, `cancelled()`; or not: `pending()`."""
        if expects_the_usual(terms, ways):
            terms = (anything(), *terms)
        return line_of(self.name, acts.AwaitsEnd(), terms, ways)

    def waits(self, seconds: float) -> Line:
        """Let so much time pass on the application's clock."""
        return line_of(self.name, acts.LetsTimePass(seconds), ())

    def fails_sends(self, kind: str = "OSError", *, after: int = 0) -> Line:
        """`send` raises a subclass of `OSError` (or `ConnectionResetError`) from now on, or after so many more."""
        return line_of(self.name, acts.FailsSends(kind, after), ())

    def holds_sends(self, *, after: int = 0) -> Line:
        """`send` does not come back from now on, or once so many more are sent."""
        return line_of(self.name, acts.HoldsSends(after), ())

    def releases_sends(self) -> Line:
        """`send` comes back again, also where it was held; what came of `fails_sends` meanwhile holds."""
        return line_of(self.name, acts.ReleasesSends(), ())

    def cancels(self) -> Line:
        """Cancel the call."""
        return line_of(self.name, acts.CancelsCall(), ())

    def looks_at_scope(self, *terms: Term) -> Line:
        """Our own scope again, after the application had it."""
        return line_of(self.name, acts.LooksAtScope(), terms)

    def looks_around(self, *terms: Term) -> Line:
        """Tasks, warnings and log records that the calls of this case have left."""
        return line_of(self.name, acts.LooksAround(), terms)

    def has_printed(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """All that the application's process has printed so far."""
        return line_of(self.name, acts.Prints(), terms, ways)
