"""The pure check of a dict against its schema table. What is no more than a doubtful reading is judged mildly here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.schema import Key, NonePolicy, Table
from asgi_conformance.spec.shapes import (
    Exactly,
    Kind,
    Mismatch,
    is_a,
    is_bytes_like,
    is_exactly,
    items,
    mismatches,
    plain,
    show,
)
from asgi_conformance.verdict import Verdict

EXACT_STRINGS = "common.strings.exact-types"


@dataclass(frozen=True, slots=True)
class Problem:
    """One deviation from a table."""

    path: str
    """The place within the scope or event, without indices: `headers[][0]`, `asgi.version`."""
    kind: Kind
    expected: str
    got: str
    requirement: str
    verdict: Verdict | None = None
    """Milder than the catalogue's verdict for the requirement (`Requirement.broken`); None: as the catalogue says."""


def problems(value: Any, table: Table) -> list[Problem]:
    """How a dict deviates from its table; extra keys are no deviation. The same mistake in many items counts once."""
    return once(_problems(plain(value), table))


def once(found: Iterable[Problem]) -> list[Problem]:
    """The first of each kind at each place."""
    first: dict[tuple[str, Kind, str, Verdict | None], Problem] = {}
    for problem in found:
        first.setdefault((problem.path, problem.kind, problem.requirement, problem.verdict), problem)
    return list(first.values())


def keys_are_str(holder: Mapping[Any, Any], path: str, requirement: str) -> Iterator[Problem]:
    """Every key that is no str; `requirement` says that it should be."""
    for name in holder:
        if not is_exactly(name, str):
            kind, verdict = (Kind.SUBCLASS, Verdict.WARN) if is_a(name, str) else (Kind.WRONG_TYPE, None)
            yield Problem(f"{path} key".strip(), kind, "str", show(name), requirement, verdict)


def _problems(value: Mapping[str, Any], table: Table) -> Iterator[Problem]:
    for key in table.keys.values():
        parent, _, name = key.name.rpartition(".")
        holder = plain(value.get(parent)) if parent else value
        if isinstance(holder, dict):
            yield from _of_key(holder, name, key, table)
    chosen = [name for name in table.exactly_one_of if value.get(name) is not None]
    if table.exactly_one_of and len(chosen) != 1:
        expected = f"exactly one of {' and '.join(table.exactly_one_of)} that is not None"
        got = " and ".join(chosen) or "neither"
        yield Problem("", Kind.NOT_EXACTLY_ONE, expected, got, table.on[Kind.NOT_EXACTLY_ONE])


def _of_key(holder: Mapping[str, Any], name: str, key: Key, table: Table) -> Iterator[Problem]:
    if name not in holder:
        if key.required:
            yield Problem(key.name, Kind.MISSING, str(key.shape), "no such key", table.owner(key, Kind.MISSING))
        return
    value = holder[name]
    if value is None:
        yield from _of_none(key, table)
        return
    broken = False
    for mismatch in mismatches(value, key.shape, key.name):
        broken = broken or mismatch.kind not in (Kind.SUBCLASS, Kind.ONE_SHOT)
        yield from _of_mismatch(mismatch, value, key, table)
    if not broken:
        yield from _of_rules(plain(value), key, table)
    if key.is_headers:
        yield from _of_headers(value, key)


def _of_none(key: Key, table: Table) -> Iterator[Problem]:
    if key.none in (NonePolicy.LEGAL, NonePolicy.DEFAULT):
        return
    verdict = Verdict.NOTE if key.none is NonePolicy.TOLERATED else _for_flags(key, table)
    yield Problem(key.name, Kind.NONE, str(key.shape), "None", table.owner(key, Kind.NONE), verdict)


def _of_mismatch(mismatch: Mismatch, value: Any, key: Key, table: Table) -> Iterator[Problem]:
    path, kind, expected, got = mismatch.path, mismatch.kind, mismatch.expected, mismatch.got
    owner, verdict = table.owner(key, kind), None
    strings = expected in ("str", "bytes") and table.direction is not Direction.SENT
    if kind is Kind.ONE_SHOT:
        if table.direction is not None:  # lawful in events, in either direction (A02)
            return
        verdict = Verdict.WARN
    elif kind is Kind.SUBCLASS:
        owner = EXACT_STRINGS if strings else owner
        verdict = Verdict.NOTE if expected == "int" and table.direction is Direction.SENT else Verdict.WARN
    elif is_bytes_like(value) and table.direction is Direction.SENT and expected == "bytes":
        verdict = Verdict.WARN  # A24
    else:
        verdict = _for_flags(key, table)
        if strings:
            yield Problem(path, kind, expected, got, EXACT_STRINGS)
    yield Problem(path, kind, expected, got, owner, verdict)


def _for_flags(key: Key, table: Table) -> Verdict | None:
    """An application's flag that is no bool is only warned about (A74)."""
    is_flag = key.shape == Exactly(bool)
    return Verdict.WARN if is_flag and table.direction is Direction.SENT else None


def _of_rules(value: Any, key: Key, table: Table) -> Iterator[Problem]:
    for rule in key.rules:
        if not rule.allows(value):
            owner = rule.requirement or table.owner(key, Kind.WRONG_VALUE)
            yield Problem(key.name, Kind.WRONG_VALUE, str(rule), show(value), owner, rule.verdict)
            return


def _of_headers(value: Any, key: Key) -> Iterator[Problem]:
    for name in _header_names(value):
        for kind, expected, deviates in (
            (Kind.NOT_LOWER_CASE, "lower case", name != name.lower()),
            (Kind.PSEUDO_HEADER, "no name that begins with a colon", name.startswith(b":")),
            (Kind.FORBIDDEN_HEADER, "another name", name.lower() in key.forbidden),
        ):
            if deviates and kind in key.on:
                yield Problem(f"{key.name}[][0]", kind, expected, show(name), key.on[kind])


def _header_names(value: Any) -> Iterator[bytes]:
    """As far as they can be told, whatever else is wrong with the headers."""
    for pair in items(value) or ():
        name = plain((items(pair) or [None])[0])
        if isinstance(name, bytes):
            yield name
