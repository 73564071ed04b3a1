"""Sins against everybody else when one application sends an illegal message (ASGI, "Error Handling")."""

from citizen import frames
from citizen.inbound import Phase
from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override


@mutant(breaks="common.error.app-exception.isolated")
def stops_when_an_application_dies_of_its_text(parts):
    @override(parts.websocket, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if isinstance(error, InvalidMessage) and "'text' is" in str(error):
            self.server.stop_accepting()


@mutant(breaks=("common.send.error-class-handled", "common.error.app-exception.isolated"))
def stops_when_it_has_refused_a_subprotocol(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        try:
            await original(self, message)
        except InvalidMessage:
            if message.get("subprotocol") is not None:
                self.server.stop_accepting()
            raise


@mutant(breaks=("websocket.app.exception-before-accept", "websocket.app.exception-after-accept"))
def leaves_the_client_of_an_illegal_message_waiting(parts):
    @override(parts.websocket, "after_app_raised")
    def after_app_raised(original, self, error):
        if not isinstance(error, InvalidMessage):
            original(self, error)


@mutant(breaks="common.send.invalid.unknown-type")
def sends_whatever_has_a_text(parts):
    @override(parts.websocket, "accept_message")
    async def accept_message(original, self, message):
        unknown = isinstance(message, dict) and isinstance(message.get("type"), str) and "text" in message
        if unknown and self.phase is Phase.OPEN and message["type"] not in self.handlers:
            self.write_frame(frames.TEXT, message["text"].encode())
        await original(self, message)


@mutant(breaks="common.send.invalid.wrong-type")
def takes_bytes_for_text(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        text = message.get("text")
        return original(self, {**message, "text": text.decode()} if isinstance(text, bytes) else message)


@mutant(breaks="common.send.invalid.recoverable")
def closes_after_a_message_of_a_wrong_type(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        try:
            return original(self, message)
        except InvalidMessage:
            if message.get("text") is not None and message.get("bytes") is None:
                self.close(frames.INTERNAL_ERROR, "")
            raise
