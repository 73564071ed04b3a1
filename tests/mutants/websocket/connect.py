"""Sins against the connect message (ASGI WebSocket, "Connect - receive event")."""

from citizen.inbound import Phase
from citizen.mutation import mutant, override


@mutant(breaks="websocket.connect.first-event")
def calls_the_first_event_open(parts):
    @override(parts.websocket, "connect_event")
    def connect_event(original, self):
        return {"type": "websocket.open"}


@mutant(
    breaks=(
        "websocket.connect.during-handshake",
        "websocket.accept.subprotocol.sent",
        "websocket.accept.headers.sent",
        "websocket.accept.headers.subprotocol-header-rejected",
        "websocket.send.before-accept",
        "websocket.close.before-accept.403",
        "websocket.close.before-accept.valid-http",
        "websocket.app.exception-before-accept",
        "websocket.app.return-without-reply",
        "ext.denial.response-sent",
        "ext.denial.structure",
        "ext.denial.streaming",
        "ext.denial.no-mixing",
        "common.error.app-exception.terminates",
        "h2.ws.connect",
    )
)
def completes_the_handshake_before_the_application_is_asked(parts):
    @override(parts.websocket, "connect_event")
    def connect_event(original, self):
        self.connection.write(self.handshake.reply(None, []))
        self.handshake.reply = lambda subprotocol, headers: b""
        return original(self)


@mutant(breaks="websocket.connect.no-receive-before-reply")
def delivers_messages_before_the_reply(parts):
    parts.websocket.hearing = parts.websocket.hearing | {Phase.CONNECTING}


@mutant(breaks="websocket.connect.client-gone-during-handshake")
def does_not_notice_a_client_that_leaves_during_the_handshake(parts):
    @override(parts.websocket, "on_loss")
    def on_loss(original, self):
        if self.phase is not Phase.CONNECTING:
            original(self)


@mutant(breaks="websocket.connect.early-accept-tolerated")
def forgets_connect_after_an_early_accept(parts):
    @override(parts.websocket, "send_accept")
    async def send_accept(original, self, message):
        self.connect_delivered = True
        await original(self, message)
