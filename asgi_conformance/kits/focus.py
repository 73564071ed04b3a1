"""Which keys of a scope, an event or an environ a matcher looks at: it is asked, with a dict that remembers."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from asgi_conformance.kits.literals import NoKit
from asgi_conformance.matchers.app import ABSENT, differs
from asgi_conformance.matchers.combine import AllOf
from asgi_conformance.script import Heard, Line, Matcher
from asgi_conformance.timeline import Call, Environ, Event, Facts, Scope, Seen, Timeline, WsgiCall


class Remembering(dict[Any, Any]):
    """Tells which of its keys were asked for."""

    def __init__(self, values: Mapping[Any, Any]) -> None:
        super().__init__(values)
        self.asked: set[Any] = set()
        self.walked = False
        """Whether all of them were."""

    def __getitem__(self, key: Any) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __contains__(self, key: Any) -> bool:
        self.asked.add(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[Any]:
        self.walked = True
        return super().__iter__()

    def items(self) -> Any:
        self.walked = True
        return super().items()

    def keys(self) -> Any:
        self.walked = True
        return super().keys()

    def values(self) -> Any:
        self.walked = True
        return super().values()


def ways_of(line: Line) -> Iterator[Matcher]:
    """The line's own, and those of the requirements that have theirs."""
    for ways in (line.ways, *(one.ways for one in line.settles if one.ways)):
        yield from ways.values()


def leaves(matchers: Iterable[Matcher]) -> Iterator[Matcher]:
    """The matchers of which these are made."""
    for matcher in matchers:
        if isinstance(matcher, AllOf):
            yield from leaves(matcher.parts)
        elif hasattr(matcher, "matcher"):
            yield from leaves([matcher.matcher])
        else:
            yield matcher


class Story(Timeline):
    """Remembers whether anything but the line itself was looked at."""

    __slots__ = ("asked",)

    def __getattribute__(self, name: str) -> Any:
        if not name.startswith("_") and name != "asked":
            object.__setattr__(self, "asked", True)
        return super().__getattribute__(name)


def looked_at(matcher: Matcher, found: Mapping[Any, Any]) -> list[Any]:
    """The keys that make the matcher's opinion; none where it looks at all of them. Raises `NoKit` where it looks at
    what a kit does not see.

    `found`: what a line saw.
    """
    named = getattr(matcher, "keys", None)
    if isinstance(named, Mapping):
        wrong = [key for key, expected in named.items() if differs(expected, found.get(key, ABSENT))]
        return wrong[:1] or list(named)
    remembering, unseen = Remembering(found), Remembering({})
    kinds: tuple[Seen, ...] = (Call(remembering, unseen), Scope(remembering, unseen), Event(remembering))
    for seen in (*kinds, WsgiCall(remembering, unseen), Environ(remembering)):
        _judged(matcher, seen)
    if unseen.asked or unseen.walked:
        raise NoKit("it is about how the application is called, or about which objects are the same: a kit sees values")
    return [] if remembering.walked else [key for key in found if key in remembering.asked] or list(remembering.asked)


def _judged(matcher: Matcher, seen: Seen) -> bool:
    """Whether the matcher looked at other lines."""
    story = Story(())
    object.__setattr__(story, "asked", False)
    with contextlib.suppress(Exception):  # a function that looks at other lines finds nothing there
        matcher.judge(seen, Heard(story, Facts(), 0))
    return bool(story.asked)


def compares(matchers: Iterable[Matcher], seen: Seen) -> bool:
    """Whether one of them looks at other lines, too."""
    return any(_judged(matcher, seen) for matcher in leaves(matchers))
