"""Sins against the send callable, and against what it owes to an invalid message (ASGI, "Error Handling")."""

import asyncio

from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(
    breaks=(
        "common.send.awaitable-single-argument",
        "http.response.body.after-complete-ignored",
    )
)
def returns_nothing_to_await_after_the_response(parts):
    @override(parts.http, "send")
    def send(original, self, message):
        return None if self.reply is Reply.DONE else original(self, message)


@mutant(breaks="common.send.event-consumed-on-return")
def reads_the_headers_again_at_the_first_piece(parts):
    @override(parts.http, "begin")
    def begin(original, self, message):
        original(self, message)
        self.given = message.get("headers")

    @override(parts.http, "head")
    def head(original, self, length):
        if self.reply is Reply.STARTED and isinstance(self.given, list):
            self.response.headers = self.given
        return original(self, length)


@mutant(breaks=("common.send.backpressure-unblocked-by-close", "ext.zerocopysend.behaves-as-body"))
def waits_for_a_client_that_will_never_read(parts):
    @override(parts.connection, "drain")
    async def drain(original, self):
        while self.writing_paused:
            await self.change()
        return not self.lost


@mutant(breaks="common.send.backpressure-applied")
def takes_all_that_is_sent(parts):
    @override(parts.connection, "drain")
    async def drain(original, self):
        return not self.lost


@mutant(breaks="common.send.invalid.unknown-type")
def ignores_unknown_messages(parts):
    @override(parts.calls, "accept_message")
    async def accept_message(original, self, message):
        if self.type_of(message) in self.handlers or self.type_of(message) in self.extensions():
            await original(self, message)


@mutant(breaks="common.send.invalid.missing-type")
def ignores_messages_without_a_type(parts):
    @override(parts.calls, "accept_message")
    async def accept_message(original, self, message):
        if not isinstance(message, dict) or "type" in message:
            await original(self, message)


@mutant(breaks="common.send.invalid.missing-key")
def takes_a_missing_status_for_200(parts):
    @override(parts.http, "begin")
    def begin(original, self, message):
        original(self, {"status": 200, **message})


@mutant(breaks="common.send.invalid.wrong-type")
def encodes_text_in_headers(parts):
    @override(parts.http, "start_headers")
    def start_headers(original, self, message):
        headers = [tuple(map(encoded, pair)) for pair in message.get("headers", ())]
        return original(self, {**message, "headers": headers})

    def encoded(item):
        return item.encode("latin-1") if isinstance(item, str) else item


@mutant(breaks="common.send.invalid.wrong-type")
def takes_a_status_for_a_number(parts):
    @override(parts.http, "begin")
    def begin(original, self, message):
        status = message.get("status")
        original(self, {**message, "status": int(status)} if isinstance(status, str) else message)


@mutant(breaks="common.send.invalid.wrong-type")
def encodes_a_body_of_text(parts):
    @override(parts.http, "body_of")
    def body_of(original, self, message):
        body = message.get("body")
        return original(self, {**message, "body": body.encode()} if isinstance(body, str) else message)


@mutant(breaks=("common.send.invalid.error-reaches-app", "common.send.invalid.unknown-type"))
def cancels_the_application_for_an_unknown_message(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.type_of(message) not in self.handlers:
            self.task.cancel()
            await asyncio.sleep(0)
        await original(self, message)


@mutant(breaks="common.send.invalid.recoverable")
def has_started_a_response_before_it_is_valid(parts):
    @override(parts.http, "begin")
    def begin(original, self, message):
        if hasattr(self, "tried"):
            raise InvalidMessage("the response has been started")
        self.tried = True
        original(self, message)


@mutant(breaks="common.send.extra-keys-accepted")
def refuses_unknown_keys(parts):
    known = {"type", "status", "headers", "trailers", "body", "more_body"}

    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if message.get("type") in ("http.response.start", "http.response.body") and set(message) - known:
            raise InvalidMessage("unknown keys")
        await original(self, message)


@mutant(breaks="common.error.surface")
def says_nothing_of_errors(parts):
    @override(parts.http, "report")
    def report(original, self, error):
        pass
