"""Finds the suites, wherever the package lies, and turns their files into cases."""

import hashlib
import importlib.util
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from asgi_conformance.authoring.cases import collecting
from asgi_conformance.script import BadCase, Case

PACKAGE = Path(__file__).parent


@cache
def suites_folder() -> Path:
    """The bundled suites: inside the package in a wheel, beside it in a checkout or an editable install."""
    inside = PACKAGE / "suites"
    return inside if inside.is_dir() else PACKAGE.parent / "suites"


@cache
def suite_files() -> tuple[Path, ...]:
    """Every file of the bundled suites, in the order of their paths."""
    return tuple(sorted(path for path in suites_folder().rglob("*.py") if path.name != "__init__.py"))


@cache
def load_file(path: Path, prefix: str | None = None) -> tuple[Case, ...]:
    """The cases of one file. Ids begin with its path below the suites (`http/response_start/`), or with `prefix`.

    Raises `BadCase` if the file cannot be executed or makes no case.
    """
    if prefix is None:
        prefix = path.relative_to(suites_folder()).with_suffix("").as_posix() + "/"
    name = "asgi_conformance_suites." + prefix.strip("/").replace("/", ".")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadCase(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    with collecting(prefix) as cases:
        try:
            spec.loader.exec_module(module)
        except BadCase as error:
            raise BadCase(f"{path}: {error}") from None
    if not cases:
        raise BadCase(f"{path} makes no case")
    sys.modules.pop(name, None)
    return tuple(cases)


def load_cases() -> Sequence[Case]:
    """Every bundled case."""
    return [case for path in suite_files() for case in load_file(path)]


def digest() -> str:
    """Identifies the bundled suites by their content: `sha256:...`."""
    total = hashlib.sha256()
    for path in suite_files():
        total.update(path.relative_to(suites_folder()).as_posix().encode())
        total.update(b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{total.hexdigest()}"
