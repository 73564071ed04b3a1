"""`asgi-conformance compare OLD.json NEW.json`: what has changed between two runs, requirement by requirement."""

import argparse
import sys
from typing import TYPE_CHECKING

from asgi_conformance.commands.refusal import Refused, read_runs
from asgi_conformance.report.comparison.compare import Kind, compare
from asgi_conformance.report.comparison.json import to_json
from asgi_conformance.report.comparison.markdown import to_markdown
from asgi_conformance.report.comparison.text import to_text
from asgi_conformance.report.knowledge import published
from asgi_conformance.results import Run

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name

NEVER = "never"


def add_to(subparsers: "Subparsers") -> None:
    parser = subparsers.add_parser("compare", help="tell what has changed between two runs", description=__doc__)
    parser.add_argument("old", metavar="OLD.json", help="a run file, .json or .json.gz")
    parser.add_argument("new", metavar="NEW.json", help="a later one")
    parser.add_argument(
        "--subject", metavar="OLD_ID=NEW_ID", action="append", default=[], help="the same subject by another name"
    )
    parser.add_argument(
        "--fail-on", choices=[Kind.BROKEN.value, NEVER], default=NEVER, help="exit with 1 if anything is broken"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print it as JSON")
    form.add_argument("--markdown", action="store_true", help="print it as Markdown")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print to standard output; 1 if what it is to fail on has happened. Raises `Refused`."""
    old, new = read_runs([arguments.old, arguments.new])
    comparison = compare(old, new, published(), _renamed(arguments.subject, old, new))
    if arguments.json:
        print(to_json(comparison), end="")
    elif arguments.markdown:
        print(to_markdown(comparison, published()), end="")
    else:
        print("\n".join(to_text(comparison, color=sys.stdout.isatty())))
    broken = any(change.kind is Kind.BROKEN for change in comparison.changes)
    return int(broken and arguments.fail_on == Kind.BROKEN.value)


def _renamed(texts: list[str], old: Run, new: Run) -> dict[str, str]:
    """Ids of the old run to those of the new; an id may have `=` in it, so both runs are asked. Raises `Refused`."""
    ids = [{subject.id for subject in one.subjects} for one in (old, new)]
    renamed: dict[str, str] = {}
    for text in texts:
        halves = ((text[:place], text[place + 1 :]) for place, char in enumerate(text) if char == "=")
        fits = [(before, after) for before, after in halves if before in ids[0] and after in ids[1]]
        if not fits:
            raise Refused(f"--subject {text!r} is no OLD_ID=NEW_ID: {_known(ids)}")
        renamed.update(fits)
    return renamed


def _known(ids: list[set[str]]) -> str:
    old, new = (", ".join(sorted(some)) or "none" for some in ids)
    return f"the old run has {old}; the new one has {new}"
