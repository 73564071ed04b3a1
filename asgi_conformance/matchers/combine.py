"""Matchers made of matchers: all of several, a function of what was recorded, a milder verdict."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from asgi_conformance.script import Heard, Matcher, Opinion, Where
from asgi_conformance.timeline import Missing, Seen, Why
from asgi_conformance.verdict import Verdict

UNREADABLE = (TypeError, ValueError, AttributeError, LookupError)
"""What a suite's function raises when a subject gave something of a shape that the function does not reckon with."""


def shown(value: Any, limit: int = 300) -> str:
    """A value for a report, cut."""
    text = str(value) if isinstance(value, Missing) else repr(value)
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"


def missing(seen: Missing) -> Opinion:
    """The opinion on something that did not come."""
    return Opinion(False, "missing", str(seen))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of several matchers; the first that does not match speaks."""

    parts: tuple[Matcher, ...]

    def says(self) -> str:
        return ", ".join(part.says() for part in self.parts)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        opinion = Opinion(True)
        for part in self.parts:
            opinion = part.judge(seen, heard)
            if not opinion.matches:
                return opinion
        return opinion

    def takes(self, data: bytes, ended: bool) -> int | None:
        """What the first part that listens to the wire takes."""
        for part in self.parts:
            if hasattr(part, "takes"):
                taken: int | None = part.takes(data, ended)
                return taken
        return len(data) or None


@dataclass(frozen=True, slots=True)
class WhereHolds:
    """A pure function of what was seen, and of what was recorded before it."""

    words: str
    function: Where

    def says(self) -> str:
        return self.words

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing):
            return missing(seen)
        try:
            answer = self.function(seen, heard)
        except UNREADABLE as error:
            return Opinion(False, "wrong type", f"{shown(seen)} ({type(error).__name__}: {error})")
        if answer is True:
            return Opinion(True, observed=shown(seen))
        return Opinion(False, "otherwise", answer if isinstance(answer, str) else shown(seen))


@dataclass(frozen=True, slots=True)
class Graded:
    """A way to answer that is not quite as it should be: matching it earns this verdict."""

    matcher: Matcher
    verdict: Verdict
    why: str = ""

    def says(self) -> str:
        return f"({self.verdict.value}) {self.matcher.says()}"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        opinion = self.matcher.judge(seen, heard)
        if not opinion.matches:
            return opinion
        return replace(opinion, verdict=self.verdict, how=self.why, observed=opinion.observed or shown(seen))

    def takes(self, data: bytes, ended: bool) -> int | None:
        taken: Callable[[bytes, bool], int | None] | None = getattr(self.matcher, "takes", None)
        return taken(data, ended) if taken else None


@dataclass(frozen=True, slots=True)
class Milder:
    """A deviation from the matcher has this verdict, whatever the requirement's level."""

    matcher: Matcher
    verdict: Verdict

    def says(self) -> str:
        return self.matcher.says()

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        opinion = self.matcher.judge(seen, heard)
        return opinion if opinion.matches or opinion.verdict else replace(opinion, verdict=self.verdict)


@dataclass(frozen=True, slots=True)
class Pending:
    """Nothing comes: the call that waits goes on waiting."""

    def says(self) -> str:
        return "nothing, it goes on waiting"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing) and seen.why is Why.SILENCE:
            return Opinion(True, observed=str(seen))
        return Opinion(False, "came", shown(seen))


@dataclass(frozen=True, slots=True)
class NeverCalled:
    """The application that the line speaks of was never called, where an earlier line allowed for that."""

    def says(self) -> str:
        return "nothing, for it was never called"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing) and seen.why is Why.UNKNOWN:
            return Opinion(True, observed=str(seen))
        return Opinion(False, "called", shown(seen))


@dataclass(frozen=True, slots=True)
class HasEnded:
    """The call of the application, or the server itself, was over before the line could be done."""

    def says(self) -> str:
        return "the call is over"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing) and seen.why in (Why.ENDED, Why.DIED):
            return Opinion(True, observed=str(seen))
        return missing(seen) if isinstance(seen, Missing) else Opinion(False, "goes on", shown(seen))


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever came; but something must."""

    def says(self) -> str:
        return "anything"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        return missing(seen) if isinstance(seen, Missing) else Opinion(True, observed=shown(seen))
