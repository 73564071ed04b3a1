"""`asgi-conformance render RUN.json...`: run files to HTML, Markdown and the forms for machines, several as one."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from asgi_conformance.commands.refusal import Refused, read_runs, write
from asgi_conformance.report.formats import content
from asgi_conformance.report.merge import merge
from asgi_conformance.results import Run

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name


MACHINES = {
    "json": "write the runs as one run file; compressed if its name ends in .gz",
    "badge": "write a badge (shields endpoint JSON)",
    "sarif": "write what applications break as SARIF, for code scanning",
    "ctrf": "write the results as CTRF, the Common Test Report Format",
}
"""Forms that others read, and what is said of each."""


def add_to(subparsers: "Subparsers") -> None:
    """Add the subcommand; `run` is what it does."""
    parser = subparsers.add_parser("render", help="write the report of one or more runs", description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN.json", help="written by pytest --asgi-json; merged by subject")
    parser.add_argument("--html", metavar="FILE", help="write the report as one HTML page")
    parser.add_argument("--markdown", metavar="FILE", help="write the report as Markdown")
    parser.add_argument("--against", metavar="OLD.json", help="an older run: the page marks what has changed since")
    for form, words in MACHINES.items():
        parser.add_argument(f"--{form}", metavar="FILE", help=words)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Raises `Refused`."""
    from asgi_conformance.kits.kit import kits_of
    from asgi_conformance.report.html import to_html  # only now, so that other commands do not wait for jinja2
    from asgi_conformance.report.markdown import to_markdown

    older = read_runs([arguments.against])[0] if arguments.against else None
    wanted: list[tuple[str | None, Callable[[Run], str | bytes]]] = [
        (arguments.html, lambda run: to_html(run, against=older, kits=kits_of(run))),
        (arguments.markdown, to_markdown),
        *((path, partial(content, form, path=Path(path))) for form, path in _machines(arguments)),
    ]
    if not any(path for path, _ in wanted):
        raise Refused(f"nothing to write: name a file with --html, --markdown, --{', --'.join(MACHINES)}")
    if arguments.against and not arguments.html:
        raise Refused("--against marks what changed in the page: name a file with --html")
    merged = merge(read_runs(arguments.runs))
    for path, report in wanted:
        if path:
            write(path, report(merged))
    return 0


def _machines(arguments: argparse.Namespace) -> list[tuple[str, str]]:
    """Those that are wanted, with the file of each."""
    return [(form, path) for form in MACHINES if (path := getattr(arguments, form))]
