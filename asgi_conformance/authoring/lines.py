"""How lines are made: what a speaker does, what is expected of it, and which requirements that settles."""

from collections.abc import Iterable, Mapping
from typing import Any

from asgi_conformance import acts
from asgi_conformance.authoring.quoting import quotable
from asgi_conformance.matchers.app import EventIs
from asgi_conformance.matchers.combine import AllOf
from asgi_conformance.script import BadCase, Line, Matcher, Settles


@quotable
def requirement(
    name: str,
    *,
    ways: Mapping[str, Any] | None = None,
    expects: Any = None,
    since: str | None = None,
    until: str | None = None,
) -> Settles:
    """The line settles this requirement.

    `ways` or `expects`: its own expectation, where that differs from the line's. `until`: owed only below this version
    of the specification ("2.4"); from when on it is owed, the catalogue says, or `since` where one requirement speaks
    of several versions.
    """
    own = {"": to_matcher(expects)} if expects is not None else to_ways(ways) if ways else None
    return Settles(name, own, _version(until) if until else None, _version(since) if since else None)


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")
    return int(major), int(minor)


def to_matcher(thing: Any) -> Matcher:
    """A matcher as it is; a dict as the event that it stands for. Raises `BadCase` for anything else."""
    if isinstance(thing, Mapping):
        return EventIs(dict(thing))
    if not hasattr(thing, "judge"):
        raise BadCase(f"{thing!r} is no matcher")
    matcher: Matcher = thing
    return matcher


def all_of(things: Iterable[Any]) -> Matcher:
    """Several matchers, or dicts, that have to match all, as one."""
    parts = tuple(map(to_matcher, things))
    return parts[0] if len(parts) == 1 else AllOf(parts)


def to_ways(ways: Mapping[str, Any]) -> dict[str, Matcher]:
    """Named ways to answer, each a matcher or a dict."""
    return {name: to_matcher(matcher) for name, matcher in ways.items()}


Term = Any
"""What a `gets` line takes: matchers, a dict (an event), `requirement(...)`, `documented(...)`."""


def expects_the_usual(terms: Iterable[Term], ways: Mapping[str, Any] | None) -> bool:
    """Whether a line names no expectation: neither itself nor with each of the requirements that it settles."""
    settles = [term for term in terms if isinstance(term, Settles)]
    named = any(hasattr(term, "judge") for term in terms)
    return not ways and not named and not (settles and all(one.ways is not None for one in settles))


def line_of(who: str, act: acts.Act, terms: Iterable[Term], ways: Mapping[str, Any] | None = None) -> Line:
    """A line; several matchers among its terms have to match all. Raises `BadCase`."""
    matchers: list[Matcher] = []
    settles: list[Settles] = []
    for term in terms:
        if isinstance(term, Settles):
            settles.append(term)
        elif isinstance(term, tuple):
            settles.extend(term)
        else:
            matchers.append(to_matcher(term))
    if matchers and ways:
        raise BadCase("a line has either one expectation or named ways")
    expected = to_ways(ways) if ways else {}
    if matchers:
        expected = {"": all_of(matchers)}
    return Line(who, act, expected, tuple(settles))
