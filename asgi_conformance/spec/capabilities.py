"""The capability matrix: which requirements make "WebSockets" true. The rows stand in `capabilities.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from asgi_conformance.verdict import Verdict

SERVER, FRAMEWORK = "server", "framework"
NOT_TESTED = "not tested"
NOT_OFFERED = "not offered"
KINDS = ("needs", "limits")
UNSETTLED = (Verdict.BLOCKED, Verdict.ERROR, Verdict.NOT_RUN)


class Mark(Enum):
    """What a cell comes to."""

    WORKS = "works"
    LIMITED = "limited"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """One capability of one subject."""

    mark: Mark
    words: str = ""
    """What is limited, or why not; empty if it works."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A requirement that a capability rests on."""

    requirement: str
    says: str
    """What a reader is told where the requirement is not kept."""


@dataclass(frozen=True, slots=True)
class Row:
    """One capability."""

    id: str
    title: str
    group: str
    needs: tuple[Clause, ...]
    """Requirements without which it is not there."""
    limits: tuple[Clause, ...]
    shunned: str = ""
    """A requirement whose keeping means that it is not there, and rightly so."""
    of: str = SERVER
    """Whose capability it is: a server's or a web framework's."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that the row looks at, each once."""
        return tuple(dict.fromkeys(clause.requirement for clause in (*self.needs, *self.limits)))


@cache
def load_rows() -> tuple[Row, ...]:
    """The rows in the order of the matrix."""
    data = tomllib.loads((files("asgi_conformance.spec") / "capabilities.toml").read_text(encoding="utf-8"))
    return tuple(_row(row) for row in data["row"])


def _row(fields: Mapping[str, Any]) -> Row:
    needs, limits = (tuple(Clause(one["requirement"], one["says"]) for one in fields[kind]) for kind in KINDS)
    shunned, of = fields.get("shunned", ""), fields.get("of", SERVER)
    return Row(fields["id"], fields["title"], fields["group"], needs, limits, shunned, of)


def assess(row: Row, verdicts: Mapping[str, Verdict]) -> Cell:
    """What a subject can, told from the worst verdict of each requirement that it was asked about.

    A need that is broken or not offered says no. Else a need that was not settled leaves it open: blocked, in error,
    not run, or never asked.
    """
    needs = [need.requirement for need in row.needs]
    if broken := [need.says for need in row.needs if verdicts.get(need.requirement) is Verdict.FAIL]:
        return Cell(Mark.NO, "; ".join(broken))
    if any(verdicts.get(need) is Verdict.UNSUPPORTED for need in needs):
        return Cell(Mark.NO, NOT_OFFERED)
    asked = [*needs, *([row.shunned] if row.shunned else [])]
    if any(verdicts.get(need, Verdict.NOT_RUN) in UNSETTLED for need in asked):
        return Cell(Mark.UNKNOWN, NOT_TESTED)
    if verdicts.get(row.shunned) is Verdict.PASS:
        return Cell(Mark.NO, NOT_OFFERED)
    limits = [limit.says for limit in row.limits if verdicts.get(limit.requirement) in (Verdict.FAIL, Verdict.WARN)]
    return Cell(Mark.LIMITED, "; ".join(limits)) if limits else Cell(Mark.WORKS)
