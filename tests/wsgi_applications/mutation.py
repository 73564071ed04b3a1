"""Mutants of WSGI applications and middleware: models with one sin each.

    @mutant(breaks="wsgi.start-response.headers-list")
    def gives_a_tuple(application):
        def mutated(environ, start_response): ...
        return mutated

The function is given the model that its folder under `wsgi_applications/mutants/` is about (`app`, `contract`,
`middleware`) and returns the broken one. A mutant is named after its file and itself; what `--wsgi-app` and the like
are to name, says `target`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, NamedTuple

PACKAGE = "wsgi_applications.mutants"
MODELS = {
    "app": ("wsgi_applications.good:app", "wsgi_applications.good:pushing"),
    "contract": ("wsgi_contract:app", "wsgi_applications.contract:app"),
    "middleware": ("wsgi_applications.middleware:good",),
}
"""Mutants are made of the first of each."""


class Mutant(NamedTuple):
    name: str
    breaks: tuple[str, ...]
    """Every requirement that it cannot but break."""
    apply: Callable[[Any], Any]
    perhaps: str = ""
    """A requirement that it is seen to break where Python lets go of what nobody holds any more in time."""


MUTANTS: dict[str, Mutant] = {}
"""Those of the modules loaded so far, by name."""


def mutant(breaks: str | tuple[str, ...], perhaps: str = "") -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Register the function as the mutant that breaks these requirements."""

    def register(apply: Callable[[Any], Any]) -> Callable[[Any], Any]:
        file = apply.__module__.removeprefix(f"{PACKAGE}.").replace(".", "/")
        name = f"{file}:{apply.__name__}"
        if name in MUTANTS:
            raise ValueError(f"two mutants are called {name}")
        MUTANTS[name] = Mutant(name, (breaks,) if isinstance(breaks, str) else breaks, apply, perhaps)
        return apply

    return register


def again(file: str, *functions: Callable[[Any], Any]) -> None:
    """Register mutants of one folder for the model of another too: `file` is that of the caller."""
    for apply in functions:
        name = f"{file}:{apply.__name__}"
        MUTANTS[name] = Mutant(name, next(one.breaks for one in list(MUTANTS.values()) if one.apply is apply), apply)


def load_all() -> dict[str, Mutant]:
    """Import every module of mutants."""
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        importlib.import_module(module.name)
    return MUTANTS


def target(name: str) -> str:
    """What `--wsgi-app=` is to name: `wsgi_applications.mutated:app__responses__gives_a_tuple`."""
    return f"wsgi_applications.mutated:{name.replace('/', '__').replace(':', '__')}"


def mutated(attribute: str) -> Any:
    """The mutant behind the attribute of such a target. Raises `KeyError`."""
    *folders, function = attribute.split("__")
    importlib.import_module(f"{PACKAGE}.{'.'.join(folders)}")
    module, _, path = MODELS[folders[0]][0].partition(":")
    return MUTANTS[f"{'/'.join(folders)}:{function}"].apply(getattr(importlib.import_module(module), path))
