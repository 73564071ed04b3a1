"""Exchanges as the page holds them: what many subjects share stands once, and what was recorded can be unfolded."""

import ast
from collections.abc import Hashable
from typing import Any

from asgi_conformance.codec import LargeBytes, decode
from asgi_conformance.report.deviation import BROKEN, around, first_line, here
from asgi_conformance.report.escape import cut, visible
from asgi_conformance.results import Moment, Result

LONGEST_TEXT = 600
"""Characters of one foreign text; the run file has them all."""
SHORT_TEXT = 160
"""Characters of one where nothing went wrong, and few will look."""
LONGEST_TIMELINE = 60
"""Moments of one timeline."""
LONGEST_BYTES = 1024
"""Bytes on the wire, of one moment."""
SHORT_BYTES = 256
"""The same where nothing went wrong."""
LONGEST_RECORD = 4000
"""Characters of anything else that was recorded, such as a scope; only where something went wrong."""


class Pool:
    """Values by the index at which each was first met."""

    def __init__(self, *first: Hashable) -> None:
        self.indices: dict[Any, int] = {value: index for index, value in enumerate(first)}

    def __call__(self, value: Hashable) -> int:
        return self.indices.setdefault(value, len(self.indices))

    def values(self) -> list[Any]:
        return list(self.indices)


class Texts(Pool):
    """Foreign text, made visible; bytes are in it as Latin-1, which the page shows as numbers only."""

    def __init__(self) -> None:
        super().__init__("")

    def text(self, text: str, longest: int = LONGEST_TEXT) -> int:
        return self(visible(cut(text, longest)))

    def lines(self, text: str, longest: int) -> int:
        """The same with its line ends."""
        return self("\n".join(map(visible, cut(text, longest).split("\n"))))


class Exchanges:
    """Moments and their sequences, each once. The times apart, for no two are alike."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.moments = Pool()
        self.shapes = Pool()

    def __call__(self, result: Result) -> list[int]:
        """Shape, first deviating line and moment (-1: none), duration, time since the last moment (0.01 ms)."""
        line = first_line(result)
        marked = here(result.timeline, line)
        shown = around(len(result.timeline), marked, LONGEST_TIMELINE)
        broken = result.verdict in BROKEN
        shape: list[int] = []
        times, last = [], 0
        for index in shown:
            moment = None if index is None else result.timeline[index]
            missing = len(result.timeline) - len(shown) + shown.count(None)
            shape.append(self._moment(moment or Moment(0, "", "cut", f"{missing} more"), whole=broken))
            now = last if moment is None else hundredths(moment.at)
            times.append(now - last)
            last = now
        place = shown.index(marked) if marked in shown and marked is not None else -1
        duration = hundredths(result.duration_ms * 1000)
        return [self.shapes(tuple(shape)), -1 if line is None else line, place, duration, *times]

    def _moment(self, moment: Moment, *, whole: bool) -> int:
        """Index of who, act, text and line (-1: none); then bytes and how many more there were, or another record."""
        words = [self.texts.text(text) for text in (moment.who, moment.act)]
        words.append(self.texts.text(moment.text, LONGEST_TEXT if whole else SHORT_TEXT))
        words.append(-1 if moment.line is None else moment.line)
        if (wire := on_the_wire(moment)) is not None:
            data, length = wire
            shown = data[: LONGEST_BYTES if whole else SHORT_BYTES]
            words += [self.texts(shown.decode("latin-1")), length - len(shown)]
        elif whole and (told := record(moment.data)) not in ("", moment.text):
            words.append(self.texts.lines(told, LONGEST_RECORD))
        return self.moments(tuple(words))


def on_the_wire(moment: Moment) -> tuple[bytes, int] | None:
    """What a client sent or got, and how many bytes it was; None where it was no bytes, or none."""
    if not moment.who.startswith("client"):
        return None
    found = decode(moment.data) if moment.act == "gets" else _literal(moment.text)
    if isinstance(found, LargeBytes):
        return found.head, found.length
    return (found, len(found)) if isinstance(found, bytes) and found else None


def _literal(text: str) -> Any:
    """What the text says if it is nothing but a literal: a line that sends bytes is told by them."""
    if not text.startswith(("b'", 'b"')):
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return None


def record(data: Any) -> str:
    """What was recorded, as Python would write it; text as it is; empty if there is nothing."""
    match found := decode(data):
        case None | b"":
            return ""
        case str():
            return found
    return repr(found)


def hundredths(microseconds: float) -> int:
    """Of a millisecond: no finer than the page shows."""
    return round(microseconds / 10)
