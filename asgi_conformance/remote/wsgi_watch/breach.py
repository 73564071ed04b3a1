"""A breach, and what a rule says of it before anybody knows whose it is and where."""

from __future__ import annotations

from typing import Callable, NamedTuple, Optional, Tuple

from .places import Place


class Breach(NamedTuple):
    """One thing that the server or the application did and ought not to have done."""

    requirement: str
    """An id of the catalogue."""
    side: str
    """`server` (or whatever calls the application) or `application`"""
    got: str
    expected: str
    place: Place
    """Where the application made the call that is wrong, else where the application itself is; `("", 0)`: unknown."""
    verdict: str | None = None
    """`warn` where the text leaves room, None for what the level of the requirement says."""
    call: str = ""
    """`GET /path`"""


Report = Callable[[Breach], object]
Fault = Tuple[str, str, str, Optional[str]]
"""(requirement, expected, got, verdict)"""
WARN = "warn"
