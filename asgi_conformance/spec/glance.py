"""What can be told at a glance: events of an application with which nothing is wrong.

For the lint, which stands in the way of every request. The tables decide; this only knows the plain forms of the most
usual events, and says nothing about any other. `tests/spec/test_glance.py` holds it against the tables.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from asgi_conformance.spec.direction import Direction
from asgi_conformance.spec.order import Protocol, Walk

FLAGS = {"http.response.body": "more_body", "http.request": "more_body"}
"""The key that makes two moves of one event type."""
MANY = 4096  # names of header fields that are remembered

_names: set[bytes] = set()
"""Of header fields, seen and found to be right."""


def _is_name(name: Any) -> bool:
    if type(name) is not bytes or name != name.lower() or name[:1] == b":" or name == b"sec-websocket-protocol":
        return False
    if len(_names) < MANY:
        _names.add(name)
    return True


def _are_headers(headers: Any) -> bool:
    if type(headers) is not list and type(headers) is not tuple:
        return False
    for pair in headers:
        if type(pair) is not tuple and type(pair) is not list or len(pair) != 2:
            return False
        name, value = pair
        if type(value) is not bytes:
            return False
        if (type(name) is not bytes or name not in _names) and not _is_name(name):
            return False
    return True


def _start(event: Mapping[Any, Any]) -> bool:
    count = len(event)
    if "headers" in event:
        count -= 1
        if not _are_headers(event["headers"]):
            return False
    status = event.get("status")
    return count == 2 and type(status) is int and 200 <= status < 600


def _body(event: Mapping[Any, Any]) -> bool:
    count = 1
    if "body" in event:
        count = 2
        if type(event["body"]) is not bytes:
            return False
    if "more_body" in event:
        count += 1
        more = event["more_body"]
        if more is not True and more is not False:
            return False
    return len(event) == count


def _message(event: Mapping[Any, Any]) -> bool:
    if len(event) != 2:
        return False
    return type(event.get("text")) is str or type(event.get("bytes")) is bytes


def _accept(event: Mapping[Any, Any]) -> bool:
    return len(event) == 1


def _close(event: Mapping[Any, Any]) -> bool:
    if len(event) == 1:
        return True
    code = event.get("code")
    return len(event) == 2 and type(code) is int and (code == 1000 or 3000 <= code < 5000)


def _complete(event: Mapping[Any, Any]) -> bool:
    return len(event) == 1


PLAIN: Mapping[str, Callable[[Mapping[Any, Any]], bool]] = {
    "http.response.start": _start,
    "http.response.body": _body,
    "websocket.accept": _accept,
    "websocket.send": _message,
    "websocket.close": _close,
    "lifespan.shutdown.complete": _complete,
}
"""By event type: whether an event of it is one of the plain forms."""

Way = dict[tuple[str, bool], int]


class Ways:
    """The legal ways through a protocol, remembered by numbers: what is in order costs a look-up."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        first = Walk(protocol, Direction.SENT).states
        self.states: list[tuple[Enum, ...]] = [first]
        """Where the machines are, by number; 0 is the beginning."""
        self._numbers: dict[tuple[Enum, ...], int] = {first: 0}
        self.sent: list[Way] = [{}]
        """By number, the next number for (event type, flag); -1: it is out of order there."""
        self.received: list[Way] = [{}]

    def number(self, states: tuple[Enum, ...]) -> int:
        """Of these states."""
        if states not in self._numbers:
            self._numbers[states] = len(self.states)
            self.states.append(states)
            self.sent.append({})
            self.received.append({})
        return self._numbers[states]

    def explore(self, number: int, direction: Direction, event: Mapping[Any, Any], flag: bool) -> int:
        """The next number, found by the tables and remembered; -1: the event is out of order there."""
        walk = Walk(self._protocol, Direction.SENT)
        walk.states = self.states[number]
        found = walk.step(direction, event)
        following = -1 if found else self.number(walk.states)
        if self._protocol.classify(event) is not None:  # of others there may be any number
            ways = self.sent if direction is Direction.SENT else self.received
            ways[number][event["type"], flag] = following
        return following
