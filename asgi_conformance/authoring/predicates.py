"""What may stand for a value in a scope or an event: predicates, and things that no literal can say."""

from collections.abc import Callable
from typing import Any

from asgi_conformance.codec import Made
from asgi_conformance.matchers.app import ABSENT


def absent_or(expected: Any) -> Callable[[Any], bool]:
    """A predicate for scope values: the key is absent, or has this value (and type)."""

    def fits(got: Any) -> bool:
        return got is ABSENT or (type(got) is type(expected) and bool(got == expected))

    fits.__doc__ = f"absent or {expected!r}"
    return fits


def either(*values: Any) -> Callable[[Any], bool]:
    """A predicate for values: one of these, exact type included. `ABSENT` may be among them."""

    def fits(got: Any) -> bool:
        return any(got is value or (type(got) is type(value) and bool(got == value)) for value in values)

    fits.__doc__ = " or ".join(repr(value) for value in values)
    return fits


def any_of(words: str, predicate: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A predicate with words for reports."""

    def fits(got: Any) -> bool:
        return predicate(got)

    fits.__doc__ = words
    return fits


def made(kind: str, value: Any = None) -> Any:
    """Something no literal can say, made inside the server: `generator`, `iterator`, `items`, `dict-items`,
    `bytearray`, `memoryview`, `object`, `lock`, `int-enum`, `str-subclass`, `file`, `path`."""
    return Made(kind, value)
