"""The server process, in cases about its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asgi_conformance import acts
from asgi_conformance.authoring.expectations import anything
from asgi_conformance.authoring.lines import Term, line_of
from asgi_conformance.authoring.quoting import speaks
from asgi_conformance.script import Line


@speaks
@dataclass(frozen=True, slots=True)
class Process:
    """The server process, in cases about its life."""

    name: str = "process"

    def starts(self) -> Line:
        return line_of(self.name, acts.Starts(), ())

    def serves(self, *terms: Term) -> Line:
        """It accepts connections."""
        return line_of(self.name, acts.Serves(), terms)

    def gets_signal(self, signal: str) -> Line:
        return line_of(self.name, acts.Signals(signal), ())

    def exits(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        return line_of(self.name, acts.Exits(), terms or (() if ways else (anything(),)), ways)

    def has_printed(self, *terms: Term, ways: Mapping[str, Any] | None = None) -> Line:
        return line_of(self.name, acts.Prints(), terms, ways)
