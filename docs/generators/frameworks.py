"""The contract applications that ship with the package, and the contract itself."""

from collections.abc import Mapping

from asgi_conformance.applications import BY_KIND, FOLDER
from generators.prose import code, table
from generators.registers import body_of


def markdown(kind: str) -> str:
    """Those of `asgi` or `wsgi`: names, distributions, and the modules to read."""
    option = f"{kind}-framework"
    frameworks: Mapping[str, str] = BY_KIND[option]
    prefix = "wsgi_on" if kind == "wsgi" else "on"
    rows = [
        (code(f"--{option}={name}"), code(distribution), code(f"frameworks/{prefix}_{name.replace('-', '_')}.py"))
        for name, distribution in frameworks.items()
    ]
    return table(["option", "distribution", "module"], rows)


def contract() -> str:
    """The contract, below the heading of the page."""
    return body_of((FOLDER / "CONTRACT.md").read_text("utf-8"))
