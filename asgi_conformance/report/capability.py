"""The capability matrix as a value: what works on which subject, in the words of `spec.capabilities`."""

from dataclasses import dataclass

from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.report.matrix import Matrix
from asgi_conformance.spec.capabilities import Asked

SERVER, FRAMEWORK = "server", "framework"
WHOSE = {
    **dict.fromkeys(("asgi-server", "wsgi-server"), SERVER),
    **dict.fromkeys(("asgi-framework", "asgi-stack", "wsgi-framework", "wsgi-stack"), FRAMEWORK),
}
"""Whose capabilities a kind of subject can be asked for."""


@dataclass(frozen=True, slots=True)
class Ability:
    """One cell of the capability matrix."""

    mark: str
    """The name of a `spec.capabilities.Mark`."""
    words: str
    """What is limited, or why not."""


@dataclass(frozen=True, slots=True)
class Capability:
    """One row of the capability matrix."""

    id: str
    title: str
    group: str
    requirements: tuple[str, ...]
    abilities: tuple[Ability, ...]


def assessed(matrix: Matrix, knowledge: Knowledge) -> tuple[Capability, ...]:
    """Every row that is about one of the subjects, its cells in the order of `Matrix.subjects`."""
    shown = {WHOSE.get(subject.kind, "") for subject in matrix.subjects} or {SERVER}
    every = [_asked(matrix, column) for column in range(len(matrix.subjects))]
    capabilities = []
    for row in (row for row in knowledge.rows() if row.of in shown):
        cells = [knowledge.assess(row, asked) for asked in every]
        abilities = tuple(Ability(cell.mark.name, cell.words) for cell in cells)
        capabilities.append(Capability(row.id, row.title, row.group, tuple(row.requirements), abilities))
    return tuple(capabilities)


def _asked(matrix: Matrix, column: int) -> Asked:
    """What the subject was asked, by requirement."""
    cells = [(row.rule.id, row.cells[column]) for row in matrix.rows]
    verdicts = {requirement: cell.verdict for requirement, cell in cells if cell.verdict is not None}
    behaviours = {requirement: cell.words for requirement, cell in cells if cell.words}
    return Asked(verdicts, behaviours, matrix.subjects[column].kind.startswith("wsgi"))
