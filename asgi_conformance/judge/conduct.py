"""Every call of an application under test, held against the tables and the order of events. Pure."""

from collections import deque
from collections.abc import Iterator

from asgi_conformance.results import Check
from asgi_conformance.spec.catalogue import Catalogue
from asgi_conformance.spec.conduct import POSITIONAL, Breach, Conduct
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.messages import problems, table
from asgi_conformance.spec.order import type_of
from asgi_conformance.spec.protocols import PROTOCOLS
from asgi_conformance.spec.shapes import plain
from asgi_conformance.timeline import CallLog, Facts, Outcome, Timeline, What

_judged: deque[tuple[CallLog, tuple[tuple[Breach, str], ...]]] = deque(maxlen=16)
"""The last logs that were asked about: each requirement of a case asks again."""


def breaches(log: CallLog) -> tuple[tuple[Breach, str], ...]:
    """(breach, `file:line` of the send) of each thing that is wrong in one call, in their order."""
    for known, found in _judged:
        if known is log:
            return found
    found = tuple(_breaches(log))
    _judged.append((log, found))
    return found


def _breaches(log: CallLog) -> Iterator[tuple[Breach, str]]:
    scope = plain(log.scope)
    if not isinstance(scope, dict) or plain(scope.get("type")) not in PROTOCOLS:
        return
    conduct = Conduct(scope)
    hoped: int | None = None  # how far it is if what was refused, or held, has happened
    for step in log.steps:
        match step.what:
            case What.RECEIVED:
                conduct.received(step.value)
            case What.SENT if hoped is None:
                yield from ((breach, step.place) for breach in conduct.sends(step.value))
            case What.SENT:
                found, hoped = conduct.refused(step.value, hoped)
                yield from ((breach, step.place) for breach in found)
                deque(conduct.sends(step.value), 0)  # it has happened all the same
            case What.REFUSED | What.HELD:  # which has not happened
                found, hoped = conduct.refused(step.value, hoped)
                yield from ((breach, step.place) for breach in found)
                if step.what is What.REFUSED:
                    conduct.client_has_left()
            case What.MISUSED:
                yield Breach(POSITIONAL, "send(event)", str(step.value)), step.place
            case What.ENDED:
                if log.cancelled:  # whose call is cancelled has nobody to answer any more
                    conduct.client_has_left()
                yield from ((breach, "") for breach in _of_the_end(conduct, step.value))


def _of_the_end(conduct: Conduct, outcome: Outcome) -> Iterator[Breach]:
    if outcome.raised or outcome.cancelled:
        conduct.fails()
    else:
        yield from conduct.returns(outcome.value)


def misconduct(timeline: Timeline, facts: Facts, catalogue: Catalogue, settled: set[str]) -> tuple[Check, ...]:
    """A check for each requirement that the calls break, and that neither the case nor the introduction settles."""
    found: dict[str, Check] = {}
    for log in timeline.logs():
        for breach, place in breaches(log) if _is_in_order(log) else ():
            requirement = catalogue[breach.requirement]
            verdict = breach.verdict or requirement.broken
            known = breach.requirement in settled or usual(breach) in facts.usual
            if verdict.is_bad and not known:
                observed = f"{breach.got}{f' at {place}' if place else ''}"
                about = requirement.id, requirement.level, verdict, "misconduct"
                check = Check(*about, expected=breach.expected, observed=observed)
                found.setdefault(breach.requirement, check)
    return tuple(found.values())


def _is_in_order(log: CallLog) -> bool:
    """Whether we have delivered nothing but what a server may. What comes of anything else is a matter of the case."""
    scope = plain(log.scope)
    kind = plain(scope.get("type")) if isinstance(scope, dict) else None
    return not any(
        table(type_of(step.value)) is None or problems(step.value, Direction.RECEIVED, kind)
        for step in log.steps
        if step.what is What.RECEIVED
    )


def usual(breach: Breach) -> tuple[str, str, str]:
    """As which it is remembered, once it has shown in an ordinary exchange."""
    return breach.requirement, "", "conduct"
