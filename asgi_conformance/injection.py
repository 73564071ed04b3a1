"""The disconnect explorer: a session of an application, ended at every point at which the application waits.

A session is performed as written first; its log tells how often the application asked for an event and how often it
sent one. Each of these is a point at which a client may leave, and a server may give up. What then has to hold does not
depend on what the application is: its call ends, it leaves no task behind, and it says nothing more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from asgi_conformance import acts
from asgi_conformance.authoring import (
    anything,
    case,
    note,
    nothing_left,
    pending,
    requirement,
    server,
    warn,
)
from asgi_conformance.authoring.cases import OF_SESSIONS
from asgi_conformance.results import Check, Result, Script
from asgi_conformance.script import Case, Line, Session
from asgi_conformance.timeline import CallLog, What
from asgi_conformance.verdict import Verdict

MOST = 12  # points of each kind: the first and the last half of so many
ENDS, TASKS = OF_SESSIONS
DISCONNECT = {
    "http": {"type": "http.disconnect"},
    "websocket": {"type": "websocket.disconnect", "code": 1006, "reason": ""},
}
DEEDS = ("disconnects", "disconnects and send fails", "cancels the call")


@dataclass(frozen=True, slots=True)
class Point:
    """Where the application waits: in the so many-th `receive()` or `send()`, from 0."""

    what: str
    number: int

    def __str__(self) -> str:
        return f"{self.what} {self.number + 1}"


def points(log: CallLog, delivered: int) -> Iterator[Point]:
    """Those of one call to which so many events were delivered."""
    asks = sum(step.what is What.ASKS for step in log.steps)
    sends = sum(step.what in (What.SENT, What.HELD) for step in log.steps)
    yield from (Point("receive", number) for number in _some(min(asks, delivered + 1)))
    yield from (Point("send", number) for number in _some(sends))


def _some(count: int) -> list[int]:
    numbers = list(range(count))
    return numbers if count <= MOST else [*numbers[: MOST // 2], *numbers[-MOST // 2 :]]


def injected(session: Session, log: CallLog) -> Iterator[Case]:
    """The session, ended in every way at every point."""
    call, *_ = session.lines
    assert isinstance(call.act, acts.CallsApplication)
    events = [event for line in session.lines if isinstance(line.act, acts.Delivers) for event in line.act.events]
    kind = call.act.scope["type"]
    for point in points(log, len(events)):
        for deed in DEEDS:
            lines = (call, *_up_to(point, events), *_ended(deed, point, kind), *_finally(deed, point))
            one = case(f"{session.title}: {deed} at {point}", *lines)
            yield replace(one, id=f"{session.id}[{deed} at {point}]")


def _up_to(point: Point, events: list[Any]) -> list[Line]:
    if point.what == "receive":
        before = events[: point.number]
        return [*([server.delivers(*before)] if before else []), server.gets_answer()]
    return [server.delivers(*events), server.holds_sends(after=point.number), server.gets_answer()]


def _ended(deed: str, point: Point, kind: str) -> list[Line]:
    held = [server.releases_sends()] if point.what == "send" else []  # or cleanup that sends would wait for ever
    if deed == "cancels the call":
        return [server.cancels(), *held]
    fails = [server.fails_sends()] if deed == "disconnects and send fails" else []
    return [server.delivers(DISCONNECT[kind]), *fails, *held]


def _finally(deed: str, point: Point) -> list[Line]:
    unaware = deed == DEEDS[0] and point.what == "send"  # one that asks for no event can only learn it from `send`
    goes_on = note(pending(), "it does not ask") if unaware else warn(pending(), "the call goes on")
    return [
        server.sees_the_end(requirement(ENDS, ways={"ends": anything(), "goes on": goes_on})),
        server.looks_around(requirement(TASKS, expects=nothing_left())),
    ]


def explore(session: Session, perform: Callable[[Case], tuple[Result, list[CallLog]]]) -> Result:
    """The session as it is and with every injection, told as one result: the worst of each requirement, and the script
    and timeline of the first that broke one."""
    first, logs = perform(session)
    if not logs or any(check.verdict in (Verdict.ERROR, Verdict.FAIL) for check in first.checks):
        return first
    worst = {check.requirement: check for check in first.checks}
    shown = first
    count = 0
    for one in injected(session, logs[0]):
        result, _ = perform(one)
        count += 1
        if result.verdict.is_bad and not shown.verdict.is_bad:
            script = Script(one.title, tuple(line.says() for line in one.lines), session.note)
            shown = replace(result, case=session.id, title=session.title, script=script)
        for check in result.checks:
            known = worst.get(check.requirement)
            if known is None or check.verdict.rank < known.verdict.rank:
                worst[check.requirement] = replace(check, how=f"{check.how} ({_where(one, session)})".strip())
    checks = tuple(_counted(check, count) for check in worst.values())
    return replace(shown, checks=checks, duration_ms=first.duration_ms)


def _where(one: Case, session: Session) -> str:
    return one.title.removeprefix(f"{session.title}: ")


def _counted(check: Check, count: int) -> Check:
    kept = check.verdict is Verdict.PASS and check.requirement in (ENDS, TASKS)
    return replace(check, how=f"{count} injections") if kept else check
