"""Every scope and event of every case, held against the tables of the specification.

What shows on every ordinary exchange of a subject is settled once, by the cases about it, and not told again by all
others: see `usual_deviations`.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from asgi_conformance import acts
from asgi_conformance.results import Check
from asgi_conformance.script import Case, Over
from asgi_conformance.spec import messages, order, scopes
from asgi_conformance.spec.catalogue import Catalogue, Requirement
from asgi_conformance.spec.check import Problem
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Deviation, Protocol
from asgi_conformance.spec.protocols import PROTOCOLS
from asgi_conformance.spec.shapes import plain
from asgi_conformance.timeline import Body, Call, Entry, Event, Events, Facts, Missing, Outcome, Seen, Timeline


def deviations(
    case: Case, timeline: Timeline, facts: Facts, catalogue: Catalogue, settled: set[str]
) -> tuple[Check, ...]:
    """A check for each deviation that is bad and not usual, of requirements that the case does not settle itself."""
    found: dict[tuple[str, str, str], Check] = {}
    for line, problem in _schema(timeline.entries, unix=case.over is Over.UNIX):
        key = key_of(problem)
        check = _wrong_shape(problem, catalogue[problem.requirement], line)
        if key not in facts.usual and check.requirement not in settled and check.verdict.is_bad:
            found.setdefault(key, check)
    for line, deviation in _order(case, timeline.entries):
        check = _wrong_order(deviation, catalogue[deviation.requirement], line)
        if check.requirement not in settled and check.verdict.is_bad:
            found.setdefault((check.requirement, "", "order"), check)
    return tuple(found.values())


def _wrong_order(deviation: Deviation, requirement: Requirement, line: int | None) -> Check:
    verdict = requirement.broken
    return Check(requirement.id, requirement.level, verdict, "out of order", observed=deviation.text, line=line)


def _wrong_shape(problem: Problem, requirement: Requirement, line: int | None) -> Check:
    return Check(
        requirement.id,
        requirement.level,
        problem.verdict or requirement.broken,
        f"{problem.kind.value} ({problem.path})" if problem.path else problem.kind.value,
        expected=problem.expected,
        observed=problem.got,
        line=line,
    )


def usual_deviations(timelines: Sequence[Timeline], calls: Iterable[Call]) -> frozenset[tuple[str, str, str]]:
    """(requirement, place, kind) of what deviates in the introduction already."""
    found = {key_of(problem) for timeline in timelines for _, problem in _schema(timeline.entries, unix=False)}
    return frozenset(found | {key_of(problem) for call in calls for problem in scopes.problems(call.scope)})


def key_of(problem: Problem) -> tuple[str, str, str]:
    return problem.requirement, problem.path, problem.kind.value


def problems_of(seen: Seen | None, scope_type: str | None, *, unix: bool = False) -> list[Problem]:
    """How what was seen deviates from its table, if it is a scope, an event or a body."""
    match seen:
        case Call(scope, _):
            return scopes.problems(scope, unix=unix)
        case Event(value, _):
            return messages.problems(value, Direction.RECEIVED, scope_type)
        case Body(events, _) | Events(events):
            return [found for event in events for found in messages.problems(event, Direction.RECEIVED, scope_type)]
    return []


def _schema(entries: Iterable[Entry], *, unix: bool) -> Iterator[tuple[int | None, Problem]]:
    types: dict[str, str | None] = {}
    for entry in entries:
        if entry.who.partition(":")[0] == "server":  # what an application under test has sent is judged as its conduct
            continue
        if isinstance(entry.seen, Call):
            types[entry.who] = type_of(entry.seen)
        for problem in problems_of(entry.seen, types.get(entry.who), unix=unix):
            yield entry.line, problem


def type_of(call: Call) -> str | None:
    """The scope's type, where it is one that a specification defines."""
    scope = plain(call.scope)
    kind = plain(scope.get("type")) if isinstance(scope, dict) else None
    return kind if isinstance(kind, str) and kind in PROTOCOLS else None


def _order(case: Case, entries: Iterable[Entry]) -> Iterator[tuple[int | None, Deviation]]:
    """Each call of the application, walked by itself."""
    calls: dict[str, tuple[Protocol, list[tuple[Direction, Any, int | None]]]] = {}
    for entry in entries:
        if isinstance(entry.seen, Call) and (kind := type_of(entry.seen)):
            calls[entry.who] = PROTOCOLS[kind], []
        elif entry.who in calls:
            calls[entry.who][1].extend((way, event, entry.line) for way, event in _events(case, entry))
    for protocol, events in calls.values():
        for deviation in order.deviations([(way, event) for way, event, _ in events], protocol):
            yield events[deviation.index][2], deviation


def _events(case: Case, entry: Entry) -> Iterator[tuple[Direction, Any]]:
    act = case.lines[entry.line].act if entry.line is not None and entry.line < len(case.lines) else None
    match entry.seen:
        case Event(value, _):
            yield Direction.RECEIVED, value
        case Body(events, _) | Events(events):
            yield from ((Direction.RECEIVED, event) for event in events)
        case Outcome(raised=None) if isinstance(act, acts.SendsEvent):
            yield Direction.SENT, act.event
        case Missing() if isinstance(act, acts.SendsEvent):  # begun, and perhaps acted upon
            yield Direction.SENT, act.event
    if isinstance(act, acts.Begins) and act.what.startswith("send"):
        yield Direction.SENT, act.event
    if isinstance(act, acts.Raises):
        yield Direction.RAISED, None
