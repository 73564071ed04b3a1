"""Libraries that only some cases need, and that an extra of this distribution brings."""


class MissingExtra(Exception):
    """A library of ours is not installed: the environment's fault, not the subject's. Says how to get it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'asgi-conformance[{extra}]'")
