"""Every mutant as an attribute: see `wsgi_applications.mutation.target`."""

from typing import Any

from wsgi_applications import mutation


def __getattr__(name: str) -> Any:
    try:
        return mutation.mutated(name)
    except (KeyError, ImportError):
        raise AttributeError(name) from None
