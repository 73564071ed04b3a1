"""Sins against what the application returns."""

import contextlib

from wsgi_server.mutation import mutant, override


@mutant(breaks=("wsgi.iterable.any-kind", "wsgi.iterable.iterate-all"))
def takes_what_has_a_length_for_a_list(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        has_length = hasattr(type(result), "__len__")
        original(self, [result[number] for number in range(len(result))] if has_length else result)


@mutant(breaks="wsgi.iterable.any-kind")
def takes_a_tuple_for_an_iterator(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, [next(result)] if isinstance(result, tuple) else result)  # type: ignore[call-overload] # its sin


@mutant(breaks="wsgi.iterable.falsy")
def asks_whether_it_is_true(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        if result:
            original(self, result)


@mutant(breaks=("wsgi.iterable.iterate-all", "wsgi.stream.empty-block"))
def stops_at_an_empty_block(parts):
    def up_to_an_empty_one(result):
        begun = False
        for block in result:
            if begun and block == b"":
                return
            begun = begun or bool(block)
            yield block

    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, up_to_an_empty_one(result))


@mutant(breaks="wsgi.iterable.binary-unaltered")
def translates_the_ends_of_lines(parts):
    @override(parts.response, "cut")
    def cut(original, self, block):
        return original(self, block.replace(b"\r\n", b"\n"))


@mutant(breaks="wsgi.iterable.no-other-attributes")
def looks_for_a_descriptor(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        getattr(result, "fileno", None)
        original(self, result)


@mutant(breaks="wsgi.iterable.no-other-attributes")
def uses_a_descriptor_that_it_finds(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        if hasattr(type(result), "fileno"):
            with contextlib.suppress(OSError):
                result.fileno()
        original(self, result)


@mutant(breaks="wsgi.iterable.iterate-all")
def adds_up_the_lengths_first(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        if hasattr(type(result), "__next__") and hasattr(type(result), "__len__") and len(result) > 1:
            self.response.headers.append(("Content-Length", str(sum(map(len, result)))))
        original(self, result)


@mutant(breaks="wsgi.iterable.server-rejects-non-bytes")
def makes_bytes_of_anything(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        original(self, (str(block).encode() if not isinstance(block, bytes) else block for block in result))


@mutant(breaks="wsgi.iterable.after-close")
def asks_once_more_after_the_end(parts):
    @override(parts.call, "close")
    def close(original, self, result):
        original(self, result)
        if hasattr(result, "__next__"):
            next(result, None)
