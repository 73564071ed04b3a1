"""Events: what each may hold (ASGI "Events", "Strings and Unicode", and the event's own section)."""

import math
from collections.abc import Iterator
from typing import Any

from asgi_conformance.codec import Foreign
from asgi_conformance.spec import check
from asgi_conformance.spec.check import Problem, keys_are_str, once
from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.schema import Table, load
from asgi_conformance.spec.shapes import TYPES, DictOf, Exactly, Kind, is_a, is_exactly, items, plain, show
from asgi_conformance.verdict import Verdict

IS_DICT = "common.event.is-dict"
TYPE_KEY = "common.event.type-key"
NAMESPACED = "common.event.type-namespaced"
KEYS_ARE_STR = "common.event.keys-are-str"
INT_RANGE = "common.event.int-range"
FLOAT_FINITE = "common.event.float-finite"
ALLOWED = {
    Direction.RECEIVED: "common.event.allowed-types.received",
    Direction.SENT: "common.event.allowed-types.sent",
}
INT64 = range(-(2**63), 2**63)


def table(kind: Any) -> Table | None:
    """The table of an event type; None if no document defines it."""
    name = plain(kind)
    return load().events.get(name) if isinstance(name, str) else None


def default_of(kind: Any, key: str, absent: Any) -> Any:
    """What a missing key of this event type stands for; `absent` if nothing."""
    known = table(kind)
    return known.defaults.get(key, absent) if known else absent


def problems(message: Any, direction: Direction, scope_type: str | None = None) -> list[Problem]:
    """How an event deviates from its table and from the closed list of value types.

    `scope_type`: the protocol of the call, which the event's type should begin with; None: not looked at.
    Which version of a specification owes a key is not looked at either: see `Requirement.since`.
    """
    if not is_a(message, dict):
        return [Problem("", Kind.WRONG_TYPE, "dict", show(message), IS_DICT)]
    return once(_problems(plain(message), direction, scope_type))


def _problems(event: dict[Any, Any], direction: Direction, scope_type: str | None) -> Iterator[Problem]:
    known = table(event.get("type"))
    if known is not None and known.direction is direction:
        yield from check.problems(event, known)
    else:
        known = None
        yield from _of_type(event)
    kind = plain(event.get("type"))
    if scope_type is not None and isinstance(kind, str) and kind.partition(".")[0] != scope_type:
        yield Problem("type", Kind.WRONG_NAMESPACE, f"{scope_type}.…", show(kind), NAMESPACED)
    yield from keys_are_str(event, "", KEYS_ARE_STR)
    for name, value in event.items():
        key = known.keys.get(plain(name)) if known is not None else None
        if key is None or isinstance(key.shape, Exactly):
            yield from _of_value(value, str(plain(name)), direction)
        elif isinstance(key.shape, DictOf) and is_a(value, dict):
            yield from keys_are_str(plain(value), key.name, KEYS_ARE_STR)


def _of_type(event: dict[Any, Any]) -> Iterator[Problem]:
    if "type" not in event:
        yield Problem("type", Kind.MISSING, "str", "no such key", TYPE_KEY)
    elif not is_a(event["type"], str):
        yield Problem("type", Kind.WRONG_TYPE, "str", show(event["type"]), TYPE_KEY)


def _of_value(value: Any, path: str, direction: Direction) -> Iterator[Problem]:
    """The closed list of types, at any depth."""
    yield from _of_exact_type(value, path, direction)
    held = plain(value)
    if isinstance(held, dict):
        yield from keys_are_str(held, path, KEYS_ARE_STR)
        for name, item in held.items():
            yield from _of_value(item, f"{path}.{plain(name)}", direction)
    elif isinstance(held, list | tuple):
        for item in items(held) or ():
            yield from _of_value(item, f"{path}[]", direction)
    elif is_exactly(held, int) and held not in INT64:
        yield Problem(path, Kind.OUT_OF_RANGE, "a signed 64-bit integer", show(held), INT_RANGE)
    elif isinstance(held, float) and not math.isfinite(held):
        yield Problem(path, Kind.OUT_OF_RANGE, "a finite number", show(held), FLOAT_FINITE)


def _of_exact_type(value: Any, path: str, direction: Direction) -> Iterator[Problem]:
    names = (*TYPES, "None")
    if value is None or any(is_exactly(value, type) for type in TYPES.values()):
        return
    if isinstance(value, Foreign) and value.type_name in names:  # of an allowed type, but not to be carried whole
        return
    if isinstance(value, tuple):
        kind, verdict = Kind.NOT_ALLOWED, Verdict.WARN  # A02
    elif any(is_a(value, type) for type in TYPES.values()):
        as_status = direction is Direction.SENT and is_exactly(plain(value), int)
        kind, verdict = Kind.SUBCLASS, Verdict.NOTE if as_status else Verdict.WARN  # A75
    else:
        kind, verdict = Kind.NOT_ALLOWED, None
    yield Problem(path, kind, "one of " + ", ".join(names), show(value), ALLOWED[direction], verdict)
