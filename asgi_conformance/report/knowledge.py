"""What reports know besides the run: the catalogue and the rows of the capability matrix, both data of `spec`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from asgi_conformance.spec.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement as reports print it."""

    id: str
    title: str
    summary: str = ""
    source: str = ""
    """Where it stands, in words: `www.rst, Close - send event`."""
    url: str = ""
    since: str = ""
    """Version of its specification; empty where the catalogue names none."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The data of `spec` that a report reads. Given by hand only in tests."""

    catalogue: Mapping[str, Requirement]
    rows: Callable[[], Sequence[Any]]
    """The `spec.capabilities.Row`s; read only by those who show them."""
    assess: Callable[[Any, Any], Any]
    """`spec.capabilities.assess`, of a row and a `spec.capabilities.Asked`"""

    def rule(self, requirement: str) -> Rule:
        """A run may speak of requirements that this release has not, or no more: they are known by id alone."""
        if requirement in self.catalogue:
            return rule_of(self.catalogue[requirement])
        return Rule(requirement, requirement, "The catalogue of this release has no such requirement.")

    def rules(self, requirements: Iterable[str]) -> list[Rule]:
        """These requirements in catalogue order; what the catalogue does not know comes last, by id."""
        wanted = set(requirements)
        known = {name for name in wanted if name in self.catalogue}
        found: list[str] = []
        for name in self.catalogue if known else ():
            if name in known:
                found.append(name)
            if len(found) == len(known):
                break  # the catalogue is read file by file, and no further than need be
        return [self.rule(name) for name in [*found, *sorted(wanted - known)]]


def rule_of(requirement: Requirement) -> Rule:
    since = ".".join(map(str, requirement.since)) if requirement.since else ""
    source = str(requirement.reference)
    return Rule(requirement.id, requirement.title, requirement.summary, source, requirement.url, since)


@cache
def published() -> Knowledge:
    """What this release ships. Imported here, so that a summary in the terminal costs no more than it needs."""
    from asgi_conformance.spec import catalogue

    def rows() -> Sequence[Any]:
        from asgi_conformance.spec import capabilities

        return tuple(capabilities.load_rows())

    def assess(row: Any, asked: Any) -> Any:
        from asgi_conformance.spec import capabilities

        return capabilities.assess(row, asked)

    return Knowledge(catalogue.load(), rows, assess)
