"""What calls that come late are known by: the local ports of clients of earlier cases, and the paths they asked for."""

from collections.abc import Iterable, Iterator

MOST = 4000
"""Ports that are remembered. Systems hand out some 28,000 before they begin anew."""


class StalePorts:
    """The last ones, oldest first; asking whether one is among them costs the same however many there are.

    A port is a number, a path a text: WSGI servers need not tell of ports.
    """

    def __init__(self) -> None:
        self._ports: dict[int | str, None] = {}

    def __contains__(self, port: object) -> bool:
        return port in self._ports

    def __iter__(self) -> Iterator[int | str]:
        return iter(self._ports)

    def __len__(self) -> int:
        return len(self._ports)

    def extend(self, ports: Iterable[int | str]) -> None:
        """These are stale from now on."""
        for port in ports:
            self._ports.pop(port, None)
            self._ports[port] = None
        while len(self._ports) > MOST:
            del self._ports[next(iter(self._ports))]
