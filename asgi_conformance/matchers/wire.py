"""What the client sees: responses, handshakes, WebSocket messages, silence, the end of the connection."""

from collections.abc import Callable
from dataclasses import dataclass

from asgi_conformance.matchers.combine import missing, shown
from asgi_conformance.peers import http1, websocket
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import End, Missing, Seen, Why, Wire

Headers = tuple[tuple[bytes, bytes], ...]


def _no_wire(seen: Seen) -> Opinion:
    return missing(seen) if isinstance(seen, Missing) else Opinion(False, "nothing read", shown(seen))


def summary(response: http1.Response) -> str:
    """One response in a line: `response 403, 12 bytes of body`."""
    if response.status is None:
        return f"no response ({response.size} bytes, {'; '.join(response.faults) or response.state.value})"
    headers = ", ".join(f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in response.headers)
    text = f"response {response.status}, {response.state.value}, body {shown(response.body, 80)}, headers ({shown(headers, 400)})"
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

    def says(self) -> str:
        words = ["a response cut off before its end" if self.cut else "response"]
        if self.status is not None:
            words.append((self.status.__doc__ or "of another class") if callable(self.status) else str(self.status))
        if self.body is not None:
            words.append(f"with body {shown(self.body, 80)}")
        if self.headers_in_order:
            words.append("with " + ", ".join(f"{n.decode('latin-1')}: {shown(v, 80)}" for n, v in self.headers_in_order))
        if self.without:
            words.append("without " + ", ".join(name.decode("latin-1") for name in self.without))
        if self.framing:
            words.append(f"framed by {self.framing.value}")
        return " ".join(words)

    def takes(self, data: bytes, ended: bool) -> int | None:
        response, size = final(data, ended, self.head)
        if response.state in (http1.State.DONE, http1.State.CUT):
            return size
        return None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        response, _ = final(seen.data, seen.end is not End.OPEN, self.head)
        problem = self._problem(response, seen)
        return Opinion(not problem, problem, _ended(summary(response), seen))

    def _problem(self, response: http1.Response, seen: Wire) -> str:
        if response.status is None:
            return "hang" if seen.end is End.OPEN else "closed" if not seen.data else "no response"
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
        return self._header_problem(response)

    def _header_problem(self, response: http1.Response) -> str:
        names = {name.lower() for name, _ in self.headers_in_order}
        got = [(name.lower(), value) for name, value in response.headers if name.lower() in names]
        if self.headers_in_order and got != [(name.lower(), value) for name, value in self.headers_in_order]:
            return "wrong headers"
        return "extra header" if any(response.values(name) for name in self.without) else ""


@dataclass(frozen=True, slots=True)
class InterimIs:
    """An interim (1xx) response (RFC 9110, section 15.2), with these fields in this order."""

    status: int
    headers_in_order: Headers = ()

    def says(self) -> str:
        return f"interim response {self.status}" + "".join(
            f" {name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in self.headers_in_order
        )

    def takes(self, data: bytes, ended: bool) -> int | None:
        response = http1.read(data, ended=ended)
        return response.size if response.status is not None or response.state is http1.State.CUT else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        response = http1.read(seen.data, ended=seen.end is not End.OPEN)
        names = {name.lower() for name, _ in self.headers_in_order}
        got = [(name.lower(), value) for name, value in response.headers if name.lower() in names]
        if response.status != self.status:
            return Opinion(False, "other response" if response.status else "hang", _ended(summary(response), seen))
        fits = got == [(name.lower(), value) for name, value in self.headers_in_order] and not response.faults
        return Opinion(fits, "" if fits else "wrong headers", summary(response))


@dataclass(frozen=True, slots=True)
class HeadIs:
    """The head of a response; its body may still be under way."""

    status: int | None = None

    def says(self) -> str:
        return f"the head of a response {self.status or ''}".strip()

    def takes(self, data: bytes, ended: bool) -> int | None:
        end = data.find(b"\r\n\r\n")
        return end + 4 if end >= 0 else len(data) if ended else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        response = http1.read(seen.data, ended=False)
        fits = response.status is not None and self.status in (None, response.status)
        return Opinion(fits, "" if fits else "hang" if not seen.enough else "wrong status", _ended(summary(response), seen))


@dataclass(frozen=True, slots=True)
class BytesArrive:
    """These bytes, somewhere in what comes next."""

    part: bytes

    def says(self) -> str:
        return f"bytes with {shown(self.part)} in them"

    def takes(self, data: bytes, ended: bool) -> int | None:
        place = data.find(self.part)
        return place + len(self.part) if place >= 0 else len(data) if ended else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        found = self.part in seen.data
        return Opinion(found, "" if found else "missing", _ended(shown(seen.data), seen))


@dataclass(frozen=True, slots=True)
class HandshakeIs:
    """The 101 response with the right accept key (RFC 6455, section 4.2.2). `subprotocol`: None is free."""

    subprotocol: bytes | None = None
    headers_in_order: Headers = ()
    without: tuple[bytes, ...] = ()
    """Field names that must not occur."""

    def says(self) -> str:
        words = "a completed handshake (101)"
        if self.subprotocol is not None:
            words += f" with subprotocol {self.subprotocol!r}" if self.subprotocol else " without a subprotocol"
        for name, value in self.headers_in_order:
            words += f", {name.decode('latin-1')}: {value.decode('latin-1')}"
        return words

    def takes(self, data: bytes, ended: bool) -> int | None:
        return ResponseIs().takes(data, ended)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        response, _ = final(seen.data, seen.end is not End.OPEN)
        problem = self._problem(response)
        return Opinion(not problem, problem, _ended(summary(response), seen))

    def _problem(self, response: http1.Response) -> str:
        if response.status != 101:
            return "hang" if response.status is None else "refused"
        if response.faults:
            return "invalid framing"
        if response.values(b"sec-websocket-accept") != [websocket.accept_key()]:
            return "wrong accept key"
        if [value.lower() for value in response.values(b"upgrade")] != [b"websocket"]:
            return "wrong upgrade header"
        if self.subprotocol is not None:
            expected = [self.subprotocol] if self.subprotocol else []
            if response.values(b"sec-websocket-protocol") != expected:
                return "wrong subprotocol"
        names = {name.lower() for name, _ in self.headers_in_order}
        got = [(name.lower(), value) for name, value in response.headers if name.lower() in names]
        if got != [(name.lower(), value) for name, value in self.headers_in_order]:
            return "wrong headers"
        return "extra header" if any(response.values(name) for name in self.without) else ""


@dataclass(frozen=True, slots=True)
class MessageIs:
    """One WebSocket message, in any number of frames, or a control frame; other control frames are passed over."""

    opcode: websocket.Opcode
    payload: bytes | None = None

    def says(self) -> str:
        return f"a {self.opcode.name.lower()} {'frame' if self.opcode >= 8 else 'message'}" + (
            f" {shown(self.payload, 120)}" if self.payload is not None else ""
        )

    def takes(self, data: bytes, ended: bool) -> int | None:
        message = websocket.read_message(data, control=self.opcode >= websocket.Opcode.PING)
        return message.size if message else len(data) if ended else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        message = websocket.read_message(seen.data, control=self.opcode >= websocket.Opcode.PING)
        if message is None:
            return Opinion(False, "hang" if seen.end is End.OPEN else "closed", _ended(shown(seen.data, 80), seen))
        observed = str(websocket.Frame(message.opcode, message.payload))
        if message.faults:
            return Opinion(False, "invalid frame", f"{observed}; {'; '.join(message.faults)}")
        fits = message.opcode == self.opcode and self.payload in (None, message.payload)
        return Opinion(fits, "" if fits else "other message", observed)


@dataclass(frozen=True, slots=True)
class MessagesAre:
    """Several WebSocket messages in this order, each in any number of frames."""

    expected: tuple[tuple[websocket.Opcode, bytes], ...]

    def says(self) -> str:
        return f"{len(self.expected)} messages: " + shown(
            ", ".join(MessageIs(opcode, payload).says() for opcode, payload in self.expected), 200
        )

    def takes(self, data: bytes, ended: bool) -> int | None:
        position = 0
        for opcode, payload in self.expected:
            message = websocket.read_message(data, start=position)
            if message is None:
                return len(data) if ended else None
            position += message.size
            if (message.opcode, message.payload) != (opcode, payload):
                break  # there is no need to wait for the others
        return position

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        position = 0
        for number, (opcode, payload) in enumerate(self.expected, 1):
            message = websocket.read_message(seen.data, start=position)
            if message is None:
                how = "hang" if seen.end is End.OPEN else "closed"
                return Opinion(False, how, _ended(f"{number - 1} messages", seen))
            position += message.size
            observed = f"message {number} is {shown(str(websocket.Frame(message.opcode, message.payload)), 200)}"
            if message.faults:
                return Opinion(False, "invalid frame", f"{observed}; {'; '.join(message.faults)}")
            if (message.opcode, message.payload) != (opcode, payload):
                return Opinion(False, "other message", observed)
        return Opinion(True, observed=f"{len(self.expected)} messages")


@dataclass(frozen=True, slots=True)
class CloseFrameIs:
    """A close frame (RFC 6455, section 5.5.1). `code` None: any; 1005: one without a code."""

    code: int | None = None
    reason: bytes | None = None

    def says(self) -> str:
        words = "a close frame"
        if self.code is not None:
            words += " without a code" if self.code == 1005 else f" with code {self.code}"
        return words + (f" and reason {self.reason!r}" if self.reason is not None else "")

    def takes(self, data: bytes, ended: bool) -> int | None:
        return MessageIs(websocket.Opcode.CLOSE).takes(data, ended)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        opinion = MessageIs(websocket.Opcode.CLOSE).judge(seen, heard)
        if not opinion.matches or not isinstance(seen, Wire):
            return opinion
        message = websocket.read_message(seen.data)
        payload = message.payload if message else b""
        code = websocket.close_code(payload)
        if self.code is not None and (1005 if code is None else code) != self.code:
            return Opinion(False, "other code", opinion.observed)
        if self.reason is not None and payload[2:] != self.reason:
            return Opinion(False, "other reason", opinion.observed)
        return opinion


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
            return _no_wire(seen)
        if seen.end is End.OPEN:
            return Opinion(False, "left open", _ended(shown(seen.data, 120), seen))
        quiet = self.after_anything or not seen.data
        return Opinion(quiet, "" if quiet else "bytes before the end", _ended(shown(seen.data, 120), seen))


@dataclass(frozen=True, slots=True)
class WasRefused:
    """Nobody accepted the connection."""

    def says(self) -> str:
        return "the connection refused"

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if isinstance(seen, Missing) and seen.why is Why.REFUSED:
            return Opinion(True, observed=str(seen))
        return missing(seen) if isinstance(seen, Missing) else Opinion(False, "accepted", shown(seen))


@dataclass(frozen=True, slots=True)
class NothingArrives:
    """Neither bytes nor the end of the connection."""

    def says(self) -> str:
        return "nothing"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return len(data) if data or ended else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return _no_wire(seen)
        quiet = not seen.data and seen.end is End.OPEN
        return Opinion(quiet, "" if quiet else "came", _ended(shown(seen.data), seen))


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
            return _no_wire(seen)
        silent = not seen.data and seen.end is End.OPEN
        return Opinion(silent, "hang" if silent else "came", _ended(shown(seen.data, 120) if seen.data else "nothing", seen))


def _ended(text: str, seen: Wire) -> str:
    if seen.end is End.OPEN:
        return text if seen.enough else f"{text}, then nothing more"
    return f"{text}, then the connection was {'reset' if seen.end is End.RESET else 'closed'}"
