"""The client's connection, whatever it carries: bytes, silence, its end."""

import re
from dataclasses import dataclass
from typing import Any

from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import End, Missing, Seen, Streams, Why, Wire


def nothing_read(seen: Seen) -> Opinion:
    """The opinion on what is no bytes at all."""
    return missing(seen) if isinstance(seen, Missing) else Opinion(False, "nothing read", shown(seen))


def with_end(text: str, seen: Wire) -> str:
    """What was read, and how it ended."""
    if seen.end is End.OPEN:
        return text if seen.enough else f"{text}, then nothing more"
    return f"{text}, then the connection was {'reset' if seen.end is End.RESET else 'closed'}"


def whatever_comes(data: Any) -> int | None:
    """As `takes`: enough is anything at all, but no less than the head of a response."""
    cut_short = isinstance(data, bytes) and b"HTTP/".startswith(data[:5]) and b"\r\n\r\n" not in data
    return None if cut_short else len(data) or None


CHUNK_BREAK = rb"(?:\r\n[0-9A-Fa-f]+[^\r\n]*\r\n)?"


@dataclass(frozen=True, slots=True)
class BytesArrive:
    """These bytes, somewhere in what comes next, in however many chunks (RFC 9112, section 7.1)."""

    part: bytes

    def says(self) -> str:
        return f"bytes with {shown(self.part)} in them"

    def takes(self, data: bytes, ended: bool) -> int | None:
        found = self._find(data)
        return found.end() if found else len(data) if ended else None

    def _find(self, data: bytes) -> re.Match[bytes] | None:
        return re.search(CHUNK_BREAK.join(re.escape(bytes([byte])) for byte in self.part), data)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        found = self._find(seen.data) is not None
        return Opinion(found, "" if found else "missing", with_end(shown(seen.data), seen))


@dataclass(frozen=True, slots=True)
class Closed:
    """The connection ends, by FIN or RST; nothing more comes before that, unless `after_anything`."""

    after_anything: bool = False

    def says(self) -> str:
        return "the connection closed"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return len(data) if ended else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        if seen.end is End.OPEN:
            return Opinion(False, "left open", with_end(shown(seen.data, 120), seen))
        quiet = self.after_anything or not seen.data
        return Opinion(quiet, "" if quiet else "bytes before the end", with_end(shown(seen.data, 120), seen))


@dataclass(frozen=True, slots=True)
class WasRefused:
    """Nobody accepted the connection, or the TLS handshake failed."""

    def says(self) -> str:
        return "the connection refused"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing) and seen.why in (Why.REFUSED, Why.NO_HANDSHAKE):
            return Opinion(True, observed=str(seen))
        return missing(seen) if isinstance(seen, Missing) else Opinion(False, "accepted", shown(seen))


@dataclass(frozen=True, slots=True)
class NothingArrives:
    """Neither bytes nor the end of the connection."""

    def says(self) -> str:
        return "nothing"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return len(data) if ended else whatever_comes(data)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Streams):
            quiet = not seen.events and seen.end is End.OPEN
            return Opinion(quiet, "" if quiet else "came", shown(seen))
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        quiet = not seen.data and seen.end is End.OPEN
        return Opinion(quiet, "" if quiet else "came", with_end(shown(seen.data), seen))


@dataclass(frozen=True, slots=True)
class StaysSilent:
    """Nothing came while the line listened, and the connection is still open. Unlike `NothingArrives` it never has
    enough, so it can stand among other ways without cutting them short."""

    def says(self) -> str:
        return "silence"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        silent = not seen.data and seen.end is End.OPEN
        observed = with_end(shown(seen.data, 120) if seen.data else "nothing", seen)
        return Opinion(silent, "hang" if silent else "came", observed)
