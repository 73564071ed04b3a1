"""Sins against outgoing messages (ASGI WebSocket, "Send - send event")."""

import asyncio

from citizen import frames
from citizen.inbound import Phase
from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override


@mutant(breaks="websocket.send.text")
def encodes_text_as_latin_1(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        opcode, payload = original(self, message)
        return opcode, payload if opcode != frames.TEXT else message["text"].encode("latin-1", "replace")


@mutant(breaks=("websocket.send.text", "websocket.send.empty"))
def demands_the_bytes_key(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        return original(self, {"bytes": message["bytes"], **message})


@mutant(breaks=("websocket.send.bytes", "websocket.send.empty", "websocket.send.message-boundaries"))
def sends_bytes_as_text(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        return frames.TEXT, original(self, message)[1]


@mutant(breaks="websocket.send.empty")
def sends_no_empty_messages(parts):
    @override(parts.websocket, "send_data")
    async def send_data(original, self, message):
        if self.payload_of(message)[1]:
            await original(self, message)


@mutant(breaks="websocket.send.exactly-one")
def prefers_bytes_to_text(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        both = message.get("bytes") is not None and message.get("text") is not None
        return original(self, {**message, "text": None} if both else message)


@mutant(breaks=("websocket.send.exactly-one", "common.send.invalid.missing-key"))
def sends_an_empty_message_for_none(parts):
    @override(parts.websocket, "payload_of")
    def payload_of(original, self, message):
        neither = message.get("bytes") is None and message.get("text") is None
        return original(self, {**message, "text": ""} if neither else message)


@mutant(breaks="websocket.send.message-boundaries")
def cuts_large_messages_into_several(parts):
    @override(parts.websocket, "write_frame")
    def write_frame(original, self, opcode, payload):
        for start in range(0, len(payload), 65536) or [0]:
            original(self, opcode, payload[start : start + 65536])


@mutant(
    breaks=(
        "websocket.send.prompt",
        "websocket.app.bidirectional",
        "websocket.send.text",
        "websocket.send.bytes",
        "websocket.send.empty",
        "websocket.send.exactly-one",
        "websocket.send.message-boundaries",
        "websocket.send.before-accept",
        "websocket.app.scope-lifetime",
        "common.concurrency.parallel-connections",
        "common.send.error-class-handled",
        "common.send.extra-keys-accepted",
        "common.error.app-exception.isolated",
    )
)
def lets_messages_wait_for_company(parts):
    @override(parts.websocket, "send_data")
    async def send_data(original, self, message):
        payload = self.payload_of(message)
        self.waiting = [*getattr(self, "waiting", []), payload]
        self.server.loop.call_later(1.0, lambda: send_waiting(self))

    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        send_waiting(self)
        original(self, code, reason)

    def send_waiting(self):
        for payload in getattr(self, "waiting", []):
            self.write_frame(*payload)
        self.waiting = []


@mutant(breaks="websocket.send.before-accept")
def accepts_by_itself(parts):
    @override(parts.websocket, "accept_message")
    async def accept_message(original, self, message):
        if self.phase is Phase.CONNECTING and message.get("type") == "websocket.send":
            await self.send_accept({"type": "websocket.accept"})
        await original(self, message)


@mutant(breaks="websocket.send.before-accept")
def sends_what_came_before_the_accept(parts):
    @override(parts.websocket, "accept_message")
    async def accept_message(original, self, message):
        if self.phase is Phase.CONNECTING and message.get("type") == "websocket.send":
            self.early = message
            return
        await original(self, message)
        if hasattr(self, "early") and self.phase is Phase.OPEN:
            early = self.__dict__.pop("early")
            await self.send_data(early)


@mutant(breaks="websocket.ping.answered")
def leaves_pings_unanswered(parts):
    @override(parts.websocket, "on_ping")
    def on_ping(original, self, payload):
        pass


@mutant(breaks="websocket.ping.answered")
def answers_pings_without_their_payload(parts):
    @override(parts.websocket, "on_ping")
    def on_ping(original, self, payload):
        original(self, b"")


@mutant(breaks="websocket.ping.answered")
def answers_pings_when_the_application_receives(parts):
    @override(parts.websocket, "on_ping")
    def on_ping(original, self, payload):
        self.pings = [*getattr(self, "pings", []), payload]
        self.connection.notify()

    @override(parts.websocket, "next_event")
    def next_event(original, self):
        for payload in self.__dict__.pop("pings", []):
            self.write_frame(frames.PONG, payload)
        return original(self)


@mutant(breaks="websocket.ping.not-exposed")
def delivers_pongs(parts):
    @override(parts.websocket, "handle")
    def handle(original, self, opcode, payload):
        original(self, opcode, payload)
        if opcode == frames.PONG:
            self.on_message(self.bytes_event(payload))


@mutant(breaks="websocket.ping.keepalive")
def sends_no_pings(parts):
    @override(parts.websocket, "set_deadline")
    def set_deadline(original, self, seconds):
        original(self, seconds if self.phase is Phase.CLOSING else 0)


@mutant(breaks="websocket.send.closed.oserror")
def ignores_what_is_sent_to_nobody(parts):
    @override(parts.websocket, "after_close")
    def after_close(original, self, message):
        pass

    @override(parts.websocket, "drain")
    async def drain(original, self):
        await self.connection.drain()


@mutant(
    breaks=(
        "websocket.send.closed.oserror",
        "websocket.send.closed.not-logged",
        "websocket.connect.client-gone-during-handshake",
    )
)
def raises_a_runtime_error(parts):
    @override(parts.websocket, "closed_error")
    def closed_error(original, self):
        return RuntimeError("unexpected message after the close")


@mutant(breaks="websocket.send.closed.after-app-close")
def sends_data_after_the_close_frame(parts):
    @override(parts.websocket, "after_close")
    def after_close(original, self, message):
        if self.phase is Phase.CLOSING and message.get("type") == "websocket.send":
            self.write_frame(*self.payload_of(message))
        else:
            original(self, message)


@mutant(breaks="websocket.send.closed.server-catches")
def stops_listening_when_its_own_error_comes_back(parts):
    @override(parts.websocket, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if isinstance(error, OSError):
            self.server.stop_accepting()


@mutant(breaks="websocket.send.closed.not-logged")
def logs_its_own_error(parts):
    @override(parts.websocket, "report")
    def report(original, self, error):
        original(self, InvalidMessage(str(error)))


@mutant(
    breaks=(
        "common.send.after-close.noop-default",
        "websocket.send.closed.pre-24",
        "websocket.connect.client-gone-during-handshake",
        "common.send.error-class-handled",
    )
)
def claims_2_3_and_raises_nevertheless(parts):
    @override(parts.calls, "spec_version")
    def spec_version(original, self):
        return "2.3"

    @override(parts.calls, "closed_error")
    def closed_error(original, self):
        return RuntimeError("transport closed")


@mutant(breaks="common.send.concurrent-sends")
def mixes_the_frames_of_concurrent_sends(parts):
    @override(parts.websocket, "send_data")
    async def send_data(original, self, message):
        frame = self.frames.encode(*self.payload_of(message))
        half = len(frame) // 2
        self.connection.write(frame[:half])
        await asyncio.sleep(0.02)
        self.connection.write(frame[half:])
        await self.drain()
