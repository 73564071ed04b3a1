"""Sins against the response body (ASGI HTTP, "Response Body - send event")."""

from citizen.messages import InvalidMessage
from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(breaks="http.response.body.before-start")
def starts_a_response_by_itself(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.reply is Reply.PENDING and message.get("type") == "http.response.body":
            self.begin({"type": "http.response.start", "status": 200})
        await original(self, message)


@mutant(breaks="http.response.body.defaults")
def demands_a_body(parts):
    @override(parts.http, "body_of")
    def body_of(original, self, message):
        return original(self, {"body": message["body"], **message})


@mutant(
    breaks=(
        "http.response.body.defaults",
        "http.request.pipelining",
        "common.extensions.advertised-works",
        "ext.zerocopysend.mixed",
        "http.scope.one-per-request",
        "http.scope.lifetime.until-response-end",
    )
)
def expects_more_body_by_default(parts):
    @override(parts.http, "body_of")
    def body_of(original, self, message):
        return original(self, {"more_body": "body" in message, **message})


@mutant(breaks="http.response.body.concatenated")
def loses_the_150th_piece(parts):
    @override(parts.http, "flush")
    async def flush(original, self, out):
        self.pieces_sent = getattr(self, "pieces_sent", 0) + 1
        await original(self, b"" if self.pieces_sent == 150 else out)


@mutant(breaks="http.response.body.flushed")
def holds_each_piece_until_the_next(parts):
    @override(parts.http, "flush")
    async def flush(original, self, out):
        held, self.held = getattr(self, "held", b""), out
        await original(self, held)

    @override(parts.http, "finish")
    async def finish(original, self, out):
        await original(self, getattr(self, "held", b"") + out)


@mutant(breaks="http.response.body.empty-chunk")
def ends_the_response_with_an_empty_piece(parts):
    @override(parts.response, "part")
    def part(original, self, data):
        return original(self, data) if data or not self.chunked else b"0\r\n\r\n"


@mutant(
    breaks=(
        "http.response.body.complete-on-final",
        "common.extensions.advertised-works",
        "common.callables.late-send-after-return",
        "http.request.pipelining",
        "http.scope.one-per-request",
        "ext.zerocopysend.mixed",
        "ext.trailers.sent",
        "ext.trailers.wait",
        "ext.trailers.more-trailers",
        "ext.trailers.te-required",
        "ext.trailers.unannounced",
        "ext.trailers.start-flag-default",
        "ext.trailers.no-header-validation",
        "http.response.framing.kept-apart",
        "http.scope.lifetime.until-response-end",
    )
)
def ends_the_response_when_the_application_returns(parts):
    @override(parts.http, "complete")
    def complete(original, self, out):
        self.connection.write(out)
        self.held = self.response.end()
        self.done()

    @override(parts.http, "run")
    async def run(original, self):
        await original(self)
        while not self.task.done():
            await self.connection.change()
        self.connection.write(getattr(self, "held", b""))
        return await self.may_continue()

    @override(parts.http, "live")
    async def live(original, self):
        await original(self)
        self.server.loop.call_soon(self.connection.notify)


@mutant(breaks=("http.response.body.after-complete", "common.callables.late-send-after-return"))
def writes_what_comes_after_the_end(parts):
    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        self.connection.write(message.get("body", b""))


@mutant(breaks="http.response.body.after-complete-ignored")
def raises_after_the_end(parts):
    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        raise InvalidMessage("the response is complete")


@mutant(
    breaks=(
        "http.response.body.complete-on-final",
        "common.error.app-exception.isolated",
        "common.receive.concurrent-with-send",
        "common.send.event-consumed-on-return",
    )
)
def keeps_the_last_bytes_until_the_application_returns(parts):
    @override(parts.http, "complete")
    def complete(original, self, out):
        held = self.response.declared is not None and self.response.written > len(out)
        self.last = out if held else b""
        original(self, b"" if held else out)

    @override(parts.http, "live")
    async def live(original, self):
        await original(self)
        self.connection.write(getattr(self, "last", b""))


@mutant(breaks="http.response.body.before-start")
def ignores_a_body_before_the_start(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.reply is not Reply.PENDING or message.get("type") != "http.response.body":
            await original(self, message)
