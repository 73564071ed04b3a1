"""`asgi-conformance render RUN.json...`: run files to HTML or Markdown, several runs side by side."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from asgi_conformance.report.escape import visible
from asgi_conformance.report.merge import merge
from asgi_conformance.results import Run, UnreadableRun, from_json

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name

USAGE_ERROR = 4
"""As pytest's own: what was asked for cannot be done as it was typed."""


class _Refused(Exception):
    """A file that was named cannot be read or written; the message is one line for whoever named it."""


def add_to(subparsers: "Subparsers") -> None:
    """Add the subcommand; `run` is what it does."""
    parser = subparsers.add_parser("render", help="write the report of one or more runs", description=__doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN.json", help="written by pytest --asgi-json; merged by subject")
    parser.add_argument("--html", metavar="FILE", help="write the report as one HTML page")
    parser.add_argument("--markdown", metavar="FILE", help="write the report as Markdown")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """The exit status: 0, or 4 with one line on stderr."""
    from asgi_conformance.report.html import to_html  # only now, so that other commands do not wait for jinja2
    from asgi_conformance.report.markdown import to_markdown

    wanted: list[tuple[str | None, Callable[[Run], str]]] = [
        (arguments.html, to_html),
        (arguments.markdown, to_markdown),
    ]
    try:
        if not any(path for path, _ in wanted):
            raise _Refused("nothing to write: name a file with --html or --markdown")
        merged = merge(_read(arguments.runs))
        for path, report in wanted:
            if path:
                _write(path, report(merged))
    except _Refused as refusal:
        print(f"asgi-conformance render: {visible(str(refusal))}", file=sys.stderr)
        return USAGE_ERROR
    return 0


def _read(paths: Sequence[str]) -> list[Run]:
    runs = []
    for path in paths:
        try:
            runs.append(from_json(Path(path).read_text("utf-8")))
        except OSError as error:
            raise _Refused(f"cannot read {path}: {error.strerror}") from None
        except UnicodeDecodeError:
            raise _Refused(f"cannot read {path}: it is not UTF-8") from None
        except UnreadableRun as unreadable:
            raise _Refused(f"cannot read {path}: {unreadable}") from None
    return runs


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise _Refused(f"cannot write {path}: {error.strerror}") from None
