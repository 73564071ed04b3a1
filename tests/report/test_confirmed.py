"""Changes that the servers' changelogs confirm are still what the tables of `reports/history` say."""

import itertools
import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from asgi_conformance.spec.catalogue import load

FOLDER = Path(__file__).parent.parent.parent / "reports" / "history"


@dataclass(frozen=True)
class Row:
    server: str
    requirement: str
    before: str
    after: str
    version: str
    date: str
    entry: str


def rows() -> list[Row]:
    lines = (FOLDER / "confirmed.md").read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if line.startswith("| ")][2:]
    return [Row(*(cell.strip().strip("`") for cell in line.strip("|").split("|"))) for line in table]


@cache
def told(server: str) -> Any:
    return json.loads((FOLDER / f"{server}.json").read_text(encoding="utf-8"))


def said(span: dict[str, str]) -> str:
    """`partly: wrong headers`"""
    return f"{span['state']}: {span['words']}" if span["words"] else span["state"]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.server}-{row.version}-{row.requirement}")
def test_the_table_says_the_same(row: Row) -> None:
    """Two spans that follow each other, and the changelog's version in what lies between them."""
    spans = told(row.server)["requirements"][row.requirement]["support"]
    pairs = itertools.pairwise(spans)
    fits = [new for old, new in pairs if (said(old), said(new)) == (row.before, row.after)]
    assert [Version(new["after"]) < Version(row.version) <= Version(new["first"]) for new in fits] == [True]


def test_every_row_names_a_requirement_a_day_and_where_it_is_told() -> None:
    for row in rows():
        assert row.requirement in load()
        assert date.fromisoformat(row.date)
        assert re.search(r"\]\(https://github\.com/[^ )]+\)", row.entry), row


def test_there_are_enough_of_them() -> None:
    assert len(rows()) >= 10
    assert {row.server for row in rows()} == {"uvicorn", "hypercorn", "daphne"}


@pytest.mark.parametrize("server", ["uvicorn", "hypercorn", "daphne"])
def test_every_table_has_at_least_eight_releases(server: str) -> None:
    assert sum(release["tested"] for release in told(server)["releases"]) >= 8
