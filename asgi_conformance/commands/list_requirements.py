"""`asgi-conformance list`: the requirements, and which cases and mutants stand for each."""

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from asgi_conformance import ledger
from asgi_conformance.ledger import Entry
from asgi_conformance.report import coverage
from asgi_conformance.spec import catalogue
from asgi_conformance.spec.catalogue import AREAS, Requirement, Side
from asgi_conformance.verdict import Level

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # argparse gives the class no public name


def add_to(subparsers: "Subparsers") -> None:
    parser = subparsers.add_parser("list", help="print the requirements", description="Print the requirements.")
    parser.add_argument("--area", choices=list(AREAS), help="only those of this file of the catalogue")
    parser.add_argument("--side", choices=[side.value for side in Side], help="only those that this side owes")
    parser.add_argument("--level", choices=[level.value for level in Level], help="only those of this strength")
    covered = parser.add_mutually_exclusive_group()
    covered.add_argument("--covered", action="store_true", default=None, help="only those that a case settles")
    covered.add_argument("--not-covered", action="store_false", dest="covered", help="only those that no case settles")
    parser.add_argument("--coverage", action="store_true", help="with the cases and mutants of each")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON list")
    form.add_argument("--markdown", action="store_true", help="the whole ledger, as reports/coverage.md has it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print to standard output."""
    with_cases = arguments.coverage or arguments.markdown or arguments.covered is not None
    mutants = ledger.mutants_by_requirement() if with_cases else {}
    rows = ledger.ledger(
        selected(catalogue.load().values(), arguments.area, arguments.side, arguments.level),
        ledger.cases_by_requirement() if with_cases else {},
        mutants,
    )
    if arguments.covered is not None:
        rows = [row for row in rows if bool(row.cases) is arguments.covered]
    if arguments.json:
        print(json.dumps([as_json(row, coverage=arguments.coverage) for row in rows], indent=1))
    elif arguments.markdown:
        print(coverage.to_markdown(rows), end="")
    else:
        print("\n".join(table(rows, coverage=arguments.coverage, mutants=bool(mutants))))
    return 0


def selected(
    requirements: Iterable[Requirement], area: str | None, side: str | None, level: str | None
) -> list[Requirement]:
    """Those that fit every filter that is given, in their order."""
    return [
        requirement
        for requirement in requirements
        if (area is None or requirement.area == area)
        and (side is None or requirement.side is Side(side))
        and (level is None or requirement.level is Level(level))
    ]


def table(rows: Sequence[Entry], *, coverage: bool, mutants: bool = True) -> list[str]:
    """Lines of aligned columns: id, side, level, title; before the title, how many cases and mutants there are.

    `mutants`: whether any are known, as they are in a checkout.
    """
    counted = ["cases", *(["mutants"] if mutants else [])] if coverage else []
    lines = [["id", "side", "level", *counted, "title"], *(_columns(row, counted) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    summary = f"{len(rows)} requirements"
    if coverage:
        summary += f", {sum(bool(row.cases) for row in rows)} covered"
    return [*text, "", summary]


def _columns(row: Entry, counted: Iterable[str]) -> list[str]:
    requirement = row.requirement
    counts = [str(len(getattr(row, name))) for name in counted]
    return [requirement.id, requirement.side.value, requirement.level.value, *counts, requirement.title]


def as_json(row: Entry, *, coverage: bool) -> dict[str, Any]:
    """`reason`: why it cannot be tested, or only in part; empty if it can."""
    requirement = row.requirement
    known = {
        "id": requirement.id,
        "side": requirement.side.value,
        "level": requirement.level.value,
        "testable": requirement.testable.value,
    }
    if coverage:
        stands = {"cases": list(row.cases), "mutants": list(row.mutants), "reason": row.reason}
        return known | stands
    return known | {"area": requirement.area, "title": requirement.title, "url": requirement.url}
