"""The closed sets everybody shares: levels, verdicts, and which verdict a broken level earns."""

from enum import Enum


class Level(Enum):
    """The strength of a requirement (RFC 2119)."""

    MUST = "MUST"
    MUST_NOT = "MUST NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"

    @property
    def group(self) -> str:
        """`MUST`, `SHOULD` or `MAY`: what summaries count together."""
        return self.value.removesuffix(" NOT")


class Verdict(Enum):
    """What a check came to, in the order in which one stands for several: the first does.

    A requirement may be settled in several ways, so what could not be tried here or there (`not-run`, `unsupported`)
    speaks last.
    """

    ERROR = "error"
    FAIL = "fail"
    WARN = "warn"
    BLOCKED = "blocked"
    OPEN = "open"
    NOTE = "note"
    PASS = "pass"
    NOT_RUN = "not-run"
    UNSUPPORTED = "unsupported"

    @property
    def rank(self) -> int:
        """Position from worst (0) to best: the worst of several checks is `min` by rank."""
        return RANKS[self]

    @property
    def is_bad(self) -> bool:
        """Whether a requirement is broken."""
        return self in (Verdict.FAIL, Verdict.WARN)


RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict that stands for several: the first in the order of `Verdict`; `not-run` for none."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_RUN)


BROKEN = {
    "MUST": Verdict.FAIL,
    "SHOULD": Verdict.WARN,
    "MAY": Verdict.NOTE,
}
"""What a deviation from a requirement is, by `Level.group`, where the catalogue does not say otherwise."""
