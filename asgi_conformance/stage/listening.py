"""When a line has heard enough: what its matchers say of the bytes, or of the events, that have come so far. Pure."""

from collections.abc import Callable
from typing import Any

from asgi_conformance.matchers.combine import AllOf, Graded
from asgi_conformance.matchers.connection import whatever_comes
from asgi_conformance.matchers.contract import IfOffered
from asgi_conformance.matchers.responses import HeadIs, InterimIs, ResponseIs
from asgi_conformance.matchers.streams import StreamResetIs, StreamResponseIs, StreamRestIs
from asgi_conformance.matchers.websocket import CloseFrameIs, HandshakeIs, MessageIs, MessagesAre
from asgi_conformance.script import Line, Matcher, WireMatcher

READING = (ResponseIs, HeadIs, InterimIs, HandshakeIs, MessageIs, MessagesAre, CloseFrameIs)
READING_STREAMS = (StreamResponseIs, StreamRestIs, StreamResetIs)


def all_matchers(line: Line) -> list[Matcher]:
    """Those of the line's own ways, and those of the requirements that have theirs."""
    every = [line.ways, *(settles.ways for settles in line.settles if settles.ways)]
    return [matcher for ways in every for matcher in ways.values()]


def takes(line: Line, data: Any, ended: bool) -> int | None:
    """How many bytes (or events of streams) answer the line, as the first of its matchers that has enough says.

    A matcher that does not listen has enough when anything has come, where no other knows how to tell the pieces of
    the stream apart.
    """
    readers = READING if isinstance(data, bytes) else READING_STREAMS
    reads = any(isinstance(matcher, readers) for matcher in listeners(line))
    for matcher in all_matchers(line):
        listen: Callable[[Any, bool], int | None] | None = getattr(matcher, "takes", None)
        taken = listen(data, ended) if listen else None if reads else whatever_comes(data)
        if taken is not None:
            return taken
    return len(data) if ended else None


def answers(line: Line, data: bytes, ended: bool) -> int | None:
    """How many bytes are one of the line's ways to answer on the wire; None while they are none of them."""
    found = (listener.takes(data, ended) for listener in listeners(line))
    return next((size for size in found if size is not None), None)


def streams_of(line: Line) -> set[str]:
    """The streams that the line asks for; none: all of them."""
    return {matcher.stream for matcher in listeners(line) if hasattr(matcher, "stream")}


def listeners(line: Line) -> list[WireMatcher]:
    """Those of the line's matchers that listen to the wire, wherever they are wrapped."""
    found: list[Any] = []
    matchers: list[Any] = list(all_matchers(line))
    while matchers:
        matcher = matchers.pop(0)
        if isinstance(matcher, AllOf):
            matchers[:0] = matcher.parts
        elif isinstance(matcher, Graded | IfOffered):
            matchers.insert(0, matcher.matcher)
        elif hasattr(matcher, "takes"):
            found.append(matcher)
    return found
