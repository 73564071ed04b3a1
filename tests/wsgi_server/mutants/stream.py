"""Sins against the transmission of blocks."""

from wsgi_server.mutation import mutant, override


@mutant(breaks=("wsgi.stream.no-delay", "wsgi.close.disconnect", "wsgi.content-length.stop-iterating"))
def collects_all_blocks_first(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, list(result))


@mutant(breaks="wsgi.stream.no-delay")
def stays_a_block_behind(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        def delayed():
            held = b""
            for block in result:
                self.check_block(block)
                if block and held:
                    yield held
                held = block or held
            yield held

        original(self, delayed())


@mutant(breaks=("wsgi.stream.empty-block", "wsgi.iterable.iterate-all"))
def writes_a_chunk_for_an_empty_block(parts):
    @override(parts.call, "check_block")
    def check_block(original, self, block):
        original(self, block)
        if not block and self.response.chunked:
            self.connection.send(b"0\r\n\r\n")


@mutant(breaks="wsgi.stream.large-block")
def loses_the_end_of_a_large_block(parts):
    limit = 1 << 20

    @override(parts.response, "framed")
    def framed(original, self, block):
        return original(self, block)[:limit]


@mutant(breaks=("wsgi.stream.chunk-per-block", "wsgi.iterable.iterate-all"))
def counts_short_chunks_in_tens(parts):
    @override(parts.response, "framed")
    def framed(original, self, block):
        is_short = self.chunked and 16 <= len(block) < 32
        return b"%d\r\n%b\r\n" % (len(block), block) if is_short else original(self, block)


@mutant(breaks=("wsgi.stream.chunk-per-block", "wsgi.iterable.iterate-all"))
def does_not_end_a_short_chunk(parts):
    @override(parts.response, "framed")
    def framed(original, self, block):
        is_short = self.chunked and 16 <= len(block) < 32
        return b"%x\r\n%b" % (len(block), block) if is_short else original(self, block)


@mutant(breaks="wsgi.stream.complete-before-next")
def lets_a_large_block_be_overtaken(parts):
    def overtaken(result):
        held = b""
        for block in result:
            if isinstance(block, bytes) and len(block) >= 1 << 16 and not held:
                held = block
                continue
            yield block
            if held:
                yield held
            held = b""
        if held:
            yield held

    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, overtaken(result))
