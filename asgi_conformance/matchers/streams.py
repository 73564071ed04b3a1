"""What the client sees on a multiplexed connection: responses on streams of HTTP/2 and HTTP/3."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.peers import http2
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import End, Missing, Seen, StreamEvent, Streams


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

    @property
    def state(self) -> str:
        return "ended" if self.ended else "reset" if self.reset else "open"

    def __str__(self) -> str:
        headers = ", ".join(f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in self.headers)
        text = f"response {self.status}, {self.state}, body {shown(self.body, 80)}, headers ({shown(headers, 300)})"
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
            faults.extend(http2.faults(event.value))
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


@dataclass(frozen=True, slots=True)
class StreamResponseIs:
    """A valid response on a stream. What is None is free."""

    stream: str
    status: int | Callable[[int], bool] | None = None
    body: bytes | None = None
    headers_in_order: tuple[tuple[bytes, bytes], ...] = ()
    without: tuple[bytes, ...] = ()
    ends: bool = True

    def says(self) -> str:
        status = (self.status.__doc__ or "of another class") if callable(self.status) else self.status or ""
        words = f"on stream {self.stream} response {status}".strip()
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
        if not (self.status(got.status) if callable(self.status) else self.status in (None, got.status)):
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
class StreamRestIs:
    """What is left of a response's body, as far as `ends` says: to its end, or so much and not the end."""

    stream: str
    body: bytes
    ends: bool = True

    def says(self) -> str:
        return f"on stream {self.stream} {shown(self.body, 80)}{' and the end' if self.ends else ''}"

    def takes(self, events: Sequence[StreamEvent], ended: bool) -> int | None:
        got = read(events, self.stream)
        part = not self.ends and len(got.body) >= len(self.body)
        return len(events) if got.ended or got.reset or ended or part else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Streams):
            return missing(seen) if isinstance(seen, Missing) else Opinion(False, "nothing read", shown(seen))
        got = read(seen.events, self.stream)
        how = "" if got.body == self.body else "wrong body"
        if got.ended is not self.ends:
            how = "reset" if got.reset else "ended already" if got.ended else "not ended"
        return Opinion(not how, how, _ended(f"body {shown(got.body, 80)}, {got.state}", seen))


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
        invalid = any(event.kind == "broken" for event in seen.events)  # which is an end of our making
        fits = (got.reset or seen.end is not End.OPEN) and not got.ended and not invalid
        how = "" if fits else "made to look complete" if got.ended else "invalid" if invalid else "hang"
        return Opinion(fits, how, _ended(str(got), seen))


def _ended(text: str, seen: Streams) -> str:
    broken = next((event.value for event in seen.events if event.kind == "broken"), "")
    if broken:
        return f"{text}; {shown(broken)}"
    if seen.end is End.OPEN:
        return text if seen.enough else f"{text}, then nothing more"
    return f"{text}, then the connection was closed"
