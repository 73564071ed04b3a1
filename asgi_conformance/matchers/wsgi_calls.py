"""What several calls of a WSGI application in memory tell together, and what a middleware does at its two sides."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asgi_conformance.judge.wsgi import WsgiBreach, wsgi_breaches
from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.matchers.wsgi_application import failure, told
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.spec import catalogue
from asgi_conformance.timeline import Missing, Seen, WsgiAnswer, WsgiLog
from asgi_conformance.verdict import Verdict


@dataclass(frozen=True, slots=True)
class ServedAgain:
    """The application serves a request that it has served before. Once is no rule: what fails has to fail again."""

    first: str
    """`gateway:first`"""
    again: tuple[str, ...] = ()
    """Other calls that repeat the first."""

    def says(self) -> str:
        return f"no failure, as with the {self.first.partition(':')[2]} call"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if any(what == "shared" for log in heard.timeline.wsgi_logs() for what, _ in log.steps):
            return Opinion(
                False, "an iterator of an earlier call", "it returns an iterator that it has returned before"
            )
        if not isinstance(seen, WsgiAnswer):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "no answer", shown(seen))
        first, *others = [_answer(heard, who) for who in (self.first, *self.again)]
        if first is None or failure(first):
            words = told(first) if first else "nothing came of it"
            return Opinion(False, "nor does it serve the first call", words, Verdict.BLOCKED)
        if not (why := failure(seen)):
            return Opinion(True, observed=told(seen))
        if any(other is not None and not failure(other) for other in others):
            return Opinion(False, "not so when called again", told(seen), Verdict.BLOCKED)
        return Opinion(False, why[:120], told(seen))


def _answer(heard: Heard, who: str) -> WsgiAnswer | None:
    found = [one.seen for one in heard.timeline.entries if one.who == who and isinstance(one.seen, WsgiAnswer)]
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class TakesTwo:
    """The application can be called with two arguments by position."""

    def says(self) -> str:
        return "a call with two arguments by position"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing):
            return missing(seen)
        if any(what == "uncallable" for log in heard.timeline.wsgi_logs() for what, _ in log.steps):
            return Opinion(False, "it does not take them", shown(seen))
        return Opinion(True, observed="it is called")


@dataclass(frozen=True, slots=True)
class BothSides:
    """A middleware keeps the rules for applications at one side and those for servers at the other."""

    def says(self) -> str:
        return "conduct as documented at both sides"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        broken = sorted(wsgi_breaches(heard.timeline), key=_mildness)
        if broken and (verdict := _verdict(broken[0])).is_bad:
            worst = broken[0]
            side = "as the server" if worst.side == "server" else "as the application"
            return Opinion(False, f"{side}: {worst.requirement}", worst.words, verdict)
        return Opinion(True, observed="as documented")


def _verdict(breach: WsgiBreach) -> Verdict:
    return breach.verdict or catalogue.load()[breach.requirement].broken


def _mildness(breach: WsgiBreach) -> int:
    return [Verdict.FAIL, Verdict.WARN].index(verdict) if (verdict := _verdict(breach)).is_bad else 2


def steps_of(logs: Iterable[WsgiLog], what: str) -> list[Any]:
    """The values of every step of this kind: `start`, `write`, `block`, ..."""
    return [value for log in logs for name, value in log.steps if name == what]
