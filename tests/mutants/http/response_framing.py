"""Sins against the framing that the specification leaves to the server (RFC 9110 and 9112)."""

from citizen.mutation import mutant, override
from citizen.reply import Reply


@mutant(breaks=("http.response.framing.content-length-kept", "common.send.event-consumed-on-return"))
def chunks_a_streamed_body_in_spite_of_its_length(parts):
    @override(parts.response, "head")
    def head(original, self, length):
        if length is None and not self.bodiless:
            self.declared = None
            self.headers = [(name, value) for name, value in self.headers if name.lower() != b"content-length"]
        return original(self, length)


@mutant(
    breaks=(
        "http.response.framing.no-content-length",
        "http.response.body.complete-on-final",
        "http.response.body.concatenated",
        "http.response.body.empty-chunk",
        "http.app.exception-after-complete",
        "http.app.exception-mid-response",
        "http.app.return-incomplete",
        "common.callables.late-send-after-return",
        "ext.trailers.start-flag-default",
        "ext.trailers.unannounced",
        "ext.zerocopysend.mixed",
        "http.scope.lifetime.until-response-end",
    )
)
def leaves_the_end_of_a_streamed_body_open(parts):
    @override(parts.response, "framing_of_unknown_length")
    def framing_of_unknown_length(original, self):
        return [] if self.version == "1.1" and not self.expects_trailers else original(self)


@mutant(breaks="http.response.framing.http10")
def sends_chunks_to_http_1_0(parts):
    @override(parts.response, "framing_of_unknown_length")
    def framing_of_unknown_length(original, self):
        self.chunked = True
        return [(b"transfer-encoding", b"chunked")]


@mutant(breaks="http.response.framing.head")
def sends_bodies_to_head(parts):
    @override(parts.http, "body")
    async def body(original, self, message):
        if self.request.method == "HEAD":
            self.connection.write(self.head(None) + message.get("body", b""))
            self.reply = Reply.BODY
        await original(self, message)


@mutant(breaks="http.response.framing.no-content-statuses")
def sends_bodies_with_204(parts):
    @override(parts.http, "body")
    async def body(original, self, message):
        if self.response.status == 204:
            self.connection.write(self.head(None) + message.get("body", b""))
            self.reply = Reply.BODY
        await original(self, message)


@mutant(breaks=("http.response.framing.length-mismatch", "http.response.framing.kept-apart"))
def writes_more_than_content_length_says(parts):
    @override(parts.response, "admit")
    def admit(original, self, length):
        pass

    missing = parts.response.missing.fget
    parts.response.missing = property(lambda self: max(0, missing(self)))


@mutant(breaks=("http.response.framing.length-mismatch", "http.response.framing.kept-apart"))
def keeps_the_connection_when_bytes_are_missing(parts):
    parts.response.missing = 0


@mutant(breaks="http.response.keep-alive")
def closes_after_every_response(parts):
    @override(parts.http, "may_continue")
    async def may_continue(original, self):
        return False


@mutant(breaks="http.response.keep-alive")
def ignores_connection_close(parts):
    @override(parts.response, "asks_to_close")
    def asks_to_close(original, self, request):
        return False


@mutant(
    breaks=(
        "http.response.framing.no-content-length",
        "http.response.body.defaults",
        "ext.zerocopysend.whole-file",
        "ext.zerocopysend.more-body",
        "ext.zerocopysend.offset-count",
    )
)
def does_not_count_a_body_in_one_piece(parts):
    @override(parts.response, "framing")
    def framing(original, self, length):
        return original(self, length) if not length or self.bodiless or self.version == "1.0" else []


@mutant(breaks="http.response.framing.http10")
def keeps_http_1_0_connections_that_end_the_body(parts):
    @override(parts.response, "framing_of_unknown_length")
    def framing_of_unknown_length(original, self):
        headers = original(self)
        self.close = self.close and not self.request.has_token(b"connection", b"keep-alive")
        return headers


@mutant(breaks="http.response.framing.no-content-statuses")
def chunks_what_has_no_content(parts):
    @override(parts.response, "framing")
    def framing(original, self, length):
        self.chunked = self.status in (204, 304)
        return [(b"transfer-encoding", b"chunked")] if self.chunked else original(self, length)
