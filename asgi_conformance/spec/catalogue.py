"""The catalogue: what the specifications demand, by requirement id.

Only the files whose requirements are asked for are read, because parsing them all takes longer than starting pytest.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from asgi_conformance.spec.requirement import BrokenCatalogue, Reference, Requirement, Side, Testable, read

__all__ = [
    "AREAS",
    "BrokenCatalogue",
    "Catalogue",
    "Reference",
    "Requirement",
    "Side",
    "Testable",
    "UnknownRequirement",
    "load",
]

AREAS: Mapping[str, str] = {
    "common": "common",
    "http": "http",
    "websocket": "websocket",
    "lifespan": "lifespan",
    "extensions": "ext",
    "tls": "tls",
    "contract": "contract",
    "wsgi": "wsgi",
    "http1-wire": "h1",
    "http2-wire": "h2",
    "websocket-wire": "ws",
}
"""The areas in reading order, and what the ids of each begin with. An area is a file of `requirements/`."""

BY_PREFIX = {prefix: area for area, prefix in AREAS.items()}

REGISTERS = ("ambiguities.md", "ambiguities-wsgi-and-wire.md")


class UnknownRequirement(KeyError):
    """An id that the catalogue does not hold; the fault of whoever wrote it. The message suggests what was meant."""

    def __init__(self, id: str, catalogue: "Catalogue") -> None:
        super().__init__(id)
        self._catalogue = catalogue

    def __str__(self) -> str:
        """Looks for similar ids only now, because `get` raises this too."""
        id = self.args[0]
        near = difflib.get_close_matches(id, list(self._catalogue), n=3)
        return f"there is no requirement {id}" + (f"; did you mean {' or '.join(near)}?" if near else "")


@dataclass(frozen=True, slots=True)
class Catalogue(Mapping[str, Requirement]):
    """All requirements by id, in the order of their files. `[]` raises `UnknownRequirement`."""

    folder: Traversable
    _read: dict[str, Mapping[str, Requirement]] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, id: str) -> Requirement:
        area = BY_PREFIX.get(id.partition(".")[0])
        if area is None or id not in self._area(area):
            raise UnknownRequirement(id, self)
        return self._area(area)[id]

    def __iter__(self) -> Iterator[str]:
        for area in AREAS:
            yield from self._area(area)

    def __len__(self) -> int:
        return sum(len(self._area(area)) for area in AREAS)

    def section(self, id: str) -> str:
        """Where the documents say it, as a reader would look it up: `www.rst, Close - send event`."""
        return str(self[id].reference)

    def _area(self, area: str) -> Mapping[str, Requirement]:
        if area not in self._read:
            self._read[area] = _read_area(self.folder, area)
        return self._read[area]


@cache
def load() -> Catalogue:
    """The catalogue that ships with the package. Raises `BrokenCatalogue` when a file is first used."""
    return Catalogue(files("asgi_conformance.spec"))


def _read_area(folder: Traversable, area: str) -> Mapping[str, Requirement]:
    file = f"requirements/{area}.toml"
    try:
        data = tomllib.loads((folder / "requirements" / f"{area}.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenCatalogue(f"{file}: {error}") from None
    for name in ("area", "spec"):
        if not data.get(name):
            raise BrokenCatalogue(f"{file}: {name} is missing at its head")
    if data["area"] != area:
        raise BrokenCatalogue(f"{file}: area is {data['area']!r}, not the name of the file")
    found = {requirement.id: requirement for requirement in read(data, file, ambiguities(folder))}
    for id in found:
        if not id.startswith(AREAS[area] + "."):
            raise BrokenCatalogue(f"{file}: {id}: id does not begin with {AREAS[area]!r} and a dot")
    return found


def ambiguities(folder: Traversable) -> frozenset[str]:
    """The ids under which the registers explain a point: headings `### A01 ...`, items `- **W01** ...`."""
    texts = [(folder / name).read_text(encoding="utf-8") for name in REGISTERS]
    return frozenset(id for text in texts for id in re.findall(r"^(?:### |- \*\*)([AW]\d\d)\b", text, re.MULTILINE))
