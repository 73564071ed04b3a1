"""The hub waits until something is so, handles what comes meanwhile, and never waits longer than it is told."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from asgi_conformance.stage.hub import LONGEST_TURN, Hub, Patience, Stopped

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_what_is_so_already_is_not_waited_for(hub: Hub) -> None:
    assert hub.until(lambda: True, 0)
    assert hub.until(lambda: [1], 1e9)


def test_what_never_is_so_is_given_up_in_time(hub: Hub) -> None:
    began = time.monotonic()
    assert not hub.until(lambda: False, 0.02)
    assert time.monotonic() - began >= 0.02
    assert not hub.until(lambda: False, 0)


def test_what_comes_meanwhile_is_handled(hub: Hub, pair: Pair) -> None:
    came: list[bytes] = []
    hub.listen(pair[0], lambda: came.append(pair[0].recv(100)))
    pair[1].send(b"one")
    assert hub.until(lambda: came == [b"one"], 5)
    pair[1].send(b"two")
    hub.turn()
    assert came == [b"one", b"two"]
    hub.forget(pair[0])
    pair[1].send(b"three")
    hub.turn()
    assert came == [b"one", b"two"]


def test_room_to_write_is_something_that_comes_too(hub: Hub, pair: Pair) -> None:
    room: list[bool] = []
    hub.listen(pair[0], lambda: room.append(True), writing=True)
    assert hub.until(lambda: room, 5)


def test_forgetting_is_harmless_for_what_is_not_known_or_closed(hub: Hub, pair: Pair) -> None:
    hub.forget(pair[0])
    hub.listen(pair[0], lambda: None)
    hub.forget(pair[0])
    hub.forget(pair[0])
    pair[0].close()
    hub.forget(pair[0])


def test_what_no_selector_tells_is_asked_for_again_and_again(hub: Hub) -> None:
    asked: list[float] = []

    def third_time() -> bool:
        asked.append(time.monotonic())
        return len(asked) == 3

    assert hub.until(third_time, 1000)
    assert asked[-1] - asked[0] < 1000 * LONGEST_TURN


def test_whoever_waits_when_the_run_is_over_is_told_so_once() -> None:
    stop = threading.Event()
    hub = Hub(stop)
    assert not hub.until(lambda: False, 0)
    stop.set()
    assert hub.until(lambda: True, 1)
    with pytest.raises(Stopped):
        hub.until(lambda: False, 1000)
    assert not hub.until(lambda: False, 0)  # whoever cleans up has to wait, too
    hub.close()


def test_patience_is_stretched_as_a_whole() -> None:
    one, two = Patience(), Patience(2)
    names = ["full", "hopeless", "quiet", "start", "stop"]
    assert [getattr(two, name) for name in names] == [2 * getattr(one, name) for name in names]
    assert one.quiet < one.hopeless < one.full < one.stop < one.start
