"""A history as GitHub-flavoured Markdown: the since-when table of one server."""

from collections.abc import Iterable, Sequence

from asgi_conformance.report.escape import code, cut, markdown
from asgi_conformance.report.history.table import History, Line, Span, State
from asgi_conformance.report.history.words import LEGEND, NOTHING, heading, regressions, same, since, story
from asgi_conformance.report.markdown_table import link, table

INTERVALS = "What a release is the first to do came with it, or with one between it and the tested one before."
LONGEST = 80
"""Characters of a subject's words in a cell."""


def to_markdown(history: History) -> str:
    """The same history gives the same bytes."""
    changed = [line for line in history.requirements if line.changes]
    other = [line for line in history.requirements if not line.changes and len(line.spans) > 1]
    parts = [
        f"# {markdown(history.subject)}: since when\n",
        f"{markdown(heading(history))}\n",
        *_untested(history),
        f"{INTERVALS} {LEGEND}\n",
        "## What works\n",
        _lines("", history.capabilities),
        *_regressions(history),
        *(["## Requirements that changed\n", _lines("requirement", changed)] if changed else []),
        *(_folded("Behaviours that changed", _behaviours(other)) if other else []),
        *_folded("The same in every release", _same(history)),
        *_folded("What was tested", _releases(history)),
    ]
    return "\n".join(parts)


def _untested(history: History) -> list[str]:
    lines = [
        f"- {code(reading.version)}: not tested: {markdown(cut(reading.why, 2 * LONGEST))}\n"
        for reading in history.readings
        if reading.run is None
    ]
    return ["".join(lines)] if lines else []


def _lines(head: str, lines: Iterable[Line]) -> str:
    rows = [[_name(line), markdown(since(line)), _story(line, line.states)] for line in lines]
    return table([[head, "since", "how it was"], *rows])


def _name(line: Line) -> str:
    title = markdown(line.title)
    if line.level is None:
        return title
    return f"{link(title, line.url)}<br>{line.level.value} {code(line.id)}"


def _story(line: Line, spans: Iterable[Span]) -> str:
    told = [f"{markdown(extent)} {code(cut(words, LONGEST))}".rstrip() for extent, words in story(spans)]
    if line.unsteady:
        told.append(f"unsteady in {markdown(', '.join(line.unsteady))}")
    return "<br>".join(told) or NOTHING


def _regressions(history: History) -> list[str]:
    rows = [
        [_name(line), markdown(extent), code(cut(span.words, LONGEST))] for line, span, extent in regressions(history)
    ]
    return ["## What became worse\n", table([["requirement", "in", "how"], *rows])] if rows else []


def _behaviours(lines: Iterable[Line]) -> str:
    return table([["requirement", "how it was"], *([_name(line), _story(line, line.spans)] for line in lines)])


def _same(history: History) -> str:
    rows = [
        [state.value, str(len(lines)), ", ".join(code(line.id) for line in lines)]
        for state, lines in _in_order(history)
    ]
    return table([["state", "", "requirements"], *rows])


def _in_order(history: History) -> Sequence[tuple[State, list[Line]]]:
    found = same(history.requirements)
    return [(state, found[state]) for state in State if state in found]


def _releases(history: History) -> str:
    rows = [
        [code(one.version), markdown(one.python), code(", ".join(f"{name} {v}" for name, v in one.packages.items()))]
        for one in history.tested
    ]
    return table([["release", "Python", "installed with it"], *rows])


def _folded(title: str, content: str) -> list[str]:
    return [f"<details><summary>{markdown(title)}</summary>\n\n{content}\n</details>\n"]
