"""Finding the application, and calling it in the one way there is since ASGI 3."""

import importlib
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Application = Callable[..., Awaitable[None]]


def load(name: str) -> Any:
    """`package.module:attribute.of.it`, also from the current directory."""
    module, _, attribute = name.partition(":")
    sys.path.insert(0, "")
    found: Any = importlib.import_module(module)
    for part in (attribute or "application").split("."):
        found = getattr(found, part)
    return found


def is_double_callable(application: Any) -> bool:
    """Whether it is of the old kind, called twice: `asgiref.compatibility`'s hints first, then its looks."""
    if getattr(application, "_asgi_single_callable", False):
        return False
    if getattr(application, "_asgi_double_callable", False) or inspect.isclass(application):
        return True
    if inspect.iscoroutinefunction(application) or inspect.iscoroutinefunction(type(application).__call__):
        return False
    return takes_one_argument(application)


def takes_one_argument(application: Any) -> bool:
    """A plain function that returns an awaitable is single-callable if it wants all three at once."""
    try:
        inspect.signature(application).bind(None)
    except (TypeError, ValueError):
        return False
    return True


def as_single_callable(application: Any) -> Application:
    async def single(scope: Any, receive: Any, send: Any) -> None:
        await application(scope)(receive, send)

    return single if is_double_callable(application) else application
