"""Ports of earlier clients."""

from asgi_conformance.stage.stale_ports import MOST, StalePorts


def test_the_last_ones_are_remembered() -> None:
    ports = StalePorts()
    ports.extend(range(1, MOST + 1))
    ports.extend([1, MOST + 1])
    assert len(ports) == MOST
    assert 1 in ports and 2 not in ports and MOST + 1 in ports
    assert list(ports)[-2:] == [1, MOST + 1]
