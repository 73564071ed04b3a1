"""Fields of responses as HTTP/2 and HTTP/3 have them: what is forbidden there, and how they are written down."""

import re
from collections.abc import Iterable

CONNECTION_SPECIFIC = (b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade")

NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")

Fields = Iterable[tuple[bytes, bytes]]


def faults(fields: Fields) -> list[str]:
    """What RFC 9113, sections 8.2 and 8.3.2, forbid in a response's fields."""
    fields = list(fields)
    names = [name for name, _ in fields]
    found = [f"upper-case field name {name!r}" for name in names if name != name.lower()]
    found += [f"connection-specific field {name!r}" for name in names if name in CONNECTION_SPECIFIC]
    found += [f"no field name {name!r}" for name in names if not NAME.fullmatch(name.removeprefix(b":"))]
    found += [f"a control character in {name!r}" for name, value in fields if set(value) & set(b"\r\n\0")]
    if names.count(b":status") != 1:
        found.append(f"{names.count(b':status')} :status fields")
    found += [f"pseudo-header field {name!r}" for name in names if name.startswith(b":") and name != b":status"]
    return found


def written(fields: Fields) -> bytes:
    """A response's fields as `peers.http1` reads them: a line each, `:status` first, and an empty line."""
    ordered = sorted(fields, key=lambda field: field[0] != b":status")
    return b"".join(name + b": " + value + b"\r\n" for name, value in ordered) + b"\r\n"
