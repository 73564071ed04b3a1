"""Sins against the disconnect message (ASGI WebSocket, "Disconnect - receive event")."""

from citizen import frames
from citizen.inbound import Phase
from citizen.mutation import mutant, override


@mutant(breaks="websocket.disconnect.client-close-code")
def says_1000_for_every_code(parts):
    @override(parts.websocket, "disconnect_event")
    def disconnect_event(original, self, code, reason):
        return original(self, code if code in (frames.NO_CODE, frames.ABNORMAL) else 1000, reason)


@mutant(breaks="websocket.disconnect.code-1005")
def says_1000_for_no_code(parts):
    @override(parts.websocket, "disconnect_event")
    def disconnect_event(original, self, code, reason):
        return original(self, 1000 if code == frames.NO_CODE else code, reason)


@mutant(breaks=("websocket.disconnect.code-present", "websocket.disconnect.server-shutdown"))
def has_no_code_for_a_shutdown(parts):
    @override(parts.websocket, "stop")
    def stop(original, self):
        original(self)
        self.farewell = None, ""


@mutant(breaks=("websocket.disconnect.abnormal", "websocket.connect.client-gone-during-handshake"))
def says_1000_for_a_lost_connection(parts):
    @override(parts.websocket, "on_loss")
    def on_loss(original, self):
        self.end(1000, "")


@mutant(breaks=("websocket.disconnect.on-loss", "websocket.disconnect.abnormal", "websocket.disconnect.code-present"))
def cancels_the_application_of_a_lost_connection(parts):
    @override(parts.websocket, "on_loss")
    def on_loss(original, self):
        if self.phase is Phase.OPEN:
            self.task.cancel()
        original(self)


@mutant(breaks=("websocket.disconnect.reason", "common.version.claims-honoured"))
def gives_no_reason(parts):
    @override(parts.websocket, "disconnect_event")
    def disconnect_event(original, self, code, reason):
        return {"type": "websocket.disconnect", "code": code}


@mutant(breaks="websocket.disconnect.after-reject")
def says_nothing_after_a_rejection(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        original(self, status)
        self.farewell = None


@mutant(breaks=("websocket.disconnect.after-app-close", "websocket.disconnect.on-loss"))
def says_nothing_after_the_applications_own_close(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        await original(self, message)
        if self.phase is Phase.CLOSING:
            self.silenced = True

    @override(parts.websocket, "next_event")
    def next_event(original, self):
        return None if hasattr(self, "silenced") and self.connect_delivered and not self.messages else original(self)


@mutant(breaks="websocket.disconnect.last-event")
def delivers_what_follows_the_close_frame(parts):
    @override(parts.websocket, "on_close")
    def on_close(original, self, payload):
        original(self, payload)
        self.late = list(iter(lambda: self.frames.next(self.connection.buffer), None))

    @override(parts.websocket, "next_event")
    def next_event(original, self):
        if hasattr(self, "said_goodbye") and getattr(self, "late", []):
            opcode, payload = self.late.pop(0)
            return self.text_event(payload) if opcode == frames.TEXT else self.bytes_event(payload)
        event = original(self)
        if event is not None and event["type"] == "websocket.disconnect":
            self.said_goodbye = True
        return event


@mutant(breaks="websocket.disconnect.close-handshake-answered")
def does_not_answer_a_close_frame(parts):
    @override(parts.websocket, "on_close")
    def on_close(original, self, payload):
        self.phase = Phase.CLOSING
        original(self, payload)


@mutant(breaks="websocket.disconnect.server-shutdown")
def cancels_applications_when_it_stops(parts):
    @override(parts.websocket, "stop")
    def stop(original, self):
        self.task.cancel()
        self.connection.abort()
