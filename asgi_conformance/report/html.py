"""The report as one page: everything inlined, nothing fetched, readable without JavaScript."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from asgi_conformance.report.capability import assessed
from asgi_conformance.report.columns import Group, folds, gathered, groups
from asgi_conformance.report.comparison.compare import compare
from asgi_conformance.report.cross import cross
from asgi_conformance.report.data import Kits, embedded, name, packed
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.report.lines import chapters
from asgi_conformance.report.marks import CAPABILITY_WORDS, MARKS
from asgi_conformance.report.matrix import Matrix, build
from asgi_conformance.report.sentence import completeness, documents, heading, plural
from asgi_conformance.report.since import GLYPHS, since, was
from asgi_conformance.results import Run, Subject

SCRIPTS = (
    *("data.js", "address.js", "query.js", "columns.js", "table.js", "chooser.js"),
    *("dialogue.js", "story.js", "panel.js", "start.js"),
)
"""In this order, as one script."""

LONGEST_WORDS, LONGEST_TEXT = 120, 1000
"""Characters of what a cell says, which the panel says in full; of anything else."""


def to_html(
    run: Run, knowledge: Knowledge | None = None, *, against: Run | None = None, kits: Kits | None = None
) -> str:
    """One file. What subjects sent is escaped by the environment (text) and packed by `data` (JSON).

    `against`: an older run; what has changed since is marked.
    """
    knowledge = knowledge or published()
    run = gathered(run)
    matrix = build(run, knowledge)
    capabilities = assessed(matrix, knowledge)
    comparison = compare(against, run, knowledge) if against else None
    columns = groups(run.subjects)
    script = _script()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            run=run,
            matrix=matrix,
            capabilities=[(each, folds(columns, each.abilities)) for each in capabilities],
            chapters=chapters(matrix, columns, comparison),
            sums=_sums(matrix, columns),
            undecided=folds(columns, [tuple(each.apart.items()) for each in matrix.summaries]),
            since=since(comparison, matrix) if comparison else None,
            cross=cross(matrix),
            heading=heading(run),
            completeness=completeness(run),
            documents=documents(run),
            columns=columns,
            heads=[_head(*one) for one in zip(run.subjects, matrix.labels, strict=True)],
            met=_met(matrix),
            style=_asset("style.css") + _asset("table.css") + _asset("panel.css"),
            early=_asset("theme.js"),
            script=script,
            policy=_policy(_asset("theme.js"), script),
            data=Markup(
                packed(embedded(run, matrix, capabilities, knowledge, comparison=comparison, kits=kits))
            ),  # base64
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("asgi_conformance.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.globals.update(MARKS=MARKS, WORDS=CAPABILITY_WORDS, GLYPHS=GLYPHS, was=was)
    environment.filters["plural"] = plural
    environment.filters["brief"] = lambda words: visible(cut(words, LONGEST_WORDS))
    environment.filters["named"] = name
    return environment


def _finalize(value: Any) -> Any:
    """Every text that a template prints is made visible and cut first, so that no template can forget it."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(cut(value, LONGEST_TEXT))


@cache
def _asset(name: str) -> Markup:
    return Markup((files("asgi_conformance.report") / "templates" / name).read_text("utf-8"))


@cache
def _script() -> Markup:
    return Markup("\n").join(_asset(name) for name in SCRIPTS)


def _policy(*scripts: str) -> str:
    """Only these two scripts may run, and nothing is ever fetched: a second fence behind the escaping."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


def _head(subject: Subject, label: str) -> dict[str, Any]:
    """A column's head: name, version and options apart, so that it may be narrow."""
    interface = label.removeprefix(subject.id).removeprefix(f" {subject.version}")
    bare = subject.id.partition("[")[0] == subject.name
    options = [option for option in subject.options.items() if "=".join(option) in subject.id] if bare else []
    name = f"{subject.name if bare else subject.id}{interface}"
    return {"name": name, "version": subject.version, "options": options}


def _met(matrix: Matrix) -> dict[Any, int]:
    """Verdicts that occur, with the number of requirements in which they do."""
    rows = [{cell.verdict for cell in row.cells} for row in matrix.rows]
    counts = {verdict: sum(verdict in row for row in rows) for verdict in MARKS}
    return {verdict: count for verdict, count in counts.items() if count}


def _sums(matrix: Matrix, columns: tuple[Group, ...]) -> list[tuple[str, list[Any], list[str]]]:
    """The lines above the sections: (what is counted, its value in each column, the class of each cell)."""
    scored = ((f"{group} kept", [each.groups[group] for each in matrix.summaries]) for group in ("MUST", "SHOULD"))
    return [(title, tallies, folds(columns, list(map(str, tallies)))) for title, tallies in scored]
