"""A server's releases as one value: for each requirement and capability, since when it is kept, and when it was not.

A change is dated by the releases that were tested: `Span.first` is the first of them that behaves so, `Span.after` the
last before it that did otherwise. What lies between is told by whoever tests the releases between.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from asgi_conformance.report.capability import Ability, assessed
from asgi_conformance.report.comparison.compare import GOOD, UNSETTLED
from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.report.matrix import Cell, build
from asgi_conformance.results import Run
from asgi_conformance.verdict import Level, Verdict, worst


class State(Enum):
    """How a requirement or a capability stood in one release. The values are what reports print."""

    KEPT = "kept"
    PARTLY = "partly"
    """Broken in some cases, and not in others; of a capability: limited."""
    BROKEN = "broken"
    NOTED = "noted"
    """Recorded, and not scored: a choice that is left to the server, or an ambiguous text."""
    NOT_OFFERED = "not offered"
    UNKNOWN = "not known"
    """Not asked, or not settled."""
    UNSTEADY = "unsteady"
    """Not the same twice, so that nothing is known either."""


WORTH = {State.BROKEN: 0, State.PARTLY: 1, State.NOTED: 2, State.KEPT: 2}
"""What a regression goes down in. What was not offered cannot become worse."""

ABILITIES = {
    "WORKS": State.KEPT,
    "LIMITED": State.PARTLY,
    "NO": State.BROKEN,
    "NONE": State.NOT_OFFERED,
    "UNKNOWN": State.UNKNOWN,
}
"""By the name of a `spec.capabilities.Mark`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one release."""

    version: str
    run: Run | None
    """Of this release alone; None: it could not be tested."""
    unsteady: frozenset[str] = frozenset()
    """Requirements of which a second run told something else."""
    python: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)
    """What was installed with it."""
    why: str = ""
    """Why it could not be tested."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One requirement or capability in one release."""

    state: State
    words: str = ""
    behaviours: tuple[str, ...] = ()
    """What tells one way of keeping it from another; the words also say how exactly it was broken."""


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive tested releases in which it stood the same; those of which nothing is known do not end it."""

    state: State
    words: str
    """As in the last of them."""
    first: str
    last: str
    after: str | None
    """The last release before `first` that stood otherwise; None where `first` is the oldest of which anything is
    known, so that it may have been so for longer."""
    now: bool
    """Whether it stands so in the newest release of which anything is known."""


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement or capability through all releases."""

    id: str
    title: str
    standings: Mapping[str, Standing]
    """By version, of the releases that were tested, oldest first."""
    level: Level | None = None
    """None: a capability."""
    url: str = ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """By state and behaviour."""
        return _spans(self.standings, by_behaviour=True)

    @property
    def states(self) -> tuple[Span, ...]:
        """By state alone."""
        return _spans(self.standings, by_behaviour=False)

    @property
    def unsteady(self) -> tuple[str, ...]:
        """Versions in which it was not the same twice."""
        return tuple(version for version, one in self.standings.items() if one.state is State.UNSTEADY)

    @property
    def changes(self) -> bool:
        """Whether it stood in more than one state."""
        return len(self.states) > 1

    @property
    def since(self) -> Span | None:
        """The releases up to the newest that keep it; None where the newest does not."""
        return next((span for span in self.states if span.now and span.state is State.KEPT), None)

    @property
    def regressions(self) -> tuple[Span, ...]:
        """Spans that are worse than the one before."""
        pairs = zip(self.states, self.states[1:], strict=False)
        return tuple(new for old, new in pairs if WORTH.get(new.state, 2) < WORTH.get(old.state, 0))


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a server, release by release."""

    subject: str
    readings: tuple[Reading, ...]
    """Oldest first."""
    capabilities: tuple[Line, ...]
    requirements: tuple[Line, ...]

    @property
    def tested(self) -> tuple[Reading, ...]:
        return tuple(reading for reading in self.readings if reading.run is not None)


def history(subject: str, readings: Iterable[Reading], knowledge: Knowledge) -> History:
    """Of one subject, by its id. `readings`: oldest first, each with a run of that subject alone."""
    readings = tuple(readings)
    versions = [reading.version for reading in readings if reading.run is not None]
    capabilities: dict[str, Line] = {}
    requirements: dict[str, Line] = {}
    for reading in readings:
        if reading.run is None:
            continue
        matrix = build(reading.run, knowledge)
        for row in matrix.rows:
            empty = _empty(versions, row.rule.id, row.rule.title, row.level, row.rule.url)
            standing = _standing(row.cells[0], row.rule.id, reading)
            requirements[row.rule.id] = _told(requirements.get(row.rule.id, empty), reading, standing)
        for one in assessed(matrix, knowledge):
            standing = _ability(one.abilities[0], one.requirements, reading)
            capabilities[one.id] = _told(
                capabilities.get(one.id, _empty(versions, one.id, one.title)), reading, standing
            )
    rules = knowledge.rules(requirements)
    return History(subject, readings, tuple(capabilities.values()), tuple(requirements[rule.id] for rule in rules))


def _empty(versions: Iterable[str], name: str, title: str, level: Level | None = None, url: str = "") -> Line:
    return Line(name, title, dict.fromkeys(versions, Standing(State.UNKNOWN)), level, url)


def _told(line: Line, reading: Reading, standing: Standing) -> Line:
    return replace(line, standings={**line.standings, reading.version: standing})


def _ability(ability: Ability, requirements: Iterable[str], reading: Reading) -> Standing:
    """A capability is as steady as all that it rests on."""
    if reading.unsteady.intersection(requirements):
        return Standing(State.UNSTEADY)
    return Standing(ABILITIES[ability.mark], ability.words, (ability.words,))


def _standing(cell: Cell, requirement: str, reading: Reading) -> Standing:
    """Of the checks of one requirement. What was not settled beside what is well leaves it open whether all is."""
    verdicts = {check.verdict for _, check in cell.found}
    if requirement in reading.unsteady:
        return Standing(State.UNSTEADY)
    if any(verdict.is_bad for verdict in verdicts):
        state = State.PARTLY if verdicts.intersection(GOOD) else State.BROKEN
    elif not verdicts or verdicts.intersection(UNSETTLED):
        return Standing(State.UNKNOWN)
    else:
        state = {Verdict.PASS: State.KEPT, Verdict.UNSUPPORTED: State.NOT_OFFERED}.get(worst([*verdicts]), State.NOTED)
    return Standing(state, cell.words, cell.behaviours)


def _spans(standings: Mapping[str, Standing], *, by_behaviour: bool) -> tuple[Span, ...]:
    known = [(name, one) for name, one in standings.items() if one.state not in (State.UNKNOWN, State.UNSTEADY)]
    spans: list[Span] = []
    behaviours: tuple[str, ...] = ()
    for version, one in known:
        before = spans[-1] if spans else None
        if before and before.state is one.state and (behaviours == one.behaviours or not by_behaviour):
            spans[-1] = replace(before, last=version, words=one.words)
        else:
            spans.append(Span(one.state, one.words, version, version, before.last if before else None, now=False))
        behaviours = one.behaviours
    return (*spans[:-1], replace(spans[-1], now=True)) if spans else ()
