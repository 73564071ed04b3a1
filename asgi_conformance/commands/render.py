"""`asgi-conformance render RUN.json...`: run files to HTML or Markdown, several runs side by side."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from asgi_conformance.commands.refusal import Refused, read_runs, write
from asgi_conformance.report.merge import merge
from asgi_conformance.results import Run

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name


def add_to(subparsers: "Subparsers") -> None:
    """Add the subcommand; `run` is what it does."""
    parser = subparsers.add_parser("render", help="write the report of one or more runs", description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN.json", help="written by pytest --asgi-json; merged by subject")
    parser.add_argument("--html", metavar="FILE", help="write the report as one HTML page")
    parser.add_argument("--markdown", metavar="FILE", help="write the report as Markdown")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Raises `Refused`."""
    from asgi_conformance.report.html import to_html  # only now, so that other commands do not wait for jinja2
    from asgi_conformance.report.markdown import to_markdown

    wanted: list[tuple[str | None, Callable[[Run], str]]] = [
        (arguments.html, to_html),
        (arguments.markdown, to_markdown),
    ]
    if not any(path for path, _ in wanted):
        raise Refused("nothing to write: name a file with --html or --markdown")
    merged = merge(read_runs(arguments.runs))
    for path, report in wanted:
        if path:
            write(path, report(merged))
    return 0
