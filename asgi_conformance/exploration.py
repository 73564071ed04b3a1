"""Properties, explored: Hypothesis draws examples, each is performed as a case, and a failure is shrunk.

A failure counts only if the same example fails twice, for what fails once says nothing of the rule. While it is shrunk,
only what breaks the same requirement is the same failure.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from asgi_conformance.authoring.quoting import quoting, source
from asgi_conformance.results import Check, Result, Script
from asgi_conformance.script import Case, Property
from asgi_conformance.verdict import Verdict

BACKEND = "asgi-conformance"
LOOKING = 30.0
"""Seconds after which no further example is drawn, times the scale."""
SHRINKING = 10.0
"""Seconds that shrinking may take, times the scale."""
IDLE = frozenset({Verdict.UNSUPPORTED, Verdict.NOT_RUN, Verdict.ERROR})
"""After one of these no other example will tell more."""

BROKEN = frozenset({Verdict.FAIL, Verdict.WARN})
"""What is worth a script of its own, whether or not it fails a test."""

Perform = Callable[[Case], Result]


class _Broken(Exception):
    """For Hypothesis: this example fails."""


@dataclass(slots=True)
class Exploration:
    """One property on one subject."""

    perform: Perform
    examples: int
    seed: int
    scale: float = 1.0
    _seen: dict[str, Result] = field(default_factory=dict)
    """By the source of the example."""
    _worst: dict[str, Check] = field(default_factory=dict)
    """By requirement, of all examples that did not fail."""
    _last: Result | None = None
    _failing: str = ""
    """The requirement whose failure is being shrunk."""
    _minimal: tuple[Result, Case, str] | None = None
    _deadline: float = 0.0
    """When to be content with what there is."""
    _idle: bool = False

    def explore(self, what: Property) -> Result:
        """What the examples have shown; of one that fails the smallest that was found, with its script."""
        import hypothesis
        from hypothesis import strategies
        from hypothesis.internal.conjecture import providers

        class SeededProvider(providers.HypothesisProvider):
            """Draws what the seed says, and no constants out of whatever modules happen to be imported."""

            def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
                return None

        providers.AVAILABLE_PROVIDERS[BACKEND] = SeededProvider
        began = time.perf_counter()
        self._deadline = time.monotonic() + LOOKING * self.scale

        @strategies.composite
        def example(draw: Any) -> tuple[Case, str]:
            with quoting():
                case = what.example(draw)
                return case, source(case)

        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=self.examples,
            backend=BACKEND,
            database=None,
            deadline=None,
            phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
            suppress_health_check=list(hypothesis.HealthCheck),
            report_multiple_bugs=False,
            verbosity=hypothesis.Verbosity.quiet,
        )
        @hypothesis.given(example())
        def attempt(drawn: tuple[Case, str]) -> None:
            if not self._idle and self._breaks(*drawn):
                raise _Broken

        try:
            attempt()
        except _Broken:
            return self._broken(what)
        return self._kept(what, (time.perf_counter() - began) * 1000)

    def _breaks(self, case: Case, text: str) -> bool:
        result = self._seen.get(text)
        if result is None:
            if time.monotonic() > self._deadline:
                return False
            result = self._confirmed(case)
            self._seen[text] = result
        if not self._is_bad(result):
            return False
        self._minimal = (result, case, text)
        return True

    def _confirmed(self, case: Case) -> Result:
        result = self.perform(case)
        if (failing := self._failures(result)) and not self._failing:
            result = self.perform(case)
            if lasting := [name for name in failing if name in self._failures(result)]:
                self._failing = lasting[0]
                self._deadline = time.monotonic() + SHRINKING * self.scale
        self._idle = result.verdict in IDLE
        self._last = result
        for check in result.checks:
            known = self._worst.get(check.requirement)
            if known is None or _weight(check) < _weight(known):
                self._worst[check.requirement] = check
        return result

    def _failures(self, result: Result) -> list[str]:
        return [check.requirement for check in result.checks if check.verdict in BROKEN]

    def _is_bad(self, result: Result) -> bool:
        return bool(self._failing) and self._failing in self._failures(result)

    def _broken(self, what: Property) -> Result:
        assert self._minimal is not None
        result, case, text = self._minimal
        words = f"{what.note}\n\n" if what.note else ""
        note = f"{words}Drawn with the seed {self.seed} and shrunk. As a case:\n\n{text}"
        return replace(result, script=Script(case.title, tuple(line.says() for line in case.lines), note))

    def _kept(self, what: Property, duration: float) -> Result:
        if self._last is None or self._idle:
            return self._last or Result(what.id, what.title, round(duration, 3))
        checks = tuple(replace(check, how=check.how or f"{len(self._seen)} examples") for check in self._worst.values())
        return replace(self._last, duration_ms=round(duration, 3), checks=checks)


def _weight(check: Check) -> tuple[bool, int]:
    """One that could not be tried says nothing where others could."""
    return check.verdict is Verdict.BLOCKED, check.verdict.rank
