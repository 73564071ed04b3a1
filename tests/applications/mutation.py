"""Mutants of applications and middleware: models with one sin each.

    @mutant(breaks="http.response.start.status-type")
    def tells_the_status_as_text(application):
        async def mutated(scope, receive, send): ...
        return mutated

The function is given the model that its folder under `applications/mutants/` is about (`adapter`, `app`, `contract`,
`middleware`) and returns the broken one. A mutant is named after its file and itself; what `--asgi-app` and the like
are to name, says `target`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, NamedTuple

PACKAGE = "applications.mutants"
MODELS = {
    "adapter": "applications.adapter:app",
    "app": "applications.good:app",
    "contract": "applications.contract.model:app",
    "middleware": "applications.middleware:good",
}


class Mutant(NamedTuple):
    name: str
    breaks: tuple[str, ...]
    """Every requirement that it cannot but break."""
    apply: Callable[[Any], Any]


MUTANTS: dict[str, Mutant] = {}
"""Those of the modules loaded so far, by name."""


def mutant(breaks: str | tuple[str, ...]) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Register the function as the mutant that breaks these requirements."""

    def register(apply: Callable[[Any], Any]) -> Callable[[Any], Any]:
        file = apply.__module__.removeprefix(f"{PACKAGE}.").replace(".", "/")
        name = f"{file}:{apply.__name__}"
        if name in MUTANTS:
            raise ValueError(f"two mutants are called {name}")
        MUTANTS[name] = Mutant(name, (breaks,) if isinstance(breaks, str) else breaks, apply)
        return apply

    return register


def load_all() -> dict[str, Mutant]:
    """Import every module of mutants."""
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        importlib.import_module(module.name)
    return MUTANTS


def target(name: str) -> str:
    """What `--asgi-app=` is to name: `applications.mutated:app__response__tells_the_status_as_text`."""
    return f"applications.mutated:{name.replace('/', '__').replace(':', '__')}"


def mutated(attribute: str) -> Any:
    """The mutant behind the attribute of such a target. Raises `KeyError`."""
    *folders, function = attribute.split("__")
    importlib.import_module(f"{PACKAGE}.{'.'.join(folders)}")
    module, _, path = MODELS[folders[0]].partition(":")
    return MUTANTS[f"{'/'.join(folders)}:{function}"].apply(getattr(importlib.import_module(module), path))
