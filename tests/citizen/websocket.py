"""One WebSocket, from its handshake to its end (ASGI HTTP & WebSocket 2.5, "WebSocket")."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from citizen import frames
from citizen.inbound import Inbound, Phase
from citizen.messages import Headers, InvalidMessage, Message


class WebSocket(Inbound):
    type = "websocket"
    schemes = ("ws", "wss")

    handlers: ClassVar[dict[str, str]] = {
        "websocket.accept": "send_accept",
        "websocket.send": "send_data",
        "websocket.close": "send_close",
        "websocket.http.response.start": "send_denial_start",
        "websocket.http.response.body": "body",
    }
    legal: ClassVar[dict[str, frozenset[Phase]]] = {
        "websocket.accept": frozenset({Phase.CONNECTING}),
        "websocket.send": frozenset({Phase.OPEN}),
        "websocket.close": frozenset({Phase.CONNECTING, Phase.OPEN}),
        "websocket.http.response.start": frozenset({Phase.CONNECTING}),
        "websocket.http.response.body": frozenset({Phase.DENYING}),
    }

    # The scope

    def scope(self) -> dict[str, Any]:
        return {**super().scope(), "subprotocols": self.subprotocols()}

    def subprotocols(self) -> Any:
        return self.handshake.subprotocols()

    def extensions(self) -> dict[str, dict[str, Any]]:
        return {**super().extensions(), "websocket.http.response": {}}

    # Sending

    async def send(self, message: Message) -> None:
        if self.phase in (Phase.CLOSING, Phase.CLOSED) or self.connection.closed:
            self.after_close(message)
        else:
            await self.accept_message(message)

    def after_close(self, message: Message) -> None:
        raise self.closed_error()

    async def accept_message(self, message: Message) -> None:
        type = self.type_of(message)
        if type not in self.handlers:
            raise InvalidMessage(f"{type!r} is not known here")
        if self.phase not in self.legal[type]:
            raise InvalidMessage(f"{type!r} cannot come now: the connection is {self.phase.value}")
        await getattr(self, self.handlers[type])(message)

    def text_or_none(self, message: Message, key: str) -> str | None:
        """None is as good as missing."""
        return None if message.get(key) is None else self.text_of(message, key)

    async def send_accept(self, message: Message) -> None:
        subprotocol, headers = self.text_or_none(message, "subprotocol"), self.accept_headers(message)
        self.handshake.check_reply(subprotocol, headers)
        self.connection.write(self.handshake.reply(subprotocol, headers))
        self.phase = Phase.OPEN
        self.set_deadline(self.server.options.ping_interval)
        self.connection.notify()
        await self.drain()

    def accept_headers(self, message: Message) -> Headers:
        return self.headers_of(message)

    async def send_data(self, message: Message) -> None:
        self.write_frame(*self.payload_of(message))
        await self.drain()

    def payload_of(self, message: Message) -> tuple[int, bytes]:
        """Opcode and payload of a message of which exactly one of `bytes` and `text` is not None."""
        text = self.text_or_none(message, "text")
        data = None if message.get("bytes") is None else self.bytes_of(message, "bytes")
        if (text is None) == (data is None):
            raise InvalidMessage("exactly one of 'bytes' and 'text' is not None")
        return (frames.BINARY, data) if data is not None else (frames.TEXT, self.utf8(text or ""))

    def utf8(self, text: str) -> bytes:
        try:
            return text.encode("utf-8")
        except UnicodeEncodeError:
            raise InvalidMessage("text that UTF-8 cannot encode") from None

    async def send_close(self, message: Message) -> None:
        code, reason = self.int_of(message, "code", frames.NORMAL), self.text_or_none(message, "reason") or ""
        if self.phase is Phase.CONNECTING:
            self.reject(403)
            return
        if not frames.is_sendable(code) or len(self.utf8(reason)) > frames.REASON_LIMIT:
            raise InvalidMessage("no code or no reason of a close frame")
        self.close(code, reason)

    async def send_denial_start(self, message: Message) -> None:
        self.begin(message)
        self.phase = Phase.DENYING

    # The end

    def reject(self, status: int) -> None:
        """Refuse the handshake."""
        self.connection.refuse(status, [])
        self.end(frames.ABNORMAL, "")

    def close(self, code: int, reason: str) -> None:
        """Send a close frame. For the application this is the end; the client has a moment to answer."""
        self.connection.write(self.frames.encode_close(code, reason))
        self.phase = Phase.CLOSING
        self.farewell = code, reason
        self.set_deadline(self.close_limit)
        self.connection.notify()

    def done(self) -> None:
        """A denial response is complete, and the connection with it."""
        super().done()
        self.end(frames.ABNORMAL, "")

    # The call

    async def run(self) -> bool:
        """False: after a WebSocket, or a refused one, the connection is closed."""
        self.handshake.check()
        self.spawn()
        while True:
            self.pump()
            if self.phase is Phase.CLOSED:
                return False
            try:
                async with asyncio.timeout_at(self.deadline):
                    await self.connection.change()
            except TimeoutError:
                self.on_timeout()

    def after_app_raised(self, error: BaseException) -> None:
        self.leave(frames.INTERNAL_ERROR)

    def after_app_returned(self) -> None:
        self.leave(frames.NORMAL)

    def leave(self, code: int) -> None:
        """Nobody is left to answer: an open connection is closed, an unanswered handshake fails."""
        if self.phase is Phase.OPEN:
            self.close(code, "")
        elif self.phase is Phase.CONNECTING:
            self.reject(500)
        elif self.phase is Phase.DENYING:
            self.fail(500)

    def stop(self) -> None:
        if self.phase is Phase.OPEN:
            self.close(frames.GOING_AWAY, "")
        elif self.phase is Phase.CONNECTING:
            self.reject(503)
