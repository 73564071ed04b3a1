"""What a run file does not tell: variables of the operating system, among which are the secrets of whoever runs us.

Some WSGI servers put the whole environment of their process into every environ, as PEP 3333 allows. Verdicts are given
of what was really there; of what is kept and published, these values are replaced.
"""

from collections.abc import Mapping
from typing import Any, Final

OURS: Final = "ASGI_CONFORMANCE_"
"""Begins the names of what we give the process ourselves: a folder, a token."""
WITHHELD: Final = "(a variable of the operating system)"


def withheld(seen: Any, variables: Mapping[str, str]) -> Any:
    """The same, with every value of a dictionary replaced that a variable of that name has too."""
    if isinstance(seen, dict):
        return {
            key: WITHHELD if _is_one(key, value, variables) else withheld(value, variables)
            for key, value in seen.items()
        }
    if isinstance(seen, list):
        return [withheld(value, variables) for value in seen]
    if isinstance(seen, tuple):
        return tuple(withheld(value, variables) for value in seen)
    return seen


def _is_one(key: Any, value: Any, variables: Mapping[str, str]) -> bool:
    if not isinstance(key, str) or not isinstance(value, str) or not value:
        return False
    return key.startswith(OURS) or variables.get(key) == value
