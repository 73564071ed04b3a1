"""Sins against the WebSocket denial response extension."""

from citizen.inbound import Phase
from citizen.messages import InvalidMessage
from citizen.mutation import in_scope, mutant, override
from citizen.reply import Reply


@mutant(breaks=("ext.denial.advertised", "common.extensions.entry-shape"))
def advertises_denial_responses_with_true(parts):
    @in_scope(parts.websocket, "extensions")
    def extensions(self, extensions):
        return {**extensions, "websocket.http.response": True}


@mutant(breaks=("ext.denial.response-sent", "ext.denial.structure", "ext.denial.streaming"))
def denies_with_403_always(parts):
    @override(parts.websocket, "begin")
    def begin(original, self, message):
        original(self, message)
        self.response.status = 403


@mutant(breaks="ext.denial.response-sent")
def folds_cookies(parts):
    @override(parts.websocket, "start_headers")
    def start_headers(original, self, message):
        headers = original(self, message)
        cookies = [value for name, value in headers if name == b"set-cookie"]
        others = [(name, value) for name, value in headers if name != b"set-cookie"]
        return [*others, (b"set-cookie", b", ".join(cookies))] if cookies else others


@mutant(breaks="ext.denial.structure")
def demands_headers(parts):
    @override(parts.websocket, "start_headers")
    def start_headers(original, self, message):
        return self.headers_of(message, required=True)


@mutant(breaks="ext.denial.structure")
def demands_a_body(parts):
    @override(parts.websocket, "body_of")
    def body_of(original, self, message):
        return original(self, {"body": message["body"], **message})


@mutant(breaks="ext.denial.streaming")
def sends_the_first_piece_only(parts):
    @override(parts.websocket, "body")
    async def body(original, self, message):
        await original(self, message)
        if self.reply is Reply.BODY:
            self.complete(b"")


@mutant(breaks="ext.denial.streaming")
def ends_the_response_with_an_empty_piece(parts):
    @override(parts.denial, "part")
    def part(original, self, data):
        return original(self, data) if data or not self.chunked else b"0\r\n\r\n"


@mutant(breaks="ext.denial.connection-closed")
def keeps_the_connection_after_a_denial(parts):
    @override(parts.websocket, "run")
    async def run(original, self):
        kept = await original(self)
        while self.reply is Reply.DONE and not self.connection.gone:
            await self.connection.change()
        return kept


@mutant(breaks="ext.denial.disconnect-event")
def says_nothing_after_a_denial(parts):
    @override(parts.websocket, "done")
    def done(original, self):
        original(self)
        self.farewell = None


@mutant(breaks="ext.denial.no-mixing")
def accepts_after_a_denial_has_begun(parts):
    both = frozenset({Phase.CONNECTING, Phase.DENYING})
    parts.websocket.legal = {**parts.websocket.legal, "websocket.accept": both}


@mutant(breaks=("ext.denial.structure", "ext.events.header-rules"))
def makes_the_best_of_any_start(parts):
    def encoded(text):
        return text.encode() if isinstance(text, str) else text

    @override(parts.websocket, "begin")
    def begin(original, self, message):
        headers = [(encoded(name), encoded(value)) for name, value in message.get("headers", [])]
        original(self, {**message, "status": int(message.get("status", 403)), "headers": headers})


@mutant(breaks="ext.events.header-rules")
def writes_any_headers_of_a_denial(parts):
    @override(parts.websocket, "header")
    def header(original, self, pair):
        return pair if all(isinstance(part, bytes) for part in pair) else original(self, pair)


@mutant(breaks="ext.events.extra-keys")
def refuses_unknown_keys_of_a_denial(parts):
    @override(parts.websocket, "begin")
    def begin(original, self, message):
        if set(message) - {"type", "status", "headers", "trailers"}:
            raise InvalidMessage("unknown keys")
        original(self, message)


@mutant(breaks="ext.denial.no-mixing")
def denies_what_it_has_accepted(parts):
    both = frozenset({Phase.CONNECTING, Phase.OPEN})
    parts.websocket.legal = {**parts.websocket.legal, "websocket.http.response.start": both}


@mutant(breaks=("ext.denial.no-mixing", "http.response.framing.one-head"))
def writes_heads_among_frames(parts):
    both = frozenset({Phase.CONNECTING, Phase.OPEN})
    parts.websocket.legal = {**parts.websocket.legal, "websocket.http.response.start": both}

    @override(parts.websocket, "begin")
    def begin(original, self, message):
        if self.phase is Phase.OPEN:
            self.connection.write(b"HTTP/1.1 401 Unauthorized\r\n\r\n")
        original(self, message)


@mutant(breaks=("ext.denial.no-mixing", "http.response.framing.one-head"))
def writes_frames_into_a_denial(parts):
    both = frozenset({Phase.OPEN, Phase.DENYING})
    parts.websocket.legal = {**parts.websocket.legal, "websocket.send": both, "websocket.close": both}
    parts.websocket.legal["websocket.close"] = both | {Phase.CONNECTING}


@mutant(breaks="common.extensions.advertise-supported")
def says_nothing_of_denial_responses(parts):
    @in_scope(parts.websocket, "extensions")
    def extensions(self, extensions):
        return {name: entry for name, entry in extensions.items() if name != "websocket.http.response"}
