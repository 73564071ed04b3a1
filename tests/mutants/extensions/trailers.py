"""Sins against the trailers extension."""

from citizen.messages import InvalidMessage, Messages
from citizen.mutation import in_scope, mutant, override
from citizen.reply import Reply


@mutant(breaks=("ext.trailers.advertised", "common.extensions.entry-shape"))
def advertises_trailers_with_true(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.trailers": True}


@mutant(breaks="ext.trailers.advertised")
def advertises_trailers_on_http_1_0(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.trailers": {}}


@mutant(breaks="ext.trailers.start-flag-default")
def refuses_a_false_flag(parts):
    @override(parts.http, "trailers_flag")
    def trailers_flag(original, self, message):
        if "trailers" in message and not message["trailers"]:
            raise InvalidMessage("'trailers' is not known here")
        return original(self, message)


@mutant(
    breaks=(
        "ext.trailers.wait",
        "ext.trailers.sent",
        "ext.trailers.te-required",
        "ext.trailers.more-trailers",
        "ext.trailers.no-header-validation",
        "ext.events.header-rules",
    )
)
def completes_the_response_with_the_body(parts):
    @override(parts.http, "trailers_flag")
    def trailers_flag(original, self, message):
        original(self, message)
        return False


@mutant(
    breaks=(
        "ext.trailers.sent",
        "ext.trailers.te-required",
        "ext.trailers.more-trailers",
        "ext.trailers.no-header-validation",
        "ext.events.header-rules",
    )
)
def drops_the_trailers(parts):
    @override(parts.response, "sends_trailers")
    def sends_trailers(original, self):
        return False


@mutant(breaks="ext.trailers.sent")
def sorts_the_trailers(parts):
    @override(parts.response, "end")
    def end(original, self):
        self.trailers.sort()
        return original(self)


@mutant(breaks="ext.trailers.te-required")
def sends_trailers_to_everybody(parts):
    @override(parts.response, "sends_trailers")
    def sends_trailers(original, self):
        return True


@mutant(breaks="ext.trailers.te-required")
def wants_te_to_be_trailers_exactly(parts):
    @override(parts.response, "sends_trailers")
    def sends_trailers(original, self):
        return self.request.values(b"te") == [b"trailers"]


@mutant(breaks="ext.trailers.te-required")
def waits_for_ever_without_te(parts):
    @override(parts.http, "send_trailers")
    async def send_trailers(original, self, message):
        await original(self, {**message, "more_trailers": True} if not self.response.sends_trailers() else message)


@mutant(breaks="ext.trailers.more-trailers")
def completes_the_response_with_the_first_trailers(parts):
    @override(parts.http, "send_trailers")
    async def send_trailers(original, self, message):
        await original(self, {**message, "more_trailers": False})


@mutant(breaks="ext.trailers.no-header-validation")
def sends_declared_trailers_only(parts):
    @override(parts.http, "send_trailers")
    async def send_trailers(original, self, message):
        declared = b",".join(value for name, value in self.response.headers if name == b"trailer")
        names = {name.strip().lower() for name in declared.split(b",")}
        headers = [(name, value) for name, value in self.headers_of(message, required=True) if name in names]
        await original(self, {**message, "headers": headers})


@mutant(breaks=("ext.trailers.unannounced", "ext.trailers.more-trailers", "http.response.framing.kept-apart"))
def writes_trailers_after_the_end(parts):
    @override(parts.http, "after_complete")
    def after_complete(original, self, message):
        if message.get("type") == "http.response.trailers":
            self.connection.write(self.response.fields(self.headers_of(message)))


@mutant(breaks="ext.trailers.unannounced")
def takes_trailers_in_the_middle_of_the_body(parts):
    anywhere = frozenset({Reply.BODY, Reply.TRAILERS})
    parts.http.legal = {**parts.http.legal, "http.response.trailers": anywhere}


@mutant(breaks=("ext.trailers.missing", "http.app.exception-mid-response"))
def leaves_the_client_waiting_for_promised_trailers(parts):
    @override(parts.http, "fail")
    def fail(original, self, status):
        if self.reply is not Reply.TRAILERS:
            original(self, status)


@mutant(breaks="ext.events.header-rules")
def writes_line_breaks_in_trailers(parts):
    @override(parts.http, "send_trailers")
    async def send_trailers(original, self, message):
        self.check_value = lambda value: None if isinstance(value, bytes) else Messages.check_value(self, value)
        await original(self, message)


@mutant(breaks="ext.events.extra-keys")
def refuses_unknown_keys(parts):
    @override(parts.http, "send_trailers")
    async def send_trailers(original, self, message):
        if set(message) - {"type", "headers", "more_trailers"}:
            raise InvalidMessage("unknown keys")
        await original(self, message)


@mutant(breaks=("ext.trailers.unannounced", "ext.trailers.start-flag-default"))
def expects_trailers_for_everybody_who_accepts_them(parts):
    @override(parts.http, "trailers_flag")
    def trailers_flag(original, self, message):
        return original(self, message) or bool(self.request.values(b"te"))


@mutant(breaks="ext.trailers.unannounced")
def takes_trailers_for_a_response(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.reply is Reply.PENDING and message.get("type") == "http.response.trailers":
            self.begin({"type": "http.response.start", "status": 200, "headers": message["headers"]})
            await self.body({})
        else:
            await original(self, message)


@mutant(breaks="common.extensions.advertise-supported")
def says_nothing_of_trailers(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {name: entry for name, entry in extensions.items() if name != "http.response.trailers"}
