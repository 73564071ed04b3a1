"""Goes through the lines of a case: each is done by its speaker, and what came of it is recorded. Judges nothing."""

import time
from collections.abc import Mapping, Sequence
from typing import Protocol

from asgi_conformance import acts
from asgi_conformance.script import Heard, Line
from asgi_conformance.stage.connection import Refused
from asgi_conformance.stage.listening import all_matchers
from asgi_conformance.timeline import Done, Entry, Facts, Missing, Seen, Timeline
from asgi_conformance.verdict import Verdict


class Speaker(Protocol):
    """Whoever does what lines say."""

    def do(self, line: Line) -> Seen:
        """May raise `Refused`."""
        ...


class Surroundings(Protocol):
    """What the speakers of one performance share."""

    hopeful: bool
    """False once a line went wrong."""
    at: float | None
    """`time.perf_counter()` when what the present line waits for came; None: when the line was done."""

    def gone(self) -> Missing | None:
        """Missing, if the process under test has ended."""
        ...


class Play:
    """One performance."""

    def __init__(self, speakers: Mapping[str, Speaker], scene: Surroundings, facts: Facts) -> None:
        self._speakers, self._scene, self._facts = speakers, scene, facts
        self._began = 0.0
        self.entries: list[Entry] = []
        self.duration_ms = 0.0

    def perform(self, lines: Sequence[Line]) -> bool:
        """All lines in order, until one cannot be done, what it awaits does not come, or the rest is not offered.

        Whether all went as written.
        """
        self._began = time.perf_counter()
        as_written = True
        for number, line in enumerate(lines):
            seen = self._do(number, line)
            lawful, verdict = self._is_lawful(number, line, seen)
            if verdict is Verdict.UNSUPPORTED:
                break
            if lawful:
                continue
            as_written = False
            if isinstance(seen, Missing):
                break
            self._scene.hopeful = False
        self.duration_ms = (time.perf_counter() - self._began) * 1000
        return as_written

    def _do(self, number: int, line: Line) -> Seen:
        """One line, recorded."""
        self._scene.at = None
        try:
            seen = self._speakers[line.who.partition(":")[0]].do(line)
        except Refused as error:
            seen = self._scene.gone() or Missing(error.why, str(error))
        at = int(((self._scene.at or time.perf_counter()) - self._began) * 1e6)
        deed = Done(repr(line.act.event)) if isinstance(line.act, acts.SendsEvent) else seen  # and `seen` its outcome
        text = deed.text if isinstance(deed, Done) else ""
        self.entries.append(Entry(max(at, 0), line.who, isinstance(deed, Done), seen, text, number))
        return seen

    def _is_lawful(self, number: int, line: Line, seen: Seen) -> tuple[bool, Verdict | None]:
        """Whether the line expects what came, so that the play goes on as written, and what it earns if that is
        special. The verdict is the judge's."""
        matchers = all_matchers(line)
        heard = Heard(Timeline(tuple(self.entries)), self._facts, number)
        if not matchers:
            return not isinstance(seen, Missing), None
        opinions = (matcher.judge(seen, heard) for matcher in matchers)
        fits = next((opinion for opinion in opinions if opinion.matches), None)
        return fits is not None, fits.verdict if fits else None
