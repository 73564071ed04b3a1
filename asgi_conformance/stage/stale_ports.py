"""The local ports of clients of earlier cases: calls that come late are known by them."""

from collections.abc import Iterable, Iterator

MOST = 4000
"""Ports that are remembered. Systems hand out some 28,000 before they begin anew."""


class StalePorts:
    """The last ports, oldest first; asking whether one is among them costs the same however many there are."""

    def __init__(self) -> None:
        self._ports: dict[int, None] = {}

    def __contains__(self, port: object) -> bool:
        return port in self._ports

    def __iter__(self) -> Iterator[int]:
        return iter(self._ports)

    def __len__(self) -> int:
        return len(self._ports)

    def extend(self, ports: Iterable[int]) -> None:
        """These are stale from now on."""
        for port in ports:
            self._ports.pop(port, None)
            self._ports[port] = None
        while len(self._ports) > MOST:
            del self._ports[next(iter(self._ports))]
