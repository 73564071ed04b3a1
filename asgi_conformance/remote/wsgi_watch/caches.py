"""Caches that do not grow for ever."""

from __future__ import annotations

from typing import Any

LIMIT = 2000
"""Entries that one may hold before it is emptied."""


def make_room(cache: dict[Any, Any] | set[Any]) -> None:
    """For one entry, or for those of one head."""
    if len(cache) >= LIMIT:
        cache.clear()
