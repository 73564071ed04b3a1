"""A second look at comparisons: what an application does in one call and not in another need not be for our sake.

One that serves a single client at a time, takes the same order only once or is out of luck now and then answers the
second call of a case otherwise, whatever is odd about it. So before that is held against an application, the case has
to come out the same again, and the usual call, made twice, must not.
"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from asgi_conformance.matchers.application import AsWellAs, ReadsAsFar
from asgi_conformance.matchers.wsgi_application import WsgiAsWellAs
from asgi_conformance.results import Check, Result
from asgi_conformance.script import Case, Line, Settles
from asgi_conformance.verdict import Verdict

LOST = ("died", "blocked")
"""How a check reads whose process is of no use any more: to try that again would cost another."""


def confirmed(case: Case, result: Result, perform: Callable[[Case], Result]) -> Result:
    """The result, without the comparisons that came out badly for another reason."""
    doubtful = [check for check in result.checks if _other_call(case, check)]
    if not doubtful:
        return result
    again = perform(case)
    checks = [_unless(check, _bad(again, check), "not so when tried again") for check in result.checks]
    for check in doubtful:
        place = result.checks.index(check)
        if checks[place].verdict.is_bad:
            twice = perform(_usual_twice(case, check))
            checks[place] = _unless(check, not _bad(twice, check), "nor does it serve the usual call twice")
    kept = [new if old in doubtful else old for old, new in zip(result.checks, checks, strict=True)]
    return replace(result, checks=tuple(kept))


def _unless(check: Check, holds: bool, why: str) -> Check:
    return check if holds else replace(check, verdict=Verdict.BLOCKED, how=why)


def _bad(result: Result, check: Check) -> bool:
    """Whether the same requirement came out badly."""
    return any(one.verdict.is_bad for one in result.checks if one.requirement == check.requirement)


def _usual_twice(case: Case, check: Check) -> Case:
    """The case with the usual call instead of the other one."""
    assert check.line is not None
    last = case.lines[check.line]
    usual = tuple(line for line in case.lines if line.who == _other_call(case, check))
    return replace(case, lines=(*usual, *(replace(line, who=last.who) for line in usual[:-1]), last))


def _other_call(case: Case, check: Check) -> str:
    """`server:usual`, if the check came out badly because of a comparison with that call."""
    if not check.verdict.is_bad or check.line is None or any(word in check.how for word in LOST):
        return ""
    line = case.lines[check.line]
    settling = next((one for one in line.settles if one.requirement == check.requirement), None)
    return next(_compared(settling, line), "") if settling else ""


def _compared(settles: Settles, line: Line) -> Iterator[str]:
    ways = line.ways if settles.ways is None else settles.ways
    for matcher in ways.values():
        yield from _calls(matcher)


def _calls(matcher: Any) -> Iterator[str]:
    """The calls with which a matcher, or what it is made of, compares."""
    if isinstance(matcher, AsWellAs | ReadsAsFar | WsgiAsWellAs):
        yield matcher.call
    elif isinstance(matcher, tuple):
        for part in matcher:
            yield from _calls(part)
    elif is_dataclass(matcher):
        for one in fields(matcher):
            yield from _calls(getattr(matcher, one.name))
