"""More sins against the body of a request (ASGI HTTP, "Request - receive event")."""

from citizen.mutation import mutant, override
from citizen.request import Refused


@mutant(breaks="http.request.body-complete")
def takes_bodies_for_text(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return original(self, body.decode("utf-8", "ignore").encode("utf-8"), more)


@mutant(breaks=("http.request.dechunked", "http.request.body-complete", "http.request.more-body-final"))
def reads_chunk_sizes_as_decimal_numbers(parts):
    @override(parts.chunked_body, "size")
    def size(original, self, line):
        digits = line.partition(b";")[0]
        if not digits.isdigit():
            raise Refused(400, "no chunk size")
        return int(digits)


@mutant(breaks=("http.request.dechunked", "http.request.body-complete", "http.request.chunk-mapping"))
def leaves_line_ends_between_chunks(parts):
    @override(parts.chunked_body, "read_data_end")
    def read_data_end(original, self, buffer):
        return b"\r\n" if original(self, buffer) is not None else None
