"""Finds the suites, wherever the package lies, and turns their files into cases."""

import hashlib
import importlib.util
import traceback
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from asgi_conformance.authoring.cases import collecting
from asgi_conformance.script import BadCase, Case, Property
from asgi_conformance.spec import catalogue

PACKAGE = Path(__file__).parent


@cache
def suites_folder() -> Path:
    """The bundled suites: inside the package in a wheel, beside it in a checkout or an editable install."""
    inside = PACKAGE / "suites"
    return inside if inside.is_dir() else PACKAGE.parent / "suites"


@cache
def suite_files() -> tuple[Path, ...]:
    """Every file of bundled cases, in the order of their paths."""
    return tuple(path for path in _files() if not _has_properties(path))


@cache
def property_files() -> tuple[Path, ...]:
    """Every file of bundled properties; they need the extra `properties`."""
    return tuple(path for path in _files() if _has_properties(path))


def _files() -> list[Path]:
    return sorted(path for path in suites_folder().rglob("*.py") if path.name != "__init__.py")


def _has_properties(path: Path) -> bool:
    return path.relative_to(suites_folder()).parts[0] == "properties"


def load_file(path: Path, prefix: str | None = None) -> tuple[Case, ...]:
    """The cases of one file. Ids begin with its path below the suites (`http/response_start/`), or with `prefix`.

    Raises `BadCase` if the file cannot be executed or makes no case: one line that says where and why.
    """
    return tuple(made for made in _made_by(path, prefix) if isinstance(made, Case))


def load_properties(path: Path, prefix: str | None = None) -> tuple[Property, ...]:
    """The properties of one file, as `load_file` loads its cases."""
    return tuple(made for made in _made_by(path, prefix) if isinstance(made, Property))


@cache
def _made_by(path: Path, prefix: str | None) -> tuple[Case | Property, ...]:
    if prefix is None:
        prefix = path.relative_to(suites_folder()).with_suffix("").as_posix() + "/"
    spec = importlib.util.spec_from_file_location(
        f"asgi_conformance_suites.{prefix.strip('/').replace('/', '.')}", path
    )
    if spec is None or spec.loader is None:
        raise BadCase(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    with collecting(prefix) as cases:
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            raise BadCase(f"{_place(path, error)}: {_words(error)}") from error
    if not cases:
        raise BadCase(f"{path} makes no case; it needs a call of asgi_conformance.authoring.case")
    return tuple(cases)


def _place(path: Path, error: Exception) -> str:
    """`file:line`: the last line of the file that had to do with it."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{path}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{path}:{lines[-1]}" if lines else str(path)


def _words(error: Exception) -> str:
    text = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return text if isinstance(error, BadCase) else f"{type(error).__name__}: {text}"


def load_others(path: Path, prefix: str) -> tuple[Case, ...]:
    """The cases of a third party's file. Raises `BadCase`, also for a requirement that does not exist."""
    cases, known = load_file(path, prefix), catalogue.load()
    for case in cases:
        for requirement in case.settles():
            try:
                known[requirement]
            except catalogue.UnknownRequirement as error:
                raise BadCase(f"{path}: {case.name}: {error}") from None
    return cases


def load_cases() -> Sequence[Case]:
    """Every bundled case. Raises `BadCase`."""
    return [case for path in suite_files() for case in load_file(path)]


def load_all_properties() -> Sequence[Property]:
    """Every bundled property. Raises `BadCase`."""
    return [one for path in property_files() for one in load_properties(path)]


@cache
def digest() -> str:
    """Identifies the bundled suites by their content: `sha256:...`."""
    total = hashlib.sha256()
    for path in _files():
        total.update(path.relative_to(suites_folder()).as_posix().encode())
        total.update(b"\0" + path.read_bytes() + b"\0")
    return f"sha256:{total.hexdigest()}"
