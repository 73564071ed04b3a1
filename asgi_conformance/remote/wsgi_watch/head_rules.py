"""The rules of what `start_response` is given, and which heads are known to keep them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Iterator

from .breach import WARN, Fault
from .caches import make_room
from .values import DIGITS, is_latin1, shown, typed

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
STATUS = re.compile(r"[0-9]{3} [^ \t](.*[^ \t])?", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
DOUBTFUL = re.compile(r"[\x80-\x9f]")
HOP_BY_HOP = "wsgi.start-response.app-no-hop-by-hop"
TRANSFER_ENCODING = "wsgi.start-response.app-no-transfer-encoding"
SPECIAL: dict[str, Fault] = {
    **{
        name: (HOP_BY_HOP, "no header about the connection", name, None)
        for name in ("connection", "keep-alive", "proxy-connection", "te", "trailer", "trailers", "upgrade")
    },
    **{
        name: (HOP_BY_HOP, "no header about the connection", name, WARN)
        for name in ("proxy-authenticate", "proxy-authorization")
    },
    "transfer-encoding": (TRANSFER_ENCODING, "no Transfer-Encoding", "transfer-encoding", None),
    "status": ("wsgi.start-response.no-status-header", "no header of that name", "status", None),
}
PLAIN, LENGTH = 1, 2
ONE_LENGTH = "one Content-Length of digits"
REFUSED_BY = {
    HOP_BY_HOP: "wsgi.start-response.server-rejects-hop-by-hop",
    TRANSFER_ENCODING: "wsgi.start-response.server-rejects-hop-by-hop",
}
"""What a server ought to have refused where an application did it."""

_statuses: dict[str, int] = {}
_names: dict[str, int] = {}


def known_head(status: Any, headers: Any) -> tuple[int, int | None] | None:
    """Its code and the length it gives, if all is known to be right; None for what has to be looked at."""
    if type(status) is not str or type(headers) is not list:
        return None
    code = _statuses.get(status)
    if code is None:
        return None
    length = None
    for item in headers:
        if type(item) is not tuple or len(item) != 2:
            return None
        name, value = item
        if type(name) is not str or type(value) is not str:
            return None
        kind = _names.get(name)
        if kind is None or not (value.isascii() and value.isprintable()):
            return None
        if kind == LENGTH:
            if length is not None or not value.isdigit():
                return None
            length = int(value)
    return code, length


def learn_head(status: str, headers: list[tuple[str, str]]) -> None:
    """Remembers what was looked at and is right."""
    make_room(_statuses)
    make_room(_names)
    _statuses[status] = int(status[:3])
    for name, _ in headers:
        _names[name] = LENGTH if name.lower() == "content-length" else PLAIN


def code_of(status: Any) -> int:
    """0 where it has none."""
    return int(status[:3]) if isinstance(status, str) and DIGITS.fullmatch(status[:3]) else 0


def length_of(headers: Any) -> int | None:
    """What the one `Content-Length` says."""
    if not isinstance(headers, list):
        return None
    found = [item for item in headers if isinstance(item, tuple) and len(item) == 2]
    values = [value for name, value in found if isinstance(name, str) and name.lower() == "content-length"]
    if len(values) == 1 and isinstance(values[0], str) and DIGITS.fullmatch(values[0]):
        return int(values[0])
    return None


def status_faults(status: Any) -> Iterator[Fault]:
    if type(status) is not str:
        verdict = WARN if isinstance(status, str) else None
        yield "wsgi.start-response.status-native-str", "type str", typed(status), verdict
        if not isinstance(status, str):
            return
    if CONTROL.search(status):
        yield "wsgi.start-response.status-no-control", "no control characters", shown(status), None
    elif DOUBTFUL.search(status) or "\t" in status:
        yield "wsgi.start-response.status-no-control", "no control characters", shown(status), WARN
    if not is_latin1(status):
        yield "wsgi.start-response.app-latin1", "code points up to U+00FF", shown(status), None
    form = "wsgi.start-response.status-format"
    if not STATUS.fullmatch(status):
        verdict = WARN if re.fullmatch("[0-9]{3} ?", status) else None
        yield form, "three digits, one space, a reason", shown(status), verdict
    elif "100" <= status[:3] < "200":
        yield "wsgi.http.no-1xx-status", "a final status", shown(status), None
    elif not "200" <= status[:3] < "600":
        yield form, "a code from 200 to 599", shown(status), WARN


def header_faults(headers: Any) -> Iterator[Fault]:
    if type(headers) is not list:
        yield "wsgi.start-response.headers-list", "type list", typed(headers), None
    if isinstance(headers, Mapping):
        headers = headers.items()
    elif not isinstance(headers, (list, tuple)):
        return  # to read it might use it up
    lengths = 0
    for item in headers:
        if type(item) is not tuple or len(item) != 2:
            yield "wsgi.start-response.headers-tuples", "(name, value), a tuple", typed(item), None
        if not isinstance(item, (tuple, list)) or len(item) != 2:
            continue
        wrong = [part for part in item if type(part) is not str]
        if wrong:
            verdict = WARN if all(isinstance(part, str) for part in wrong) else None
            yield "wsgi.start-response.headers-tuples", "name and value of type str", typed(wrong[0]), verdict
        name, value = item
        if isinstance(name, str):
            yield from _name_faults(name)
            lengths += name.lower() == "content-length"
        if isinstance(value, str):
            yield from _value_faults(name, value)
    if lengths > 1:
        yield "wsgi.content-length.app-invalid", ONE_LENGTH, f"{lengths} of them", None


def _name_faults(name: str) -> Iterator[Fault]:
    if not TOKEN.fullmatch(name):
        yield "wsgi.start-response.header-name-token", "a token", shown(name), None
    elif name.lower() in SPECIAL:
        yield SPECIAL[name.lower()]


def _value_faults(name: Any, value: str) -> Iterator[Fault]:
    got = f"{name}: {shown(value)}"
    control = "wsgi.start-response.header-value-no-control"
    if CONTROL.search(value):
        yield control, "no control characters", got, None
    elif DOUBTFUL.search(value):
        yield control, "no control characters", got, WARN
    if not is_latin1(value):
        yield "wsgi.start-response.app-latin1", "code points up to U+00FF", got, None
    if isinstance(name, str) and name.lower() == "content-length" and not DIGITS.fullmatch(value):
        yield "wsgi.content-length.app-invalid", ONE_LENGTH, got, None


def exc_info_faults(exc_info: Any) -> Iterator[Fault]:
    expected = "None or (type, exception, traceback)"
    if type(exc_info) is not tuple or len(exc_info) != 3:
        yield "wsgi.start-response.exc-info-type", expected, typed(exc_info), None
    elif exc_info == (None, None, None):
        yield "wsgi.start-response.exc-info-type", expected, "(None, None, None)", WARN
    else:
        kind, value, trace = exc_info
        right = isinstance(kind, type) and issubclass(kind, BaseException) and isinstance(value, kind)
        if not right or not isinstance(trace, (TracebackType, type(None))):
            yield "wsgi.start-response.exc-info-type", expected, shown(exc_info), None
