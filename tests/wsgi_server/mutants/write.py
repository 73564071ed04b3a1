"""Sins of write."""

from wsgi_server.mutation import mutant, override


def keep_for_later(parts, first):
    """Keep what is written, and send it before the iterable or after it."""

    @override(parts.call, "write")
    def write(original, self, block, /):
        self.check_block(block)
        vars(self).setdefault("kept", []).append(block)

    @override(parts.call, "transmit")
    def transmit(original, self, result):
        kept = vars(self).get("kept", [])
        original(self, [*kept, *result] if first else [*result, *kept])


@mutant(breaks=("wsgi.write.transmit-before-return", "wsgi.write.triggers-headers", "wsgi.stream.no-delay"))
def keeps_what_is_written_until_the_end(parts):
    keep_for_later(parts, first=True)


@mutant(
    breaks=(
        "wsgi.write.order",
        "wsgi.write.transmit-before-return",
        "wsgi.write.triggers-headers",
        "wsgi.write.no-single-item-length",
        "wsgi.stream.no-delay",
    )
)
def sends_what_is_written_last(parts):
    keep_for_later(parts, first=False)


@mutant(
    breaks=(
        "wsgi.start-response.returns-write",
        "wsgi.write.order",
        "wsgi.write.transmit-before-return",
        "wsgi.write.triggers-headers",
        "wsgi.write.no-single-item-length",
    )
)
def ignores_what_is_written(parts):
    @override(parts.call, "write")
    def write(original, self, block, /):
        pass


@mutant(
    breaks=(
        "wsgi.write.no-single-item-length",
        "wsgi.write.transmit-before-return",
        "wsgi.write.triggers-headers",
    )
)
def takes_the_item_for_the_whole_after_a_write(parts):
    @override(parts.call, "write")
    def write(original, self, block, /):
        vars(self).setdefault("written", []).append(block)

    @override(parts.call, "transmit")
    def transmit(original, self, result):
        written = b"".join(vars(self).get("written", []))
        if written and isinstance(result, list) and len(result) == 1:
            self.response.size = len(result[0])
        if written:
            self.response.send(written)
        original(self, result)
