"""The architecture, as data: which part may import which, and a few rules about files."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "asgi_conformance"
NAME = PACKAGE.name

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"spec", "verdict", "codec", "timeline", "acts", "wsgi_acts", "wording", "script", "results"})
    | {"run_file", "withholding"},
    frozenset({"peers"}),
    frozenset({"judge", "matchers"}),
    frozenset({"authoring", "introduction", "wsgi_introduction", "suite_loader"}),
    frozenset({"remote", "servers", "frameworks", "applications"}),
    frozenset({"stage"}),
    frozenset({"report", "kits", "lint", "baseline", "staleness", "ledger", "exploration", "injection", "second_look"}),
    frozenset({"campaign"}),
    frozenset({"harvest"}),
    frozenset({"history"}),
    frozenset({"options", "pytest_plugin", "commands", "__main__"}),
)
"""From the ground up. A part may import what is in its own layer or below it."""

LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}

OURS_ALONE: dict[str, str] = {"pytest": "pytest_plugin"}
"""Libraries that only one part may import."""

SERVERS = frozenset(
    {"uvicorn", "hypercorn", "daphne", "granian", "gunicorn", "twisted", "wsproto", "httptools", "uvloop"}
)
"""What is under test, and what belongs to it."""

TWO_NAMES = PACKAGE / "remote" / "wsgi_watch"
"""A package that is imported by its bare name beside an application, and by its full name in the lint: its modules, and
they alone, import each other relatively."""

LAUNCHED = frozenset({"bjoern", "cheroot", "gevent", "pyuwsgi", "werkzeug"})
"""What our launcher starts where that is installed: one of them in a process."""

MEANINGLESS = ("utils", "util", "helpers", "helper", "common", "base", "manager", "misc")
"""Names that say nothing of what a file holds."""


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "suites" not in path.relative_to(ROOT).parts[1:])


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"), path)))


def modules(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of what every import names first, wherever it stands: of `from a import b` just `a`.

    With a dot before it where it is relative.
    """
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= (path.parent == TWO_NAMES), f"{path}:{node.lineno}: a relative import"
            yield node.lineno, origin(node)


def origin(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The same, and of `from a import b` also `a.b`, which may be a module."""
    yield from modules(path)
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{origin(node)}.{alias.name}") for alias in node.names)


def part_of(dotted: str) -> str | None:
    """`stage` for `asgi_conformance.stage.hub`; None for what is not ours, or only the package itself."""
    first, _, rest = dotted.partition(".")
    return rest.partition(".")[0] or None if first == NAME else None


def own_part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_every_part_has_a_layer() -> None:
    parts = {own_part(path) for path in sources(PACKAGE)} - {"__init__"}
    assert parts <= set(LEVEL)


def test_imports_go_down_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {own_part(path)} must not know {part}"
        for path in sources(PACKAGE)
        if path != PACKAGE / "__init__.py"
        for line, dotted in imports(path)
        if (part := part_of(dotted)) in LEVEL and LEVEL[part] > LEVEL[own_part(path)]
    ]
    assert wrong == []


def test_no_module_imports_itself_in_a_circle() -> None:
    modules = {module_name(path): path for path in sources(PACKAGE)}
    known = {name: {dotted for _, dotted in top_level(path) if dotted in modules} for name, path in modules.items()}
    while free := [name for name, needs in known.items() if not needs & known.keys()]:
        for name in free:
            del known[name]
    assert known == {}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def top_level(path: Path) -> Iterator[tuple[int, str]]:
    """The imports that run when the module does: neither those in functions nor those for the type checker."""
    inner = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    own, folder = module_name(path), module_name(path.parent)
    absolute = ((line, resolve_name(name, folder)) for line, name in imports(path))
    return ((line, name) for line, name in absolute if name != own and not any(line in lines for lines in inner))


@pytest.mark.parametrize("library", OURS_ALONE)
def test_some_libraries_are_imported_by_one_part_alone(library: str) -> None:
    users = {
        own_part(path) for path in sources(PACKAGE) for _, name in imports(path) if name.partition(".")[0] == library
    }
    assert users == {OURS_ALONE[library]}


def test_suites_import_authoring_and_nothing_else_of_ours() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in (ROOT / "suites").rglob("*.py")
        for line, module in modules(path)
        if module.partition(".")[0] == NAME and module != f"{NAME}.authoring"
    ]
    assert wrong == []


def test_suites_import_besides_that_the_standard_library_alone() -> None:
    """And properties Hypothesis."""
    for path in (ROOT / "suites").rglob("*.py"):
        used = {dotted.partition(".")[0] for _, dotted in modules(path)}
        more = {"hypothesis"} if path.parent.name == "properties" else set()
        assert used - {NAME} - more <= sys.stdlib_module_names, path


def test_the_package_itself_is_empty() -> None:
    assert (PACKAGE / "__init__.py").read_bytes() == b""


@pytest.mark.parametrize("path", sources(PACKAGE / "remote"), ids=lambda path: path.stem)
def test_what_runs_beside_a_server_needs_the_standard_library_alone(path: Path) -> None:
    """trio is imported where the server runs on it, and nowhere else; neighbours import each other."""
    used = {dotted.partition(".")[0] for _, dotted in imports(path)}
    besides = LAUNCHED if path.stem == "wsgi_launcher" else {"trio"}
    beside_it = {other.stem for other in path.parent.glob("*.py")} | {TWO_NAMES.name}
    neighbours = {""} if path.parent == TWO_NAMES else beside_it
    assert used - besides - neighbours <= sys.stdlib_module_names
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_no_module_imports_a_server() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {dotted}"
        for path in sources(PACKAGE)
        for line, dotted in imports(path)
        if dotted.partition(".")[0] in SERVERS
    ]
    assert wrong == []


def test_names_of_files_and_folders_say_what_they_hold() -> None:
    inside = {part for path in sources(PACKAGE) for part in path.relative_to(PACKAGE).with_suffix("").parts}
    assert inside.isdisjoint(MEANINGLESS)
