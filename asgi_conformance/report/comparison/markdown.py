"""A comparison as GitHub-flavoured Markdown, for a pull request."""

from collections.abc import Sequence

from asgi_conformance.report.comparison.compare import Change, Comparison, Kind, View
from asgi_conformance.report.comparison.words import MEANINGS, cases, counts, dates, release, reservations, verdict
from asgi_conformance.report.escape import code, cut, markdown
from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.report.markdown_table import link, table

LONGEST = 80
"""Characters of a subject's words in a cell."""


def to_markdown(comparison: Comparison, knowledge: Knowledge) -> str:
    """The same runs give the same bytes."""
    parts = ["# What has changed\n", f"From {markdown(dates(comparison))}.\n"]
    parts += [f"⚠️ {markdown(line)}\n" for line in reservations(comparison)]
    for pair in comparison.pairs:
        parts.append(f"## {code(cut(release(pair), LONGEST))}: {counts(comparison, pair.new.id)}\n")
        for kind in Kind:
            changes = [change for change in comparison.of(pair.new.id) if change.kind is kind]
            if changes:
                parts += [f"### {kind.value.capitalize()}: {MEANINGS[kind]}\n", _changes(changes, knowledge)]
    return "\n".join(parts)


def _changes(changes: Sequence[Change], knowledge: Knowledge) -> str:
    rows = [[_requirement(change, knowledge), _view(change.before), _view(change.after)] for change in changes]
    return table([["requirement", "before", "after"], *rows])


def _requirement(change: Change, knowledge: Knowledge) -> str:
    rule = knowledge.rule(change.requirement)
    told = [
        f"<br>{_view(before)} → {_view(after)}: {', '.join(map(code, names))}"
        for (before, after), names in cases(change).items()
    ]
    return "".join([link(markdown(rule.title), rule.url), f"<br>{code(rule.id)}", *told])


def _view(view: View | None) -> str:
    return f"{verdict(view)} {code(cut(view.words, LONGEST))}".rstrip() if view else verdict(view)
