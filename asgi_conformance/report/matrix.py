"""The requirement matrix as a value: what every report counts and shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asgi_conformance.report.knowledge import Knowledge, Rule
from asgi_conformance.results import Check, Result, Run, Subject
from asgi_conformance.verdict import Level, Verdict, worst

DECIDED = (Verdict.PASS, Verdict.FAIL, Verdict.WARN)
"""What a count such as `31/33` is out of."""

EXPLAINED = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE, Verdict.OPEN)
"""Where a cell says in which way, if it has no behaviour to name."""

APART = (Verdict.UNSUPPORTED, Verdict.BLOCKED, Verdict.ERROR, Verdict.NOT_RUN)
"""What a summary names beside its counts, where there is any."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One requirement on one subject."""

    found: tuple[tuple[Result, Check], ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The worst of its checks; None where the subject was not asked."""
        return worst([check.verdict for _, check in self.found]) if self.found else None

    @property
    def behaviours(self) -> tuple[str, ...]:
        """How the subject answered, each way once."""
        return tuple(dict.fromkeys(check.behaviour for _, check in self.found if check.behaviour))

    @property
    def words(self) -> str:
        """What a cell says beside its mark: how the subject answered where it did worst, else what was wrong.

        Why something was not offered or not reached is a sentence, and left to those who show it whole.
        """
        verdict = self.verdict
        judged = [check for _, check in self.found if check.verdict is verdict]
        ways = [check.behaviour for check in judged if check.behaviour]
        if not ways and verdict in EXPLAINED:
            ways = [check.how for check in judged if check.how]
        return " / ".join(dict.fromkeys(ways))

    @property
    def known(self) -> bool:
        """Whether every failure in it stands in the baseline."""
        broken = [check for _, check in self.found if check.verdict in (Verdict.FAIL, Verdict.WARN)]
        return bool(broken) and all(check.baseline is not None for check in broken)

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """Checks by verdict."""
        return Counter(check.verdict for _, check in self.found)


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement and what each subject, in the order of `Matrix.subjects`, made of it."""

    rule: Rule
    level: Level
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether two subjects that were asked answered in different ways."""
        return len({(cell.verdict, cell.behaviours) for cell in self.cells if cell.found}) > 1

    @property
    def clean(self) -> bool:
        """Whether all who were asked pass."""
        return all(cell.verdict in (None, Verdict.PASS) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Tally:
    """Requirements counted by the verdict of their cell."""

    counts: Mapping[Verdict, int]

    @property
    def passed(self) -> int:
        return self.counts.get(Verdict.PASS, 0)

    @property
    def decided(self) -> int:
        return sum(self.counts.get(verdict, 0) for verdict in DECIDED)

    @property
    def others(self) -> dict[Verdict, int]:
        """All but passes, worst first."""
        return {v: self.counts[v] for v in Verdict if v is not Verdict.PASS and self.counts.get(v)}

    def __str__(self) -> str:
        return f"{self.passed}/{self.decided}" if self.decided else ""


def tally(cells: Iterable[Cell]) -> Tally:
    return Tally(Counter(cell.verdict for cell in cells if cell.verdict is not None))


@dataclass(frozen=True, slots=True)
class Section:
    """The requirements whose ids begin alike: `http.scope`."""

    name: str
    rows: tuple[Row, ...]
    tallies: tuple[Tally, ...]
    """By subject."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One subject in one line: `MUST 231/238 · SHOULD 40/52 · unsupported 9`."""

    groups: Mapping[str, Tally]
    """By `Level.group`; only `MUST` and `SHOULD` are scored."""
    apart: Mapping[Verdict, int]
    """The other verdicts worth a word, where there are any."""

    def __str__(self) -> str:
        scored = [f"{group} {counted}" for group, counted in self.groups.items() if counted.decided]
        return " · ".join([*scored, *(f"{verdict.value} {count}" for verdict, count in self.apart.items())])


@dataclass(frozen=True, slots=True)
class Matrix:
    subjects: tuple[Subject, ...]
    labels: tuple[str, ...]
    """A name for each subject that no other has; as hostile as the subject is."""
    sections: tuple[Section, ...]
    summaries: tuple[Summary, ...]

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]


def section_of(requirement: str) -> str:
    """The first two parts of an id of three or more: `http.scope`, `h1.response`; else the first: `tls`."""
    parts = requirement.split(".")
    return ".".join(parts[: max(1, min(2, len(parts) - 1))])


def build(run: Run, knowledge: Knowledge) -> Matrix:
    """The matrix of the run. Requirements nobody was asked about have no row."""
    sections = tuple(_sections(run, knowledge))
    rows = [row for section in sections for row in section.rows]
    return Matrix(
        subjects=run.subjects,
        labels=labels(run.subjects),
        sections=sections,
        summaries=tuple(_summary(rows, column) for column in range(len(run.subjects))),
    )


def labels(subjects: Iterable[Subject]) -> tuple[str, ...]:
    """The id, with interface and version where others have it too."""
    subjects = tuple(subjects)
    return told_apart([subject.id for subject in subjects], subjects)


def told_apart(names: Sequence[str], subjects: Sequence[Subject]) -> tuple[str, ...]:
    """Each name, or the shortest addition to it that no other has: `gunicorn (WSGI)`, `uvicorn 0.54.0`, or both."""
    interfaces = [f"({subject.kind.partition('-')[0].upper()})" for subject in subjects]
    versions = [subject.version for subject in subjects]
    ways = [
        list(names),
        *([" ".join(words) for words in zip(names, *more, strict=True)] for more in ([interfaces], [versions])),
        [" ".join(words) for words in zip(names, versions, interfaces, strict=True)],
    ]
    seen = [Counter(way) for way in ways]
    return tuple(
        next((way[i] for way, times in zip(ways, seen, strict=True) if times[way[i]] == 1), ways[-1][i])
        for i in range(len(names))
    )


def _sections(run: Run, knowledge: Knowledge) -> Iterable[Section]:
    found: dict[str, list[list[tuple[Result, Check]]]] = {}
    for column, subject in enumerate(run.subjects):
        for result in subject.results:
            for check in result.checks:
                found.setdefault(check.requirement, [[] for _ in run.subjects])[column].append((result, check))
    grouped: dict[str, list[Row]] = {}
    for rule in knowledge.rules(found):
        cells = tuple(Cell(tuple(checks)) for checks in found[rule.id])
        level = next(check.level for cell in cells for _, check in cell.found)
        grouped.setdefault(section_of(rule.id), []).append(Row(rule, level, cells))
    for name, rows in grouped.items():
        tallies = tuple(tally(row.cells[column] for row in rows) for column in range(len(run.subjects)))
        yield Section(name, tuple(rows), tallies)


def _summary(rows: Iterable[Row], column: int) -> Summary:
    rows = list(rows)
    groups = {
        group: tally(row.cells[column] for row in rows if row.level.group == group) for group in ("MUST", "SHOULD")
    }
    everything = tally(row.cells[column] for row in rows)
    return Summary(groups, {v: everything.counts[v] for v in APART if everything.counts.get(v)})
