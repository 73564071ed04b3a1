"""Shapes of values, as the schema tables write them, and in which ways a value deviates from one.

    str bytes int bool dict      exactly this type          iterable[T]   any iterable of T, but no str or bytes
    any                          anything                   pair[A, B]    an iterable of two items
    dict[K, V]                   a dict of K to V           A | None      None is a value too

Values are those that `asgi_conformance.codec` decodes: built-in types, or a `Foreign` for anything else.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from asgi_conformance.codec import Foreign, LargeBytes


class Kind(Enum):
    """In which way a value deviates. The values are what reports print."""

    MISSING = "missing"
    NONE = "none"
    WRONG_TYPE = "wrong type"
    WRONG_LENGTH = "wrong length"
    WRONG_VALUE = "wrong value"
    SUBCLASS = "subclass"
    ONE_SHOT = "one-shot iterator"
    NOT_LOWER_CASE = "not lower-case"
    PSEUDO_HEADER = "pseudo header"
    FORBIDDEN_HEADER = "forbidden header"
    NOT_EXACTLY_ONE = "not exactly one"
    NOT_ALLOWED = "not an allowed type"
    OUT_OF_RANGE = "out of range"
    WRONG_NAMESPACE = "wrong namespace"


@dataclass(frozen=True, slots=True)
class Exactly:
    """One built-in type and no subclass of it."""

    type: type

    def __str__(self) -> str:
        return self.type.__name__


@dataclass(frozen=True, slots=True)
class Anything:
    def __str__(self) -> str:
        return "anything"


@dataclass(frozen=True, slots=True)
class Items:
    """Any iterable, however its items are held."""

    item: "Shape"

    def __str__(self) -> str:
        return f"iterable of {self.item}"


@dataclass(frozen=True, slots=True)
class Pair:
    first: "Shape"
    second: "Shape"

    def __str__(self) -> str:
        return f"({self.first}, {self.second})"


@dataclass(frozen=True, slots=True)
class DictOf:
    key: "Shape"
    value: "Shape"

    def __str__(self) -> str:
        return f"dict of {self.key} to {self.value}"


@dataclass(frozen=True, slots=True)
class OrNone:
    shape: "Shape"

    def __str__(self) -> str:
        return f"{self.shape} or None"


Shape = Exactly | Anything | Items | Pair | DictOf | OrNone


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where a value has not its shape."""

    path: str
    """From the key on, without indices, so that the same mistake has the same place every time: `headers[][0]`."""
    kind: Kind
    expected: str
    got: str


TYPES: Mapping[str, type] = {type.__name__: type for type in (str, bytes, int, float, bool, list, dict)}


@cache
def parse(text: str) -> Shape:
    """The shape that the tables write so. Raises `ValueError` for anything else."""
    text = text.strip()
    if text.endswith("| None"):
        return OrNone(parse(text.removesuffix("| None")))
    if text == "any":
        return Anything()
    if text in TYPES:
        return Exactly(TYPES[text])
    match = re.fullmatch(r"(\w+)\[(.+)\]", text)
    arguments = [parse(part) for part in _split(match[2])] if match else []
    match match[1] if match else None, arguments:
        case "iterable", [item]:
            return Items(item)
        case "pair", [first, second]:
            return Pair(first, second)
        case "dict", [key, value]:
            return DictOf(key, value)
    raise ValueError(f"{text!r} is no shape")


def _split(text: str) -> list[str]:
    """At the commas outside of brackets."""
    return re.split(r",(?![^\[]*\])", text)


def mismatches(value: Any, shape: Shape, path: str) -> Iterator[Mismatch]:
    """Every way in which the value deviates; none if it has the shape."""
    match shape:
        case OrNone(inner):
            if value is not None:
                yield from mismatches(value, inner, path)
        case Exactly(type):
            yield from _exactly(value, type, shape, path)
        case Items(item):
            yield from _each(value, item, shape, path)
        case Pair(first, second):
            yield from _pair(value, (first, second), shape, path)
        case DictOf(key, inner):
            if not is_a(value, dict):
                yield Mismatch(path, Kind.WRONG_TYPE, str(shape), show(value))
                return
            for name, item in plain(value).items():
                yield from mismatches(name, key, f"{path} key")
                yield from mismatches(item, inner, f"{path}.{plain(name)}")


def _exactly(value: Any, type: type, shape: Shape, path: str) -> Iterator[Mismatch]:
    if type is dict and is_a(value, dict):  # the texts ask for a dict, and a subclass is one
        return
    if not is_exactly(value, type):
        kind = Kind.SUBCLASS if is_a(value, type) else Kind.WRONG_TYPE
        yield Mismatch(path, kind, str(shape), show(value))


def _each(value: Any, item: Shape, shape: Shape, path: str) -> Iterator[Mismatch]:
    values = items(value)
    if values is None:
        yield Mismatch(path, Kind.WRONG_TYPE, str(shape), show(value))
        return
    if is_one_shot(value):
        yield Mismatch(path, Kind.ONE_SHOT, "an iterable that can be read again", show(value))
    for inner in values:
        yield from mismatches(inner, item, f"{path}[]")


def _pair(value: Any, shapes: Sequence[Shape], shape: Shape, path: str) -> Iterator[Mismatch]:
    values = items(value)
    if values is None:
        yield Mismatch(path, Kind.WRONG_TYPE, str(shape), show(value))
    elif len(values) != len(shapes):
        yield Mismatch(path, Kind.WRONG_LENGTH, f"{len(shapes)} items", show(value))
    else:
        for index, (inner, expected) in enumerate(zip(values, shapes, strict=True)):
            yield from mismatches(inner, expected, f"{path}[{index}]")


# --------------------------------------------------------------------------- decoded values

LOOK_ALIKES: Mapping[type, frozenset[str]] = {
    bytes: frozenset({"bytearray", "memoryview"}),
    dict: frozenset({"mappingproxy", "collections.ChainMap", "collections.UserDict"}),
    list: frozenset({"set", "frozenset", "range", "dict_keys", "dict_values", "dict_items", "collections.deque"}),
}
"""Types whose contents travel as those of a built-in type, of which they are no subclass."""

ONE_SHOT = re.compile(r"generator|map|filter|zip|enumerate|reversed|\w*iterator|itertools\.\w+")


def plain(value: Any) -> Any:
    """The built-in value, also of a subclass or another container."""
    return value.value if isinstance(value, Foreign) else value


def is_exactly(value: Any, type_: type) -> bool:
    return type(value) is type_ or (type_ is bytes and isinstance(value, LargeBytes))


def is_a(value: Any, type_: type) -> bool:
    """Whether the value is of the type or of a subclass."""
    if isinstance(value, Foreign):
        looks_alike = is_one_shot(value) or value.type_name in LOOK_ALIKES.get(type_, ())
        return is_exactly(value.value, type_) and not looks_alike
    return is_exactly(value, type_)


def is_bytes_like(value: Any) -> bool:
    """A bytearray or a memoryview."""
    return isinstance(value, Foreign) and value.type_name in LOOK_ALIKES[bytes]


def is_one_shot(value: Any) -> bool:
    """Whether it can be read only once, as far as the name of its type tells."""
    return isinstance(value, Foreign) and ONE_SHOT.fullmatch(value.type_name) is not None


def items(value: Any) -> list[Any] | None:
    """What iterating yields; None if that is impossible, or only characters or bytes."""
    held = plain(value)
    return list(held) if isinstance(held, list | tuple | dict) else None


def show(value: Any) -> str:
    """The value for a report: type and text, cut."""
    if value is None or isinstance(value, Foreign | LargeBytes):
        return repr(value)
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 80 else text[:79] + '…'}"
