"""The parts of a kit's file that are the same in all of its kind, and how its own parts are put before them."""

import ast
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

MACHINERY = "# " + "=" * 98
"""The line after which a kit is the same as every other of its kind."""
WORDS = "# The machinery: the same in every kit of this kind. What is special to this one stands above."


@cache
def machinery(*parts: str) -> str:
    """The text of these modules as one: their imports first, then the rest."""
    texts = [(files("asgi_conformance.kits.machinery") / f"{part}.py").read_text("utf-8") for part in parts]
    imports = sorted({name for text in texts for name in _imported(text)})
    bodies = [_body(text) for text in texts]
    head = "".join(f"import {name}\n" for name in imports)
    return f"{MACHINERY}\n{WORDS}\n\n{head}\n\n" + "\n\n".join(bodies)


def _imported(text: str) -> list[str]:
    nodes = ast.parse(text).body
    return [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]


def _body(text: str) -> str:
    """What follows the imports."""
    nodes = ast.parse(text).body
    last = max(node.end_lineno or 0 for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    body = "\n".join(text.splitlines()[last:]).strip("\n") + "\n"
    return re.sub(r"  # noqa:.*? - (.*)", r"  # \1", body)


def joined(head: Sequence[str], parts: tuple[str, ...], foot: Sequence[str]) -> str:
    """A whole kit."""
    return "\n".join(head).rstrip("\n") + "\n\n\n" + machinery(*parts) + "\n\n" + "\n".join(foot) + "\n"
