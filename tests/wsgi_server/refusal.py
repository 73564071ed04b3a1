"""What goes wrong because of the client."""


class Refused(Exception):
    """A request that is answered by the server itself. The status is that of the answer."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(f"{status}: {why}")
        self.status = status
        self.why = why


class ClientGone(ConnectionError):
    """Nothing can be sent to the client any more."""


class BrokenBody(OSError):
    """The body of the request is malformed, or ends too soon."""
