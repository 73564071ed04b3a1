"""A history, gathered release by release: installed, tested, and what differs between neighbours tested once more."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from asgi_conformance.history import runs
from asgi_conformance.history.cache import Cache
from asgi_conformance.history.confirmation import unsteady
from asgi_conformance.history.environments import Environment, NotTested, Recipe, environment
from asgi_conformance.report.history.table import Reading
from asgi_conformance.report.knowledge import Knowledge
from asgi_conformance.report.repeat import pattern
from asgi_conformance.report.sentence import plural
from asgi_conformance.results import Run
from asgi_conformance.servers.adapter import Server
from asgi_conformance.stage.interpreter import Interpreter


@dataclass(slots=True)
class Gathering:
    """One history under way."""

    server: Server
    pythons: Sequence[Interpreter]
    """A release is tested with the first of them with which it can be installed and started."""
    beside: tuple[str, ...]
    """What is installed with each release, as pip takes it."""
    globs: tuple[str, ...]
    """Over case ids; none: all."""
    cache: Cache
    say: Callable[[str], None]
    """Tells of progress, a line at a time."""
    _installed: dict[str, tuple[Recipe, Environment]] = field(default_factory=dict)
    _runs: dict[str, Run] = field(default_factory=dict)
    _why: dict[str, str] = field(default_factory=dict)

    def readings(self, versions: Sequence[str], knowledge: Knowledge) -> tuple[Reading, ...]:
        """Of these releases, oldest first. One that cannot be tested says why."""
        for version in versions:
            self._test(version)
        chance = unsteady({one: self._runs[one] for one in versions if one in self._runs}, self._again, knowledge)
        for version, requirements in chance.items():
            if requirements:
                self.say(f"{self.server.id} {version}: unsteady: {', '.join(sorted(requirements))}")
        return tuple(self._reading(version, chance.get(version, frozenset())) for version in versions)

    def _test(self, version: str) -> None:
        began = time.monotonic()
        for python in self.pythons:
            recipe = Recipe(self.server, version, python.executable, python.version, self.beside)
            try:
                place = environment(recipe, self.cache)
                self._runs[version] = runs.run(recipe, place, self.cache, self.globs)
            except NotTested as why:
                self._why[version] = str(why)
                continue
            self._installed[version] = recipe, place
            took = time.monotonic() - began
            self.say(f"{self.server.id} {version}: {plural(self._runs[version].performed, 'case')}, {took:.0f} s")
            return
        self.say(f"{self.server.id} {version}: not tested: {self._why[version]}")

    def _again(self, version: str, cases: Sequence[str]) -> Run:
        recipe, place = self._installed[version]
        self.say(f"{self.server.id} {version}: {plural(len(cases), 'case')} once more")
        try:
            return runs.run(recipe, place, self.cache, list(map(pattern, cases)))
        except NotTested as why:
            self.say(f"{self.server.id} {version}: {why}")
            raise

    def _reading(self, version: str, chance: frozenset[str]) -> Reading:
        if version not in self._runs:
            return Reading(version, None, why=self._why[version])
        recipe, place = self._installed[version]
        return Reading(version, self._runs[version], chance, recipe.python_version, place.packages)
