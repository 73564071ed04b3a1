"""What the client of a WebSocket sends, and how the application comes to hear of it."""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from citizen import frames
from citizen.frames import ProtocolError
from citizen.messages import Message
from citizen.reply import Replier

if TYPE_CHECKING:
    from citizen.connection import Connection
    from citizen.handshake import Handshake
    from citizen.response import Response


class Phase(Enum):
    CONNECTING = "connecting"
    DENYING = "being denied"
    OPEN = "open"
    CLOSING = "closed by the server, not yet by the client"
    CLOSED = "closed"


class Inbound(Replier):
    """Frames are handled as they arrive, whether the application receives or not."""

    hearing: ClassVar[frozenset[Phase]] = frozenset({Phase.OPEN, Phase.CLOSING})
    """When frames are read at all; what comes earlier waits."""
    close_limit = 2.0
    """Seconds that a client may take to answer our close frame."""
    backlog_limit = 1024
    """Messages that may wait for the application before the client is made to wait."""
    backlog_bytes = 1024 * 1024

    def __init__(self, connection: Connection, handshake: Handshake) -> None:
        super().__init__(connection, handshake.request)
        self.handshake = handshake
        self.frames = connection.parts.frames()
        self.phase = Phase.CONNECTING
        self.connect_delivered = False
        self.messages: deque[Message] = deque()
        self.backlog = 0
        """Bytes in `messages`."""
        self.farewell: tuple[int, str] | None = None
        """Code and reason of the end, once there is one."""
        self.deadline: float | None = None
        """When, by the loop's clock, a ping is due or the client's patience is over."""
        self.unanswered_ping = False

    def new_response(self) -> Response:
        return self.connection.denial_of(self.request)

    # Receiving

    def next_event(self) -> Message | None:
        if not self.connect_delivered:
            self.connect_delivered = True
            return self.connect_event()
        if self.messages:
            return self.take_message()
        if self.farewell is not None:
            return self.disconnect_event(*self.farewell)
        return None

    def connect_event(self) -> Message:
        return {"type": "websocket.connect"}

    def text_event(self, text: str) -> Message:
        return {"type": "websocket.receive", "bytes": None, "text": text}

    def bytes_event(self, data: bytes) -> Message:
        return {"type": "websocket.receive", "bytes": data, "text": None}

    def disconnect_event(self, code: int, reason: str) -> Message:
        return {"type": "websocket.disconnect", "code": code, "reason": reason}

    def take_message(self) -> Message:
        full = not self.has_room()
        message = self.messages.popleft()
        self.backlog -= self.size_of(message)
        if full:
            self.connection.notify()
        return message

    def has_room(self) -> bool:
        """Whether more may be read: only an open connection's data has to be kept."""
        full = len(self.messages) >= self.backlog_limit or self.backlog >= self.backlog_bytes
        return self.phase is not Phase.OPEN or not full

    def size_of(self, message: Message) -> int:
        return len(message.get("bytes") or message.get("text") or "")

    # What the client sends

    def pump(self) -> None:
        """Handle every frame that has arrived and, after the last one, the loss of the connection."""
        try:
            while self.phase in self.hearing and self.has_room():
                frame = self.connection.read(self.frames.next)
                if frame is None:
                    break
                self.handle(*frame)
        except ProtocolError as error:
            self.on_protocol_error(error)
        if self.connection.gone and self.has_room():
            self.on_loss()

    def handle(self, opcode: int, payload: Any) -> None:
        if opcode == frames.CLOSE:
            self.on_close(payload)
        elif self.phase is Phase.CLOSING:
            return
        elif opcode == frames.PING:
            self.on_ping(payload)
        elif opcode == frames.PONG:
            self.unanswered_ping = False
        else:
            self.on_message(self.text_event(payload) if opcode == frames.TEXT else self.bytes_event(payload))

    def on_message(self, message: Message) -> None:
        self.messages.append(message)
        self.backlog += self.size_of(message)
        self.connection.notify()

    def on_ping(self, payload: bytes) -> None:
        self.write_frame(frames.PONG, payload)

    def on_close(self, payload: bytes) -> None:
        """The client closes, or answers our close. Its data has all been heard: nothing that follows counts."""
        closing = self.frames.closing(payload)
        if self.phase is Phase.OPEN:
            self.connection.write(self.frames.encode_close(closing.code, ""))
        self.end(frames.NO_CODE if closing.code is None else closing.code, closing.reason)

    def on_protocol_error(self, error: ProtocolError) -> None:
        if self.phase is Phase.OPEN:
            self.connection.write(self.frames.encode_close(error.code, ""))
        self.end(error.code, "")

    def on_loss(self) -> None:
        """The client has gone without a close frame. A denial response is still sent to whoever may read it."""
        if self.phase is not Phase.DENYING or self.connection.closed:
            self.end(frames.ABNORMAL, "")
        elif self.farewell is None:
            self.farewell = frames.ABNORMAL, ""
            self.connection.notify()

    def on_timeout(self) -> None:
        if self.phase is not Phase.OPEN or self.unanswered_ping:
            self.end(frames.ABNORMAL, "")
        else:
            self.write_frame(frames.PING, b"")
            self.unanswered_ping = True
            self.set_deadline(self.server.options.ping_interval)

    def set_deadline(self, seconds: float) -> None:
        """Zero: none."""
        self.deadline = self.server.loop.time() + seconds if seconds else None

    # The end

    def write_frame(self, opcode: int, payload: bytes) -> None:
        self.connection.write(self.frames.encode(opcode, payload))

    def end(self, code: int, reason: str) -> None:
        """The connection is over. What ended it first is what the application is told."""
        self.phase = Phase.CLOSED
        self.farewell = self.farewell or (code, reason)
        self.connection.notify()
