"""What the user has set, on the command line or in an ini file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BUNDLED = "suites"
"""What the ids of bundled cases begin with, wherever the package lies."""
WANTED = pytest.StashKey[list[str]]()
"""Ids, or beginnings of such, of bundled cases that the command line names; none: all."""
BUNDLED_ONLY = pytest.StashKey[bool]()
"""Whether the user named no paths of their own, so that the bundled suites run, and only them."""

TODAY = "asgi_conformance_today"
"""Under which a worker of pytest-xdist is told the day."""


def dest(name: str) -> str:
    """The attribute under which argparse keeps it."""
    return name.replace("-", "_")


def option(config: pytest.Config, name: str) -> Any:
    """The command line's value, else the ini file's."""
    return config.getoption(dest(name)) or config.getini(name)


def file(config: pytest.Config, name: str) -> Path | None:
    """A path on the command line is the user's, one in an ini file that file's."""
    if given := config.getoption(dest(name)):
        return config.invocation_params.dir / str(given)
    given = config.getini(name)
    return config.rootpath / str(given) if given else None
