"""Sins against everybody else when one application sends an illegal message (ASGI, "Error Handling")."""

from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(breaks=("http.response.body.before-start", "http.response.framing.one-head"))
def writes_a_body_whose_start_it_has_refused(parts):
    @override(parts.http, "begin")
    def begin(original, self, message):
        try:
            original(self, message)
        except InvalidMessage:
            self.refused = True
            raise

    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if hasattr(self, "refused") and self.reply is Reply.PENDING and message.get("type") == "http.response.body":
            self.connection.write(message.get("body", b""))
        else:
            await original(self, message)


@mutant(breaks="common.error.app-exception.isolated")
def stops_when_an_application_dies_of_its_status(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        original(self, error)
        if isinstance(error, InvalidMessage) and "'status'" in str(error):
            self.server.stop_accepting()


@mutant(breaks=("common.send.error-class-handled", "common.error.app-exception.isolated"))
def stops_when_it_has_refused_a_body(parts):
    @override(parts.http, "body_of")
    def body_of(original, self, message):
        try:
            return original(self, message)
        except InvalidMessage:
            self.server.stop_accepting()
            raise


@mutant(breaks="common.error.app-exception.terminates")
def leaves_the_client_of_an_illegal_message_waiting(parts):
    @override(parts.http, "after_app_raised")
    def after_app_raised(original, self, error):
        if not isinstance(error, InvalidMessage):
            original(self, error)


@mutant(breaks="common.send.invalid.unknown-type")
def takes_whatever_has_a_body_for_one(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        known = not isinstance(message, dict) or message.get("type") in self.handlers or "body" not in message
        if known or self.reply is Reply.PENDING or "type" not in message:
            await original(self, message)
        else:
            await self.body({"type": "http.response.body", "body": message["body"], "more_body": True})


@mutant(breaks="common.send.invalid.recoverable")
def gives_a_response_up_after_a_malformed_body(parts):
    @override(parts.http, "body_of")
    def body_of(original, self, message):
        try:
            return original(self, message)
        except InvalidMessage:
            self.fail(500)
            raise
