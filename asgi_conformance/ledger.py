"""The ledger: every requirement, with the cases and mutants that stand for it, or the reason why none do."""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from asgi_conformance.spec import catalogue
from asgi_conformance.spec.requirement import Requirement, Testable
from asgi_conformance.suite_loader import load_cases

PACKAGE = Path(__file__).parent
TESTS = PACKAGE.parent / "tests"
MUTANTS = (
    TESTS / "mutants",
    TESTS / "applications" / "mutants",
    TESTS / "wsgi_server" / "mutants",
    TESTS / "wsgi_applications" / "mutants",
)
"""Where those of servers are, and those of applications and middleware."""

Names = Mapping[str, Sequence[str]]
"""Ids of cases, or names of mutants, by requirement id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One requirement, and what stands for it."""

    requirement: Requirement
    cases: tuple[str, ...]
    mutants: tuple[str, ...]
    untested: str = ""
    """Why it has no case although it could be tested."""

    @property
    def reason(self) -> str:
        """Why it is not tested, or only in part; empty if it is."""
        return (self.untested if not self.cases else "") or self.requirement.testable_reason

    @property
    def is_hole(self) -> bool:
        """Whether something is missing that nobody has given a reason for."""
        if self.requirement.testable is Testable.NO or (self.untested and not self.cases):
            return False
        return not (self.cases and self.mutants)


def ledger(requirements: Iterable[Requirement], cases: Names, mutants: Names) -> list[Entry]:
    """An entry for each of these requirements, in their order."""
    return [
        Entry(one, tuple(cases.get(one.id, ())), tuple(mutants.get(one.id, ())), why_untested(one))
        for one in requirements
    ]


def whole_ledger() -> list[Entry]:
    """Of the whole catalogue; mutants are known in a checkout only."""
    return ledger(catalogue.load().values(), cases_by_requirement(), mutants_by_requirement())


def cases_by_requirement() -> dict[str, list[str]]:
    """Of the bundled suites."""
    found: dict[str, list[str]] = {}
    for case in load_cases():
        for requirement in sorted(case.settles()):
            found.setdefault(requirement, []).append(case.id)
    return found


def mutants_by_requirement() -> dict[str, list[str]]:
    """Read from the sources of a checkout; mutants do not ship with the package, so there are none elsewhere."""
    found: dict[str, list[str]] = {}
    for folder in MUTANTS:
        for path in sorted(folder.rglob("*.py")):
            file = path.relative_to(folder).with_suffix("").as_posix()
            for name, broken in _mutants(path.read_text("utf-8")):
                for requirement in broken:
                    found.setdefault(requirement, []).append(f"{file}:{name}")
    return found


def _mutants(source: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(name, requirements) of every function under `@mutant(breaks=...)`."""
    for node in ast.parse(source).body:
        for decorator in getattr(node, "decorator_list", ()):
            if isinstance(node, ast.FunctionDef) and isinstance(decorator, ast.Call) and decorator.keywords:
                broken = ast.literal_eval(decorator.keywords[0].value)
                yield node.name, (broken,) if isinstance(broken, str) else broken


@cache
def reasons() -> tuple[Mapping[str, Any], ...]:
    """`spec/untested.toml`: what each entry speaks of (`id`, `area` or `side`), and its `reason`."""
    return tuple(tomllib.loads((PACKAGE / "spec" / "untested.toml").read_text("utf-8"))["untested"])


def why_untested(requirement: Requirement) -> str:
    """Why no case settles it although one could; empty where none is expected to be missing."""
    own = {"id": requirement.id, "area": requirement.area, "side": requirement.side.value}
    return next((entry["reason"] for entry in reasons() if speaks_of(entry, own)), "")


def speaks_of(entry: Mapping[str, Any], own: Mapping[str, str]) -> bool:
    """Whether every selector of the entry fits these values."""
    return all(own[key] == value for key, value in entry.items() if key != "reason")
