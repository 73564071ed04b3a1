"""What a client of HTTP/1.1 sees: responses, final and interim."""

from collections.abc import Callable
from dataclasses import dataclass

from asgi_conformance.matchers.combine import shown
from asgi_conformance.matchers.connection import nothing_read, with_end
from asgi_conformance.peers import http1
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import End, Seen, Wire

Headers = tuple[tuple[bytes, bytes], ...]


def summary(response: http1.Response) -> str:
    """One response in a line: `response 403, 12 bytes of body`."""
    if response.status is None:
        return f"no response ({response.size} bytes, {'; '.join(response.faults) or response.state.value})"
    headers = shown(fields(response.headers), 400)
    text = f"response {response.status}, {response.state.value}, body {shown(response.body, 80)}, headers ({headers})"
    return f"{text}; {'; '.join(response.faults)}" if response.faults else text


def final(data: bytes, ended: bool, head_request: bool = False) -> tuple[http1.Response, int]:
    """The first response that is not interim, and the bytes up to its end. 101 is final here."""
    position = 0
    while True:
        response = http1.read(data[position:], ended=ended, head_request=head_request)
        position += response.size
        interim = response.state is http1.State.DONE and response.status is not None and 100 <= response.status < 200
        if not interim or response.status == 101:
            return response, position


def unread(response: http1.Response, seen: Wire) -> str:
    """Why there is no response; empty where its head, at least, has come."""
    if response.status is not None:
        return ""
    return "no response" if response.faults else "hang" if seen.end is End.OPEN else "closed"


def header_problem(response: http1.Response, in_order: Headers, without: tuple[bytes, ...] = ()) -> str:
    """How the fields deviate from these, in this order, others in between; names without regard to case."""
    wanted = {name.lower() for name, _ in in_order}
    got = [(name.lower(), value) for name, value in response.headers if name.lower() in wanted]
    if got != [(name.lower(), value) for name, value in in_order]:
        return "wrong headers"
    return "extra header" if any(response.values(name) for name in without) else ""


def lowered(headers: Headers) -> Headers:
    """With names in lower case."""
    return tuple((name.lower(), value) for name, value in headers)


def fields(headers: Headers) -> str:
    """Fields for a report."""
    return ", ".join(f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in headers)


def names(of: tuple[bytes, ...]) -> str:
    """Field names for a report."""
    return b", ".join(of).decode("latin-1")


@dataclass(frozen=True, slots=True)
class ResponseIs:
    """A response that is complete and well framed. What is None is free."""

    status: int | Callable[[int], bool] | None = None
    body: bytes | None = None
    headers_in_order: Headers = ()
    """These fields in this order, others may stand between; names without regard to case."""
    without: tuple[bytes, ...] = ()
    """Field names that must not occur."""
    head: bool = False
    """The answer to a HEAD request."""
    cut: bool = False
    """Instead of complete: begun, and cut off before its framing says it has ended."""
    framing: http1.Framing | None = None
    trailers: Headers | None = None
    """All of the trailer section, in this order; names without regard to case."""

    def says(self) -> str:
        words = ["a response cut off before its end" if self.cut else "response"]
        if self.status is not None:
            words.append((self.status.__doc__ or "of another class") if callable(self.status) else str(self.status))
        if self.body is not None:
            words.append(f"with body {shown(self.body, 80)}")
        if self.headers_in_order:
            words.append("with " + ", ".join(f"{names((n,))}: {shown(v, 80)}" for n, v in self.headers_in_order))
        if self.without:
            words.append(f"without {names(self.without)}")
        if self.framing:
            words.append(f"framed by {self.framing.value}")
        if self.trailers is not None:
            words.append(f"with the trailer section ({fields(self.trailers)})")
        return " ".join(words)

    def takes(self, data: bytes, ended: bool) -> int | None:
        response, size = final(data, ended, self.head)
        if response.state in (http1.State.DONE, http1.State.CUT):
            return size
        return None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        response, _ = final(seen.data, seen.end is not End.OPEN, self.head)
        problem = self._problem(response, seen)
        return Opinion(not problem, problem, with_end(summary(response), seen))

    def _problem(self, response: http1.Response, seen: Wire) -> str:
        if response.status is None:
            return unread(response, seen)
        if self.cut:
            return "" if response.state is http1.State.CUT else "made to look complete" if seen.enough else "hang"
        if response.state is not http1.State.DONE:
            return "hang" if seen.end is End.OPEN else "cut off"
        if self.status is not None:
            fits = self.status(response.status) if callable(self.status) else self.status == response.status
            if not fits:
                return "wrong status"
        if response.faults:
            return "invalid framing"
        if self.body is not None and response.body != self.body:
            return "wrong body"
        if self.framing is not None and response.framing is not self.framing:
            return "other framing"
        if self.trailers is not None and lowered(response.trailers) != lowered(self.trailers):
            return "wrong trailers"
        return header_problem(response, self.headers_in_order, self.without)


@dataclass(frozen=True, slots=True)
class InterimIs:
    """An interim (1xx) response (RFC 9110, section 15.2), with these fields in this order."""

    status: int
    headers_in_order: Headers = ()

    def says(self) -> str:
        return f"interim response {self.status} {fields(self.headers_in_order)}".rstrip()

    def takes(self, data: bytes, ended: bool) -> int | None:
        response, size = self._read(data, ended)
        return size if response.status is not None or response.state is http1.State.CUT else None

    def _read(self, data: bytes, ended: bool) -> tuple[http1.Response, int]:
        """It may be one of several, in any order."""
        position = 0
        while True:
            response = http1.read(data[position:], ended=ended)
            position += response.size
            is_another = response.status is not None and response.status < 200 and response.status != 101
            if not is_another or response.status == self.status:
                return response, position

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        response, _ = self._read(seen.data, seen.end is not End.OPEN)
        if response.status != self.status:
            how = unread(response, seen) or "other response"
            return Opinion(False, how, with_end(summary(response), seen))
        problem = "invalid framing" if response.faults else header_problem(response, self.headers_in_order)
        return Opinion(not problem, problem, summary(response))


@dataclass(frozen=True, slots=True)
class HeadIs:
    """The head of a response; its body may still be under way. Interim responses are passed over."""

    status: int | Callable[[int], bool] | None = None

    def says(self) -> str:
        words = (self.status.__doc__ or "of another class") if callable(self.status) else self.status or ""
        return f"the head of a response {words}".strip()

    def takes(self, data: bytes, ended: bool) -> int | None:
        response, size = final(data, ended=False)
        if response.status is None:
            return len(data) if ended or response.state is http1.State.CUT else None
        return size - response.size + response.head_size

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        response, _ = final(seen.data, ended=False)
        fits = response.status is not None and (
            self.status(response.status) if callable(self.status) else self.status in (None, response.status)
        )
        how = "" if fits else unread(response, seen) or "wrong status"
        return Opinion(fits, how, with_end(summary(response), seen))
