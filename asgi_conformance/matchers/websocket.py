"""What a WebSocket client sees: the handshake, messages, control frames."""

from collections.abc import Callable
from dataclasses import dataclass

from asgi_conformance.matchers.combine import shown
from asgi_conformance.matchers.connection import nothing_read, with_end
from asgi_conformance.matchers.responses import (
    Headers,
    ResponseIs,
    fields,
    final,
    header_problem,
    names,
    summary,
    unread,
)
from asgi_conformance.peers import http1, websocket
from asgi_conformance.script import Heard, Opinion
from asgi_conformance.timeline import End, Seen, Wire


@dataclass(frozen=True, slots=True)
class HandshakeIs:
    """The 101 response with the right accept key (RFC 6455, section 4.2.2), or on a stream of HTTP/2 the 200 response
    without one (RFC 8441, section 5.1). `subprotocol`: None is free."""

    subprotocol: bytes | None = None
    headers_in_order: Headers = ()
    without: tuple[bytes, ...] = ()
    """Field names that must not occur."""

    def says(self) -> str:
        words = "a completed handshake (101)"
        if self.subprotocol is not None:
            words += f" with subprotocol {self.subprotocol!r}" if self.subprotocol else " without a subprotocol"
        if self.headers_in_order:
            words += f", {fields(self.headers_in_order)}"
        return words + (f", without {names(self.without)}" if self.without else "")

    def takes(self, data: bytes, ended: bool) -> int | None:
        response, size = final(data, ended)
        if response.version == "2" and response.status == 200:  # frames follow
            return size - response.size + response.head_size
        return ResponseIs().takes(data, ended)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        response, _ = final(seen.data, seen.end is not End.OPEN)
        problem = self._problem(response, seen)
        return Opinion(not problem, problem, with_end(summary(response), seen))

    def _problem(self, response: http1.Response, seen: Wire) -> str:
        if response.status != (200 if response.version == "2" else 101):
            return unread(response, seen) or "refused"
        if response.faults:
            return "invalid framing"
        keys = [] if response.version == "2" else [websocket.accept_key()]
        if response.values(b"sec-websocket-accept") != keys:
            return "wrong accept key"
        if keys and [value.lower() for value in response.values(b"upgrade")] != [b"websocket"]:
            return "wrong upgrade header"
        if self.subprotocol is not None:
            expected = [self.subprotocol] if self.subprotocol else []
            if response.values(b"sec-websocket-protocol") != expected:
                return "wrong subprotocol"
        return header_problem(response, self.headers_in_order, self.without)


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
        message = self._read(data)
        return message.size if message else len(data) if ended else None

    def _read(self, data: bytes) -> websocket.Message | None:
        if self.opcode == websocket.Opcode.PONG:
            return websocket.read_pong(data, self.payload)
        return websocket.read_message(data, control=self.opcode == websocket.Opcode.PING)

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        message = self._read(seen.data)
        if message is None and self.opcode == websocket.Opcode.PONG and websocket.read_pong(seen.data):
            return Opinion(False, "other message", with_end(shown(seen.data, 80), seen))
        if message is None:
            return Opinion(False, "hang" if seen.end is End.OPEN else "closed", with_end(shown(seen.data, 80), seen))
        observed = str(websocket.Frame(message.opcode, message.payload))
        if message.faults:
            return Opinion(False, "invalid frame", f"{observed}; {'; '.join(message.faults)}")
        fits = message.opcode == self.opcode and self.payload in (None, message.payload)
        return Opinion(fits, "" if fits else "other message", observed)


@dataclass(frozen=True, slots=True)
class NoMessage:
    """No message, no close frame and no end of the connection. Pings, and pongs nobody asked for, may come at any time
    (RFC 6455, sections 5.5.2 and 5.5.3)."""

    def says(self) -> str:
        return "no message"

    def takes(self, data: bytes, ended: bool) -> int | None:
        return len(data) if ended or not websocket.is_only_alive(data) else None

    def judge(self, seen: Seen, heard: Heard) -> Opinion:
        if not isinstance(seen, Wire):
            return nothing_read(seen)
        quiet = websocket.is_only_alive(seen.data) and seen.end is End.OPEN
        observed = with_end(shown(seen.data, 120) if seen.data else "nothing", seen)
        return Opinion(quiet, "" if quiet else "came", observed)


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
            return nothing_read(seen)
        position = 0
        for number, (opcode, payload) in enumerate(self.expected, 1):
            message = websocket.read_message(seen.data, start=position)
            if message is None:
                how = "hang" if seen.end is End.OPEN else "closed"
                return Opinion(False, how, with_end(f"{number - 1} messages", seen))
            position += message.size
            observed = f"message {number} is {shown(str(websocket.Frame(message.opcode, message.payload)), 200)}"
            if message.faults:
                return Opinion(False, "invalid frame", f"{observed}; {'; '.join(message.faults)}")
            if (message.opcode, message.payload) != (opcode, payload):
                return Opinion(False, "other message", observed)
        return Opinion(True, observed=f"{len(self.expected)} messages")


@dataclass(frozen=True, slots=True)
class CloseFrameIs:
    """A close frame (RFC 6455, section 5.5.1). `code` None: any; 1005: one without a code; or a predicate."""

    code: int | Callable[[int], bool] | None = None
    reason: bytes | None = None

    def says(self) -> str:
        words = "a close frame"
        if callable(self.code):
            words += f" with {self.code.__doc__ or 'another code'}"
        elif self.code is not None:
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
        told = 1005 if code is None else code
        if not (self.code(told) if callable(self.code) else self.code in (None, told)):
            return Opinion(False, "other code", opinion.observed)
        if self.reason is not None and payload[2:] != self.reason:
            return Opinion(False, "other reason", opinion.observed)
        return opinion
