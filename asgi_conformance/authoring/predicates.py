"""What may stand for a value in a scope or an event: predicates, and things that no literal can say."""

from collections.abc import Callable, Iterable
from typing import Any

from asgi_conformance.authoring.quoting import quotable
from asgi_conformance.codec import Made
from asgi_conformance.matchers.app import ABSENT, header_pairs


@quotable
def absent_or(expected: Any) -> Callable[[Any], bool]:
    """A predicate for scope values: the key is absent, or has this value (and type)."""

    def fits(got: Any) -> bool:
        return got is ABSENT or (type(got) is type(expected) and bool(got == expected))

    fits.__doc__ = f"absent or {expected!r}"
    return fits


@quotable
def either(*values: Any) -> Callable[[Any], bool]:
    """A predicate for values: one of these, exact type included. `ABSENT` may be among them."""

    def fits(got: Any) -> bool:
        return any(got is value or (type(got) is type(value) and bool(got == value)) for value in values)

    fits.__doc__ = " or ".join(repr(value) for value in values)
    return fits


@quotable
def any_of(words: str, predicate: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A predicate with words for reports."""

    def fits(got: Any) -> bool:
        return predicate(got)

    fits.__doc__ = words
    return fits


@quotable
def these_fields(*fields: tuple[bytes, bytes]) -> Callable[[Any], bool]:
    """A predicate for `headers`: of each of these names, in whatever case, exactly these values in this order.

    Fields of other names are free, and so is the order of fields whose names differ.
    """

    def fits(got: Any) -> bool:
        return by_name(header_pairs({"headers": got}), wanted) == wanted

    wanted = by_name(fields, {name.lower(): [] for name, _ in fields})
    fits.__doc__ = f"with {', '.join(f'{name!r}: {value!r}' for name, value in fields)}" if fields else "any headers"
    return fits


def by_name(fields: Iterable[tuple[bytes, bytes]], names: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """The values of every one of these lower-case names, in their order."""
    found: dict[bytes, list[bytes]] = {name: [] for name in names}
    for name, value in fields:
        if name.lower() in found:
            found[name.lower()].append(value)
    return found


@quotable
def made(kind: str, value: Any = None) -> Any:
    """Something no literal can say, made inside the server: `generator`, `iterator`, `items`, `dict-items`,
    `bytearray`, `memoryview`, `object`, `lock`, `int-enum`, `str-subclass`.

    `long-bytes` (a pattern and how often). Open files: `file`, `file-at` (content and position), `long-file` (a pattern
    and how often), `same-file` (the one made last), `closed-file`, `bytes-io`, `gzip-file`, `pipe`.
    Names of files: `path`, `long-path`, `relative-path`, `path-in-bytes`,
    `missing-path`, `folder`.
    """
    return Made(kind, value)
