"""Sins of `wsgi.file_wrapper`."""

import contextlib
import os

from wsgi_server.file_wrapper import FileWrapper
from wsgi_server.mutation import mutant, override


@mutant(breaks="wsgi.file-wrapper.optional")
def is_there_and_cannot_be_called(parts):
    @override(parts.environ, "build")
    def build(original, self):
        return {**original(self), "wsgi.file_wrapper": None}


@mutant(breaks="wsgi.file-wrapper.signature")
def takes_no_block_size(parts):
    @override(parts.file_wrapper, "__init__")
    def __init__(original, self, filelike, /):
        original(self, filelike)


@mutant(breaks=("wsgi.file-wrapper.returns-iterable", "wsgi.file-wrapper.wrapped"))
def cannot_be_iterated(parts):
    @override(parts.file_wrapper, "__iter__")
    def __iter__(original, self):
        raise TypeError("it can only be returned")

    @override(parts.call, "transmit")
    def transmit(original, self, result):
        is_wrapper = type(result) is self.parts.file_wrapper
        original(self, FileWrapper(result.filelike, result.block_size) if is_wrapper else result)


@mutant(
    breaks=(
        "wsgi.file-wrapper.returns-iterable",
        "wsgi.file-wrapper.any-filelike",
        "wsgi.file-wrapper.no-close-attr",
        "wsgi.file-wrapper.close",
        "wsgi.file-wrapper.closed-after-response",
        "wsgi.file-wrapper.current-position",
        "wsgi.file-wrapper.generated-length",
        "wsgi.file-wrapper.until-length",
    )
)
def wants_a_descriptor(parts):
    @override(parts.file_wrapper, "__init__")
    def __init__(original, self, filelike, *block_size):
        filelike.fileno()
        original(self, filelike, *block_size)


@mutant(breaks="wsgi.file-wrapper.no-early-transmit")
def reads_the_file_at_once(parts):
    @override(parts.file_wrapper, "__init__")
    def __init__(original, self, filelike, *block_size):
        original(self, filelike, *block_size)
        self.first = filelike.read(self.block_size)

    @override(parts.file_wrapper, "__next__")
    def __next__(original, self):
        first, self.first = self.first, b""
        return first or original(self)

    @override(parts.file_wrapper, "size")
    def size(original, self):
        return None


@mutant(breaks=("wsgi.file-wrapper.close", "wsgi.file-wrapper.closed-after-response"))
def does_not_close_the_file(parts):
    @override(parts.file_wrapper, "__init__")
    def __init__(original, self, filelike, *block_size):
        original(self, filelike, *block_size)
        vars(self).pop("close", None)


@mutant(breaks="wsgi.file-wrapper.no-close-attr")
def closes_what_cannot_be_closed(parts):
    @override(parts.file_wrapper, "__init__")
    def __init__(original, self, filelike, *block_size):
        original(self, filelike, *block_size)
        self.close = filelike.close


@mutant(breaks=("wsgi.file-wrapper.current-position", "wsgi.file-wrapper.generated-length"))
def starts_at_the_beginning(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        if type(result) is self.parts.file_wrapper and hasattr(result.filelike, "seek"):
            with contextlib.suppress(OSError):
                result.filelike.seek(0)
        original(self, result)


@mutant(breaks="wsgi.file-wrapper.until-length")
def sends_the_whole_file(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        self.response.whole_file = type(result) is self.parts.file_wrapper
        original(self, result)

    @override(parts.response, "cut")
    def cut(original, self, block):
        short = original(self, block)
        return block if vars(self).get("whole_file") and not self.bodiless else short


@mutant(breaks=("wsgi.file-wrapper.generated-length", "wsgi.file-wrapper.current-position"))
def takes_the_size_of_the_file_for_the_length(parts):
    @override(parts.call, "known_size")
    def known_size(original, self, result, block, count):
        size = original(self, result, block, count)
        if type(result) is self.parts.file_wrapper and size is not None:
            return os.fstat(result.filelike.fileno()).st_size
        return size


@mutant(breaks=("wsgi.file-wrapper.wrapped", "wsgi.iterable.no-other-attributes"))
def looks_through_what_wraps_it(parts):
    @override(parts.call, "transmit")
    def transmit(original, self, result):
        inner = getattr(result, "filelike", None)
        original(self, FileWrapper(inner) if inner is not None else result)
