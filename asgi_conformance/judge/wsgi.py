"""What the observer of a WSGI application has told, as checks: see `remote/wsgi_watch`. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from asgi_conformance.results import Check
from asgi_conformance.spec.catalogue import Catalogue
from asgi_conformance.timeline import Facts, Timeline
from asgi_conformance.verdict import Verdict


@dataclass(frozen=True, slots=True)
class WsgiBreach:
    """One rule that the application, or a middleware at one of its sides, has broken."""

    requirement: str
    side: str
    """`server`: of a middleware, towards the application inside it."""
    got: str
    expected: str
    place: str
    """`file:line`, or empty."""
    verdict: Verdict | None

    @property
    def words(self) -> str:
        at = f" at {self.place}" if self.place else ""
        return f"{self.got}{at}{f' instead of {self.expected}' if self.expected else ''}"


def wsgi_breaches(timeline: Timeline) -> Iterator[WsgiBreach]:
    """In all calls of the case; what a server owes is ours but in front of a middleware's application."""
    for log in timeline.wsgi_logs():
        for requirement, side, got, expected, place, verdict in log.breaches:
            yield WsgiBreach(requirement, side, got, expected, place, Verdict(verdict) if verdict else None)


def usual_breaches(timeline: Timeline) -> frozenset[tuple[str, str, str]]:
    """What shows at an ordinary request already."""
    return frozenset((breach.requirement, breach.side, "") for breach in wsgi_breaches(timeline))


def wsgi_misconduct(timeline: Timeline, facts: Facts, catalogue: Catalogue, settled: set[str]) -> tuple[Check, ...]:
    """A check for each requirement that the calls break, and that neither the case nor the introduction settles."""
    found: dict[str, Check] = {}
    for breach in wsgi_breaches(timeline):
        requirement = catalogue[breach.requirement]
        verdict = breach.verdict or requirement.broken
        known = requirement.id in settled or (requirement.id, breach.side, "") in facts.usual
        if verdict.is_bad and not known and breach.side == "application":
            about = requirement.id, requirement.level, verdict, "misconduct"
            found.setdefault(requirement.id, Check(*about, expected=breach.expected, observed=breach.words))
    return tuple(found.values())
