"""A history in the terminal: what each capability and each requirement that changed was, release by release."""

from collections.abc import Sequence

from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.history.table import History, Line
from asgi_conformance.report.history.words import LEGEND, heading, same, since, story
from asgi_conformance.report.sentence import plural

LONGEST = 60
"""Characters of a subject's words."""


def to_text(history: History) -> list[str]:
    """Lines without colours."""
    changed = [line for line in history.requirements if line.changes]
    steady = [
        f"{plural(len(lines), 'requirement')} {state.value}" for state, lines in same(history.requirements).items()
    ]
    return [
        visible(heading(history)),
        *(visible(f"{reading.version}: not tested: {reading.why}") for reading in history.readings if not reading.run),
        "",
        *_table("what works", history.capabilities),
        "",
        *(_table("requirements that changed", changed) if changed else ["No requirement changed."]),
        "",
        f"The same in every release: {', '.join(steady) or 'nothing'}.",
        LEGEND,
    ]


def _table(head: str, lines: Sequence[Line]) -> list[str]:
    rows = [(head, "since", ""), *((_name(line), since(line), _story(line)) for line in lines)]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    return [f"{name:{first}}  {when:{second}}  {told}".rstrip() for name, when, told in rows]


def _name(line: Line) -> str:
    return visible(line.title if line.level is None else line.id)


def _story(line: Line) -> str:
    """Only where there is more to tell than since when, and the words that a limit has."""
    told = [f"{extent} {cut(visible(words), LONGEST)}".rstrip() for extent, words in story(line.states)]
    unsteady = [f"unsteady in {', '.join(line.unsteady)}"] if line.unsteady else []
    return " → ".join(told) + "".join(f" ({words})" for words in unsteady)
