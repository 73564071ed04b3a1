"""The suites against one release: pytest in a process of its own, in an empty folder."""

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from asgi_conformance import run_file
from asgi_conformance.history.cache import Cache, named
from asgi_conformance.history.environments import Environment, NotTested, Recipe
from asgi_conformance.history.process import TooSlow, execute
from asgi_conformance.history.releases import is_same
from asgi_conformance.results import Check, Run, UnreadableRun
from asgi_conformance.verdict import Verdict

PATIENCE = 1800.0
"""Seconds for a run of all suites; a slow server needs a minute."""
UNTRIED = (Verdict.ERROR, Verdict.NOT_RUN)
NOT_OURS = ("PYTEST_ADDOPTS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")
"""Variables with which a run would do something for whoever called us."""


def run(recipe: Recipe, environment: Environment, cache: Cache, globs: Sequence[str] = ()) -> Run:
    """Of the cases that fit, or of all; from the cache, if it was made before. Raises `NotTested`."""
    name = named(f"{recipe.server.id}-{recipe.version}", recipe.name, *sorted(globs))
    kept = cache.run(name)
    if kept is not None:
        return kept
    made = _made(recipe, environment, globs)
    if not any(check.verdict is Verdict.ERROR for check in _checks(made)):  # which may not be there the next time
        cache.keep(name, made)
    return made


def _made(recipe: Recipe, environment: Environment, globs: Iterable[str]) -> Run:
    with tempfile.TemporaryDirectory(prefix="asgi-conformance-history-") as folder:
        here = Path(folder)
        (here / "pytest.ini").write_text("[pytest]\n", encoding="ascii")  # else pytest looks for one further up
        argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        argv += [f"--{recipe.server.kind}={recipe.server.id}", f"--asgi-python={environment.python}"]
        argv += [f"--asgi-case={glob}" for glob in globs]
        env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        try:
            outcome = execute([*argv, "--asgi-json=run.json"], PATIENCE, folder=here, env=env)
            found = run_file.read(here / "run.json")
        except (OSError, TooSlow) as error:
            raise NotTested(f"not performed: {error}") from None
        except UnreadableRun:
            last = next(reversed(outcome.output.strip().splitlines()), "pytest says nothing")
            raise NotTested(f"not performed: {last}") from None
    _accept(found, recipe)
    return found


def _accept(run: Run, recipe: Recipe) -> None:
    """Raises `NotTested` for a run that says nothing of this release."""
    if not run.complete:
        raise NotTested(f"not performed: {run.performed} of {run.planned} cases only")
    (subject,) = run.subjects
    if recipe.server.distributions and not is_same(subject.version, recipe.version):
        raise NotTested(f"not installed: what is there calls itself {subject.version}")
    checks = _checks(run)
    if all(check.verdict in UNTRIED for check in checks):
        first = next((check.how for check in checks if check.verdict is Verdict.ERROR), "nothing was performed")
        raise NotTested(first)


def _checks(run: Run) -> list[Check]:
    return [check for subject in run.subjects for result in subject.results for check in result.checks]
