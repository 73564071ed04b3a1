"""Applications on servers as a value: a table with a cell for every pair that was tested."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from asgi_conformance.report.matrix import Matrix
from asgi_conformance.results import Subject
from asgi_conformance.verdict import Verdict

SHOWN = (Verdict.FAIL, Verdict.WARN, Verdict.BLOCKED, Verdict.ERROR, Verdict.NOT_RUN)
"""What a cell names besides what is kept."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One application on one server: its requirements by the verdict of their cell."""

    label: str
    counts: Mapping[Verdict, int]

    @property
    def kept(self) -> int:
        return self.counts.get(Verdict.PASS, 0)

    @property
    def decided(self) -> int:
        return sum(self.counts.get(verdict, 0) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.WARN))

    @property
    def others(self) -> dict[Verdict, int]:
        """What is not as it should be, worst first."""
        return {verdict: self.counts[verdict] for verdict in SHOWN if self.counts.get(verdict)}


@dataclass(frozen=True, slots=True)
class Line:
    """One application on all servers."""

    application: str
    pairs: tuple[Pair | None, ...]
    """By server; None: not tested."""


@dataclass(frozen=True, slots=True)
class Cross:
    """All pairs of a run; empty where no application was served."""

    servers: tuple[str, ...]
    lines: tuple[Line, ...]


def cross(matrix: Matrix) -> Cross:
    """The table, in the order in which the subjects come."""
    found: dict[str, dict[str, Pair]] = {}
    servers: dict[str, None] = {}
    for column, subject in enumerate(matrix.subjects):
        if subject.kind.endswith("-stack"):
            server, application = parts(subject)
            servers[server] = None
            verdicts = (row.cells[column].verdict for row in matrix.rows)
            counts = Counter(verdict for verdict in verdicts if verdict is not None)
            found.setdefault(application, {})[server] = Pair(matrix.labels[column], counts)
    lines = tuple(Line(name, tuple(pairs.get(server) for server in servers)) for name, pairs in found.items())
    return Cross(tuple(servers), lines)


def parts(subject: Subject) -> tuple[str, str]:
    """(server, application) of `uvicorn[http=h11]+starlette`."""
    server, _, application = subject.id.partition("+")
    return server, application
