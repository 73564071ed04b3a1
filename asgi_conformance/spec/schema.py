"""The schema tables: every key of every scope, event and extension entry, read from `schema.toml`."""

import re
import tomllib
from ast import literal_eval
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.shapes import Items, Kind, Pair, Shape, parse
from asgi_conformance.verdict import Verdict


class NonePolicy(Enum):
    """Whether a key may be there with the value None (A01)."""

    NEVER = "never"
    DEFAULT = "default"
    LEGAL = "legal"
    TOLERATED = "tolerated"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value has to be besides its type. One of the three is given."""

    values: tuple[Any, ...] = ()
    pattern: str = ""
    ranges: tuple[tuple[int, int], ...] = ()
    requirement: str = ""
    """Owns this rule, where it is another than the key's."""
    verdict: Verdict | None = None

    def allows(self, value: Any) -> bool:
        if self.pattern:
            return re.search(self.pattern, value) is not None
        return value in self.values or any(low <= value <= high for low, high in self.ranges)

    def __str__(self) -> str:
        if self.pattern:
            return f"like {self.pattern}"
        return " or ".join([*map(repr, self.values), *(f"{low}..{high}" for low, high in self.ranges)])


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a scope or event."""

    name: str
    """With a dot for a key of a nested dict: `asgi.version`."""
    shape: Shape
    required: bool
    since: tuple[int, int]
    none: NonePolicy
    requirement: str
    on: Mapping[Kind, str]
    """The requirement that another kind of deviation breaks."""
    rules: tuple[Rule, ...] = ()
    forbidden: frozenset[bytes] = frozenset()
    """Header names that must not occur."""

    @property
    def is_headers(self) -> bool:
        return isinstance(self.shape, Items) and isinstance(self.shape.item, Pair)


@dataclass(frozen=True, slots=True)
class Table:
    """One type of scope or event, or the entry of an extension."""

    name: str
    keys: Mapping[str, Key]
    defaults: Mapping[str, Any]
    """What a missing key stands for; keys without default are not in it."""
    on: Mapping[Kind, str]
    direction: Direction | None = None
    """None for what is no event."""
    scope: str = ""
    """The scope type in which the event occurs."""
    extension: str = ""
    """The extension that brings the event."""
    exactly_one_of: tuple[str, ...] = ()

    def owner(self, key: Key, kind: Kind) -> str:
        """The requirement that a deviation of this kind breaks."""
        return key.on.get(kind) or self.on.get(kind) or key.requirement


@dataclass(frozen=True, slots=True)
class Extension:
    """A known entry of `scope["extensions"]`."""

    name: str
    scopes: tuple[str, ...]
    events: tuple[str, ...]
    requirement: str
    entry: Table


@dataclass(frozen=True, slots=True)
class Schema:
    scopes: Mapping[str, Table]
    events: Mapping[str, Table]
    extensions: Mapping[str, Extension]


# --------------------------------------------------------------------------- reading


@cache
def load() -> Schema:
    """The tables of `schema.toml`."""
    data = tomllib.loads((files("asgi_conformance.spec") / "schema.toml").read_text(encoding="utf-8"))
    return Schema(
        scopes={name: _table(name, entry) for name, entry in data["scope"].items()},
        events={name: _table(name, entry) for name, entry in data["event"].items()},
        extensions={name: _extension(name, entry) for name, entry in data["extension"].items()},
    )


def _extension(name: str, entry: Mapping[str, Any]) -> Extension:
    return Extension(name, tuple(entry["scopes"]), tuple(entry["events"]), entry["requirement"], _table(name, entry))


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    keys = entry.get("keys", {})
    return Table(
        name=name,
        keys={key: _key(key, fields) for key, fields in keys.items()},
        defaults={key: literal_eval(fields["default"]) for key, fields in keys.items() if "default" in fields},
        on=_owners(entry),
        direction=Direction(entry["direction"]) if "direction" in entry else None,
        scope=entry.get("scope", ""),
        extension=entry.get("extension", ""),
        exactly_one_of=tuple(entry.get("exactly_one_of", ())),
    )


def _key(name: str, fields: Mapping[str, Any]) -> Key:
    major, _, minor = fields["since"].partition(".")
    own = any(field in fields for field in ("const", "enum", "pattern", "ranges"))
    return Key(
        name=name,
        shape=parse(fields["type"]),
        required=fields["required"],
        since=(int(major), int(minor)),
        none=NonePolicy(fields.get("none", "never")),
        requirement=fields["requirement"],
        on=_owners(fields),
        rules=tuple(_rule(rule) for rule in [*([_owned(fields)] if own else []), *fields.get("then", ())]),
        forbidden=frozenset(header.encode() for header in fields.get("forbidden", ())),
    )


def _owned(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The key's own rule, whose owner the table knows."""
    return {name: value for name, value in fields.items() if name != "requirement"}


def _owners(entry: Mapping[str, Any]) -> Mapping[Kind, str]:
    return {Kind(kind): requirement for kind, requirement in entry.get("on", {}).items()}


def _rule(fields: Mapping[str, Any]) -> Rule:
    return Rule(
        values=(fields["const"],) if "const" in fields else tuple(fields.get("enum", ())),
        pattern=fields.get("pattern", ""),
        ranges=tuple((low, high) for low, high in fields.get("ranges", ())),
        requirement=fields.get("requirement", ""),
        verdict=Verdict(fields["verdict"]) if "verdict" in fields else None,
    )
