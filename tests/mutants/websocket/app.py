"""Sins against applications that end before their WebSocket does."""

from citizen.inbound import Phase
from citizen.mutation import mutant, override


@mutant(breaks=("websocket.app.exception-before-accept", "common.error.app-exception.terminates"))
def leaves_the_handshake_open_when_the_application_raises(parts):
    @override(parts.websocket, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.phase is not Phase.CONNECTING:
            original(self, error)


@mutant(breaks="websocket.app.exception-before-accept")
def completes_the_handshake_when_the_application_raises(parts):
    @override(parts.websocket, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.phase is Phase.CONNECTING:
            self.connection.write(self.handshake.reply(None, []))
            self.phase = Phase.OPEN
        original(self, error)


@mutant(breaks="websocket.app.return-without-reply")
def leaves_the_handshake_open_when_the_application_returns(parts):
    @override(parts.websocket, "after_app_returned")
    def after_app_returned(original, self):
        if self.phase is not Phase.CONNECTING:
            original(self)


@mutant(breaks=("websocket.app.exception-after-accept", "common.error.app-exception.terminates"))
def leaves_the_connection_open_when_the_application_raises(parts):
    @override(parts.websocket, "after_app_raised")
    def after_app_raised(original, self, error):
        if self.phase is not Phase.OPEN:
            original(self, error)


@mutant(breaks="websocket.app.return-after-accept")
def leaves_the_connection_open_when_the_application_returns(parts):
    @override(parts.websocket, "after_app_returned")
    def after_app_returned(original, self):
        if self.phase is not Phase.OPEN:
            original(self)


@mutant(breaks="websocket.app.return-after-accept")
def loses_the_last_message_when_the_application_returns(parts):
    @override(parts.websocket, "send_data")
    async def send_data(original, self, message):
        self.unsent = [*getattr(self, "unsent", []), self.payload_of(message)]
        self.server.loop.call_later(0.01, lambda: send_all(self))

    @override(parts.websocket, "close")
    def close(original, self, code, reason):
        send_all(self)
        original(self, code, reason)

    @override(parts.websocket, "after_app_returned")
    def after_app_returned(original, self):
        self.connection.abort() if self.phase is Phase.OPEN else original(self)

    def send_all(self):
        for payload in self.__dict__.pop("unsent", []):
            self.write_frame(*payload)


@mutant(breaks="websocket.app.scope-lifetime")
def closes_connections_that_are_idle_for_a_moment(parts):
    @override(parts.websocket, "set_deadline")
    def set_deadline(original, self, seconds):
        original(self, 0.03 if self.phase is Phase.OPEN else seconds)

    @override(parts.websocket, "on_timeout")
    def on_timeout(original, self):
        if self.phase is not Phase.OPEN:
            original(self)
        elif self.connection.writing_paused:
            self.set_deadline(0.03)
        else:
            self.close(1001, "idle")


@mutant(breaks="websocket.app.bidirectional")
def lets_no_message_out_while_the_application_receives(parts):
    @override(parts.websocket, "receive")
    async def receive(original, self):
        self.receiving = True
        try:
            return await original(self)
        finally:
            self.receiving = False
            self.connection.notify()

    @override(parts.websocket, "send_data")
    async def send_data(original, self, message):
        while getattr(self, "receiving", False) and self.phase is Phase.OPEN:
            await self.connection.change()
        await original(self, message)


@mutant(breaks="websocket.app.bidirectional")
def reads_nothing_while_the_client_does_not(parts):
    @override(parts.websocket, "drain")
    async def drain(original, self):
        self.draining = getattr(self, "draining", 0) + 1
        await original(self)
        self.draining -= 1
        self.connection.notify()

    @override(parts.websocket, "has_room")
    def has_room(original, self):
        return original(self) and not (getattr(self, "draining", 0) and self.connection.writing_paused)
