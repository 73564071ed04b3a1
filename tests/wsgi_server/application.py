"""Finding the application. It is used as it is found: whatever can be called is one."""

import importlib
import sys
from typing import Any


def load(name: str) -> Any:
    """`package.module:attribute.of.it`, also from the current directory."""
    module, _, attribute = name.partition(":")
    sys.path.insert(0, "")
    found: Any = importlib.import_module(module)
    for part in (attribute or "application").split("."):
        found = getattr(found, part)
    return found
