"""The report as one page: everything inlined, nothing fetched, readable without JavaScript."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from asgi_conformance.report.capability import assessed
from asgi_conformance.report.cross import cross
from asgi_conformance.report.data import embedded
from asgi_conformance.report.escape import visible
from asgi_conformance.report.knowledge import Knowledge, published
from asgi_conformance.report.marks import CAPABILITY_WORDS, MARKS
from asgi_conformance.report.matrix import Matrix, build
from asgi_conformance.report.sentence import completeness, documents, heading, plural
from asgi_conformance.results import Run, Subject

SCRIPTS = ("data.js", "address.js", "table.js", "dialogue.js", "panel.js")
"""In this order, as one script."""


def to_html(run: Run, knowledge: Knowledge | None = None) -> str:
    """One file. What subjects sent is escaped by the environment (text) and by `data` (JSON)."""
    knowledge = knowledge or published()
    matrix = build(run, knowledge)
    capabilities = assessed(matrix, knowledge)
    script = _script()
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            run=run,
            matrix=matrix,
            capabilities=capabilities,
            cross=cross(matrix),
            heading=heading(run),
            completeness=completeness(run),
            documents=documents(run),
            heads=[_head(subject) for subject in run.subjects],
            met=_met(matrix),
            style=_asset("style.css") + _asset("panel.css"),
            early=_asset("theme.js"),
            script=script,
            policy=_policy(_asset("theme.js"), script),
            data=Markup(embedded(run, matrix, capabilities, knowledge)),  # `embedded` leaves no markup in it
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
    environment.globals.update(MARKS=MARKS, WORDS=CAPABILITY_WORDS)
    environment.filters["plural"] = plural
    return environment


def _finalize(value: Any) -> Any:
    """Every text that a template prints is made visible first, so that no template can forget it."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


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


def _head(subject: Subject) -> dict[str, Any]:
    """A column's head: name, version and options apart, so that it may be narrow."""
    bare = subject.id.partition("[")[0] == subject.name
    options = [option for option in subject.options.items() if "=".join(option) in subject.id] if bare else []
    return {"name": subject.name if bare else subject.id, "version": subject.version, "options": options}


def _met(matrix: Matrix) -> dict[Any, int]:
    """Verdicts that occur, with the number of requirements in which they do."""
    rows = [{cell.verdict for cell in row.cells} for row in matrix.rows]
    counts = {verdict: sum(verdict in row for row in rows) for verdict in MARKS}
    return {verdict: count for verdict, count in counts.items() if count}
