"""What a harness may hear besides breaches."""

from __future__ import annotations

from typing import Any


class Call:
    """What happens in one call, for a harness that overrides what it wants to hear; here nothing is done.

    `Watch(..., listener=…)` takes what makes one from an environ, usually a subclass.
    """

    def __init__(self, environ: Any) -> None:
        """The call is about to be made."""

    def starts(self, arguments: tuple[Any, ...], named: dict[str, Any], error: BaseException | None) -> None:
        """`start_response` was called; what it raised."""

    def writes(self, data: Any, error: BaseException | None) -> None:
        """`write` was called; what it raised."""

    def returns(self, result: Any) -> None:
        """The application returned this."""

    def raises(self, error: BaseException, where: str) -> None:
        """The application raised; `where`: `call`, `iteration`, `close`."""

    def yields(self, block: Any) -> None:
        """The server took a block."""

    def ends(self) -> None:
        """The result is exhausted."""

    def closes(self) -> None:
        """The server called `close()`, whether the result has one or not."""

    def uses(self, stream: str, method: str, arguments: tuple[Any, ...], outcome: Any) -> None:
        """`stream`: `wsgi.input`, `wsgi.errors`; `outcome`: what the method returned or raised."""
