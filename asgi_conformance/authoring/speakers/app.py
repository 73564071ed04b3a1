"""We, as the application inside the server under test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance import acts
from asgi_conformance.authoring.expectations import pending, returns, where
from asgi_conformance.authoring.lines import Term, expects_the_usual, line_of
from asgi_conformance.authoring.quoting import speaks
from asgi_conformance.matchers.app import BodyIs, EventsAre
from asgi_conformance.script import Line
from asgi_conformance.timeline import Done


@speaks
@dataclass(frozen=True, slots=True)
class App:
    """We, as the application inside the server under test."""

    name: str = "app"

    def named(self, name: str) -> "App":
        """Another call of the application."""
        return App(f"app:{name}")

    def is_called(
        self, *terms: Term, on: str | None = None, ways: Mapping[str, Any] | None = None, within: float | None = None
    ) -> Line:
        """The server calls the application. `on`: the call with this path, where several are under way.

        Where one of the ways is an answer (`refused()`, `interim(100)`, `closed()`), the line also listens to the
        client that connected last, and whichever comes first is what was seen.
        """
        return line_of(self.name, acts.IsCalled(on, within), terms, ways)

    def is_not_called(self, *terms: Term, within: float | None = None) -> Line:
        """No call comes for the shortest bounded time, or for so many seconds. Prefer a barrier where there is one."""
        quiet = where("no call", lambda seen, heard: isinstance(seen, Done))
        return line_of(self.name, acts.IsNotCalled(within), (quiet, *terms))

    def gets(self, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None) -> Line:
        """`await receive()`; with `whole_body(...)`, until the request body has ended."""
        if any(isinstance(term, BodyIs) for term in terms):
            return line_of(self.name, acts.ReceivesBody(), terms, ways)
        return line_of(self.name, acts.Receives(within), terms, ways)

    def gets_several(self, events: Iterable[Mapping[str, Any]], *terms: Term) -> Line:
        """`await receive()` once for each of these events; the first that is no `websocket.receive` is the last."""
        expected = tuple(dict(event) for event in events)
        return line_of(self.name, acts.ReceivesSeveral(len(expected)), (EventsAre(expected), *terms))

    def gets_body(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """`await receive()` until the request body has ended, whatever it is."""
        return line_of(self.name, acts.ReceivesBody(), terms, ways)

    def sends(
        self,
        event: Any,
        *terms: Term,
        ways: Mapping[str, Any] | None = None,
        times: int = 1,
        spoil: bool = False,
        through: "App | None" = None,
    ) -> Line:
        """`await send(event)`; where nothing else is said, it has to return.

        `spoil`: change the event afterwards, and close a file in it. `through`: with the `send` of this call, which
        may have ended.
        """
        if expects_the_usual(terms, ways):
            terms = (returns(), *terms)
        return line_of(self.name, acts.SendsEvent(event, times, spoil, through.name if through else ""), terms, ways)

    def sends_last(self, event: Any, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """`await send(event)` as the last thing that the call does: what it raises leaves the call at once."""
        if expects_the_usual(terms, ways):
            terms = (returns(), *terms)
        return line_of(self.name, acts.SendsEvent(event, last=True), terms, ways)

    def begins_to_receive(self, task: str = "receive", *, ways: Mapping[str, Any] | None = None) -> Line:
        """Begin `receive()` in a task of its own. `ways`: where the application may not have been called at all."""
        return line_of(self.name, acts.Begins(task, "receive"), (), ways)

    def begins_to_receive_body(self, task: str = "body", *, ways: Mapping[str, Any] | None = None) -> Line:
        """Begin to receive until the request body has ended, in a task of its own, which finishes with the body."""
        return line_of(self.name, acts.Begins(task, "receive_body"), (), ways)

    def begins_to_send(self, event: Any, task: str = "send", times: int = 1) -> Line:
        """Begin `send(event)` in a task of its own."""
        return line_of(self.name, acts.Begins(task, "send_many" if times > 1 else "send", event, times), ())

    def finishes(
        self, task: str, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None
    ) -> Line:
        """The outcome of a task begun earlier: an event, or how its send went."""
        return line_of(self.name, acts.Finishes(task, within), terms, ways)

    def still_waits(
        self, task: str, *terms: Term, ways: Mapping[str, Any] | None = None, within: float | None = None
    ) -> Line:
        """A task begun earlier is not done, also after the shortest bounded time, or after so many seconds."""
        if expects_the_usual(terms, ways):
            terms = (pending(), *terms)
        return line_of(self.name, acts.StillWaits(task, within), terms, ways)

    def forgets_a_task(self) -> Line:
        """Begin a task that outlives the call, fails then, and is waited for by nobody. Trio has no such tasks."""
        return line_of(self.name, acts.ForgetsATask(), ())

    def uses_the_loop(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        """Sleep, run a task and run a function in a thread. The outcome's value is the library: asyncio or trio."""
        if expects_the_usual(terms, ways):
            terms = (returns(), *terms)
        return line_of(self.name, acts.UsesTheLoop(), terms, ways)

    def cancels(self, task: str) -> Line:
        return line_of(self.name, acts.Cancels(task), ())

    def returns(self, value: Any = None, *, ways: Mapping[str, Any] | None = None) -> Line:
        """The call ends. `ways`: where it may have `ended()` already."""
        return line_of(self.name, acts.Returns(value), (), ways)

    def raises(self, kind: str = "RuntimeError", text: str = "asgi-conformance: raised by the script") -> Line:
        """An exception leaves the call."""
        return line_of(self.name, acts.Raises(kind, text), ())

    def reraises(self, *, ways: Mapping[str, Any] | None = None) -> Line:
        """The exception that `send` raised last leaves the call; without one the call ends.

        `ways`: where it may have `ended()` already.
        """
        return line_of(self.name, acts.Reraises(), (), ways)

    def looks_at_scope(self, *terms: Term) -> Line:
        return line_of(self.name, acts.LooksAtScope(), terms)

    def sets_scope(self, path: Iterable[Any], value: Any) -> Line:
        """`scope[a][b] = value` for the path `("a", "b")`."""
        return line_of(self.name, acts.LooksAtScope("set", tuple(path), value), ())

    def deletes_scope(self, path: Iterable[Any]) -> Line:
        return line_of(self.name, acts.LooksAtScope("delete", tuple(path)), ())

    def appends_scope(self, path: Iterable[Any], value: Any) -> Line:
        return line_of(self.name, acts.LooksAtScope("append", tuple(path), value), ())
