"""The interpreter under test: is it one, and which distributions does it have?"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from asgi_conformance.servers.adapter import BadSubject

OLDEST = (3, 8)

QUESTION = """\
import sys
sys.path[:] = [entry for entry in sys.path if entry]
import json, platform
answer = {"executable": sys.executable, "version": platform.python_version(), "installed": {}}
if sys.version_info >= (3, 8):
    from importlib import metadata
    for name in sys.argv[1:]:
        try:
            answer["installed"][name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
print(json.dumps(answer))
"""
"""Runs on any Python, so that one that is too old can say so."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that servers under test can run on."""

    executable: str
    """Its own path, not that of a version manager's shim that leads to it."""
    version: str
    installed: Mapping[str, str | None]
    """The version of each distribution that was asked for; None for what it does not have."""


def examine(python: str, distributions: Iterable[str] = (), patience: float = 30.0) -> Interpreter:
    """What that interpreter says of itself, within `patience` seconds.

    Raises `BadSubject` when it is no interpreter that servers under test could run on.
    """
    names = list(distributions)
    if python == sys.executable:
        version = ".".join(map(str, sys.version_info[:3]))
        return Interpreter(python, version, {name: _own_version(name) for name in names})
    answer = _ask(python, names, patience)
    if tuple(map(int, answer["version"].split(".")[:2])) < OLDEST:
        needed = ".".join(map(str, OLDEST))
        raise BadSubject(f"--asgi-python: {python!r} is Python {answer['version']}; name one from {needed} on")
    installed = {name: answer["installed"].get(name) for name in names}
    return Interpreter(answer["executable"] or python, answer["version"], installed)


def installed_versions(python: str, distributions: Iterable[str]) -> Mapping[str, str | None]:
    """The version of each distribution in that interpreter's environment; None for what is not installed."""
    return examine(python, distributions).installed


def _own_version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _ask(python: str, names: list[str], patience: float) -> dict[str, Any]:
    command = [python, "-c", QUESTION, *names]
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=True)
        answer = json.loads(run.stdout)
        return {key: answer[key] for key in ("executable", "version", "installed")}
    except OSError as error:
        why = error.strerror or repr(error)
    except subprocess.TimeoutExpired:
        why = f"no answer within {patience:g} s"
    except subprocess.CalledProcessError as error:
        why = f"exit status {error.returncode}"
    except (ValueError, TypeError, KeyError):
        why = "it does not answer like a Python interpreter"
    raise BadSubject(f"--asgi-python: {python!r} cannot be used ({why}); name one, like --asgi-python={sys.executable}")
