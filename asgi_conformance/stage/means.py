"""What all stages of a run work with."""

from dataclasses import dataclass

from asgi_conformance.stage.certificates import Certificates
from asgi_conformance.stage.guard import Guard
from asgi_conformance.stage.hub import Patience


@dataclass(frozen=True, slots=True)
class Means:
    """One for a whole run."""

    patience: Patience
    certificates: Certificates
    guard: Guard
