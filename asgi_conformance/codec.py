"""Values on their way between processes and into run files: exact Python types in JSON.

| Python                              | JSON                                   |
|-------------------------------------|----------------------------------------|
| None, bool, int, float, str         | itself                                 |
| list                                | list                                   |
| bytes                               | `{"b": "latin-1 text"}`                |
| tuple                               | `{"t": [...]}`                         |
| dict                                | `{"d": [[key, value], ...]}`           |
| bytes too long to carry             | `{"B": [length, sha256, first bytes]}` |
| anything else that was seen         | `{"f": type, "v": value, "s": text}`   |
| something the remote app is to make | `{"m": kind, "v": value}`              |

`remote/remote_values.py` holds the other half, which inspects and makes live objects.
"""

import hashlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value that is not of an exact built-in type, as it was seen where it lives."""

    type_name: str
    """`bytearray`, `http.HTTPStatus`, `generator`"""
    value: Any = None
    """The built-in value beneath a subclass, the items of an iterator; None where there is none."""
    text: str = ""
    """Its `repr`, cut."""

    def __repr__(self) -> str:
        return f"<{self.type_name} {self.text}>"


@dataclass(frozen=True, slots=True)
class LargeBytes:
    """Bytes that were too long to carry, known by length and digest."""

    length: int
    sha256: str
    head: bytes

    def equals(self, data: bytes) -> bool:
        return self.length == len(data) and self.sha256 == hashlib.sha256(data).hexdigest()

    def __repr__(self) -> str:
        return f"<{self.length} bytes, sha256 {self.sha256[:12]}…, beginning {self.head[:16]!r}>"


@dataclass(frozen=True, slots=True)
class Made:
    """Something that no literal can say, made by the remote application where it runs."""

    kind: str
    """`generator`, `iterator`, `bytearray`, `memoryview`, `object`, `int-enum`, `file`, ..."""
    value: Any = None

    def __repr__(self) -> str:
        return f"{self.kind}({'' if self.value is None else repr(self.value)})"


def encode(value: Any) -> Any:
    """A JSON-able form of what scripts and timelines hold."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return {"b": value.decode("latin-1")}
        case list():
            return [encode(item) for item in value]
        case tuple():
            return {"t": [encode(item) for item in value]}
        case dict():
            return {"d": [[encode(key), encode(item)] for key, item in value.items()]}
        case Foreign():
            return {"f": value.type_name, "v": encode(value.value), "s": value.text}
        case Made():
            return {"m": value.kind, "v": encode(value.value)}
        case LargeBytes():
            return {"B": [value.length, value.sha256, value.head.decode("latin-1")]}
    raise TypeError(f"a script cannot carry a {type(value).__name__}")


def decode(data: Any) -> Any:
    """The value behind a JSON form; what it cannot read becomes a `Foreign` (a subject may lie)."""
    match data:
        case {"b": str(text), **rest} if not rest:
            return text.encode("latin-1", "replace")
        case {"t": list(items)}:
            return tuple(decode(item) for item in items)
        case {"d": list(pairs)} if all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            return {_key(key): decode(item) for key, item in pairs}
        case {"f": str(name), "v": value, "s": str(text)}:
            return Foreign(name, decode(value), text)
        case {"m": str(kind), "v": value}:
            return Made(kind, decode(value))
        case {"B": [int(length), str(digest), str(head)]}:
            return LargeBytes(length, digest, head.encode("latin-1", "replace"))
        case list():
            return [decode(item) for item in data]
        case dict():
            return Foreign("unreadable", None, repr(data)[:200])
    return data


def _key(data: Any) -> Any:
    key = decode(data)
    try:
        hash(key)
    except TypeError:
        return repr(key)
    return key
