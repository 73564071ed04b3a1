"""Sins against the accept message (ASGI WebSocket, "Accept - send event")."""

from citizen import frames
from citizen.inbound import Phase
from citizen.messages import InvalidMessage, Messages
from citizen.mutation import mutant, override


@mutant(
    breaks=(
        "websocket.accept.completes-handshake",
        "common.concurrency.parallel-connections",
        "common.send.error-class-handled",
        "common.send.extra-keys-accepted",
        "common.error.app-exception.isolated",
    )
)
def miscalculates_the_accept_key(parts):
    @override(parts.handshake, "accept_key")
    def accept_key(original, self):
        return original(self)[::-1]


@mutant(breaks="websocket.accept.subprotocol.sent")
def announces_the_first_offer_whatever_was_accepted(parts):
    @override(parts.handshake, "subprotocol_fields")
    def subprotocol_fields(original, self, subprotocol):
        return original(self, subprotocol and self.subprotocols()[0])


@mutant(breaks="websocket.accept.subprotocol.none")
def selects_a_subprotocol_by_itself(parts):
    @override(parts.handshake, "subprotocol_fields")
    def subprotocol_fields(original, self, subprotocol):
        return original(self, subprotocol or next(iter(self.subprotocols()), None))


@mutant(breaks="websocket.accept.subprotocol.not-offered")
def never_answers_after_a_subprotocol_that_was_not_offered(parts):
    @override(parts.handshake, "check_reply")
    def check_reply(original, self, subprotocol, headers):
        if subprotocol is not None and subprotocol not in self.subprotocols():
            self.reply = lambda subprotocol, headers: b""
        else:
            original(self, subprotocol, headers)


@mutant(breaks=("websocket.accept.headers.sent", "common.version.claims-honoured"))
def drops_accept_headers(parts):
    @override(parts.handshake, "application_fields")
    def application_fields(original, self, headers):
        return []


@mutant(breaks="websocket.accept.headers.sent")
def folds_cookies_in_accept_headers(parts):
    @override(parts.handshake, "application_fields")
    def application_fields(original, self, headers):
        cookies = [value for name, value in headers if name == b"set-cookie"]
        others = [(name, value) for name, value in original(self, headers) if name != b"set-cookie"]
        return [*others, (b"set-cookie", b", ".join(cookies))] if cookies else others


@mutant(breaks=("websocket.accept.headers.default", "websocket.accept.headers.sent"))
def refuses_accept_headers_in_a_tuple(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        return [] + message.get("headers", []) and original(self, message)


@mutant(breaks="websocket.accept.headers.invalid")
def encodes_text_in_accept_headers(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        return original(self, {**message, "headers": [encoded(pair) for pair in message.get("headers", ())]})

    def encoded(pair):
        return tuple(item.encode() if isinstance(item, str) else item for item in pair)


@mutant(breaks="websocket.accept.headers.invalid")
def writes_line_breaks_in_accept_headers(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        self.check_value = lambda value: None if isinstance(value, bytes) else Messages.check_value(self, value)
        return original(self, message)


@mutant(breaks="websocket.accept.headers.subprotocol-header-rejected")
def sends_a_second_subprotocol_header(parts):
    @override(parts.handshake, "check_reply")
    def check_reply(original, self, subprotocol, headers):
        original(self, subprotocol, [])


@mutant(breaks="websocket.accept.twice")
def ignores_a_second_accept(parts):
    @override(parts.websocket, "accept_message")
    async def accept_message(original, self, message):
        if self.phase is not Phase.OPEN or message.get("type") != "websocket.accept":
            await original(self, message)


@mutant(breaks="websocket.accept.subprotocol.none")
def demands_a_subprotocol(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        if "subprotocol" not in message and self.handshake.subprotocols():
            raise InvalidMessage("'websocket.accept' has no 'subprotocol'")
        await original(self, message)


@mutant(breaks="websocket.accept.headers.default")
def refuses_an_empty_list_of_accept_headers(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        if message.get("headers") == []:
            raise InvalidMessage("'headers' is empty")
        return original(self, message)


@mutant(
    breaks=(
        "websocket.accept.headers.default",
        "websocket.accept.completes-handshake",
        "websocket.accept.subprotocol.sent",
        "websocket.accept.subprotocol.none",
    )
)
def demands_accept_headers(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        return original(self, {"headers": message["headers"]})


@mutant(breaks="websocket.accept.headers.invalid")
def writes_pseudo_headers(parts):
    @override(parts.websocket, "accept_headers")
    def accept_headers(original, self, message):
        self.check_name = lambda name: None if name[:1] == b":" else Messages.check_name(self, name)
        return original(self, message)


@mutant(breaks="websocket.accept.twice")
def accepts_after_it_has_refused(parts):
    @override(parts.websocket, "reject")
    def reject(original, self, status):
        if status == 403:
            self.connection.refuse(status, [])
            self.farewell = frames.ABNORMAL, ""
            self.connection.notify()
        else:
            original(self, status)
