"""The ledger as Markdown: which cases and mutants stand for each requirement."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from asgi_conformance.ledger import Entry
from asgi_conformance.report.escape import markdown
from asgi_conformance.spec.requirement import Testable

HEAD = (
    "# What is tested\n\nEvery requirement of the catalogue, the cases that settle it, and the mutants (servers with "
    "one sin each) that prove that these cases notice. Regenerate: `asgi-conformance list --coverage --markdown`.\n"
)
MOST = 4
"""Names in one cell; `--json` has them all."""


def to_markdown(entries: Iterable[Entry]) -> str:
    """A summary by area, then a table for each area."""
    areas = [(area, list(some)) for area, some in groupby(entries, key=lambda entry: entry.requirement.area)]
    return "\n".join([HEAD, _summary(areas), *(_area(area, some) for area, some in areas)])


def _summary(areas: Sequence[tuple[str, Sequence[Entry]]]) -> str:
    rows = ["| area | requirements | testable | tested | cases | mutants |", "| --- | --: | --: | --: | --: | --: |"]
    for area, entries in areas:
        testable = [entry for entry in entries if entry.requirement.testable is not Testable.NO]
        tested = sum(bool(entry.cases and entry.mutants) for entry in entries)
        cases = {name for entry in entries for name in entry.cases}
        mutants = {name for entry in entries for name in entry.mutants}
        rows.append(
            f"| [{area}](#{area}) | {len(entries)} | {len(testable)} | {tested} | {len(cases)} | {len(mutants)} |"
        )
    return "\n".join(rows) + "\n"


def _area(area: str, entries: Sequence[Entry]) -> str:
    rows = [
        f"## {area}\n",
        "| requirement | side | level | cases | mutants or reason |",
        "| --- | --- | --- | --- | --- |",
    ]
    for entry in entries:
        one = entry.requirement
        words = [
            *([_names(entry.mutants)] if entry.mutants else []),
            *([markdown(entry.reason)] if entry.reason else []),
        ]
        link = f"[`{one.id}`]({one.url})" if one.url else f"`{one.id}`"
        rows.append(f"| {link} | {one.side.value} | {one.level.value} | {_names(entry.cases)} | {'; '.join(words)} |")
    return "\n".join(rows) + "\n"


def _names(names: Sequence[str]) -> str:
    more = [f"and {len(names) - MOST} more"] if len(names) > MOST else []
    return ", ".join([*(f"`{name}`" for name in names[:MOST]), *more])
