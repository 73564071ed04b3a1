"""Sins against the zero copy send extension."""

import asyncio

from citizen.messages import InvalidMessage
from citizen.mutation import in_scope, mutant, override
from citizen.reply import Reply


@mutant(breaks=("ext.zerocopysend.advertised", "common.extensions.entry-shape"))
def advertises_zero_copy_send_with_true(parts):
    @in_scope(parts.http, "extensions")
    def extensions(self, extensions):
        return {**extensions, "http.response.zerocopysend": True}


@mutant(breaks=("ext.zerocopysend.advertised", "ext.zerocopysend.whole-file", "common.extensions.advertised-works"))
def refuses_files_on_tls(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        if self.connection.tls:
            raise InvalidMessage("no sendfile on TLS")
        await original(self, message)


@mutant(breaks=("ext.zerocopysend.whole-file", "ext.zerocopysend.more-body"))
def begins_every_file_at_its_beginning(parts):
    @override(parts.http, "position_of")
    def position_of(original, self, file, descriptor):
        return 0


@mutant(
    breaks=(
        "ext.zerocopysend.whole-file",
        "ext.zerocopysend.more-body",
        "ext.zerocopysend.offset-count",
        "ext.zerocopysend.behaves-as-body",
        "ext.zerocopysend.completes-before-return",
        "ext.pathsend.sends-file",
    )
)
def stops_after_the_first_piece(parts):
    @override(parts.http, "pieces")
    async def pieces(original, self, descriptor, offset, count):
        async for data in original(self, descriptor, offset, count):
            yield data[:65536]
            break


@mutant(breaks="ext.zerocopysend.offset-count")
def takes_offset_0_for_none(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        await original(self, {key: value for key, value in message.items() if key != "offset" or value})


@mutant(breaks="ext.zerocopysend.offset-count")
def takes_count_0_for_none(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        await original(self, {key: value for key, value in message.items() if key != "count" or value})


@mutant(breaks="ext.zerocopysend.mixed")
def sends_files_without_chunks(parts):
    @override(parts.http, "piece")
    def piece(original, self, data):
        framed = original(self, data)
        return data if self.request.version == "1.1" else framed


@mutant(breaks=("ext.zerocopysend.mixed", "ext.zerocopysend.fd-not-closed"))
def sends_one_file_per_response(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        if self.__dict__.setdefault("file_sent", message) is not message:
            raise InvalidMessage("one file is enough")
        await original(self, message)


@mutant(
    breaks=(
        "ext.zerocopysend.more-body",
        "ext.zerocopysend.whole-file",
        "ext.zerocopysend.offset-count",
        "ext.zerocopysend.advertised",
    )
)
def expects_more_after_a_file(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        await original(self, {"more_body": True, **message})


@mutant(breaks="ext.zerocopysend.behaves-as-body")
def starts_a_response_by_itself(parts):
    @override(parts.http, "accept_message")
    async def accept_message(original, self, message):
        if self.reply is Reply.PENDING and message.get("type") == "http.response.zerocopysend":
            self.begin({"type": "http.response.start", "status": 200})
        await original(self, message)


@mutant(breaks="ext.zerocopysend.fd-not-closed")
def closes_the_file(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        await original(self, message)
        message["file"].close()


@mutant(
    breaks=(
        "ext.zerocopysend.completes-before-return",
        "ext.zerocopysend.mixed",
        "ext.zerocopysend.more-body",
        "ext.zerocopysend.invalid-file",
        "ext.zerocopysend.behaves-as-body",
    )
)
def sends_the_file_in_the_background(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        self.descriptor_of(message.get("file"))
        self.server.spawn(when_idle(original(self, message)))

    async def when_idle(sending):
        await asyncio.sleep(0.02)
        await sending


@mutant(breaks="ext.zerocopysend.invalid-file")
def sends_nothing_for_what_is_no_file(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        try:
            self.descriptor_of(message.get("file"))
        except (OSError, ValueError, InvalidMessage):
            await self.body({})
        else:
            await original(self, message)


@mutant(breaks="ext.zerocopysend.behaves-as-body")
def sends_files_to_head(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        if self.request.method == "HEAD":
            self.connection.write(self.head(None) + message["file"].read())
            self.reply = Reply.BODY
        await original(self, message)


@mutant(breaks="ext.events.extra-keys")
def refuses_unknown_keys(parts):
    @override(parts.http, "send_file")
    async def send_file(original, self, message):
        if set(message) - {"type", "file", "offset", "count", "more_body"}:
            raise InvalidMessage("unknown keys")
        await original(self, message)
