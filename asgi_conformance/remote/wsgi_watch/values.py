"""What a value is, and how it is shown."""

from __future__ import annotations

import re
from typing import Any

DIGITS = re.compile(r"[0-9]+")


def is_iterable(value: Any) -> bool:
    return hasattr(type(value), "__iter__") or hasattr(type(value), "__getitem__")


def is_latin1(text: str) -> bool:
    return text.isascii() or max(text) <= "\xff"


def shown(value: Any) -> str:
    try:
        text = ascii(value)
    except Exception:  # noqa: BLE001 - whatever a __repr__ raises
        text = f"<{type_name(value)}>"
    return text if len(text) <= 100 else f"{text[:100]}..."


def typed(value: Any) -> str:
    return f"{shown(value)} of type {type_name(value)}"


def type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
