"""Sins against the close message (ASGI WebSocket, "Close - send event")."""

import asyncio

from citizen import frames
from citizen.inbound import Phase
from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override


@mutant(breaks="websocket.close.before-accept.403")
def rejects_with_400(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        original(self, 400 if status == 403 else status)


@mutant(breaks=("websocket.close.before-accept.403", "websocket.close.before-accept.valid-http"))
def rejects_without_a_word(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        self.connection.transport.close()
        self.end(frames.ABNORMAL, "")


@mutant(breaks="websocket.close.before-accept.valid-http")
def leaves_the_end_of_a_rejection_open(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if status != 403:
            original(self, status)
            return
        self.connection.write(b"HTTP/1.1 403 \r\n\r\n")
        self.phase, self.farewell = Phase.DENYING, (frames.ABNORMAL, "")
        self.connection.notify()


@mutant(breaks="websocket.close.after-accept.code")
def closes_with_1000_for_3xxx(parts):
    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        original(self, 1000 if 3000 <= code <= 3999 else code, reason)


@mutant(breaks="websocket.close.code-default")
def closes_with_1001_by_default(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        await original(self, {"code": 1001, **message})


@mutant(breaks=("websocket.close.reason", "common.version.claims-honoured"))
def drops_the_reason(parts):
    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        original(self, code, "")


@mutant(breaks="websocket.close.reason")
def says_none_for_no_reason(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        await original(self, {**message, "reason": str(message.get("reason", ""))})


@mutant(breaks="websocket.close.reason-length")
def sends_reasons_of_any_length(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        if self.phase is Phase.OPEN and len(message.get("reason") or "") > 100:
            self.close(message.get("code", 1000), message["reason"])
        else:
            await original(self, message)


@mutant(breaks="websocket.close.invalid-codes")
def sends_reserved_codes(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        if self.phase is Phase.OPEN and 0 <= message.get("code", 1000) < 65536:
            self.close(message.get("code", 1000), message.get("reason") or "")
        else:
            await original(self, message)


@mutant(breaks="websocket.close.completes")
def keeps_the_connection_until_the_application_returns(parts):
    @override(parts.websocket, "run")
    async def run(original, self):
        by_client = await original(self)
        if hasattr(self, "closed_by_application"):
            await asyncio.wait([self.task])
        return by_client

    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        await original(self, message)
        if self.phase is Phase.CLOSING:
            self.closed_by_application = True


@mutant(breaks="websocket.close.twice")
def sends_a_second_close_frame(parts):
    @override(parts.websocket, "after_close")
    def after_close(original, self, message):
        if self.phase is Phase.CLOSING and message.get("type") == "websocket.close":
            self.connection.write(self.frames.encode_close(message.get("code", 1000), ""))
        original(self, message)


@mutant(breaks="websocket.close.completes")
def answers_a_refusal_when_the_application_returns(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if status != 403:
            original(self, status)
            return
        self.phase, self.farewell = Phase.CLOSING, (frames.ABNORMAL, "")
        self.task.add_done_callback(lambda task: original(self, status))
        self.connection.notify()


@mutant(
    breaks=(
        "websocket.close.after-accept.code",
        "websocket.close.code-default",
        "websocket.close.reason",
        "websocket.close.twice",
    )
)
def sends_the_next_code(parts):
    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        original(self, code + 1, reason)


@mutant(breaks="websocket.close.reason")
def gives_a_reason_of_its_own(parts):
    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        original(self, code, reason or ("bye" if code == 4000 else ""))


@mutant(breaks="websocket.close.invalid-codes")
def is_stuck_with_codes_that_are_too_large(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        if message.get("code", 0) > 65535:
            self.phase = Phase.CLOSING
            raise InvalidMessage("no code")
        await original(self, message)
