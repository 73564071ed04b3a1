"""How a WebSocket is answered, spoken, closed (RFC 6455), and told to the application."""

import asyncio

from citizen import frames
from citizen.choosing import choice
from citizen.inbound import Phase
from citizen.messages import InvalidMessage
from citizen.mutation import override

NEAR = ("websocket/*", "common/send/*", "common/errors/*", "common/event*", "common/receive/*", "common/versions/*")
CLOSES = ("websocket/close/*", "websocket/disconnect/*", "websocket/send_closed/*", "websocket/app_errors/*",
          "common/event*")  # fmt: skip
HANDSHAKES = ("websocket/accept/*", "websocket/connect/*", "websocket/close/*", "websocket/app_errors/*")

# --------------------------------------------------------------------------- messages


@choice("ASGI HTTP, Receive: one or both keys may be present.", sets="spare", near="websocket/receive/*")
def messages_have_one_key(parts):
    @override(parts.websocket, "text_event")
    def text_event(original, self, text):
        return {"type": "websocket.receive", "text": text}

    @override(parts.websocket, "bytes_event")
    def bytes_event(original, self, data):
        return {"type": "websocket.receive", "bytes": data}


def fragmented(parts, size, between=b""):
    @override(parts.frames, "encode")
    def encode(original, self, opcode, payload):
        if opcode >= frames.CLOSE or len(payload) < 2:
            return original(self, opcode, payload)
        pieces = [payload[n : n + size] for n in range(0, min(len(payload), 50 * size), size)] + [payload[50 * size :]]
        out = bytearray()
        for number, piece in enumerate(pieces):
            frame = bytearray(original(self, opcode if number == 0 else frames.CONTINUATION, piece))
            frame[0] &= 0xFF if number == len(pieces) - 1 else 0x7F
            out += bytes(frame) + (between if number < len(pieces) - 1 else b"")
        return bytes(out)


@choice("RFC 6455, section 5.4: an endpoint may send a message in fragments, the last of which may be empty.",
        sets="modern", near=NEAR)  # fmt: skip
def messages_are_sent_in_fragments(parts):
    fragmented(parts, 1)


@choice(
    "RFC 6455, section 5.4: control frames may come between the fragments of a message.", sets="generous", near=NEAR
)
def pings_between_fragments(parts):
    fragmented(parts, 7, between=b"\x89\x02hm\x8a\x00")


@choice("RFC 6455, section 5.5.2: a ping may be sent at any time after the connection is established.", sets="generous",
        near=NEAR)  # fmt: skip
def pings_all_the_time(parts):
    repeatedly(parts, frames.PING)


@choice("RFC 6455, section 5.5.3: a pong may be sent unsolicited, as a heartbeat.", sets="modern", near=NEAR)
def pongs_all_the_time(parts):
    repeatedly(parts, frames.PONG)


def repeatedly(parts, opcode):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        await original(self, message)

        def beat():
            if self.phase is Phase.OPEN and not self.connection.closed:
                self.write_frame(opcode, b"beat")
                self.server.loop.call_later(0.005, beat)

        beat()


@choice("RFC 6455, sections 5.5.2 and 7.1.7: a pong is owed as soon as is practical, who owes it too long has gone.",
        sets="modern", near=NEAR)  # fmt: skip
def pings_that_are_not_answered_end_the_connection(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        await original(self, message)
        self.awaited = True

        def late():
            if self.awaited and self.phase is Phase.OPEN and not self.connection.closed:
                self.close(frames.INTERNAL_ERROR, "no pong")

        self.write_frame(frames.PING, b"now")
        self.server.loop.call_later(0.2, late)

    @override(parts.websocket, "handle")
    def handle(original, self, opcode, payload):
        if opcode == frames.PONG and payload == b"now":
            self.awaited = False
        original(self, opcode, payload)


@choice("ASGI, Applications: who of several that wait gets an event is not said (A34).", sets="old",
        near="common/receive/*")  # fmt: skip
def the_last_who_waits_is_served_first(parts):
    @override(parts.connection, "notify")
    def notify(original, self):
        self.waiters.reverse()
        original(self)


# --------------------------------------------------------------------------- handshakes


@choice("RFC 6455, section 4.2.2: the fields of the answer are in no particular order.", sets="modern", near=HANDSHAKES)
def fields_of_the_application_come_first(parts):
    @override(parts.handshake, "reply")
    def reply(original, self, subprotocol, headers):
        fields = [*self.application_fields(headers), *self.subprotocol_fields(subprotocol), *self.reply_fields()[::-1]]
        return b"HTTP/1.1 101 \r\n" + b"".join(b"%b: %b\r\n" % field for field in fields) + b"\r\n"


@choice("RFC 6455, section 4.2.2: Upgrade and Connection are compared without regard to case.", sets="generous",
        near=HANDSHAKES)  # fmt: skip
def tokens_of_the_answer_are_in_other_cases(parts):
    @override(parts.handshake, "reply_fields")
    def reply_fields(original, self):
        tokens = {b"websocket": b"WebSocket", b"Upgrade": b"UPGRADE, keep-alive"}
        return [(name, tokens.get(value, value)) for name, value in original(self)]

    @override(parts.handshake, "reply")
    def reply(original, self, *args):
        return original(self, *args).replace(b"Switching Protocols", b"Web Socket Protocol Handshake")


@choice("RFC 6455, section 4.2.2: a subprotocol that was not offered cannot be chosen, so it is left out.", sets="old",
        near=HANDSHAKES)  # fmt: skip
def a_subprotocol_that_was_not_offered_is_left_out(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        chosen = self.text_or_none(message, "subprotocol")
        if chosen is not None and chosen not in self.handshake.subprotocols():
            message = {**message, "subprotocol": None}
        await original(self, message)


@choice("ASGI HTTP, Accept: what must not be included may be dropped, as long as it is not sent.", sets="generous",
        near=HANDSHAKES)  # fmt: skip
def the_subprotocol_among_the_headers_is_dropped(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        return [pair for pair in original(self, message) if pair[0].lower() != b"sec-websocket-protocol"]


@choice("ASGI HTTP, Connect: the message must be responded to, so there is no answer before it (A37).", sets="old",
        near=HANDSHAKES)  # fmt: skip
def an_early_accept_is_refused(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        if not self.connect_delivered:
            raise InvalidMessage("websocket.connect has not been received")
        await original(self, message)


@choice("RFC 6455, section 4.1: a client has to wait for the answer; what it sends before may be lost.", sets="old",
        near=HANDSHAKES)  # fmt: skip
def what_a_client_sends_early_is_lost(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        self.connection.buffer.clear()
        await original(self, message)


@choice("RFC 9110, section 15.5.4: a 403 may have content, and the connection may live.", sets="modern",
        near=(*HANDSHAKES, "websocket/disconnect/*"))  # fmt: skip
def a_refusal_is_an_ordinary_response(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if self.request.version != "1.1":
            return original(self, status)
        response = self.connection.parts.denial(self.request)
        response.start(status, [(b"content-type", b"text/plain")])
        self.connection.write(response.head(9) + b"Forbidden")
        self.end(frames.ABNORMAL, "")


@choice("RFC 9112, section 6.3: a 403 may be framed by the end of the connection.", sets="old",
        near=(*HANDSHAKES, "websocket/disconnect/*"))  # fmt: skip
def a_refusal_is_framed_by_the_end(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if self.request.version != "1.1":
            return original(self, status)
        self.connection.write(b"HTTP/1.1 %d Forbidden\r\nConnection: close\r\n\r\nForbidden" % status)
        self.end(frames.ABNORMAL, "")


@choice("ASGI, Error Handling: the connection of an application that failed is terminated, also without an answer.",
        sets="spare", near=HANDSHAKES)  # fmt: skip
def a_handshake_that_failed_has_no_answer(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if status == 403 or self.request.version != "1.1":
            original(self, status)
        else:
            self.connection.abort()
            self.end(frames.ABNORMAL, "")


@choice("ASGI HTTP, Websocket Connection Scope: the socket of an application that died is closed, with 403 as well.",
        sets="generous", near=HANDSHAKES)  # fmt: skip
def a_handshake_that_failed_is_forbidden(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        original(self, 403)


# --------------------------------------------------------------------------- closing


def echoes(parts, code):
    @override(parts.websocket, "on_close")
    def on_close(original, self, payload):
        closing = self.frames.closing(payload)
        if self.phase is Phase.OPEN:
            self.connection.write(self.frames.encode_close(code, ""))
        self.end(frames.NO_CODE if closing.code is None else closing.code, closing.reason)


@choice("RFC 6455, section 5.5.1: the answer typically echoes the code, and need not.", sets="modern", near=CLOSES)
def closes_are_answered_with_1000(parts):
    echoes(parts, 1000)


@choice("RFC 6455, section 5.5.1: the answer may have no body.", sets="old", near=CLOSES)
def closes_are_answered_without_a_code(parts):
    echoes(parts, None)


@choice("RFC 6455, section 7.1.1: an endpoint may close by any means when it is necessary; RST is one.", sets="spare",
        near=CLOSES)  # fmt: skip
def the_connection_ends_with_a_reset(parts):
    @override(parts.connection, "linger")
    async def linger(original, self):
        if self.call is not None and self.call.type == "websocket" and self.call.phase is Phase.CLOSED:
            await asyncio.sleep(0.001)
            self.abort()


@choice("RFC 6455, section 7.1.1: the server may close as soon as it has said so.", sets="modern", near=CLOSES)
def closes_without_waiting_for_the_answer(parts):
    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        original(self, code, reason)
        self.end(code, reason)


@choice("ASGI, Applications: send returns once it has been completed, for a close when the client has answered.",
        sets="old", near=CLOSES)  # fmt: skip
def a_send_of_a_close_waits_for_the_answer(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        await original(self, message)
        while self.phase is Phase.CLOSING and not self.connection.closed:
            await self.connection.change()


@choice("ASGI HTTP, Disconnect: which code follows the application's own close is not said (A40).", sets="generous",
        near=CLOSES)  # fmt: skip
def its_own_close_is_told_as_the_client_answered_it(parts):
    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        original(self, code, reason)
        self.farewell = None

    @override(parts.websocket, "next_event")
    def next_event(original, self):
        return original(self)


@choice("ASGI HTTP, Disconnect: which code follows the application's own close is not said (A40).", sets="old",
        near=CLOSES)  # fmt: skip
def its_own_close_is_told_as_1006(parts):
    told_as(parts, Phase.OPEN, frames.ABNORMAL)


@choice("ASGI HTTP, Disconnect: which code follows a refusal is not said (A38).", sets="modern", near=CLOSES)
def a_refusal_is_told_as_1000(parts):
    told_as(parts, Phase.CONNECTING, frames.NORMAL)


@choice("ASGI HTTP, Disconnect: which code follows a refusal is not said (A38).", sets="spare", near=CLOSES)
def a_refusal_is_told_as_1005(parts):
    told_as(parts, Phase.CONNECTING, frames.NO_CODE)


def told_as(parts, phase, code):
    name = "close" if phase is Phase.OPEN else "reject"

    @override(parts.websocket, name)
    def by_the_application(original, self, *args):
        self.farewell = code, ""
        original(self, *args)
        self.farewell = code, ""


@choice("ASGI HTTP, Disconnect: whether it is repeated is not said (A41).", sets="old", near=CLOSES)
def after_the_disconnect_receive_waits(parts):
    @override(parts.websocket, "disconnect_event")
    def disconnect_event(original, self, code, reason):
        self.farewell_told = True
        return original(self, code, reason)

    @override(parts.websocket, "next_event")
    def next_event(original, self):
        return None if getattr(self, "farewell_told", False) else original(self)


@choice("ASGI HTTP, Disconnect: whether it is repeated is not said (A41).", sets="modern", near=CLOSES)
def after_the_disconnect_receive_raises(parts):
    @override(parts.websocket, "next_event")
    def next_event(original, self):
        event = original(self)
        if event and event["type"] == "websocket.disconnect":
            if getattr(self, "farewell_told", False):
                raise RuntimeError("there is nothing more to come")
            self.farewell_told = True
        return event


@choice("ASGI HTTP, Websocket Connection Scope: the socket is closed; with which code, or none, is not said (A48).",
        sets="old", near=CLOSES)  # fmt: skip
def an_application_that_ends_takes_the_connection_along(parts):
    @override(parts.websocket, "leave")
    def leave(original, self, code):
        if self.phase is Phase.OPEN:
            self.end(frames.ABNORMAL, "")
        else:
            original(self, code)


@choice("ASGI HTTP, Websocket Connection Scope: the socket is closed; with which code is not said (A48).",
        sets="generous", near=CLOSES)  # fmt: skip
def an_application_that_ends_closes_with_1011(parts):
    @override(parts.websocket, "leave")
    def leave(original, self, code):
        original(self, frames.INTERNAL_ERROR)


@choice("RFC 6455, section 7.4: what may not be sent may be replaced by what may (A45).", sets="modern", near=CLOSES)
def invalid_codes_become_1000(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        code = message.get("code", 1000)
        if type(code) is int and not frames.is_sendable(code):
            message = {**message, "code": 1000}
        await original(self, message)


@choice("RFC 6455, section 5.5: a frame has room for 123 bytes of a reason, so the rest may be cut off (A45).",
        sets="modern", near=CLOSES)  # fmt: skip
def long_reasons_are_cut(parts):
    @override(parts.websocket, "send_close")
    async def send_close(original, self, message):
        if type(message.get("reason")) is str:
            message = {**message, "reason": message["reason"].encode()[:123].decode("utf-8", "ignore")}
        await original(self, message)


@choice("RFC 6455, section 7.4.1, and the IANA registry: 1012 is for a server that is about to restart.", sets="modern",
        near="websocket/disconnect/*")  # fmt: skip
def a_server_that_stops_closes_with_1012(parts):
    @override(parts.websocket, "stop")
    def stop(original, self):
        if self.phase is Phase.OPEN:
            self.close(1012, "restarting")
        else:
            original(self)


@choice("ASGI HTTP, Disconnect: the server may close the connection, and is not told how to.", sets="old",
        near="websocket/disconnect/*")  # fmt: skip
def a_server_that_stops_just_ends(parts):
    @override(parts.websocket, "stop")
    def stop(original, self):
        self.connection.abort()
        self.end(frames.ABNORMAL, "")


# --------------------------------------------------------------------------- none at all


@choice("ASGI HTTP: a server may serve HTTP alone; a handshake is an ordinary request then.", sets="bare",
        near=("websocket/*", "common/*", "extensions/*"))  # fmt: skip
def no_websockets(parts):
    @override(parts.handshake, "wanted")
    def wanted(original, self):
        return False
