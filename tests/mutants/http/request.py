"""Sins against the request message (ASGI HTTP, "Request - receive event")."""

from citizen.mutation import mutant, override
from citizen.reply import Reply
from citizen.request import Refused


@mutant(breaks=("http.request.first-event", "http.request.no-body"))
def sends_no_event_for_a_request_without_body(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        event = original(self)
        return None if event == {"type": "http.request", "body": b"", "more_body": False} else event


@mutant(breaks="http.request.keys")
def gives_more_body_as_a_number(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        return original(self, body, int(more))


@mutant(breaks="http.request.no-body")
def announces_a_body_that_never_comes(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        self.received = getattr(self, "received", 0) + len(body)
        return original(self, body, more or not self.received)


@mutant(breaks="http.request.body-complete")
def loses_the_last_byte_of_large_bodies(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        self.received = getattr(self, "received", 0) + len(body)
        return original(self, body if more or self.received <= 60_000 else body[:-1], more)


@mutant(breaks="http.request.more-body-final")
def forgets_the_end_of_bodies_that_fill_whole_pages(parts):
    @override(parts.http, "request_event")
    def request_event(original, self, body, more):
        self.received = getattr(self, "received", 0) + len(body)
        return original(self, body, more or (bool(body) and self.received % 8192 == 0))


@mutant(breaks="http.request.nothing-after-final")
def repeats_the_last_piece_of_the_body(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        pending = self.content_delivered and self.reply is not Reply.DONE
        if event is None and pending and self.request.method == "POST" and not hasattr(self, "repeated"):
            self.repeated = True
            return self.request_event(b"", False)
        return event


@mutant(breaks="http.request.dechunked")
def chokes_on_chunk_extensions(parts):
    @override(parts.chunked_body, "size")
    def size(original, self, line):
        if b";" in line:
            raise Refused(400, "int() does not like this")
        return original(self, line)


@mutant(breaks="http.request.dechunked")
def appends_trailers_to_the_body(parts):
    @override(parts.chunked_body, "trailer")
    def trailer(original, self, line):
        return line


@mutant(breaks="http.request.streaming")
def waits_for_the_whole_body(parts):
    @override(parts.http, "next_request_event")
    def next_request_event(original, self):
        event = original(self)
        if event is None or event["type"] != "http.request":
            return event
        self.hoard = getattr(self, "hoard", b"") + event["body"]
        return None if event["more_body"] else self.request_event(self.hoard, False)


@mutant(breaks="http.request.expect-continue")
def never_says_continue(parts):
    @override(parts.http, "send_continue")
    def send_continue(original, self):
        pass


@mutant(breaks="http.request.disconnect-mid-body")
def takes_a_lost_client_for_the_end_of_the_body(parts):
    @override(parts.http, "next_event")
    def next_event(original, self):
        event = original(self)
        if event == self.disconnect_event() and self.reply is Reply.PENDING and not self.content_delivered:
            self.content_delivered = True
            return self.request_event(b"", False)
        return event


@mutant(breaks="http.request.pipelining")
def forgets_pipelined_requests(parts):
    @override(parts.http, "read_away")
    async def read_away(original, self):
        kept = await original(self)
        self.connection.buffer.clear()
        return kept
