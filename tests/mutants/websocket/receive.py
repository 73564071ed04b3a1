"""Sins against incoming messages (ASGI WebSocket, "Receive - receive event")."""

from citizen import frames
from citizen.mutation import mutant, override


@mutant(breaks="websocket.receive.text")
def loses_characters_beyond_the_basic_plane(parts):
    @override(parts.websocket, "text_event")
    def text_event(original, self, text):
        return original(self, "".join(char if ord(char) < 0x10000 else "?" for char in text))


@mutant(breaks=("websocket.receive.text", "websocket.receive.exactly-one"))
def gives_empty_bytes_with_text(parts):
    @override(parts.websocket, "text_event")
    def text_event(original, self, text):
        return {**original(self, text), "bytes": b""}


@mutant(
    breaks=("websocket.receive.bytes", "common.event.allowed-types.received", "common.strings.exact-types"),
)
def delivers_a_bytearray(parts):
    @override(parts.websocket, "bytes_event")
    def bytes_event(original, self, data):
        return original(self, bytearray(data))


@mutant(breaks=("websocket.receive.bytes", "websocket.receive.exactly-one"))
def gives_empty_text_with_bytes(parts):
    @override(parts.websocket, "bytes_event")
    def bytes_event(original, self, data):
        return {**original(self, data), "text": ""}


@mutant(breaks=("websocket.receive.exactly-one", "websocket.receive.empty"))
def turns_empty_text_into_none(parts):
    @override(parts.websocket, "text_event")
    def text_event(original, self, text):
        return original(self, text or None)


@mutant(breaks=("websocket.receive.empty", "websocket.receive.exactly-one"))
def drops_empty_messages(parts):
    @override(parts.websocket, "on_message")
    def on_message(original, self, message):
        if message["bytes"] or message["text"]:
            original(self, message)


@mutant(breaks=("websocket.receive.fragmentation", "websocket.receive.invalid-utf8"))
def delivers_every_fragment_by_itself(parts):
    @override(parts.frames, "assemble")
    def assemble(original, self, frame):
        if frame.final and frame.opcode:
            return original(self, frame)
        opcode = frame.opcode or self.message_type
        self.message_type = None if frame.final else opcode
        return opcode, frame.payload.decode("utf-8", "replace") if opcode == frames.TEXT else frame.payload


@mutant(breaks="websocket.receive.order")
def delivers_text_before_bytes(parts):
    @override(parts.websocket, "on_message")
    def on_message(original, self, message):
        original(self, message)
        waiting = sorted(self.messages, key=lambda message: message["text"] is None)
        self.messages.clear()
        self.messages.extend(waiting)


@mutant(breaks="websocket.receive.order")
def loses_messages_when_more_than_a_hundred_wait(parts):
    @override(parts.websocket, "on_message")
    def on_message(original, self, message):
        if len(self.messages) < 100:
            original(self, message)


@mutant(breaks="websocket.receive.pending-before-disconnect")
def forgets_what_was_sent_before_the_close(parts):
    @override(parts.websocket, "next_event")
    def next_event(original, self):
        if self.farewell is not None and self.connect_delivered:
            self.messages.clear()
        return original(self)


@mutant(breaks="websocket.receive.invalid-utf8")
def delivers_text_that_is_no_utf8(parts):
    @override(parts.frames, "check_text")
    def check_text(original, self, frame):
        pass

    @override(parts.frames, "text")
    def text(original, self, data):
        return data.decode("utf-8", "surrogateescape")


@mutant(breaks="websocket.receive.order")
def delivers_every_tenth_message_twice(parts):
    @override(parts.websocket, "on_message")
    def on_message(original, self, message):
        original(self, message)
        self.heard = getattr(self, "heard", 0) + 1
        if self.heard % 10 == 0:
            original(self, dict(message))
