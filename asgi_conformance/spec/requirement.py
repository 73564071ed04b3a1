"""One requirement: its fields, and how it is read from a file of `requirements/`. Every mistake there has a name."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NoReturn, TypeVar

from asgi_conformance.verdict import BROKEN, Level, Verdict


class BrokenCatalogue(Exception):
    """A file of the catalogue does not hold together; our fault. Names file, requirement and field."""


class Side(Enum):
    """Who owes what a requirement says."""

    SERVER = "server"
    APPLICATION = "application"
    BOTH = "both"
    MIDDLEWARE = "middleware"


class Testable(Enum):
    """Whether the requirement can be settled from outside."""

    __test__ = False  # its name begins like a test class, and pytest would collect it

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a document says it."""

    document: str
    section: str
    url: str

    def __str__(self) -> str:
        return f"{self.document}, {self.section}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One normative statement of a specification, in our words."""

    id: str
    area: str
    """The file that holds it: `http`, `extensions`, `http1-wire`."""
    side: Side
    level: Level
    title: str
    summary: str
    document: str
    section: str
    url: str
    since: tuple[int, int] | None
    """The version of `spec` that brought it; None where the document has no versions."""
    spec: str
    """Whose versions `since` counts: `asgi`, `www`, `lifespan`, `tls`; else the document: `extensions`, `rfc-9112`."""
    derived: bool
    """No RFC 2119 word stands in the text; the level follows from it."""
    stimulus: str
    expect: str
    pitfalls: str
    testable: Testable
    testable_reason: str
    violations: tuple[str, ...]
    """Ways to get it wrong, each a candidate for a mutant."""
    ambiguity: tuple[str, ...]
    """Points of the registers of ambiguities that bear on it: `A01`, `W12`."""
    related: tuple[str, ...]
    also: tuple[Reference, ...]
    broken: Verdict
    """What a deviation is."""

    @property
    def reference(self) -> Reference:
        return Reference(self.document, self.section, self.url)


REQUIRED = ("id", "side", "level", "title", "summary", "reference", "stimulus", "expect", "testable", "violations")
OPTIONAL = (
    *("also", "ambiguity", "derived", "pitfalls", "related", "since", "testable_reason", "verdict"),
    # Kept for readers of the files only:
    *("added", "observe", "removed", "wsgiref_validate"),
)
DEVIATIONS = (Verdict.FAIL, Verdict.WARN, Verdict.OPEN, Verdict.NOTE)

E = TypeVar("E", bound=Enum)


def read(data: Mapping[str, Any], file: str, ambiguities: Collection[str]) -> list[Requirement]:
    """The requirements of one parsed file, in its order. `ambiguities`: the ids that the registers hold."""
    found: dict[str, Requirement] = {}
    for entry in data.get("requirement", ()):
        reader = _Reader(entry, file, ambiguities)
        requirement = reader.requirement(data["area"], data["spec"])
        if requirement.id in found:
            reader.fail("id", "is taken twice")
        found[requirement.id] = requirement
    return list(found.values())


@dataclass(frozen=True, slots=True)
class _Reader:
    """One table of a file, on its way to a `Requirement`."""

    entry: Mapping[str, Any]
    file: str
    ambiguities: Collection[str]

    def fail(self, field: str, problem: str) -> NoReturn:
        raise BrokenCatalogue(f"{self.file}: {self.entry.get('id', 'a requirement without id')}: {field} {problem}")

    def requirement(self, area: str, spec: str) -> Requirement:
        self._check_fields()
        reference = self._reference("reference", self.entry["reference"])
        level = self._member("level", Level)
        testable = self._member("testable", Testable)
        reason = self.entry.get("testable_reason", "")
        if testable is not Testable.YES and not reason:
            self.fail("testable_reason", f'is missing, though testable is "{testable.value}"')
        return Requirement(
            id=self.entry["id"],
            area=area,
            side=self._member("side", Side),
            level=level,
            title=self.entry["title"],
            summary=self.entry["summary"],
            document=reference.document,
            section=reference.section,
            url=reference.url,
            since=self._since(),
            spec=spec,
            derived=self.entry.get("derived", False),
            stimulus=self.entry["stimulus"],
            expect=self.entry["expect"],
            pitfalls=self.entry.get("pitfalls", ""),
            testable=testable,
            testable_reason=reason,
            violations=tuple(self.entry["violations"]),
            ambiguity=self._ambiguity(),
            related=tuple(self.entry.get("related", ())),
            also=tuple(self._reference("also", also) for also in self.entry.get("also", ())),
            broken=self._broken(level),
        )

    def _check_fields(self) -> None:
        for field in REQUIRED:
            if not self.entry.get(field):
                self.fail(field, "is missing or empty")
        for field in self.entry:
            if field not in REQUIRED and field not in OPTIONAL:
                self.fail(field, "is no field of a requirement")

    def _member(self, field: str, kind: type[E]) -> E:
        try:
            return kind(self.entry[field])
        except ValueError:
            self.fail(field, f"is {self.entry[field]!r}; it can be {', '.join(str(item.value) for item in kind)}")

    def _broken(self, level: Level) -> Verdict:
        if "verdict" not in self.entry:
            return BROKEN[level.group]
        verdict = self._member("verdict", Verdict)
        if verdict not in DEVIATIONS:
            self.fail("verdict", f"is {verdict.value!r}; a deviation is {', '.join(v.value for v in DEVIATIONS)}")
        return verdict

    def _since(self) -> tuple[int, int] | None:
        if "since" not in self.entry:
            return None
        match = re.fullmatch(r"(\d+)\.(\d+)", str(self.entry["since"]))
        if match is None:
            self.fail("since", f"is {self.entry['since']!r}, not two numbers with a dot between them")
        return int(match[1]), int(match[2])

    def _ambiguity(self) -> tuple[str, ...]:
        ids = tuple(self.entry.get("ambiguity", ()))
        for id in ids:
            if id not in self.ambiguities:
                self.fail("ambiguity", f"{id} is in no register")
        return ids

    def _reference(self, field: str, reference: Mapping[str, str]) -> Reference:
        for part in ("doc", "section"):
            if not reference.get(part):
                self.fail(field, f"has no {part}")
        document, section = reference["doc"], reference["section"]
        url = reference.get("url") or link(document, section)
        if not url.startswith("https://"):
            self.fail(field, f"has no link, and none follows from {document!r}")
        return Reference(document, section, url)


def link(document: str, section: str) -> str:
    """The address of a section of an RFC (`§3.2`) or of PEP 3333 (its heading); empty for any other document."""
    if match := re.fullmatch(r"RFC (\d+)", document):
        number = section.removeprefix("§")
        part = "section" if number[:1].isdigit() else "appendix"
        return f"https://www.rfc-editor.org/rfc/rfc{match[1]}#{part}-{number}"
    if document == "PEP 3333":
        return f"https://peps.python.org/pep-3333/#{re.sub(r'[^a-z0-9]+', '-', section.lower()).strip('-')}"
    return ""
