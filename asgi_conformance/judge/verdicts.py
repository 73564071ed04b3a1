"""(case, timeline, facts) -> checks. Pure: the same recording is judged the same tomorrow."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from asgi_conformance.judge.conduct import misconduct
from asgi_conformance.judge.schema import deviations, type_of
from asgi_conformance.judge.wsgi import wsgi_misconduct
from asgi_conformance.results import Check
from asgi_conformance.script import MIDDLEWARE, WSGI_MIDDLEWARE, Case, Heard, Line, Opinion, Settles, Ways
from asgi_conformance.spec.catalogue import Catalogue, Requirement
from asgi_conformance.timeline import Call, Facts, Missing, Seen, Timeline, Why, WsgiCall
from asgi_conformance.verdict import Verdict

OLDEST = {"http": "2.0", "websocket": "2.0", "lifespan": "1.0"}
"""What a missing `spec_version` stands for."""


def judge(case: Case, timeline: Timeline, facts: Facts, catalogue: Catalogue) -> tuple[Check, ...]:
    """One check for every requirement the case settles, and one for every deviation from the tables of the
    specification, in any scope or event of the case, that ordinary exchanges do not show already."""
    settled = tuple(_Judge(case, timeline, facts, catalogue).checks())
    if timeline.died_before:
        settled = tuple(_after_a_death(check, timeline.died_before) for check in settled)
    known = set(case.settles())
    if case.kinds in (MIDDLEWARE, WSGI_MIDDLEWARE):
        return settled  # what is odd at one of its sides may be what we have given it at the other
    return (
        *settled,
        *deviations(case, timeline, facts, catalogue, known),
        *misconduct(timeline, facts, catalogue, known),
        *wsgi_misconduct(timeline, facts, catalogue, known),
    )


def _after_a_death(check: Check, death: str) -> Check:
    """What was kept at the second try only. Whose fault the death was is open: the case before may have caused it."""
    if check.verdict is not Verdict.PASS:
        return check
    return replace(check, verdict=Verdict.WARN, how="the server died, and was tried again", observed=death)


def planned(case: Case, catalogue: Catalogue, verdict: Verdict, reason: str) -> tuple[Check, ...]:
    """The checks of a case that could not be performed, all with this verdict and reason."""
    return tuple(
        Check(settles.requirement, catalogue[settles.requirement].level, verdict, reason, line=number)
        for number, line in enumerate(case.lines)
        for settles in line.settles
    )


class _Judge:
    """The walk along the lines; what it carries is the first line that went wrong."""

    def __init__(self, case: Case, timeline: Timeline, facts: Facts, catalogue: Catalogue) -> None:
        self._case, self._timeline, self._facts, self._catalogue = case, timeline, facts, catalogue
        self._set_up_failed = ""
        self._failed = ""
        self._left_out = ""
        self._died = _death(case, timeline)

    def checks(self) -> Iterator[Check]:
        if self._timeline.trouble:
            yield from planned(self._case, self._catalogue, Verdict.ERROR, self._timeline.trouble)
            return
        for number, line in enumerate(self._case.lines):
            seen = self._timeline.answer(number)
            heard = Heard(self._timeline, self._facts, number)
            self._left_out = self._left_out or _left_out(line, seen, heard)
            checks = [self._check(settles, line, seen, heard) for settles in line.settles]
            yield from checks
            self._remember(number, line, seen, heard, checks)

    def _remember(self, number: int, line: Line, seen: Seen | None, heard: Heard, checks: list[Check]) -> None:
        if any(check.verdict is Verdict.FAIL for check in checks):
            self._failed = self._failed or f"{_named(number, line)} failed already"
        trouble = ""
        if seen is None:
            trouble = " was not reached"
        elif isinstance(seen, Missing) and not line.ways and not line.settles:
            trouble = f": {seen}"
        elif line.ways and not any(settles.ways is None for settles in line.settles):
            opinion = best(line.ways, seen, heard)[1]
            trouble = "" if opinion.matches else f": {opinion.observed}"
        if trouble and not self._set_up_failed:
            self._set_up_failed = f"{_named(number, line)}{trouble}"

    def _check(self, settles: Settles, line: Line, seen: Seen | None, heard: Heard) -> Check:
        requirement = self._catalogue[settles.requirement]
        ways = settles.ways if settles.ways is not None else line.ways
        expected = " or ".join(matcher.says() for matcher in ways.values())
        finding = self._finding(requirement, settles, ways, seen, heard)
        return replace(finding, expected=expected, line=heard.line)

    def _finding(
        self, requirement: Requirement, settles: Settles, ways: Ways, seen: Seen | None, heard: Heard
    ) -> Check:
        """The check, but for what stands in the script."""
        found = partial(Check, requirement.id, requirement.level)
        if self._left_out:
            return found(Verdict.UNSUPPORTED, self._left_out)
        if self._died and (seen is None or isinstance(seen, Missing)):
            return found(Verdict.FAIL, self._died.how, observed=self._died.observed)
        not_owed = _not_owed(requirement, settles, self._facts, self._timeline)
        if self._set_up_failed or seen is None:
            if not_owed:
                return found(Verdict.UNSUPPORTED, f"{not_owed}; not tried")
            return found(Verdict.BLOCKED, self._set_up_failed or self._failed or "not reached")
        behaviour, opinion = best(ways, seen, heard)
        found = partial(found, behaviour=behaviour, observed=opinion.observed)
        if not_owed:
            if opinion.matches and not (opinion.verdict and opinion.verdict.is_bad):
                return found(Verdict.NOTE, f"{not_owed}; kept all the same")
            return found(Verdict.UNSUPPORTED, f"{not_owed}; not kept")
        verdict = opinion.verdict or (Verdict.PASS if opinion.matches else requirement.broken)
        if self._failed and verdict.is_bad and not opinion.matches:
            return found(Verdict.BLOCKED, self._failed)
        return found(verdict, opinion.how)


def _left_out(line: Line, seen: Seen | None, heard: Heard) -> str:
    """Why nothing from this line on can be tried: the subject does not offer what the case is about. Else empty."""
    if seen is None:
        return ""
    every = (line.ways, *(settles.ways for settles in line.settles if settles.ways))
    opinions = (best(ways, seen, heard)[1] for ways in every if ways)
    return next((opinion.how for opinion in opinions if opinion.verdict is Verdict.UNSUPPORTED), "")


def _named(number: int, line: Line) -> str:
    return f"line {number + 1} ({line.says()[:120]})"


def _death(case: Case, timeline: Timeline) -> Opinion | None:
    """How the subject ended, or ceased to answer, in the middle of a case that is not about that.

    Whatever the requirement is: a server that dies of it does not keep it.
    """
    if case.own_process:
        return None
    called = False
    for entry in timeline.entries:
        called = called or isinstance(entry.seen, Call | WsgiCall)
        if not isinstance(entry.seen, Missing):
            continue
        if entry.seen.why is Why.DIED:
            who = "application's process" if entry.who.startswith(("server", "gateway")) else "server"
            return Opinion(False, f"the {who} died", str(entry.seen))
        if entry.seen.why is Why.STUCK:
            return Opinion(False, "the event loop is blocked", str(entry.seen))
        if entry.seen.why is Why.REFUSED and called and entry.line is not None and not case.lines[entry.line].ways:
            return Opinion(False, "the server accepts no more connections", str(entry.seen))
    return None


def best(ways: Ways, seen: Seen, heard: Heard) -> tuple[str, Opinion]:
    """The first way that matches, with its name; else the first one's opinion, the name empty."""
    first: Opinion | None = None
    for name, matcher in ways.items():
        opinion = matcher.judge(seen, heard)
        if opinion.matches:
            return name, opinion
        first = first or opinion
    if first is None:  # a line without expectation: what we did could be done, or not
        return "", Opinion(not isinstance(seen, Missing), "missing" if isinstance(seen, Missing) else "", str(seen))
    return "", first


def _not_owed(requirement: Requirement, settles: Settles, facts: Facts, timeline: Timeline) -> str:
    """Why the requirement is not owed by what the subject declares; empty if it is.

    The HTTP and WebSocket specification is declared version by version (`scope["asgi"]["spec_version"]`, "2.0" where it
    is missing). Of the lifespan's ("1.0" where it is missing) the lines say what is owed since when.
    """
    of_application = bool(timeline.logs())  # which declares nothing: what is owed, the scope says that the case gave it
    if (requirement.spec != "www" or of_application) and not settles.until and not settles.since:
        return ""
    kind = requirement.id.partition(".")[0]
    if kind not in OLDEST:
        kind = next(filter(None, map(type_of, timeline.calls())), "http")
    declared = facts.declared.get(kind) or OLDEST[kind]
    version = _version(declared)
    if requirement.spec == "www" and requirement.since and version < requirement.since:
        return f"declares {kind} {declared}, owed since {'.'.join(map(str, requirement.since))}"
    if settles.since and version < settles.since:
        return f"declares {kind} {declared}, owed since {'.'.join(map(str, settles.since))}"
    if settles.until and version >= settles.until:
        return f"declares {kind} {declared}, owed below {'.'.join(map(str, settles.until))}"
    return ""


def _version(text: str) -> tuple[int, int]:
    """What is no version is the oldest."""
    found = re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", text)
    return (int(found[1]), int(found[2])) if found else (2, 0)
