"""Values as the source that makes them: nothing of what a subject sent can leave its literal, comment or line."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from asgi_conformance.codec import Foreign, LargeBytes, Made
from asgi_conformance.report.escape import visible

WIDTH = 110
LONGEST = 6000
"""Characters of one literal in a kit that people are to read."""
RUN = re.compile(r"(.{1,24}?)\1{40,}", re.DOTALL)
"""Something short, again and again."""
ONE = re.compile(r"(.)\1{40,}", re.DOTALL)
"""The same where a text is so long that looking for it takes a while."""
MUCH = 20_000
ROW = 8
"""Items in a row."""


class NoKit(Exception):
    """There is no kit for this; the message says why, in one sentence."""


def comment(text: str, limit: int = 300) -> str:
    """What may stand behind a `#`: one line without anything that acts."""
    shown = visible(text)
    return shown if len(shown) <= limit else f"{shown[:limit]}..."


def code(value: Any, indent: int = 0) -> str:
    """An expression, broken over lines where it is long. Raises `NoKit`."""
    line = _flat(value)
    if len(line) + indent <= WIDTH and b"\r\n" not in _bytes(value)[:-2]:
        return line
    return _broken(value, indent) or line


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else b""


def _broken(value: Any, indent: int) -> str:
    """With its items, or the lines of a head, on lines of their own; empty where it has none."""
    inner = " " * (indent + 4)
    match value:
        case bytes() if b"\r\n" in value[:-2]:
            pieces = [_text(piece) for piece in _lines(value)]
            between = "\n" if all(piece.startswith("b") and " * " not in piece for piece in pieces) else "\n+ "
            return f"(\n{between.join(pieces)}".replace("\n", f"\n{inner}") + f"\n{' ' * indent})"
        case dict() if value:
            items = [f"{_flat(key)}: {code(item, indent + 4)}" for key, item in value.items()]
            first, last = ("{", "}")
        case list() | tuple() if value:
            items = _in_rows([code(item, indent + 4) for item in value])
            first, last = ("[", "]") if isinstance(value, list) else ("(", ")")
        case _:
            return ""
    return f"{first}\n" + "".join(f"{inner}{item},\n" for item in items) + f"{' ' * indent}{last}"


def _in_rows(items: list[str]) -> list[str]:
    """Many short items stand side by side."""
    if max(map(len, items)) > 12:
        return items
    return [", ".join(items[first : first + ROW]) for first in range(0, len(items), ROW)]


def _lines(value: bytes) -> list[bytes]:
    """The lines of a head, with their ends; a body stays in one piece."""
    head, end, body = value.partition(b"\r\n\r\n")
    pieces = [*re.findall(rb"[^\n]*\n|[^\n]+", head + end), body]
    return [piece for piece in pieces if piece]


def _flat(value: Any) -> str:
    match value:
        case None | bool() | int():
            return repr(value)
        case float():
            return repr(value) if abs(value) < 1e300 else f'float("{value!r}")'
        case str() | bytes():
            return _text(value)
        case list():
            return f"[{', '.join(map(_flat, value))}]"
        case tuple():
            return f"({', '.join(map(_flat, value))}{',' * (len(value) == 1)})"
        case dict():
            return f"{{{', '.join(f'{_flat(key)}: {_flat(item)}' for key, item in value.items())}}}"
        case Made(kind, of):
            return _made(kind, of)
        case Foreign() | LargeBytes():
            raise NoKit(f"a {type(value).__name__} cannot be written down")
    raise NoKit(f"a {type(value).__name__} of the script cannot be written down")


def _text(value: str | bytes) -> str:
    """A literal in ASCII; something short that stands there many times is multiplied."""
    text = ascii(value)
    if len(text) <= 400:
        return text
    words = [ascii(part) + (f" * {times}" if times > 1 else "") for part, times in _runs(value)]
    joined = " + ".join(words)
    if len(joined) > LONGEST:
        raise NoKit(f"its script has {len(value)} characters in one piece, too many to be written down")
    return f"({joined})" if len(words) > 1 else joined


def _runs(value: str | bytes) -> Iterator[tuple[str | bytes, int]]:
    """Its parts, and how often each stands there."""
    text = value if isinstance(value, str) else value.decode("latin-1")
    position = 0
    parts = []
    for run in (RUN if len(text) < MUCH else ONE).finditer(text):
        parts += [(text[position : run.start()], 1), (run[1], len(run[0]) // len(run[1]))]
        position = run.end()
    for part, times in [*parts, (text[position:], 1)]:
        if part:
            yield (part if isinstance(value, str) else part.encode("latin-1")), times


def indented(statements: Iterable[str], by: int = 4) -> list[str]:
    """Each line of these statements."""
    return [f"{' ' * by}{line}".rstrip() for statement in statements for line in statement.split("\n")]


MADE = {
    "generator": "(item for item in {})",
    "iterator": "iter({})",
    "dict-items": "dict({}).items()",
    "bytearray": "bytearray({})",
    "memoryview": "memoryview({})",
    "bytes-io": "io.BytesIO({})",
}


def _made(kind: str, of: Any) -> str:
    if kind in MADE:
        return MADE[kind].format(_flat(of))
    if kind == "object":
        return "object()"
    if kind in ("long-bytes",):
        pattern, times = of
        return f"{_flat(pattern)} * {times}"
    raise NoKit(f"its script has a value that takes more than a literal ({kind})")
