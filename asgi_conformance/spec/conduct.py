"""How an application conducts itself in one call: everything that the tables and the order of events tell of it.

For the lint, which sees events as they pass, and for the judge, which reads them from a recording. Values are those of
`asgi_conformance.codec`: built-in types, or a `Foreign` for anything else.
"""

import os.path
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from asgi_conformance.spec import messages
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.glance import FLAGS, PLAIN, Ways
from asgi_conformance.spec.order import Deviation, Walk, type_of
from asgi_conformance.spec.protocols import PROTOCOLS
from asgi_conformance.spec.shapes import plain, show
from asgi_conformance.verdict import Verdict

UNADVERTISED = {
    "http.response.debug": "ext.debug.app-not-unadvertised",
    "websocket.http.response": "ext.denial.app-fallback",
}
"""Who else forbids an event of an extension that is not advertised."""
OF_EXTENSIONS = frozenset({"trailers"})
"""Keys of core events that belong to an extension."""
OF_VERSIONS = {("websocket.accept", "headers"): "websocket.accept.headers.app-version"}
LAST_WORDS = ("http.disconnect", "websocket.disconnect")
OPENINGS = ("http.response.start", "websocket.accept")
AFTER_THE_END = "common.extra-coroutines.finish-with-app"
AFTER_DISCONNECT = "websocket.disconnect.app-stops"
"""What one part of an application sends when another has just received the disconnect is lawful: the text tells it to
expect an error. Only to go on and on is not."""
RETURNS_NONE = "common.app.returns-none"
POSITIONAL = "common.send.positional-by-app"


WAYS = {name: Ways(protocol) for name, protocol in PROTOCOLS.items()}


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that an application did and ought not to have done."""

    requirement: str
    expected: str
    got: str
    verdict: Verdict | None = None
    """Where it is not the requirement's own."""


class Conduct:
    """One call of an application, event by event. The scope is the one that the server gave."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        """`scope`: its type is one of `PROTOCOLS`."""
        self._scope = scope
        self.kind: str = plain(scope["type"])
        self._ways = WAYS[self.kind]
        self._at = 0  # the number of the states
        self._gone = False
        self._ended = False

    # ------------------------------------------------------------------ what happens

    def received(self, event: Any) -> None:
        """What `receive()` returned."""
        kind = event.get("type") if type(event) is dict else None
        if type(kind) is str:
            flag = bool(event.get(FLAGS[kind])) if kind in FLAGS else False
            following = self._ways.received[self._at].get((kind, flag))
            if following is None:
                following = self._ways.explore(self._at, Direction.RECEIVED, event, flag)
            self._at = following
            self._gone = self._gone or kind in LAST_WORDS
        else:
            self._gone = self._gone or type_of(event) in LAST_WORDS
            self._step(Direction.RECEIVED, event)

    def passes(self, event: Any) -> bool:
        """Whether it can be told at a glance that nothing is wrong with an event that is sent; it then counts as sent.

        Where it is False, `sends` has to be asked.
        """
        if type(event) is not dict or self._ended:
            return False
        kind = event.get("type")
        if type(kind) is not str or kind not in PLAIN or not PLAIN[kind](event):
            return False
        flag = event.get("more_body", False) if kind == "http.response.body" else False
        following = self._ways.sent[self._at].get((kind, flag))
        if following is None:
            following = self._ways.explore(self._at, Direction.SENT, event, flag)
        if following < 0:
            return False
        self._at = following
        return True

    def _step(self, direction: Direction, event: Any) -> list[Deviation]:
        walk = Walk(PROTOCOLS[self.kind], Direction.SENT)
        walk.states = self._ways.states[self._at]
        found = walk.step(direction, event)
        self._at = self._ways.number(walk.states)
        return found

    def sends(self, event: Any) -> Iterator[Breach]:
        """`send(event)` is called: what is wrong with that."""
        for problem in messages.problems(event, Direction.SENT, self.kind):
            place = f"{problem.path}: " if problem.path else ""
            got = f"{place}{problem.got} ({problem.kind.value})"
            yield Breach(problem.requirement, problem.expected, got, problem.verdict)
        for deviation in self._step(Direction.SENT, event):
            milder = Verdict.NOTE if deviation.requirement == AFTER_DISCONNECT else None
            yield Breach(deviation.requirement, "", deviation.text, milder)
        if self._ended:
            yield Breach(AFTER_THE_END, "", f"{_named(event)} after the call had ended", Verdict.WARN)
        keys = plain(event)
        if isinstance(keys, dict):
            yield from self._of_extensions(keys)
            yield from self._of_versions(keys)
            yield from self._of_values(keys)

    def refused(self, event: Any, hoped: int | None) -> tuple[list[Breach], int]:
        """`send(event)` is called and comes to nothing, now or once before: what is wrong with that, and how far the
        application may think that the call has come. It counts as not sent.

        `hoped`: the same of the last one, for whoever ignores that `send` has failed goes on from there; to begin
        another answer is not to go on.
        """
        before = self._at
        found = list(self.sends(event))
        if hoped is not None and type_of(event) not in OPENINGS:
            self._at = hoped
            still = {breach.requirement for breach in self.sends(event)}
            found = [breach for breach in found if breach.requirement in still]
        hoped, self._at = self._at, before
        return found, hoped

    @property
    def place(self) -> int:
        """How far the call has come; may be set back, for what `send` refused has not happened."""
        return self._at

    @place.setter
    def place(self, place: int) -> None:
        self._at = place

    @property
    def states(self) -> tuple[Enum, ...]:
        """The same, in words."""
        return self._ways.states[self._at]

    def client_has_left(self) -> None:
        """`send` has raised an `OSError`: nothing more is owed."""
        self._gone = True

    def returns(self, value: Any) -> Iterator[Breach]:
        """The call returns: what is wrong with that."""
        self._ended = True
        if value is not None:
            yield Breach(RETURNS_NONE, "None as the result", show(value))
        if not self._gone:
            machines = zip(PROTOCOLS[self.kind].machines, self.states, strict=True)
            for state, requirement in (
                (state, machine.unfinished[state]) for machine, state in machines if state in machine.unfinished
            ):
                yield Breach(requirement, "", f"a return while {state.value}")

    def fails(self) -> None:
        """An exception leaves the call."""
        self._ended = True

    # ------------------------------------------------------------------ what is wrong with an event

    def _of_extensions(self, event: Mapping[Any, Any]) -> Iterator[Breach]:
        offered = plain(self._scope.get("extensions")) or {}
        table = messages.table(event.get("type"))
        used = [table.extension] if table is not None and table.extension else []
        if event.get("trailers") and type_of(event) == "http.response.start":
            used.append("http.response.trailers")
        for name in used:
            if name not in offered:
                owner = UNADVERTISED.get(name, "common.extensions.app-no-unadvertised")
                yield Breach(owner, f"{name} in scope['extensions']", f"{_named(event)} without it")

    def _of_versions(self, event: Mapping[Any, Any]) -> Iterator[Breach]:
        table = messages.table(event.get("type"))
        if table is None or table.extension or self.kind == "lifespan":
            return
        declared = self._version()
        for name, key in table.keys.items():
            if key.since > declared and event.get(name) and name not in OF_EXTENSIONS:
                owner = OF_VERSIONS.get((table.name, name), "common.version.app-respects")
                wanted, have = (".".join(map(str, version)) for version in (key.since, declared))
                yield Breach(owner, f"a server of version {wanted}", f"{name} for one of {have}", Verdict.WARN)

    def _version(self) -> tuple[int, int]:
        asgi = plain(self._scope.get("asgi"))
        text = asgi.get("spec_version", "2.0") if isinstance(asgi, dict) else "2.0"
        found = re.fullmatch(r"(\d{1,4})\.(\d{1,4})", str(text))
        return (int(found[1]), int(found[2])) if found else (2, 0)

    def _of_values(self, event: Mapping[Any, Any]) -> Iterator[Breach]:
        kind = type_of(event)
        if kind == "websocket.accept" and isinstance(chosen := event.get("subprotocol"), str) and chosen:
            offered = list(plain(self._scope.get("subprotocols")) or ())
            if chosen not in offered:
                yield Breach("websocket.accept.subprotocol.app-choice", f"one of {offered}", repr(chosen))
        if kind == "http.response.pathsend" and isinstance(path := event.get("path"), str) and not os.path.isabs(path):
            yield Breach("ext.pathsend.app-format", "an absolute path", repr(path))


def _named(event: Any) -> str:
    return type_of(event) or show(event)
