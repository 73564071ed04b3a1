"""A release of a server, installed in an environment of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asgi_conformance.history.cache import Cache, named
from asgi_conformance.history.process import TooSlow, execute
from asgi_conformance.history.releases import complaint
from asgi_conformance.servers.adapter import Server

MAKING, INSTALLING, LISTING = 300.0, 600.0, 120.0
"""Seconds."""
LIST = """\
import json
from importlib.metadata import distributions
print(json.dumps({one.metadata["Name"]: one.version for one in distributions()}))
"""
OF_PYTHON = ("pip", "setuptools", "wheel")
"""What every environment has, and no server is tested for."""


class NotTested(Exception):
    """Nothing can be said of this release. The message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is installed, and for whom."""

    server: Server
    version: str
    python: str
    """The interpreter, by its own path."""
    python_version: str
    beside: tuple[str, ...] = ()
    """Requirements beyond those that the adapter names."""

    @property
    def requirements(self) -> tuple[str, ...]:
        """As pip takes them."""
        adapter = self.server.adapter
        extras = f"[{','.join(adapter.extras)}]" if adapter.extras else ""
        return (f"{adapter.distribution}{extras}=={self.version}", *adapter.companions, *self.beside)

    @property
    def name(self) -> str:
        """Of the environment: two subjects with the same requirements share one."""
        release = f"{self.server.adapter.distribution}-{self.version}"
        return named(release, self.python, self.python_version, *self.requirements)


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a release is installed."""

    python: Path
    packages: Mapping[str, str]
    """What is installed there, with versions."""


def environment(recipe: Recipe, cache: Cache) -> Environment:
    """Installed now, or for an earlier history. Raises `NotTested`."""
    folder = cache.environment(recipe.name)
    python = folder / "bin" / "python"
    packages = cache.made(folder)
    if packages is None:
        packages = _install(recipe, folder, python)
        cache.note(folder, packages)
    return Environment(python, packages)


def _install(recipe: Recipe, folder: Path, python: Path) -> dict[str, str]:
    isolated: list[str | Path] = [python, "-I"]  # what lies on PYTHONPATH is not installed there
    pip = [*isolated, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    _step("made no environment", [recipe.python, "-I", "-m", "venv", folder], MAKING)
    _step("not installed", [*pip, "install", "--quiet", "--prefer-binary", *recipe.requirements], INSTALLING)
    told = _step("not installed", [*isolated, "-c", LIST], LISTING)
    packages: dict[str, str] = json.loads(told)
    return {name: version for name, version in sorted(packages.items()) if name not in OF_PYTHON}


def _step(failed: str, argv: Sequence[str | Path], patience: float) -> str:
    try:
        outcome = execute(argv, patience)
    except (OSError, TooSlow) as error:
        raise NotTested(f"{failed}: {error}") from None
    if outcome.status:
        raise NotTested(f"{failed}: {complaint(outcome.output)}")
    return outcome.output
