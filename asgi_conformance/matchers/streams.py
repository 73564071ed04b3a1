"""What the client sees on a multiplexed connection: responses on streams of HTTP/2 and HTTP/3."""

from collections.abc import Sequence
from dataclasses import dataclass

from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import End, Missing, Seen, StreamEvent, Streams

CONNECTION_SPECIFIC = (b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade")


@dataclass(frozen=True, slots=True)
class StreamResponse:
    """The response on one stream, as far as it has come."""

    status: int | None
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    ended: bool
    reset: bool
    faults: tuple[str, ...]
    trailers: tuple[tuple[bytes, bytes], ...] = ()

    def __str__(self) -> str:
        state = "ended" if self.ended else "reset" if self.reset else "open"
        headers = ", ".join(f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in self.headers)
        text = f"response {self.status}, {state}, body {shown(self.body, 80)}, headers ({shown(headers, 300)})"
        return f"{text}; {'; '.join(self.faults)}" if self.faults else text


def read(events: Sequence[StreamEvent], stream: str) -> StreamResponse:
    """Put the events of one stream together (RFC 9113, section 8.1). Interim responses are passed over."""
    status, headers, trailers = None, (), ()
    body, faults = [], []
    ended = reset = False
    for event in events:
        if event.stream != stream:
            continue
        if event.kind == "headers" and status is None:
            faults.extend(_faults(event.value))
            code = dict(event.value).get(b":status", b"")
            if not (code.isdigit() and code.startswith(b"1")):
                status = int(code) if code.isdigit() else 0
                headers = tuple(field for field in event.value if not field[0].startswith(b":"))
        elif event.kind == "headers":
            trailers = tuple(event.value)
        elif event.kind == "data":
            body.append(event.value)
        ended = ended or event.kind == "end"
        reset = reset or event.kind == "reset"
    return StreamResponse(status, headers, b"".join(body), ended, reset, tuple(faults), trailers)


def _faults(fields: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """What RFC 9113, section 8.2, forbids in a response's fields."""
    names = [name for name, _ in fields]
    faults = [f"upper-case field name {name!r}" for name in names if name != name.lower()]
    faults += [f"connection-specific field {name!r}" for name in names if name in CONNECTION_SPECIFIC]
    if names.count(b":status") != 1:
        faults.append(f"{names.count(b':status')} :status fields")
    faults += [f"pseudo-header field {name!r}" for name in names if name.startswith(b":") and name != b":status"]
    return faults


@dataclass(frozen=True, slots=True)
class StreamResponseIs:
    """A valid response on a stream. What is None is free."""

    stream: str
    status: int | None = None
    body: bytes | None = None
    headers_in_order: tuple[tuple[bytes, bytes], ...] = ()
    without: tuple[bytes, ...] = ()
    ends: bool = True

    def says(self) -> str:
        words = f"on stream {self.stream} response {self.status or ''}".strip()
        if self.body is not None:
            words += f" with body {shown(self.body, 80)}"
        for name, value in self.headers_in_order:
            words += f", {name.decode('latin-1')}: {value.decode('latin-1')}"
        if self.without:
            words += f", without {b', '.join(self.without).decode('latin-1')}"
        return words if self.ends else f"{words}, not ended yet"

    def takes(self, events: Sequence[StreamEvent], ended: bool) -> int | None:
        got = read(events, self.stream)
        part = not self.ends and got.status is not None and len(got.body) >= len(self.body or b"")
        return len(events) if got.ended or got.reset or ended or part else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Streams):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "nothing read", shown(seen))
        got = read(seen.events, self.stream)
        problem = self._problem(got, seen)
        return Opinion(not problem, problem, _ended(str(got), seen))

    def _problem(self, got: StreamResponse, seen: Streams) -> str:
        if got.status is None:
            return "reset" if got.reset else "hang" if seen.end is End.OPEN else "closed"
        if self.ends and not got.ended:
            return "reset" if got.reset else "not ended"
        if not self.ends and got.ended:
            return "ended already"
        if self.status not in (None, got.status):
            return "wrong status"
        if got.faults:
            return "invalid fields"
        if self.body is not None and got.body != self.body:
            return "wrong body"
        names = {name for name, _ in self.headers_in_order}
        if tuple(field for field in got.headers if field[0] in names) != self.headers_in_order:
            return "wrong headers"
        return "extra header" if any(name in self.without for name, _ in got.headers) else ""


@dataclass(frozen=True, slots=True)
class StreamResetIs:
    """The stream is reset, or the connection closed, before the response has ended."""

    stream: str

    def says(self) -> str:
        return f"stream {self.stream} reset"

    def takes(self, events: Sequence[StreamEvent], ended: bool) -> int | None:
        got = read(events, self.stream)
        return len(events) if got.reset or got.ended or ended else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Streams):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "nothing read", shown(seen))
        got = read(seen.events, self.stream)
        fits = (got.reset or seen.end is not End.OPEN) and not got.ended
        how = "" if fits else "made to look complete" if got.ended else "hang"
        return Opinion(fits, how, _ended(str(got), seen))


def _ended(text: str, seen: Streams) -> str:
    if seen.end is End.OPEN:
        return text if seen.enough else f"{text}, then nothing more"
    return f"{text}, then the connection was closed"
