"""The columns of the page: the configurations of one server stand side by side, and fold into one."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from asgi_conformance.report.matrix import told_apart
from asgi_conformance.results import Run, Subject

SAME, SPLIT = "d", "s"
"""Classes of a cell: says what the first of its group says; stands beside others that say something else."""


@dataclass(frozen=True, slots=True)
class Group:
    """The configurations of one subject."""

    name: str
    """That no other group has; as hostile as the subject is."""
    version: str
    columns: range

    @property
    def folds(self) -> bool:
        return len(self.columns) > 1


def gathered(run: Run) -> Run:
    """The same run with the configurations of one subject in a row, where the first of them stood."""
    first: dict[Hashable, int] = {}
    for subject in run.subjects:
        first.setdefault(_same(subject), len(first))
    return replace(run, subjects=tuple(sorted(run.subjects, key=lambda subject: first[_same(subject)])))


def groups(subjects: Sequence[Subject]) -> tuple[Group, ...]:
    """Of subjects as `gathered` leaves them."""
    together = [list(members) for _, members in groupby(subjects, _same)]
    alone = [members[0] for members in together]
    names = told_apart([subject.name for subject in alone], alone)
    return tuple(_grouped([len(members) for members in together], alone, names))


def _same(subject: Subject) -> Hashable:
    return subject.kind, subject.name, subject.version


def _grouped(sizes: Iterable[int], subjects: Iterable[Subject], names: Iterable[str]) -> Iterator[Group]:
    start = 0
    for size, subject, name in zip(sizes, subjects, names, strict=True):
        yield Group(name, subject.version, range(start, start + size))
        start += size


def folds(columns: Iterable[Group], values: Sequence[Hashable]) -> list[str]:
    """The class of each cell of a row that says these values: where a group is of one mind, all but its first hide."""
    classes: list[str] = []
    for group in columns:
        said = {values[column] for column in group.columns}
        rest = len(group.columns) - 1
        classes += ["", *[SAME] * rest] if len(said) == 1 else [SPLIT] * (rest + 1)
    return classes
