"""The capability matrix: which requirements make "WebSockets" true. The rows stand in `capabilities.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from asgi_conformance.verdict import Verdict

SERVER, FRAMEWORK = "server", "framework"
NOT_TESTED = "not tested"
NOT_OFFERED = "not offered"
NOT_IN_WSGI = "WSGI has nothing of the kind"
KINDS = ("needs", "limits")
UNSETTLED = (Verdict.BLOCKED, Verdict.ERROR, Verdict.NOT_RUN)
WHEN = {
    "broken": frozenset({Verdict.FAIL, Verdict.WARN}),
    "noted": frozenset({Verdict.FAIL, Verdict.WARN, Verdict.NOTE}),
    "kept": frozenset({Verdict.PASS, Verdict.NOTE}),
    "absent": frozenset({Verdict.UNSUPPORTED}),
}
"""The verdicts at which a limit limits."""


class Mark(Enum):
    """What a cell comes to."""

    WORKS = "works"
    LIMITED = "limited"
    NO = "no"
    NONE = "none"
    """The interface has nothing of the kind."""
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
    """What a reader is told where the requirement is not kept; `{behaviour}` stands for how the subject answered."""
    when: str = "broken"
    """Of a limit: at which of `WHEN` it limits. Of a need: `absent` if the words are for what is not offered, `untold`
    if that leaves it open, because nothing else would tell."""
    answered: str = ""
    """Of a limit: limits only those that answered so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a subject was asked, and how it answered."""

    verdicts: Mapping[str, Verdict]
    """The worst of each requirement."""
    behaviours: Mapping[str, str] = field(default_factory=dict)
    """What a cell says of the requirement."""
    wsgi: bool = False
    """Whether it speaks WSGI."""


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
    wsgi: "Row | None" = None
    """The same row for what speaks WSGI; itself for a framework, where the requirements are the same; None: WSGI has
    nothing of the kind."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that the row looks at, each once."""
        clauses = (*self.needs, *self.limits, *((*self.wsgi.needs, *self.wsgi.limits) if self.wsgi else ()))
        return tuple(dict.fromkeys(clause.requirement for clause in clauses))


@cache
def load_rows() -> tuple[Row, ...]:
    """The rows in the order of the matrix."""
    data = tomllib.loads((files("asgi_conformance.spec") / "capabilities.toml").read_text(encoding="utf-8"))
    return tuple(_row(row) for row in data["row"])


def _row(fields: Mapping[str, Any]) -> Row:
    shunned, of = fields.get("shunned", ""), fields.get("of", SERVER)
    about = fields["id"], fields["title"], fields["group"]
    own = _clauses(fields)
    if "wsgi" in fields:
        return Row(*about, *own, shunned, of, Row(*about, *_clauses(fields["wsgi"]), of=of))
    return Row(*about, *own, shunned, of)


def _clauses(fields: Mapping[str, Any]) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
    needs, limits = (tuple(Clause(**one) for one in fields[kind]) for kind in KINDS)
    return needs, limits


def assess(row: Row, asked: Asked) -> Cell:
    """What a subject can, told from the worst verdict of each requirement that it was asked about.

    A need that is broken or not offered says no. Else a need that was not settled leaves it open: blocked, in error,
    not run, or never asked.
    """
    if asked.wsgi and row.wsgi is None and not any(need.requirement in asked.verdicts for need in row.needs):
        return Cell(Mark.NONE, NOT_IN_WSGI)
    return _assessed(row.wsgi if asked.wsgi and row.wsgi else row, asked)


def _assessed(row: Row, asked: Asked) -> Cell:
    verdicts = asked.verdicts
    needs = [need.requirement for need in row.needs]
    if broken := [need for need in row.needs if verdicts.get(need.requirement) is Verdict.FAIL]:
        return Cell(Mark.NO, "; ".join([need.says for need in broken if need.when == "broken"] or [broken[0].says]))
    if absent := [need for need in row.needs if verdicts.get(need.requirement) is Verdict.UNSUPPORTED]:
        if untold := [need.says for need in absent if need.when == "untold"]:
            return Cell(Mark.UNKNOWN, f"{NOT_TESTED}: {untold[0]}")
        return Cell(Mark.NO, next((need.says for need in absent if need.when == "absent"), NOT_OFFERED))
    if any(verdicts.get(need, Verdict.NOT_RUN) in UNSETTLED for need in [*needs, *filter(None, [row.shunned])]):
        return Cell(Mark.UNKNOWN, NOT_TESTED)
    if verdicts.get(row.shunned) is Verdict.PASS:
        return Cell(Mark.NO, NOT_OFFERED)
    limits = [
        limit.says.format(behaviour=asked.behaviours.get(limit.requirement, ""))
        for limit in row.limits
        if verdicts.get(limit.requirement) in WHEN[limit.when] and _answered(limit, asked)
    ]
    return Cell(Mark.LIMITED, "; ".join(limits)) if limits else Cell(Mark.WORKS)


def _answered(limit: Clause, asked: Asked) -> bool:
    """Several answers to one requirement stand in its cell with a slash between."""
    return not limit.answered or limit.answered in asked.behaviours.get(limit.requirement, "").split(" / ")
